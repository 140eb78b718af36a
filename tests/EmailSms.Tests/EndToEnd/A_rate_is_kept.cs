using EmailSms.Delivery;
using EmailSms.Queue;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>SMS that share a rate wait for their turn on disk, and hold up nobody else's.</summary>
public sealed class A_rate_is_kept
{
    [Fact]
    public async Task Those_to_a_country_go_one_after_the_other_and_others_past_them()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Throttles = [new ThrottleOptions { Countries = ["GB"], PartsPerMinute = 60 }]);
        MimeMessage mail = TestGateway.Mail("Hello");
        foreach (string to in new[] { "+447700900124", "+447700900125", "+12025550123" })
        {
            mail.To.Add(MailboxAddress.Parse($"{to}@{TestGateway.Domain}"));
        }

        long began = TimeProvider.System.GetTimestamp();
        await test.SendAsync(mail);
        await TestGateway.UntilAsync(() => test.Store.Read(
            db => SmsRecord.Search(db, new SmsSearch())).Exists(sms => sms.Reason == Settlement.Throttle));
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 4);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1.9));

        List<SmsRecord> all = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()));
        SmsRecord abroad = all.Single(sms => sms.To.E164 == "+12025550123");
        Assert.Equal(abroad.StateMs, all.Min(sms => sms.StateMs), 1000d);
        Assert.All(all, sms => Assert.Equal(1, sms.Attempts)); // waiting is no attempt
        Assert.All(all, sms => Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, Timeline.Delivered], test.Kinds(sms.Id)));
    }
}
