using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

/// <summary>What one client may do to the others: each limit on both sides.</summary>
public sealed class DefenceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_connection_after_the_last_of_a_minute_is_told_and_the_next_minute_is_free()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ConnectionsPerMinuteMax = 2, _time);
        for (int i = 0; i < 2; i++)
        {
            await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
            await talk.AskAsync("QUIT", "221");
        }

        for (int i = 0; i < 2; i++)
        {
            await using WireTalk refused = await WireTalk.ConnectAsync(room.Address);
            await refused.HearAsync("421 4.7.0 Too many new connections from your network");
            await refused.HearTheEndAsync();
            _time.Advance(30 * Second - TimeSpan.FromMilliseconds(1));
        }

        _time.Advance(Second);
        await using WireTalk later = await WireTalk.GreetedAsync(room.Address);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 80)]
    [InlineData(7, 140)]
    public void An_error_costs_more_time_the_more_there_were(int errors, int milliseconds)
    {
        SessionLimits limits = Limits(new SmtpServerOptions());
        for (int i = 0; i < errors; i++)
        {
            limits.TakeDelay();
            limits.Blame(Replies.UnknownCommand);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), limits.TakeDelay());
        Assert.Equal(TimeSpan.Zero, limits.TakeDelay());
    }

    [Fact]
    public void A_delay_has_an_end()
    {
        var options = new SmtpServerOptions { ErrorsMax = 10_000, ErrorDelay = 10 * Second };
        SessionLimits limits = Limits(options);
        for (int i = 0; i < 1000; i++) limits.Blame(Replies.UnknownCommand);
        Assert.Equal(10 * Second, limits.TakeDelay());
    }

    [Fact]
    public async Task The_reply_to_an_error_is_held_back()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ErrorDelay = Second, _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        for (int i = 0; i < 3; i++) await talk.AskAsync("FROB", "500");
        await talk.SayAsync("FROB\r\n");
        await AdvanceUntilAsync(talk.HearAsync("500"), atLeast: 4 * Second);
        await talk.AskAsync("NOOP", "250");
    }

    [Fact]
    public async Task The_unknown_recipient_after_the_last_ends_the_session()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.UnknownRecipientsMax = 2;
            options.ErrorDelay = TimeSpan.Zero;
        });
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        for (int i = 0; i < 3; i++) await talk.AskAsync("RCPT TO:<refused@gw.example>", "550 5.7.1");
        for (int i = 0; i < 2; i++) await talk.AskAsync("RCPT TO:<nobody@gw.example>", "550 5.1.1");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("RCPT TO:<nobody@gw.example>", "421 4.7.1 Too many unknown recipients");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task Unknown_recipients_of_an_hour_are_counted_over_all_sessions_of_an_address()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.UnknownRecipientsPerHourMax = 2, _time);
        for (int i = 0; i < 2; i++) await OfferToNobodyAsync(room, "550 5.1.1");
        await OfferToNobodyAsync(room, "421 4.7.1");
        _time.Advance(TimeSpan.FromHours(1) - Second);
        await OfferToNobodyAsync(room, "421 4.7.1");
        _time.Advance(Second);
        await OfferToNobodyAsync(room, "550 5.1.1");
    }

    [Fact]
    public async Task A_client_that_speaks_before_the_greeting_is_noticed()
    {
        using var log = new HeardLog();
        await using Mailroom room = await Mailroom.OpenAsync(options => options.GreetingDelay = Second, _time, log);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("EHLO client.example\r\n");
        await AdvanceUntilAsync(talk.HearAsync("220"), atLeast: Second);
        await talk.HearAsync("250");
        Assert.True(Assert.Single(room.Sessions).SpokeEarly);
        Assert.Contains(5015, log.Events);
    }

    [Fact]
    public async Task A_client_that_waits_for_the_greeting_is_not()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.RefusesEarlyTalkers = true);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        Assert.False(Assert.Single(room.Sessions).SpokeEarly);
    }

    [Fact]
    public async Task A_client_that_speaks_before_the_greeting_is_turned_away_where_the_host_says_so()
    {
        await using Mailroom room = await Mailroom.OpenAsync(
            options =>
            {
                options.RefusesEarlyTalkers = true;
                options.GreetingDelay = Second;
            },
            _time);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("EHLO client.example\r\n");
        await AdvanceUntilAsync(talk.HearAsync("554 5.5.1 You spoke before the greeting"), atLeast: Second);
        await talk.HearTheEndAsync();
        Assert.Empty(room.Sessions);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("GET /")]
    [InlineData("POST /form HTTP/1.0")]
    [InlineData("PRI * HTTP/2.0")]
    [InlineData("OPTIONS *")]
    [InlineData("CONNECT mx.example:25 HTTP/1.1")]
    [InlineData("SSH-2.0-OpenSSH_9.2")]
    [InlineData("\x16\x03\x01\x02\0\x01")]
    public async Task Another_protocol_is_told_at_its_first_words(string words)
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.SayAsync(words + "\r\nHost: mx.example\r\n\r\nMAIL FROM:<ann@a.example>\r\n");
        await talk.HearAsync("421 4.7.0 This is an SMTP server");
        await talk.HearTheEndAsync();
        Assert.DoesNotContain(room.Events, told => told != "disposed");
    }

    [Theory]
    [InlineData("GETS me nothing", "500 5.5.1")]
    [InlineData("get / lower case", "500 5.5.1")]
    [InlineData("NOOP / HTTP/1.1", "250")]
    public async Task What_only_looks_like_another_protocol_is_a_command_like_any(string line, string reply)
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync(line, reply);
        await talk.AskAsync("NOOP", "250");
        await talk.AskAsync("POST / HTTP/1.1", "421 4.7.0");
        await talk.HearTheEndAsync();
    }

    [Theory]
    [InlineData("X: {0}\r\n\r\ntext\r\n", "554 5.6.0 The mail has a header larger than 1024 bytes")]
    [InlineData(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b\r\n\r\n",
        "554 5.6.0 The mail has more than 1 part")]
    [InlineData(
        "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n",
        "554 5.6.0 The mail has parts within parts more than 1 deep")]
    [InlineData("Received: a\r\nReceived: b\r\n\r\ntext\r\n", "554 5.4.6 This mail runs in a circle")]
    public async Task A_mail_that_costs_too_much_to_read_is_refused_at_its_end(string mail, string reply)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.HeaderBytesMax = 1024;
            options.MimePartsMax = 1;
            options.MimeDepthMax = 1;
            options.ReceivedMax = 1;
        });
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.SayAsync(mail.Replace("{0}", new string('x', 2000), StringComparison.Ordinal) + ".\r\nNOOP\r\n");
        await talk.HearAsync(reply);
        await talk.HearAsync("250 2.0.0");
        Assert.Empty(room.Taken);
    }

    [Fact]
    public async Task A_command_that_trickles_is_cut_off_and_one_that_comes_in_time_is_not()
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync("NO");
        _time.Advance(20 * Second);
        await talk.SayAsync("OP\r\n");
        await talk.HearAsync("250");

        Task heard = talk.HearAsync("421 4.4.2 A command took too long to come");
        for (int i = 0; i < 1000 && !heard.IsCompleted; i++)
        {
            if (i < 50) await talk.SayAsync("x");
            _time.Advance(5 * Second);
            await Task.WhenAny(heard, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await heard;
        await talk.HearTheEndAsync();
    }

    [Theory]
    [InlineData(60, 1, true)]
    [InlineData(61, 99, false)]
    [InlineData(61, 100, true)]
    [InlineData(120, 5_999, false)]
    [InlineData(120, 6_000, true)]
    public void A_mail_has_a_minute_and_then_a_hundred_octets_a_second(int seconds, int bytes, bool isFastEnough)
    {
        var rate = new DataRate(bytesPerSecondMin: 100);
        Assert.True(rate.Add(0, Second));
        Assert.Equal(isFastEnough, rate.Add(bytes, (seconds - 1) * Second));
        Assert.True(new DataRate(bytesPerSecondMin: 0).Add(1, TimeSpan.FromDays(1)));
    }

    [Theory]
    [InlineData("DATA", "354")]
    [InlineData("BDAT 1000 LAST", null)]
    public async Task A_mail_that_trickles_is_cut_off(string command, string? reply)
    {
        await using Mailroom room = await Mailroom.OpenAsync(time: _time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.SayAsync(command + "\r\n");
        if (reply is not null) await talk.HearAsync(reply);
        Task heard = talk.HearAsync("421 4.4.2 The mail comes too slowly");
        for (int i = 0; i < 900 && !heard.IsCompleted; i++)
        {
            await talk.SayAsync("x");
            _time.Advance(Second);
            await Task.WhenAny(heard, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await heard;
        await talk.HearTheEndAsync();
        Assert.Empty(room.Taken);
    }

    private SessionLimits Limits(SmtpServerOptions options) =>
        new(options, new ClientRecord(new Defences(options, _time), IPAddress.Loopback, options));

    private static async Task OfferToNobodyAsync(Mailroom room, string reply)
    {
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<nobody@gw.example>", reply);
    }

    // The server begins its wait at a moment of its own, so the clock goes on in small steps.
    private async Task AdvanceUntilAsync(Task heard, TimeSpan atLeast)
    {
        DateTimeOffset from = _time.GetUtcNow();
        while (!heard.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(heard, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await heard;
        Assert.True(_time.GetUtcNow() - from >= atLeast, "It came before its time.");
    }

    /// <summary>The ids of what was logged.</summary>
    private sealed class HeardLog : ILoggerFactory, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<int> Events { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId id, TState state, Exception? trouble, Func<TState, Exception?, string> format) =>
            Events.Enqueue(id.Id);

        public void Dispose()
        {
        }
    }
}
