namespace EmailSms.Smtp.Tests;

public sealed class ParallelTests
{
    [Fact]
    public async Task Two_hundred_sessions_at_a_time_get_each_their_own_replies()
    {
        const int sessions = 200;
        const int mails = 5;
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.ConnectionsPerAddressMax = sessions;
            options.ConnectionsPerMinuteMax = sessions;
        });
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(session => TalkAsync(room, session, mails)));

        string[] wanted = [.. Enumerable.Range(0, sessions * mails).Select(n =>
            $"s{n / mails}@a.example {n / mails}.{n % mails}\r\n").Order()];
        string[] got = [.. room.Taken.Select(mail => $"{mail.From.Address} {mail.Text}").Order()];
        Assert.Equal(wanted, got);
    }

    private static async Task TalkAsync(Mailroom room, int session, int mails)
    {
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        for (int mail = 0; mail < mails; mail++)
        {
            await talk.SayAsync($"MAIL FROM:<s{session}@a.example>\r\nRCPT TO:<bob@gw.example>\r\nDATA\r\n");
            await talk.HearAsync("250 2.1.0");
            await talk.HearAsync("250 2.1.5");
            await talk.HearAsync("354");
            await talk.SayAsync($"{session}.{mail}\r\n.\r\n");
            await talk.HearAsync("250 2.6.0");
        }

        await talk.AskAsync("QUIT", "221");
        await talk.HearTheEndAsync();
    }
}
