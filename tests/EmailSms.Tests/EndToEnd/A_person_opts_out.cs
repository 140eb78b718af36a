using System.Text;
using EmailSms.Api;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.Peers;
using MailKit.Net.Smtp;

namespace EmailSms.Tests.EndToEnd;

/// <summary>STOP, START and HELP, from the phone to the next RCPT.</summary>
public sealed class A_person_opts_out
{
    private const string OtherNumber = "+447700900998";
    private const string FromOther = $"{TestGateway.Phone}+from=447700900998";

    [Fact]
    public async Task And_is_answered_once_in_a_window_however_often_they_change_their_mind()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        foreach (string word in new[] { "STOP", "START", "Stop please", "start", "STOP" })
        {
            await test.TextAsync(word);
            await test.NextMailAsync();
        }

        Assert.Contains("unsubscribed", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("again", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        await test.TextAsync("STOP", from: "+447700900124");
        Assert.Equal("447700900124", (await test.NextSmsAsync()).To); // and so none came between
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, (await RefusedAsync(test)).StatusCode);
    }

    [Theory]
    [InlineData(nameof(OptOutScope.OwnNumber))]
    [InlineData(nameof(OptOutScope.Pool))]
    public async Task Of_one_number_or_pool_and_hears_from_the_others(string scope)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.OptOuts.Scope = Enum.Parse<OptOutScope>(scope);
                settings.OptOuts.Pools = new() { [TestGateway.OwnNumber] = "shop", [OtherNumber] = "lab" };
            },
            rule => rule with { Options = "from" });
        await test.TextAsync("Arrêt !");
        await test.NextMailAsync();
        await test.NextSmsAsync();

        SmtpCommandException refused = await RefusedAsync(test);
        Assert.Contains("opted out", refused.Message, StringComparison.Ordinal);
        await test.SendAsync(TestGateway.Mail("From the lab", to: FromOther));
        Assert.Equal(("447700900998", "From the lab"), From(await test.NextSmsAsync()));

        // The answer that a mail would get now goes out with the number of the conversation.
        await test.SendAsync(TestGateway.Mail("Still the lab"));
        Assert.Equal(("447700900998", "Still the lab"), From(await test.NextSmsAsync()));
        await test.TextAsync("START", to: OtherNumber); // which was never stopped: a word like others
        Assert.DoesNotContain("[START]", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_where_that_is_what_they_say_and_the_rest_is_flagged()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Your tablets"));
        await test.NextSmsAsync();
        await test.TextAsync("Shall I stop the tablets?");

        CaughtMail told = await test.NextMailAsync();
        Assert.Equal([TestGateway.Staff], told.Recipients);
        Assert.StartsWith("[STOP?] ", told.Mail.Subject, StringComparison.Ordinal);
        Assert.Contains("optouts add +447700900123", told.Mail.TextBody, StringComparison.Ordinal);
        await test.SendAsync(TestGateway.Mail("No, go on"));
        Assert.Equal("No, go on", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task And_whoever_asks_for_help_is_answered_once_also_a_stranger()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.TextAsync("Help", from: "+447700900777");
        SimulatedSms answer = await test.NextSmsAsync();
        Assert.Equal("447700900777", answer.To);
        Assert.Contains("desk@clinic.example", answer.Text, StringComparison.Ordinal);
        Assert.StartsWith("[HELP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);

        await test.TextAsync("Help", from: "+447700900777");
        Assert.Contains(
            "has not answered", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        await test.TextAsync("HELP", from: "+882161234567"); // dear, and never texted by anybody here
        Assert.Contains(
            "has not answered", (await test.NextMailAsync()).Mail.TextBody!, StringComparison.Ordinal);
        await test.TextAsync("HELP", from: TestGateway.OwnNumber); // another machine of ours
        Assert.Contains(
            "has not answered", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(1, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task Which_is_not_answered_twice_where_the_carrier_does_it()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].AnswersStop = true);
        await test.TextAsync("STOP");
        Assert.StartsWith("[STOP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, (await RefusedAsync(test)).StatusCode);
        Assert.Empty(test.Store.Read(SmsRecord.Count));
    }

    [Fact]
    public async Task And_still_gets_urgent_alarms_where_the_rule_says_so()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with
            {
                Options = "class",
                Compliance = new ComplianceRules { UrgentDespiteOptOut = true },
            });
        await test.TextAsync("STOP");
        await test.NextSmsAsync();
        Assert.Contains("opted out", (await RefusedAsync(test)).Message, StringComparison.Ordinal);
        await test.SendAsync(TestGateway.Mail("Fire in hall 2", to: $"{TestGateway.Phone}+class=urgent"));
        Assert.Equal("Fire in hall 2", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task And_the_audit_trail_says_who_did_it_and_what_was_configured_then()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Password = "hush");
        await test.TextAsync("STOP");
        await test.NextMailAsync();

        List<AuditEntry> all = [.. AuditTrail.All(test.Store)];
        Assert.Equal(
            [("service", "added"), ("service", "added"), ("service", "configured"), ("service", "started"),
                ("phone, by main", "added")],
            all.Select(one => (one.Actor, one.Action)));
        Assert.Equal("opt_out +447700900123 *", all[^1].Subject);
        Assert.Contains("\"Carriers:main:Password\":\"***\"", all[2].After, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", all[2].After, StringComparison.Ordinal);

        await test.StopGatewayAsync();
        test.Settings.Queue.ReadyMax = 100;
        await test.StartGatewayAsync();
        await test.StopGatewayAsync();
        await test.StartGatewayAsync(); // as before: it was configured, and is not again
        all = [.. AuditTrail.All(test.Store).Skip(5)];
        Assert.Equal(["configured", "started", "started"], all.Select(one => one.Action));
        Assert.Equal("""{"Queue:ReadyMax":"2000"}""", all[0].Before);
        Assert.Empty(AuditCheck.Of(AuditTrail.All(test.Store)).Mistakes);
    }

    [Fact]
    public async Task In_the_words_of_a_file_of_one_s_own()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "words.json");
        await File.WriteAllTextAsync(
            file, """{ "en": { "stop": ["stop"] }, "fi": { "stop": ["lopeta"], "fillers": ["kiitos"] } }""",
            TestContext.Current.CancellationToken);
        await using TestGateway test = await TestGateway.StartAsync(settings => settings.OptOuts.WordsFile = file);
        await test.TextAsync("Lopeta, kiitos!");
        Assert.StartsWith("[STOP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        await test.TextAsync("arrêt", from: "+447700900124");
        Assert.StartsWith("SMS from ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "00447700900123", "")]
    [InlineData(1, "00447700900123", "")]
    [InlineData(1, "447700900123", "")]
    [InlineData(1, "+447700900123", "")]
    [InlineData(0, "07700900123", "")] // by the region of the addresses
    [InlineData(2, "7700900123", "")]
    [InlineData(2, "07700900123", "GB")]
    public async Task However_the_carrier_writes_their_number(byte type, string source, string region)
    {
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers["main"].Region = region;
            if (region.Length > 0) settings.Addresses.DefaultRegion = "FR"; // the carrier's own goes before
        });
        await TextAsync(test, type, source);
        Assert.StartsWith("[STOP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Equal("447700900123", (await test.NextSmsAsync()).To);
        Assert.Contains("has opted out", (await RefusedAsync(test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_where_nobody_can_tell_their_number_the_admin_is_told()
    {
        using var logs = new RecordedLogs();
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Addresses.DefaultRegion = "", startGateway: false);
        test.Loggers = logs;
        await test.StartGatewayAsync();
        await TextAsync(test, 2, "7700900123");
        CaughtMail[] told = [await test.NextMailAsync(), await test.NextMailAsync()];
        Assert.Equal(["desk@clinic.example", TestGateway.Office], told.SelectMany(mail => mail.Recipients).Order());
        Assert.All(told, mail =>
        {
            Assert.StartsWith("[STOP?] ", mail.Mail.Subject, StringComparison.Ordinal);
            string words = mail.Mail.TextBody!.ReplaceLineEndings(" ");
            Assert.Contains("7700900123 is a number without its country", words, StringComparison.Ordinal);
            Assert.Contains("Carriers:main:Region", words, StringComparison.Ordinal);
        });
        Assert.Contains(logs.Lines, line => line.Contains("number without its country", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("7700900123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task From_a_number_that_is_one_of_two_and_it_holds_for_both_until_START()
    {
        using var logs = new RecordedLogs();
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Region = "US", startGateway: false);
        test.Loggers = logs;
        await test.StartGatewayAsync();
        await TextAsync(test, 0, "4915550143", "Hello");
        Assert.Contains(
            "Their number may be +14915550143 as well. An answer goes to +4915550143.",
            (await test.NextMailAsync()).Mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        await TextAsync(test, 0, "4915550143");
        CaughtMail told = await test.NextMailAsync();
        Assert.StartsWith("[STOP] ", told.Mail.Subject, StringComparison.Ordinal);
        Assert.Contains(
            "Their number is +4915550143 or +14915550143, so it holds for both.",
            told.Mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        foreach (string number in new[] { "+4915550143", "+14915550143" })
        {
            SmtpCommandException refused = await test.SendRefusedAsync(TestGateway.Mail("News", to: number));
            Assert.Contains("has opted out", refused.Message, StringComparison.Ordinal);
        }

        Assert.Contains(logs.Lines, line => line.Contains("set Carriers:main:BareNumbers", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("4915550143", StringComparison.Ordinal));
        Assert.Equal(0, test.Phones.Counts.Submits); // whose phone would it be?
        await TextAsync(test, 0, "4915550143", "START");
        Assert.StartsWith("[START] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Empty(new OptOuts(test.Store).List());
    }

    [Fact]
    public async Task From_the_one_of_two_numbers_that_was_texted()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Region = "US");
        await test.SendAsync(TestGateway.Mail("Your tablets", to: "+14915550143"));
        await test.NextSmsAsync();
        await TextAsync(test, 0, "4915550143", "On my way");
        Assert.Equal([TestGateway.Staff], (await test.NextMailAsync()).Recipients);
        await TextAsync(test, 0, "4915550143");
        await test.NextMailAsync();
        Assert.Equal(["+14915550143"], new OptOuts(test.Store).List().Select(one => one.Number!.Value.E164));
    }

    [Fact]
    public async Task And_again_soon_after_START_though_the_answer_to_the_first_may_be_lost()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        test.Phones.HangUp(); // at once, so it is not known whether our yes arrived
        await test.TextAsync("START");
        Assert.StartsWith("[START] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        await test.TextAsync("STOP");
        Assert.StartsWith("[STOP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Contains("has opted out", (await RefusedAsync(test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_is_not_answered_when_the_answer_comes_too_late()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.OptOuts.AnswerMax = TimeSpan.FromSeconds(1));
        test.Phones.Behaviour.RejectStatus = CommandStatus.SystemError; // for the moment, it says
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        SmsRecord answer = await test.SmsInStateAsync(SmsState.Expired);
        Assert.Contains("unsubscribed", answer.Body, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(5), new OptOutOptions().AnswerMax);
    }

    private static async Task TextAsync(TestGateway test, byte type, string source, string text = "STOP")
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.True(await test.Phones.InjectAsync(
            new DeliverSm
            {
                Source = new SmppAddress(type, 1, source),
                Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
                ShortMessage = Encoding.ASCII.GetBytes(text),
            },
            deadline: deadline.Token));
    }

    private static (string, string) From(SimulatedSms sms) => (sms.From, sms.Text);

    private static Task<SmtpCommandException> RefusedAsync(TestGateway test) =>
        test.SendRefusedAsync(TestGateway.Mail("News"));
}
