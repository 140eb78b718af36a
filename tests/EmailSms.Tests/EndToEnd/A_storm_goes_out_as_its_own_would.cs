using System.Text;
using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What an SMS may, must and carries, the digest of a storm may, must and carries too.</summary>
public sealed class A_storm_goes_out_as_its_own_would
{
    private static readonly RepeatRules AfterOne = new(TimeSpan.Zero, 1, TimeSpan.FromSeconds(2));

    private static readonly RepeatRules AfterOneForLong = AfterOne with { StormWindow = TimeSpan.FromHours(1) };

    [Fact]
    public async Task To_staff_who_opted_out_where_the_rule_says_so()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterOne,
            Options = "class",
            Compliance = new ComplianceRules { UrgentDespiteOptOut = true },
        });
        await test.TextAsync("STOP");
        await test.NextSmsAsync();
        await SendUrgentAsync(test, "Fire in hall 1");
        Assert.Equal("Fire in hall 1", (await test.NextSmsAsync()).Text);
        await SendUrgentAsync(test, "Fire in hall 2");
        await SendUrgentAsync(test, "Fire in hall 3");
        Assert.Equal("+2 more in 2 s: Fire in hall 2, Fire in hall 3", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 5); // the answer to STOP, three, their digest
    }

    [Fact]
    public async Task But_to_no_country_that_waits_for_the_admin()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterOneForLong,
            Sending = new SendingRulesDraft { HoldsNewCountries = true },
        });
        const string french = "+33639981234";
        await test.SendAsync(TestGateway.Mail("Bonjour", to: french));
        await test.SendAsync(TestGateway.Mail("Encore", to: french));
        List<SmsRecord> all = All(test);
        Assert.Equal([SmsState.Held, SmsState.Held], all.Select(sms => sms.State)); // and no digest in the queue

        using var config = new CarrierConfig(test);
        Guid second = all.Single(sms => sms.Body.StartsWith("Encore", StringComparison.Ordinal)).Id;
        (int code, string output) = await config.RunAsync("sms", "reject", second.ToString());
        Assert.True(code == 0, output);
        Assert.Equal(SmsState.Failed, All(test).Single(sms => sms.Id == second).State);
    }

    [Fact]
    public async Task With_the_campaign_of_their_number()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].VendorTlvs =
            [
                new VendorTlvOptions { Tag = "5377", Value = "{campaign}" },
            ],
            draft => draft with { Repeats = AfterOne });
        await test.Store.WriteAsync(db => OwnNumbers.Put(
            db,
            new OwnNumber(PhoneNumber.FromE164(TestGateway.OwnNumber), "desk@clinic.example", IsDefault: true)
            {
                Registration = new Registration { Campaign = "C1ABCDE" },
            },
            0));
        await test.SendAsync(TestGateway.Mail("One", to: "+12025550143"));
        await test.NextSmsAsync();
        await test.SendAsync(TestGateway.Mail("Two", to: "+12025550143"));
        EmailSms.Smpp.Simulation.SimulatedSms digest = await test.NextSmsAsync();
        Assert.StartsWith("+1 more", digest.Text, StringComparison.Ordinal);
        Assert.Equal(
            "C1ABCDE",
            Encoding.ASCII.GetString(Assert.Single(digest.Submits[0].Tlvs).Value.Span).TrimEnd('\0'));
    }

    [Fact]
    public async Task Without_the_template_that_its_own_text_is_not_of()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterOneForLong,
            Compliance = draft.Compliance with
            {
                Registration = new Registration
                {
                    DltEntity = "1101000000000000009",
                    DltTemplates = [new DltTemplate("1107160000000000001", "Pump {#var#} is down")],
                },
            },
        });
        await test.SendAsync(TestGateway.Mail("Pump 1 is down", to: "+918123456789"));
        await test.SendAsync(TestGateway.Mail("Pump 2 is down", to: "+918123456789"));
        SmsRecord digest = Assert.Single(All(test), sms => sms.Mailbox.Length == 0);
        Assert.Equal(
            """{"dltEntity":"1101000000000000009"}""",
            test.Store.Read(db => db.Scalar(
                "select registration from sms where id = @id", ("@id", digest.Id.ToString()))));
    }

    [Fact]
    public async Task And_what_is_urgent_joins_nothing_that_is_not()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterOneForLong,
            Options = "class",
        });
        await test.SendAsync(TestGateway.Mail("Lift is slow"));
        await test.SendAsync(TestGateway.Mail("Lift is slower"));
        await SendUrgentAsync(test, "Lift is stuck");
        await SendUrgentAsync(test, "Lift is on fire");
        await test.SendAsync(TestGateway.Mail("Lift is slowest"));

        List<SmsRecord> digests = All(test).FindAll(sms => sms.Mailbox.Length == 0);
        Assert.Equal([SmsClass.Normal, SmsClass.Urgent], digests.Select(sms => sms.Class).Order());
        Assert.All(digests, sms => Assert.StartsWith("+2 more", sms.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task And_nothing_joins_what_goes_out_from_another_number()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterOneForLong,
        });
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SendAsync(TestGateway.Mail("Two"));
        SmsRecord first = Assert.Single(All(test), sms => sms.Mailbox.Length == 0);
        await test.Store.WriteAsync(db => db.Execute(
            "update sms set sender_id = 'PUMPCO' where id = @id", ("@id", first.Id.ToString())));
        await test.SendAsync(TestGateway.Mail("Three"));
        Assert.Equal(2, All(test).Count(sms => sms.Mailbox.Length == 0));
    }

    private static Task<string> SendUrgentAsync(TestGateway test, string text) =>
        test.SendAsync(TestGateway.Mail(text, to: $"{TestGateway.Phone}+class=urgent"));

    private static List<SmsRecord> All(TestGateway test) =>
        test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()));
}
