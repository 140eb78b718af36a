using System.Text;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailOut;

/// <summary>The sender with a real database and a real SMTP server; only the clock is moved by hand.</summary>
public sealed class OutboxSenderTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly RecordedLog<OutboxSender> _log = new();
    private readonly TemporaryStore _disk;
    private readonly SmartHostOptions _options = new() { Host = "127.0.0.1", Tls = SmartHostTls.None };
    private SmtpSink _sink = SmtpSink.Open();
    private Outbox _outbox;
    private OutboxSender? _sender;

    public OutboxSenderTests()
    {
        _disk = new TemporaryStore(_clock);
        _outbox = new Outbox(_disk.Store, _options, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _sink.DisposeAsync();
        _outbox.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_reaches_the_host_with_the_null_reverse_path()
    {
        await StartAsync();
        await EnqueueAsync("Subject: hi\r\n\r\n.dot\r\ntext\r\n");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);

        SunkMail mail = Assert.Single(_sink.Mails);
        Assert.Equal("", mail.From);
        Assert.Equal("ann@x.example", mail.To);
        Assert.Equal("Subject: hi\r\n\r\n.dot\r\ntext\r\n", Encoding.ASCII.GetString(mail.Content));
        Assert.Equal(["sent"], States());
        await Eventually.IsAsync(() => _log.Count(1501) == 1); // said once it is settled
    }

    [Fact]
    public async Task A_mail_that_wants_its_bounces_says_where()
    {
        await StartAsync();
        await EnqueueAsync(Mail("a") with { EnvelopeFrom = "bounce@gw.example" });
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
        Assert.Equal("bounce@gw.example", _sink.Mails[0].From);
    }

    [Fact]
    public async Task Many_mails_go_in_order_over_one_connection()
    {
        await _disk.Store.WriteAsync(db =>
        {
            for (int i = 0; i < 45; i++) _outbox.Enqueue(db, Mail($"mail {i}"));
        });
        await StartAsync();
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(Enumerable.Range(0, 45).Select(i => $"mail {i}"), Bodies());
        Assert.Equal(1, _sink.Connections);
    }

    [Theory]
    [InlineData("Mail")]
    [InlineData("Recipient")]
    [InlineData("Data")]
    [InlineData("EndOfData")]
    public async Task A_mail_put_off_by_the_host_is_tried_again(string stage)
    {
        bool busy = true;
        _sink.Answer = (at, _) => busy && at.ToString() == stage ? "451 4.3.0 busy" : null;
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _log.Count(1502) == 1);
        Assert.Equal(["queued"], States());
        Assert.Contains("451 4.3.0 busy", Error(), StringComparison.Ordinal);
        Assert.Empty(_sink.Mails);

        busy = false;
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0, _clock, TimeSpan.FromSeconds(5));
        Assert.Equal(["a"], Bodies());
        Assert.Equal(["sent"], States());
    }

    [Theory]
    [InlineData("Mail")]
    [InlineData("Recipient")]
    [InlineData("Data")]
    [InlineData("EndOfData")]
    public async Task A_mail_refused_by_the_host_has_failed_for_good_and_loudly(string stage)
    {
        List<(string? Sms, string? Error)> told = [];
        _outbox.Settled = (_, queued, error) => told.Add((queued.Mail.SmsId, error));
        int count = 0;
        _sink.Answer = (at, _) => at.ToString() == stage && count++ == 0 ? "550 5.1.1 no such mailbox" : null;
        await StartAsync();
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(["failed", "sent"], States());
        Assert.Equal(["b"], Bodies());
        Assert.Equal(LogLevel.Error, Assert.Single(_log.Lines, line => line.Id == 1503).Level);
        Assert.Equal([("sms", "550 5.1.1 no such mailbox"), ("sms", null)], told);
        Assert.Equal(1, _sink.Connections); // and the connection is fit for the next
    }

    [Theory]
    [InlineData("Hello", "421 4.3.2 closing")]
    [InlineData("Greeting", "554 5.3.2 go away")]
    [InlineData("Mail", "530 5.7.0 authentication required")]
    [InlineData("Recipient", "538 5.7.11 encryption required")]
    [InlineData("Mail", "421 4.7.0 closing")]
    [InlineData("Auth", "535 5.7.8 wrong password")]
    public async Task A_host_that_takes_no_mail_at_all_is_no_fault_of_the_mail(string stage, string answer)
    {
        (_options.UserName, _options.Password) = ("gw", "secret");
        _sink.Offers = ["AUTH PLAIN"];
        _sink.Answer = (at, _) => at.ToString() == stage ? answer : null;
        await StartAsync();
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await Eventually.IsAsync(() => _log.Count(1504) >= 4, _clock, Minute);
        Assert.Equal(["queued", "queued"], States());
        Assert.Equal([0, 0], Attempts());

        _sink.Answer = (_, _) => null;
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0, _clock, Minute);
        Assert.Equal(["a", "b"], Bodies());
        Assert.Equal(1, _log.Count(1507));
    }

    [Fact]
    public async Task The_host_is_told_who_we_are()
    {
        (_options.UserName, _options.Password, _options.HeloName) = ("gw", "secret", "gw.example");
        _sink.Offers = ["AUTH PLAIN"];
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
        Assert.Equal("EHLO gw.example", _sink.Commands[0]);
        Assert.Equal("AUTH PLAIN " + Convert.ToBase64String("\0gw\0secret"u8), _sink.Commands[1]);
    }

    [Fact]
    public async Task A_host_that_is_away_for_a_week_loses_nothing()
    {
        await _sink.DisposeAsync();
        _sink = await SmtpSink.AwayAsync();
        await StartAsync();
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await Eventually.IsAsync(() => _log.Count(1504) == 1);
        _clock.Advance(TimeSpan.FromDays(7));
        await Eventually.IsAsync(() => _log.Count(1504) >= 2);
        Assert.Equal(["queued", "queued"], States());
        Assert.Equal([0, 0], Attempts());

        _sink.Start();
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0, _clock, Minute);
        Assert.Equal(["a", "b"], Bodies());
    }

    [Fact]
    public async Task Without_the_TLS_that_is_asked_for_nothing_is_said()
    {
        _options.Tls = SmartHostTls.StartTls;
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _log.Count(1504) >= 1);
        Assert.DoesNotContain(_sink.Commands, line => line.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.Equal([0], Attempts());
    }

    [Fact]
    public async Task A_connection_that_ended_between_mails_is_opened_anew_at_once()
    {
        // The host hangs up at the second MAIL of a connection, as one does that counts.
        int mails = 0;
        _sink.Answer = (at, _) => at is SinkStage.Mail && ++mails % 2 == 0 ? SmtpSink.HangUp : null;
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
        await EnqueueAsync("b");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(["a", "b"], Bodies());
        Assert.Equal(2, _sink.Connections);
        Assert.Equal(0, _log.Count(1502) + _log.Count(1504)); // nobody waited for it
    }

    [Fact]
    public async Task A_host_that_went_and_came_back_between_mails_gets_the_next()
    {
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        await _sink.StopAsync();
        _sink.Start();
        await EnqueueAsync("b");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(["a", "b"], Bodies());
    }

    [Theory]
    [InlineData("Mail")]
    [InlineData("Recipient")]
    [InlineData("Data")]
    [InlineData("EndOfData")]
    public async Task A_mail_that_breaks_the_connection_waits_and_lets_the_others_go(string stage)
    {
        _sink.Answer = (at, _) => at.ToString() == stage && _sink.Connections == 1 ? SmtpSink.HangUp : null;
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _log.Count(1502) == 1 && _log.Count(1504) == 1);
        Assert.Equal([1], Attempts());
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0, _clock, TimeSpan.FromSeconds(5));
        Assert.Equal(["a"], Bodies());
    }

    [Fact]
    public async Task A_mail_is_given_up_when_it_is_too_old_and_an_attempt_has_failed()
    {
        _sink.Answer = (at, _) => at is SinkStage.Recipient ? "450 4.2.1 mailbox busy" : null;
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _log.Count(1502) == 1);
        _clock.Advance(TimeSpan.FromDays(5) - Minute);
        await Eventually.IsAsync(() => _log.Count(1502) == 2);
        Assert.Equal(["queued"], States());
        await Eventually.IsAsync(() => _log.Count(1503) == 1, _clock, Minute);
        Assert.Equal(["failed"], States());
        Assert.Contains("450 4.2.1 mailbox busy", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waited_longer_than_it_may_is_still_tried_once()
    {
        await EnqueueAsync("a");
        _clock.Advance(TimeSpan.FromDays(6)); // the service was off
        await StartAsync();
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(["a"], Bodies());
    }

    [Fact]
    public async Task Stopping_finishes_the_mail_in_hand_and_takes_no_other()
    {
        var gate = new TaskCompletionSource();
        _sink.EndOfDataGate = gate.Task;
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await StartAsync();
        await Eventually.IsAsync(() => _sink.Commands.Any(line => line == "DATA"));
        Task stopping = _sender!.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Deadline);
        Assert.Equal(["sent", "queued"], States());
        Assert.Equal(["a"], Bodies());
        Assert.Equal("QUIT", _sink.Commands[^1]);
    }

    [Fact]
    public async Task What_was_queued_before_a_restart_is_sent_after_it()
    {
        await EnqueueAsync("a");
        await _disk.ReopenAsync();
        _outbox.Dispose();
        _outbox = new Outbox(_disk.Store, _options, _clock);
        await StartAsync();
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
        Assert.Equal(["a"], Bodies());
    }

    [Fact]
    public async Task Without_a_smart_host_mail_stays_and_one_warning_says_so()
    {
        _options.Host = null;
        await StartAsync();
        await EnqueueAsync("a");
        await _sender!.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10), Deadline);
        _clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(["queued"], States());
        Assert.Equal((1505, LogLevel.Warning), (Assert.Single(_log.Lines).Id, _log.Lines[0].Level));
    }

    [Fact]
    public async Task An_address_the_host_cannot_take_holds_nobody_up()
    {
        await StartAsync();
        await EnqueueAsync(Mail("a") with { To = EmailAddress.Parse("jürgen@x.example") }); // no SMTPUTF8 is offered
        await EnqueueAsync(Mail("b") with { To = EmailAddress.Parse("a b@x..y") });
        await EnqueueAsync(Mail("c") with { To = EmailAddress.Parse("a b@x.example") });
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal(["failed", "failed", "sent"], States());
        Assert.Equal("\"a b\"@x.example", Assert.Single(_sink.Mails).To);
        Assert.DoesNotContain(_sink.Commands, line => line.Contains("rgen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_in_UTF_8_goes_to_a_host_that_takes_it()
    {
        _sink.Offers = ["8BITMIME", "SMTPUTF8"];
        await StartAsync();
        await EnqueueAsync(Mail("a") with { To = EmailAddress.Parse("jürgen@x.example") });
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        Assert.Equal("jürgen@x.example", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(_sink.Mails[0].To)));
        Assert.EndsWith("SMTPUTF8", _sink.Commands[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_no_mail_holds_nobody_up()
    {
        await StartAsync();
        await EnqueueAsync(Mail("a") with { Content = [] });
        await EnqueueAsync(Mail("b") with { EnvelopeFrom = "a@b@c@" });
        await EnqueueAsync("c");
        await Eventually.IsAsync(() => _sink.Mails.Any(m => Body(m) == "c"));
        Assert.DoesNotContain(1506, _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task With_nothing_to_do_it_says_goodbye_and_touches_neither_disk_nor_host()
    {
        await StartAsync();
        await EnqueueAsync("a");
        await Eventually.IsAsync(() => _outbox.Count().Queued == 0);
        await Eventually.IsAsync(() => _sink.Commands[^1] == "QUIT", _clock, TimeSpan.FromSeconds(10));

        int commits = 0;
        _disk.Store.Committed = () => Interlocked.Increment(ref commits);
        for (int hours = 1; hours <= 24; hours++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await _disk.Store.WriteAsync(_ => { }); // behind whatever that hour has asked for
        }

        await Eventually.IsAsync(() => Volatile.Read(ref commits) >= 24);
        Assert.Equal(24, commits);
        Assert.Equal(1, _sink.Connections);
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    private static OutgoingMail Mail(string body) => new(
        MailKind.Notice, "", EmailAddress.Parse("ann@x.example"),
        Encoding.ASCII.GetBytes(
            body.StartsWith("Subject:", StringComparison.Ordinal) ? body : $"Subject: x\r\n\r\n{body}"),
        "sms");

    private static string Body(SunkMail mail) => Encoding.ASCII.GetString(mail.Content).Split("\r\n\r\n")[^1].TrimEnd();

    private async Task StartAsync()
    {
        _options.Port = _sink.Port;
        _sender = new OutboxSender(
            _outbox, _options, [], _disk.Store, _ => throw new InvalidOperationException(), _clock, _log);
        await _sender.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        if (_sender is null) return;
        await _sender.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        _sender.Dispose();
    }

    private Task<string> EnqueueAsync(string body) => EnqueueAsync(Mail(body));

    private Task<string> EnqueueAsync(OutgoingMail mail) => _disk.Store.WriteAsync(db => _outbox.Enqueue(db, mail));

    private List<string> Bodies() => [.. _sink.Mails.Select(Body)];

    private List<string> States() =>
        _disk.Store.Read(db => db.Query("select state from outbox order by id", row => row.GetString(0)));

    private List<int> Attempts() =>
        _disk.Store.Read(db => db.Query("select attempts from outbox order by id", row => row.GetInt32(0)));

    private string Error() => (string)_disk.Store.Read(db => db.Scalar("select error from outbox"))!;
}
