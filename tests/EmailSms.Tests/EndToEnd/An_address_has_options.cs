using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What a sender asks for in the address, within what the rule allows.</summary>
public sealed class An_address_has_options
{
    private const string Number = TestGateway.Phone;

    [Fact]
    public async Task A_scheduled_text_survives_a_restart_and_goes_out_when_it_is_due()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with { Options = "in" });
        await test.SendAsync(TestGateway.Mail("Later", to: $"{Number}+in=2s"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Queued);
        Assert.Equal(0, test.Leased());
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();

        Assert.Equal("Later", (await test.NextSmsAsync()).Text);
        SmsRecord sent = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.True(sent.StateMs >= sms.DueMs, "It went out before its time.");
        Assert.Equal(2000, sms.DueMs - sms.CreatedMs, 500d);
    }

    [Fact]
    public async Task An_urgent_text_overtakes_those_that_wait()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Queue.ReadyMax = 4;
                settings.Queue.LeaseMax = 2;
                settings.Carriers["main"].Window = 1;
            },
            draft => draft with { Options = "class" },
            new SmscBehaviour { BindStatus = CommandStatus.SystemError });
        for (int i = 0; i < 12; i++) await test.SendAsync(TestGateway.Mail($"bulk {i}"));
        await test.SendAsync(TestGateway.Mail("ALARM", to: $"{Number}+class=urgent"));
        test.Phones.Behaviour.BindStatus = CommandStatus.Ok;

        List<string> order = [];
        for (int i = 0; i < 13; i++) order.Add((await test.NextSmsAsync()).Text);
        Assert.InRange(order.IndexOf("ALARM"), 0, 4); // what a carrier had in hand, and no more, goes before
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"bulk {i}"), order.Where(text => text != "ALARM"));
    }

    [Fact]
    public async Task A_flash_text_reaches_the_carrier_as_class_0()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with { Options = "class" });
        await test.SendAsync(TestGateway.Mail("Look!", to: $"{Number}+class=flash"));
        Assert.Equal(DataCoding.Gsm7Flash, (await test.NextSmsAsync()).Submits[0].DataCoding);
        Assert.Equal(SmsClass.Flash, (await test.SmsInStateAsync(SmsState.Delivered)).Class);
    }

    [Theory]
    [InlineData("+class=urgent", "Sender rule 1 does not allow the option class in an address.")]
    [InlineData("+parts=9", "Sender rule 1 allows 3 parts in an SMS.")]
    [InlineData("+valid=9d", "Sender rule 1 lets an SMS wait for 24 h at most.")]
    [InlineData("+token=whatever1", "Sender rule 1 does not allow the option token in an address.")]
    [InlineData("+rule=9",
        "No rule lets ann@clinic.example send SMS from 127.0.0.1 under the name in the address.")]
    [InlineData("+in=40d", "An SMS is scheduled for at most 30 days ahead")]
    public async Task What_the_rule_does_not_allow_is_refused_by_name(string options, string sentence)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Options = "parts, valid, rule, in" });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250 2.1.0");
        await smtp.AskAsync($"RCPT TO:<{Number}{options}@{TestGateway.Domain}>", $"550 5.7.1 {sentence}");
    }

    [Fact]
    public async Task A_rule_with_a_token_takes_no_address_without_it_and_keeps_it_nowhere()
    {
        const string Secret = "Kq3vX8wPz2";
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with { Token = Secret });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250 2.1.0");
        await smtp.AskAsync($"RCPT TO:<{Number}@{TestGateway.Domain}>", "550 5.7.1 Sender rule 1 asks for its token");
        await smtp.AskAsync(
            $"RCPT TO:<{Number}+token=Kq3vX8wPz3@{TestGateway.Domain}>", "550 5.7.1 Sender rule 1 has another token");
        await test.SendAsync(TestGateway.Mail("Hello", to: $"{Number}+token={Secret}"));
        await test.NextSmsAsync();
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.StopGatewayAsync();
        foreach (string file in Directory.EnumerateFiles(test.Settings.Store.Folder))
        {
            string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }

        await test.StartGatewayAsync();
    }

    [Fact]
    public async Task A_pinned_rule_decides_instead_of_the_first()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Options = "rule", SenderId = "FIRST" });
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "@clinic.example",
            Networks = "127.0.0.0/8",
            Destinations = "GB",
            Name = "ward",
            SenderId = "WARD",
            Options = "rule, from",
        });
        await test.SendAsync(TestGateway.Mail("one"));
        Assert.Equal("FIRST", (await test.NextSmsAsync()).From);
        await test.SendAsync(TestGateway.Mail("two", to: "+447700900124+rule=ward"));
        Assert.Equal("WARD", (await test.NextSmsAsync()).From);
        await test.SendAsync(TestGateway.Mail("three", to: "+447700900125+rule=2+from=DUTY"));
        Assert.Equal("DUTY", (await test.NextSmsAsync()).From);
    }

    [Fact]
    public async Task A_short_code_gets_a_text_where_the_rule_opens_them()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { NumberTypes = "short", Destinations = "short:60123 GB" });
        await test.SendAsync(TestGateway.Mail("Balance", to: "60123"));
        Assert.Equal("60123", (await test.NextSmsAsync()).To);
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250 2.1.0");
        await smtp.AskAsync($"RCPT TO:<60124@{TestGateway.Domain}>", "550 5.7.1 Sender rule 1 does not let you");
        await smtp.AskAsync($"RCPT TO:<999@{TestGateway.Domain}>", "550 5.1.1 Emergency, short and service");
    }

    [Fact]
    public async Task A_domain_may_have_a_region_of_its_own()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Addresses.Domains.Add("sms.example.de");
                settings.Addresses.PerDomain["SMS.example.de"] = new() { DefaultRegion = "DE" };
            },
            draft => draft with { DefaultRegion = null });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250 2.1.0");
        await smtp.AskAsync("RCPT TO:<07700900123@sms.example>", "250");
        await smtp.AskAsync("RCPT TO:<015228817386@sms.example.de>", "250");
    }
}
