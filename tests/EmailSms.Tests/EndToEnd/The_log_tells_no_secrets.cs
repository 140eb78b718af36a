using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smpp;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The product there and back with every log at its most talkative: no line has a number, a text or a password.
/// </summary>
public sealed class The_log_tells_no_secrets
{
    private const string Password = "pw-Quetzal";
    private const string Stranger = "+447700900777";

    [Fact]
    public async Task Of_numbers_texts_and_passwords_at_any_level()
    {
        using var logs = new RecordedLogs();
        await using (TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Password = Password, startGateway: false))
        {
            test.Loggers = logs;
            await test.StartGatewayAsync(rule => rule with { Notices = NoticeSetting.Always });
            await test.SendAsync(TestGateway.Mail(
                "Zebrafish " + string.Concat(Enumerable.Repeat("wandering albatross ", 12)), subject: "Okapi"));
            await test.NextSmsAsync();
            await test.SmsInStateAsync(SmsState.Delivered);
            await test.NextMailAsync();

            test.Phones.Behaviour.RejectStatus = CommandStatus.InvalidDestinationAddress;
            await test.SendAsync(TestGateway.Mail("Pangolin"));
            await test.SmsInStateAsync(SmsState.Failed);
            await test.NextMailAsync();
            test.Phones.Behaviour.RejectStatus = CommandStatus.Ok;

            await test.TextAsync("Capybara, please");
            await test.NextMailAsync();
            await test.TextAsync("HELP", from: Stranger);
            await test.NextMailAsync();
            await test.TextAsync("STOP");
            await test.NextMailAsync();
            await test.SendRefusedAsync(TestGateway.Mail("Axolotl"));
            await test.SendRefusedAsync(TestGateway.Mail("Axolotl", to: "+4477009"));
            await TestGateway.UntilAsync(() => test.CountIn("queued") == 0);
        }

        AssertSilent(logs, "Zebrafish", "albatross", "Okapi", "Pangolin", "Capybara", "Axolotl", Password);
    }

    [Fact]
    public async Task Nor_of_what_others_answer_and_of_registered_texts()
    {
        const string Indian = "+918123456789";
        const string Spaced = "+44 7700 900123";
        using var logs = new RecordedLogs();
        await using SmtpSink sink = SmtpSink.Open();
        sink.Answer = (at, line) =>
            at is SinkStage.Recipient && line.Contains("desk@", StringComparison.Ordinal)
                ? $"550 5.1.10 SMS from {Spaced} is not wanted"
                : at is SinkStage.Recipient && line.Contains("office@", StringComparison.Ordinal)
                    ? "451 4.7.1 later (+44) 7700-900.123"
                    : null;
        await using (TestGateway test = await TestGateway.StartAsync(
            settings => settings.SmartHost.Port = sink.Port, startGateway: false))
        {
            test.Loggers = logs;
            await test.StartGatewayAsync(rule => rule with
            {
                Compliance = new ComplianceRules
                {
                    Registration = new Registration
                    {
                        DltTemplates = [new DltTemplate("1107160000000000001", "Narwhal {#var#} is down")],
                    },
                },
            });
            await test.SendRefusedAsync(TestGateway.Mail("Axolotl", to: Indian));
            await test.SendRefusedAsync(TestGateway.Mail("", subject: "")); // at DATA: there is no text
            await test.SendAsync(TestGateway.Mail("Zebrafish"));
            await test.NextSmsAsync();
            await test.TextAsync("Capybara");
            await TestGateway.UntilAsync(() => sink.Mails.Count == 1);

            // Its bounce goes to the desk, which is refused, and so to the office, which is put off.
            await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp, "127.0.0.9");
            await smtp.AskAsync("MAIL FROM:<>", "250");
            await smtp.AskAsync($"RCPT TO:<{sink.Mails[0].From}>", "250");
            await smtp.AskAsync("DATA", "354");
            await smtp.AskAsync($"Subject: Undeliverable: SMS from {Spaced}\r\n\r\nSorry.\r\n.", "250");
            await TestGateway.UntilAsync(() => logs.Lines.Any(
                line => line.Contains("was put off", StringComparison.Ordinal)));
        }

        foreach (string said in new[] { "arrive", "will never be sent", "none of the templates", "5.1.10" })
        {
            Assert.Contains(logs.Lines, line => line.Contains(said, StringComparison.Ordinal));
        }

        AssertSilent(logs, "Narwhal", Indian[1..], "Axolotl", "Zebrafish", "Capybara");
    }

    // Numbers are looked for with nothing between their digits, however a line writes them.
    private static void AssertSilent(RecordedLogs logs, params string[] words)
    {
        IReadOnlyList<string> lines = logs.Lines;
        Assert.Contains(lines, line => line.Contains(" Trace ", StringComparison.Ordinal)
            || line.Contains(" Debug ", StringComparison.Ordinal)); // or it was told nothing
        Assert.True(lines.Count > 30, "The test has lost its log.");
        string[] secrets = [TestGateway.Phone[1..], Stranger[1..], TestGateway.Phone[3..], .. words];
        string[] told =
        [
            .. lines.Where(line =>
            {
                string bare = string.Concat(line.Where(c => !" ()-./".Contains(c, StringComparison.Ordinal)));
                return secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)
                    || bare.Contains(secret, StringComparison.OrdinalIgnoreCase));
            }),
        ];
        Assert.True(told.Length == 0, string.Join('\n', told.Take(10)));
    }
}
