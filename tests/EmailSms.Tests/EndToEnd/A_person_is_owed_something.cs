using System.Globalization;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Consent and quiet hours, from the command to the reply to RCPT.</summary>
public sealed class A_person_is_owed_something
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164(TestGateway.Phone);

    [Fact]
    public async Task Their_consent_where_the_rule_demands_one()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: rule => rule with
        {
            Options = "class",
            Compliance = new ComplianceRules { Consents = ["normal:marketing"] },
        });
        Assert.Equal(
            "Sender rule 1 needs this person's consent to marketing, and none is recorded",
            await RefusedAsync(test));
        await test.SendAsync(TestGateway.Mail("Fire", to: $"{TestGateway.Phone}+class=urgent"));
        await test.NextSmsAsync();

        Assert.Equal("", await RunAsync(
            test, "consent", "add", TestGateway.Phone, "--purpose", "marketing", "--method", "web-form",
            "--source", "https://shop.example/join", "--shown", "Yes, send me offers", "--evidence", "192.0.2.7"));
        await test.SendAsync(TestGateway.Mail("Ten per cent off"));
        Assert.Equal("Ten per cent off", (await test.NextSmsAsync()).Text);

        // STOP ends it, START is a consent of its own, and all of it stays on record.
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        await test.NextSmsAsync();
        Assert.Equal("", await RunAsync(test, "optouts", "remove", TestGateway.Phone));
        Assert.Contains("consent to marketing", await RefusedAsync(test), StringComparison.Ordinal);
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        await test.TextAsync("START");
        await test.NextMailAsync();
        await test.NextSmsAsync();
        await test.SendAsync(TestGateway.Mail("Welcome back"));
        Assert.Equal("Welcome back", (await test.NextSmsAsync()).Text);
        Assert.Equal(
            [("web-form", "stop"), ("keyword", null)],
            test.Store.Read(db => Consents.Of(db, Number)).Select(one => (one.Method, one.WithdrawnHow)));

        string csv = await RunAsync(test, "consent", "export", "--number", TestGateway.Phone);
        Assert.Contains(",web-form,https://shop.example/join,\"Yes, send me offers\",192.0.2.7,", csv,
            StringComparison.Ordinal);
        Assert.Equal("", await RunAsync(test, "consent", "withdraw", TestGateway.Phone, "--purpose", "marketing"));
        Assert.Equal(
            "No consent of +447700900123 holds.", await RunAsync(test, "consent", "withdraw", TestGateway.Phone));
        Assert.Contains("consent to marketing", await RefusedAsync(test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_sleep_so_that_an_SMS_waits_or_is_refused_and_an_urgent_one_is_not()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.QuietHours.Open =
            [
                OpenIn(hours: 3, QuietAction.Delay), OpenIn(hours: 3, QuietAction.Refuse, "marketing"),
            ],
            rule => rule with { Options = "class" });
        await test.SendAsync(TestGateway.Mail("Good morning"));
        await test.SendAsync(TestGateway.Mail("Wake up", to: $"{TestGateway.Phone}+class=urgent"));
        Assert.Equal("Wake up", (await test.NextSmsAsync()).Text);
        await test.SmsInStateAsync(SmsState.Delivered);
        SmsRecord waits = await test.SmsInStateAsync(SmsState.Queued);
        DateTimeOffset due = DateTimeOffset.FromUnixTimeMilliseconds(waits.DueMs);
        Assert.InRange(due - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(3.1));
        Assert.Equal(0, due.Minute);

        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "ads@shop.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            DefaultRegion = "GB",
            Compliance = new ComplianceRules { Purpose = "marketing" },
        });
        string refused = await RefusedAsync(test, "ads@shop.example");
        Assert.StartsWith("It is quiet hours where this person is; send it from ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_sleep_from_an_SMS_too_that_was_late()
    {
        await using TestGateway test = await TestGateway.StartAsync(startGateway: false);
        await test.StartGatewayAsync();
        test.Phones.Behaviour.RejectStatus = CommandStatus.SystemError;
        await test.SendAsync(TestGateway.Mail("Late"));
        await TestGateway.UntilAsync(() => test.Phones.Counts.Submits > 0);
        await test.StopGatewayAsync();

        test.Phones.Behaviour.RejectStatus = CommandStatus.Ok;
        test.Settings.QuietHours.Open = [OpenIn(hours: 3, QuietAction.Refuse)]; // night has come
        await test.StartGatewayAsync();
        SmsRecord late = await test.SmsInStateAsync(SmsState.Queued);
        await TestGateway.UntilAsync(() => test.Kinds(late.Id).Contains(Timeline.Postponed));
        Assert.DoesNotContain(Timeline.Sent, test.Kinds(late.Id));
    }

    private static OpenHoursOptions OpenIn(int hours, QuietAction action, string purpose = "")
    {
        DateTimeOffset opens = TimeZoneInfo.ConvertTime(
            TimeProvider.System.GetUtcNow().AddHours(hours), TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        return new OpenHoursOptions
        {
            Purpose = purpose,
            Hours = string.Create(CultureInfo.InvariantCulture, $"{opens:HH}:00-{opens.AddHours(1):HH}:00"),
            Action = action,
        };
    }

    private static async Task<string> RefusedAsync(TestGateway test, string from = TestGateway.Staff) =>
        (await test.SendRefusedAsync(TestGateway.Mail("News", from: from))).Message
            .Replace("5.7.1 ", "", StringComparison.Ordinal);

    private static async Task<string> RunAsync(TestGateway test, params string[] words)
    {
        (_, string output, string errors) = await test.RunAsync(words);
        return output + errors;
    }
}
