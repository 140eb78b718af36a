using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;

namespace EmailSms.Tests.EndToEnd;

/// <summary>One gateway for all stories of a class in which nothing is ever sent.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    public const string OptedOutNumber = "+447700900555";
    public const int MailBytesMax = 64 * 1024;

    internal TestGateway Test { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.Limits.MailBytesMax = MailBytesMax;
            settings.Smtp.Limits.ErrorsMax = 1000;
            settings.Smtp.Limits.RefusalsMax = 1000;
            settings.Smtp.Limits.UnknownRecipientsMax = 1000;
            settings.Smtp.Limits.UnknownRecipientsPerHourMax = 10_000;
            settings.Smtp.Limits.ErrorDelay = TimeSpan.Zero;
            settings.Smtp.Limits.ConnectionsPerMinuteMax = 10_000;
        });
        await Test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "ups@plant.example",
            Networks = "127.0.0.2/32",
            Destinations = "*",
        });
        await Test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "@uk.example",
            Networks = "127.0.0.0/8",
            Destinations = "GB !+447700900666",
        });
        await Test.Store.WriteAsync(db => OptOuts.Record(
            db, PhoneNumber.FromE164(OptedOutNumber), OptOuts.Everything, "stop", null,
            DateTimeOffset.Parse("2026-11-01T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture)
                .ToUnixTimeMilliseconds()));
    }

    /// <summary>That nothing was made of what was refused: no SMS, no mail, and the gateway still takes mail.</summary>
    internal async Task AssertNothingCameOfItAsync(RawSmtp smtp)
    {
        await smtp.AskAsync("RSET", "250 2.0.0 OK");
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250 2.1.0 Sender OK");
        await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250 2.1.5 Recipient OK");
        await smtp.AskAsync("RSET", "250 2.0.0 OK");
        Assert.Empty(Test.Store.Read(SmsRecord.Count));
        Assert.Equal(0, Test.Gateway.Outbox.Count().Queued);
        Assert.Equal(0, Test.Phones.Counts.Submits);
    }

    public ValueTask DisposeAsync() => Test.DisposeAsync();
}
