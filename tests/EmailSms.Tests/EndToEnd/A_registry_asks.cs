using System.Text;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Countries that want to know who sends what: ids travel with the SMS, as the carrier wants them.</summary>
public sealed class A_registry_asks
{
    private const string Indian = "+918123456789";
    private const string American = "+12025550143";
    private const string Entity = "1101000000000000009";
    private const string Template = "1107160000000000001";

    private static readonly Registration Rule = new()
    {
        DltEntity = Entity,
        DltTelemarketer = "1102000000000000003",
        DltTemplates =
        [
            new DltTemplate("1107160000000000000", "Pump {#var#} is up"),
            new DltTemplate(Template, "Pump {#var#} is down"),
        ],
    };

    [Fact]
    public async Task Ids_and_their_hash_are_on_the_wire_in_the_order_of_the_settings()
    {
        await using TestGateway test = await StartAsync(Rule);
        await test.SendAsync(TestGateway.Mail("Pump 7 is down", to: Indian));
        SimulatedSms sms = await test.NextSmsAsync();
        IReadOnlyList<Tlv> tlvs = sms.Submits[0].Tlvs;
        Assert.Equal([0x1401, 0x1400, 0x1402, 0x1500], tlvs.Select(tlv => (int)tlv.Tag));
        Assert.Equal(Template, Encoding.ASCII.GetString(tlvs[0].Value.Span));
        Assert.Equal(Entity + "\0", Encoding.ASCII.GetString(tlvs[1].Value.Span)); // c-octets
        Assert.Equal(
            "4caca8d2".Length * 8, Encoding.ASCII.GetString(tlvs[2].Value.Span).Length); // SHA-256, as digits
        Assert.Equal(7, (int)tlvs[3].Value.Span[3]);
        Assert.Equal(4, tlvs[3].Value.Length);

        SmsRecord kept = await test.SmsInStateAsync(SmsState.Delivered);
        string accepted = test.Store.Read(db => Timeline.Of(db, kept.Id))[0].Detail;
        Assert.Contains($"dltTemplate {Template}", accepted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_no_template_is_refused_by_their_names_or_goes_with_a_warning()
    {
        await using TestGateway test = await StartAsync(Rule);
        SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("Fan 7 is down", to: Indian));
        Assert.Equal(
            "5.7.1 The text is of none of the templates registered for India: write it as one of them, "
            + $"1107160000000000000 (\"Pump {{#var#}} is up\"), {Template} (\"Pump {{#var#}} is down\")", no.Message);
        await test.SendAsync(TestGateway.Mail("Fan 7 is down")); // elsewhere nobody asks
        Assert.Empty((await test.NextSmsAsync()).Submits[0].Tlvs);

        await using TestGateway lax = await StartAsync(
            Rule with { DltMismatch = "warn" }, tlvs => tlvs[0].RequiredFor = "");
        await lax.SendAsync(TestGateway.Mail("Fan 7 is down", to: Indian));
        Assert.Equal([0x1400, 0x1402, 0x1500], (await lax.NextSmsAsync()).Submits[0].Tlvs.Select(tlv => (int)tlv.Tag));
        SmsRecord kept = await lax.SmsInStateAsync(SmsState.Delivered);
        Assert.Contains(
            "none of the templates registered", lax.Store.Read(db => Timeline.Of(db, kept.Id))[0].Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_carrier_must_have_is_not_sent_without_and_the_sender_is_told()
    {
        await using TestGateway test = await StartAsync(Registration.None);
        await test.SendAsync(TestGateway.Mail("Pump 7 is down", to: Indian));
        await test.SmsInStateAsync(SmsState.Failed);
        Assert.Contains(
            "this carrier wants dltTemplate for such a number", (await test.NextMailAsync()).Mail.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(0, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task A_campaign_is_of_the_number_that_the_phone_sees()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].VendorTlvs =
            [
                new VendorTlvOptions { Tag = "5377", Value = "{campaign}", Encoding = "ucs2" },
            ]);
        await test.Store.WriteAsync(db => OwnNumbers.Put(
            db,
            new OwnNumber(PhoneNumber.FromE164(TestGateway.OwnNumber), "desk@clinic.example", IsDefault: true)
            {
                Registration = new Registration { Campaign = "C1ABCDE" },
            },
            0));
        await test.SendAsync(TestGateway.Mail("Hello", to: American));
        Tlv tlv = Assert.Single((await test.NextSmsAsync()).Submits[0].Tlvs);
        Assert.Equal((0x1501, "C1ABCDE"), ((int)tlv.Tag, Encoding.BigEndianUnicode.GetString(tlv.Value.Span)));
        await test.TextAsync("STOP", from: American);
        Assert.Single((await test.NextSmsAsync()).Submits[0].Tlvs); // the answer is of the same number
    }

    [Fact]
    public async Task So_the_question_whom_a_text_is_for_is_registered_too()
    {
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Replies.Conflict = ConflictChoice.Ask;
            settings.Carriers["main"].VendorTlvs = [new VendorTlvOptions { Tag = "5377", Value = "{campaign}" }];
        });
        await test.Store.WriteAsync(db => OwnNumbers.Put(
            db,
            new OwnNumber(PhoneNumber.FromE164(TestGateway.OwnNumber), "desk@clinic.example", IsDefault: true)
            {
                Registration = new Registration { Campaign = "C1ABCDE" },
            },
            0));
        foreach (string mailbox in new[] { TestGateway.Staff, "bob@clinic.example" })
        {
            await test.SendAsync(TestGateway.Mail($"Call {mailbox}", to: American, from: mailbox));
            await test.NextSmsAsync();
        }

        await test.TextAsync("Yes", from: American);
        SimulatedSms question = await test.NextSmsAsync();
        Assert.StartsWith("Who is your message for?", question.Text, StringComparison.Ordinal);
        Assert.Equal("C1ABCDE", Encoding.ASCII.GetString(Assert.Single(question.Submits[0].Tlvs).Value.Span));
    }

    [Theory]
    [InlineData("vonage-sms", "entity-id=1101000000000000009", "content-id=1107160000000000001")]
    [InlineData("vonage-messages", "\"entity_id\":\"1101000000000000009\"", "\"content_id\":\"1107160000000000001\"")]
    public void A_carrier_over_HTTP_has_them_as_values(string definition, string entity, string template)
    {
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = definition,
            Values = { ["ApiKey"] = "key", ["ApiSecret"] = "secret", ["EntityId"] = "of the account" },
        };
        var carrier = new HttpCarrier("main", options, null, NullLoggerFactory.Instance, TimeProvider.System);
        var sms = new OutgoingSms(
            Guid.NewGuid(), PhoneNumber.FromE164(Indian), "PUMPCO", "Pump 7 is down", 1, 1, 0,
            TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);
        string request = carrier.Preview(sms with { Registration = new SmsRegistration(null, Entity, Template, null) });
        string line = request.Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains(entity, line, StringComparison.Ordinal);
        Assert.Contains(template, line, StringComparison.Ordinal);
        Assert.Contains("of the account".Split(' ')[^1], carrier.Preview(sms), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "{dltEntity}", "The tag is no number such as 0x1400.")]
    [InlineData("0x1400", "{entity}", "The value is a text with places of these: {campaign}, {dltEntity}")]
    [InlineData("0x1400", "{dltEntity", "It has a { without its }")]
    public void A_mistake_in_the_settings_has_its_key(string tag, string value, string sentence)
    {
        var options = new CarrierOptions { VendorTlvs = [new VendorTlvOptions { Tag = tag, Value = value }] };
        (string key, string wrong) = Assert.Single(CarrierTerms.Read(options).Wrong);
        Assert.StartsWith("VendorTlvs:0:", key, StringComparison.Ordinal);
        Assert.StartsWith(sentence, wrong, StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(Registration rule, Action<List<VendorTlvOptions>>? change = null)
    {
        List<VendorTlvOptions> tlvs =
        [
            new() { Tag = "0x1401", Value = "{dltTemplate}", RequiredFor = "+91" },
            new() { Tag = "0x1400", Value = "{dltEntity}", Type = "c-octets" },
            new() { Tag = "0x1402", Value = "{dltEntity},{dltTelemarketer}", Hash = "sha256" },
            new() { Tag = "0x1403", Value = "{campaign}" }, // not known: left out
            new() { Tag = "0x1500", Value = "7", Type = "u32" },
        ];
        change?.Invoke(tlvs);
        return TestGateway.StartAsync(
            settings => settings.Carriers["main"].VendorTlvs = tlvs,
            rule: draft => draft with { Compliance = draft.Compliance with { Registration = rule } });
    }
}
