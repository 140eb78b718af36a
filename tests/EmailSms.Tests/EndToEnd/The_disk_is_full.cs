using EmailSms.Messages;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

public sealed class The_disk_is_full
{
    private const int MailsMax = 1000;

    [Fact]
    public async Task So_new_mail_stays_with_its_sender_what_was_taken_goes_out_and_room_is_seen_again()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Store.SizeBytesMax = 1_000_000;
                settings.Addresses.SameTextPerHourMax = 0;
            },
            draft => draft with { PartsMax = 10 });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        string text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"));
        (int taken, string answer) = (0, "");
        while (taken < MailsMax)
        {
            answer = await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>");
            if (!answer.StartsWith('2')) break;
            await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250");
            await smtp.AskAsync("DATA", "354");
            await smtp.SayAsync($"Subject: {taken}\r\n\r\n{text}\r\n.\r\n");
            answer = await smtp.HearAsync();
            if (!answer.StartsWith('2')) break;
            taken++;
        }

        Assert.Equal("452 4.3.1 Insufficient storage, please try again later", answer);
        Assert.InRange(taken, 10, MailsMax - 1);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == taken);

        // A person can still answer: the last tenth of the store is for those who are on their way.
        await test.TextAsync("Thank you");
        Assert.Equal([TestGateway.Staff], (await test.NextMailAsync()).Recipients);

        await using (SqliteStore other = SqliteStore.Open(
            new StoreOptions { Folder = test.Settings.Store.Folder }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance))
        {
            await other.WriteAsync(db =>
            {
                foreach (string table in (string[])["event", "submission", "sms", "mail"])
                {
                    db.Execute($"delete from {table}");
                }
            });
        }

        await TestGateway.UntilAsync(() => test.Store.HasRoom);
        await test.SendAsync(TestGateway.Mail("There is room"));
        Assert.Equal("There is room", (await test.SmsInStateAsync(SmsState.Delivered)).Body);
    }
}
