using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using MailKit.Net.Smtp;

namespace EmailSms.Tests.EndToEnd;

public sealed class An_SMS_waits_for_the_admin
{
    private const string French = "+33639981234";

    [Fact]
    public async Task The_first_to_a_country_is_held_and_one_word_opens_the_country()
    {
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Bonjour", to: French));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Held, French);
        Assert.Equal([Timeline.Accepted, Timeline.Held], test.Kinds(sms.Id));
        CaughtMailIs(await test.NextMailAsync(), "An SMS to FR waits for you", $"emailsms sms approve {sms.Id}");
        await test.SendAsync(TestGateway.Mail("Encore", to: French));
        await TestGateway.UntilAsync(() => test.CountIn("held") == 2); // and no second mail asks

        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync("sms", "resend", sms.Id.ToString());
        Assert.Equal(1, code);
        Assert.Contains("waits for your word: emailsms sms approve or reject", output, StringComparison.Ordinal);
        (code, output) = await config.RunAsync("sms", "approve", sms.Id.ToString());
        Assert.True(code == 0, output);
        Assert.Equal("Bonjour", (await test.NextSmsAsync()).Text);
        await test.SendAsync(TestGateway.Mail("Et voila", to: French));
        Assert.Equal("Et voila", (await test.NextSmsAsync()).Text);
        Assert.Contains(Timeline.Approved, test.Kinds(sms.Id));

        Guid second = (await test.SmsInStateAsync(SmsState.Held, French)).Id;
        (code, output) = await config.RunAsync("sms", "reject", second.ToString());
        Assert.True(code == 0, output);
        string notice = (await test.NextMailAsync()).Mail.ToString();
        Assert.Contains("did not let it through", notice, StringComparison.Ordinal);
        Assert.Equal(SmsState.Failed, test.Store.Read(db => SmsRecord.Find(db, second))!.State);
    }

    [Fact]
    public async Task A_country_that_another_rule_has_texted_is_no_news()
    {
        await using TestGateway test = await StartAsync();
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "bob@office.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
        });
        await test.SendAsync(TestGateway.Mail("Bonjour", to: French, from: "bob@office.example"));
        Assert.Equal("Bonjour", (await test.NextSmsAsync()).Text);
        await test.SendAsync(TestGateway.Mail("Salut", to: French));
        Assert.Equal("Salut", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task What_nobody_lets_through_ends_with_its_validity()
    {
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Bonjour", to: French));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Held, French);
        await test.Store.WriteAsync(db => db.Execute(
            "update sms set expires_ms = 1 where id = @id", ("@id", sms.Id.ToString())));
        test.Gateway.Queue.Ring();
        await test.SmsInStateAsync(SmsState.Expired, French);
        await test.NextMailAsync(); // that it waits
        string notice = (await test.NextMailAsync()).Mail.ToString();
        Assert.Contains("waited for the admin", notice.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_texts_one_number_after_the_other_is_stopped_and_the_admin_is_told()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Limits.ConsecutiveNumbersMax = 5, rule: draft => draft with { RecipientsMax = 100 });
        for (int i = 0; i < 5; i++)
        {
            await test.SendAsync(TestGateway.Mail("You have won", to: $"+44770090010{4 - i}")); // in any order
            await test.SendAsync(TestGateway.Mail("Ward call", to: $"+44770090020{i}", from: "bob@clinic.example"));
        }

        SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("You have won", to: "+447700900105"));
        Assert.Equal((550, SmtpErrorCode.MessageNotAccepted), ((int)no.StatusCode, no.ErrorCode));
        no = await test.SendRefusedAsync(TestGateway.Mail("Hello", to: "+447700900777"));
        Assert.Equal(
            (SmtpErrorCode.RecipientNotAccepted, "5.7.1 This sender was stopped, and no mail of it is taken until the "
                + "admin resumes it"),
            (no.ErrorCode, no.Message));
        CaughtMailIs(
            await test.NextMailAsync(), "Stopped: ann@clinic.example texts one number after the other",
            "emailsms resume sender ann@clinic.example");
        await test.SendAsync(TestGateway.Mail("Hello", from: "carl@clinic.example"));
        Assert.Equal(11, test.Store.Read(SmsRecord.Count).Values.Sum());
    }

    [Fact]
    public async Task What_was_not_kept_is_not_in_the_log_and_uses_nothing_up()
    {
        using var logs = new RecordedLogs();
        await using TestGateway test = await TestGateway.StartAsync(
            settings => (settings.Limits.ConsecutiveNumbersMax, settings.Limits.TellsOfParts) = (1, true),
            startGateway: false);
        test.Loggers = logs;
        await test.StartGatewayAsync(draft => draft with { Limits = new RuleLimitsDraft { InAll = "4/day" } });
        await test.SendAsync(TestGateway.Mail("You have won", to: "+447700900101"));
        await test.SendRefusedAsync(TestGateway.Mail("You have won", to: "+447700900102")); // would be half of it
        CaughtMailIs(
            await test.NextMailAsync(), "Stopped: ann@clinic.example texts one number after the other",
            "emailsms resume sender ann@clinic.example");
        Assert.DoesNotContain(logs.Lines, line => line.Contains(" 1010: ", StringComparison.Ordinal));

        await test.SendAsync(TestGateway.Mail("Ward call", from: "bob@clinic.example"));
        Assert.Contains("50 %", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Single(logs.Lines, line => line.Contains(" 1010: ", StringComparison.Ordinal));
    }

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        rule: draft => draft with { Sending = new SendingRulesDraft { HoldsNewCountries = true } });

    private static void CaughtMailIs(CaughtMail caught, string subject, string part)
    {
        Assert.Equal(TestGateway.Office, Assert.Single(caught.Recipients));
        Assert.Equal(subject, caught.Mail.Subject);
        Assert.Contains(part, caught.Mail.TextBody, StringComparison.Ordinal);
    }
}
