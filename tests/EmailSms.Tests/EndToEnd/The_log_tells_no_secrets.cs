using EmailSms.Messages;
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

        IReadOnlyList<string> lines = logs.Lines;
        Assert.Contains(lines, line => line.Contains(" Trace ", StringComparison.Ordinal)
            || line.Contains(" Debug ", StringComparison.Ordinal)); // or it was told nothing
        Assert.True(lines.Count > 30, "The test has lost its log.");
        string[] secrets =
        [
            TestGateway.Phone[1..], Stranger[1..], TestGateway.Phone[3..], "Zebrafish", "albatross", "Okapi",
            "Pangolin",
            "Capybara", "Axolotl", Password,
        ];
        string[] told =
        [
            .. lines.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase))),
        ];
        Assert.True(told.Length == 0, string.Join('\n', told.Take(10)));
    }
}
