using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

/// <summary>Every limit that is a time, on both sides, and what stopping does.</summary>
public sealed class TimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SmtpServerOptions _options = new();
    private int _given;

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void A_silence_is_over_at_its_end_and_not_before(int seconds, bool isOver)
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(TimeSpan.FromMinutes(1), isIdle: true);
        _time.Advance(seconds * Second);
        Assert.Equal(isOver ? Replies.Silence : null, patience.Verdict);
        Assert.Equal(isOver ? 1 : 0, _given);
    }

    [Fact]
    public void A_word_begins_the_silence_anew()
    {
        using var patience = new Patience(_options, _time, () => _given++);
        for (int i = 0; i < 5; i++)
        {
            patience.Begin(TimeSpan.FromMinutes(1), isIdle: true);
            _time.Advance(59 * Second);
            patience.End();
        }

        Assert.Null(patience.Verdict);
        patience.Begin(TimeSpan.FromMinutes(1), isIdle: true);
        _time.Advance(60 * Second);
        Assert.Equal(Replies.Silence, patience.Verdict);
    }

    [Fact]
    public void A_shorter_silence_after_a_longer_one_is_kept()
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(TimeSpan.FromMinutes(5), isIdle: true);
        patience.End();
        patience.Begin(Second, isIdle: true);
        _time.Advance(Second);
        Assert.Equal(Replies.Silence, patience.Verdict);
    }

    [Fact]
    public void Nobody_is_silent_while_it_is_our_turn()
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(Second, isIdle: true);
        patience.End();
        _time.Advance(20 * 60 * Second);
        Assert.Null(patience.Verdict);
        Assert.Equal(0, _given);
    }

    [Theory]
    [InlineData(29 * 60 + 59, false)]
    [InlineData(30 * 60, true)]
    public void A_session_ends_whatever_its_client_does(int seconds, bool isOver)
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(TimeSpan.FromMinutes(2), isIdle: false);
        for (int i = 0; i < seconds; i++)
        {
            patience.End();
            patience.Begin(TimeSpan.FromMinutes(2), isIdle: false);
            _time.Advance(Second);
        }

        Assert.Equal(isOver ? Replies.SessionOver : null, patience.Verdict);
    }

    [Fact]
    public void Stopping_wakes_an_idle_wait_at_once_and_any_later_one()
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(Second, isIdle: true);
        patience.Stop();
        Assert.Equal((Replies.Stopping, 1), (patience.Verdict, _given));

        using var other = new Patience(_options, _time, () => _given++);
        other.Stop();
        Assert.Null(other.Verdict);
        other.Begin(Second, isIdle: true);
        Assert.Equal(Replies.Stopping, other.Verdict);
    }

    [Fact]
    public void Stopping_gives_a_mail_in_flight_its_last_seconds()
    {
        using var patience = new Patience(_options, _time, () => _given++);
        patience.Begin(TimeSpan.FromMinutes(5), isIdle: false);
        patience.Stop();
        _time.Advance(_options.DrainMax - Second);
        Assert.Null(patience.Verdict);
        Assert.False(patience.Overdue.IsCancellationRequested);
        _time.Advance(Second);
        Assert.Equal((Replies.Stopping, 1), (patience.Verdict, _given));
        Assert.True(patience.Overdue.IsCancellationRequested);
    }

    [Fact]
    public async Task A_client_that_never_says_EHLO_is_told()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await AdvanceUntilAsync(_options.SilenceBeforeHeloMax, talk.HearAsync("421 4.4.2 Nothing heard"));
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_told()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await AdvanceUntilAsync(_options.SilenceMax, talk.HearAsync("421 4.4.2 Nothing heard"));
        await talk.HearTheEndAsync();
    }

    [Theory]
    [InlineData("Subject: hi\r\n", "421 4.4.2 Nothing heard")]
    [InlineData("Subject: hi\n\ntext\n.\n", "421 4.4.2 No CRLF.CRLF came")]
    public async Task A_client_that_falls_silent_in_a_mail_is_told_why_and_nothing_is_delivered(string mail, string why)
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await OpenDataAsync(talk);
        await talk.SayAsync(mail);
        await AdvanceUntilAsync(_options.SilenceMax, talk.HearAsync(why));
        await talk.HearTheEndAsync();
        Assert.Empty(room.Taken);
    }

    [Fact]
    public async Task A_stopping_server_tells_an_idle_client_at_once()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        Task stopped = room.Server.StopAsync(TestContext.Current.CancellationToken);
        await talk.HearAsync("421 4.3.2");
        await talk.HearTheEndAsync();
        await stopped.WaitAsync(20 * Second, TestContext.Current.CancellationToken);
        Assert.Contains("reset", room.Events);
    }

    [Fact]
    public async Task A_stopping_server_takes_the_mail_in_flight_and_then_says_goodbye()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await using WireTalk idle = await WireTalk.GreetedAsync(room.Address);
        await OpenDataAsync(talk);
        await talk.SayAsync("Subject: hi\r\n");
        Task stopped = room.Server.StopAsync(TestContext.Current.CancellationToken);
        await idle.HearAsync("421 4.3.2"); // so the stop is under way
        await talk.SayAsync("\r\ntext\r\n.\r\n");
        await talk.HearAsync("250 2.6.0");
        await talk.HearAsync("421 4.3.2");
        await talk.HearTheEndAsync();
        await stopped.WaitAsync(20 * Second, TestContext.Current.CancellationToken);
        Assert.Single(room.Taken);
    }

    [Fact]
    public async Task A_stopping_server_waits_for_a_handler_only_so_long()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Hold = async stopping =>
        {
            isHeld.SetResult();
            await Task.Delay(Timeout.Infinite, stopping);
        };
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await OpenDataAsync(talk);
        await talk.SayAsync(".\r\n");
        await isHeld.Task.WaitAsync(20 * Second, TestContext.Current.CancellationToken);
        await using WireTalk idle = await WireTalk.GreetedAsync(room.Address);
        Task stopped = room.Server.StopAsync(TestContext.Current.CancellationToken);
        await idle.HearAsync("421 4.3.2"); // so the stop is under way
        _time.Advance(_options.DrainMax - Second);
        Assert.False(stopped.IsCompleted);
        _time.Advance(Second); // and not a second more, or the server cuts before the last reply
        await talk.HearAsync("421 4.3.2");
        await stopped.WaitAsync(20 * Second, TestContext.Current.CancellationToken);
        Assert.Empty(room.Taken);
    }

    [Fact]
    public async Task A_server_stops_in_time_whatever_its_handlers_do()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isReleased = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Hold = _ =>
        {
            isHeld.SetResult();
            return isReleased.Task;
        };
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await OpenDataAsync(talk);
        await talk.SayAsync(".\r\n");
        await isHeld.Task.WaitAsync(20 * Second, TestContext.Current.CancellationToken);
        await AdvanceUntilAsync(_options.DrainMax, room.Server.StopAsync(TestContext.Current.CancellationToken));
        isReleased.SetResult();
    }

    [Fact]
    public async Task A_client_that_never_reads_its_replies_is_cut_off()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.JunkCommandsMax = 100_000, _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        Task said = talk.SayAsync(string.Concat(Enumerable.Repeat("HELP\r\n", 99_000))); // 9 MB of replies
        await AdvanceUntilAsync(_options.SilenceMax, DisposedAsync(room));
        // Its end may be a reset, too.
        await Task.WhenAny(said).WaitAsync(20 * Second, TestContext.Current.CancellationToken);
    }

    private static async Task DisposedAsync(Mailroom room)
    {
        for (int i = 0; i < 2000 && !room.Events.Contains("disposed"); i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Contains("disposed", room.Events);
    }

    private static async Task OpenDataAsync(WireTalk talk)
    {
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
    }

    // The session begins its wait at a moment of its own, so the clock goes on in small steps until it is heard, and
    // at least once the whole length: a limit that never comes fails at the deadline of the hearing.
    private async Task AdvanceUntilAsync(TimeSpan length, Task heard)
    {
        while (!heard.IsCompleted)
        {
            _time.Advance(length / 10);
            await Task.WhenAny(heard, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await heard;
    }
}
