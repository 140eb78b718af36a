using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailOut;

public sealed class OutboxTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly Outbox _outbox;

    public OutboxTests()
    {
        _disk = new TemporaryStore(_clock);
        _outbox = new Outbox(_disk.Store, new SmartHostOptions(), _clock);
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        return _disk.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_comes_out_as_it_was_put_in()
    {
        var mail = new OutgoingMail(
            MailKind.Reply, "bounce@gw.example", EmailAddress.Parse("ann@x.example"), [0, 13, 10, 255], "sms-1", 42);
        string id = await _disk.Store.WriteAsync(db => _outbox.Enqueue(db, mail));

        QueuedMail queued = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal(id, queued.Id);
        Assert.Equal(0, queued.Attempts);
        Assert.Equal(mail.Content, queued.Mail.Content);
        Assert.Equal(mail, queued.Mail with { Content = mail.Content });
    }

    [Fact]
    public async Task What_says_nothing_of_its_end_is_given_up_after_five_days()
    {
        await EnqueueAsync("a");
        QueuedMail queued = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal(_clock.GetUtcNow().AddDays(5).ToUnixTimeMilliseconds(), queued.Mail.ExpiresMs);
    }

    [Fact]
    public async Task Mails_of_one_millisecond_keep_their_order()
    {
        string[] ids = await _disk.Store.WriteAsync(db =>
            Enumerable.Range(0, 50).Select(i => _outbox.Enqueue(db, Mail($"m{i}"))).ToArray());
        Assert.Equal(ids, (await _outbox.TakeDueAsync(50)).Mails.Select(m => m.Id));
        Assert.Equal(ids.Take(3), (await _outbox.TakeDueAsync(3)).Mails.Select(m => m.Id));
    }

    [Fact]
    public async Task A_write_that_fails_puts_nothing_in()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _disk.Store.WriteAsync(db =>
        {
            _outbox.Enqueue(db, Mail("a"));
            throw new InvalidOperationException();
        }));
        Assert.Empty((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal(new OutboxCounts(0, 0, null), _outbox.Count());
    }

    [Fact]
    public async Task A_mail_put_off_is_due_when_its_pause_is_over_and_not_before()
    {
        await EnqueueAsync("a");
        QueuedMail queued = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        await _outbox.SettleLaterAsync(queued, "451 later", TimeSpan.FromMinutes(1));

        _clock.Advance(TimeSpan.FromMilliseconds(59_999));
        DueMail none = await _outbox.TakeDueAsync(10);
        Assert.Empty(none.Mails);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds() + 1, none.NextMs);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Assert.Single((await _outbox.TakeDueAsync(10)).Mails).Attempts);
    }

    [Fact]
    public async Task The_counts_tell_what_waits_since_when_and_what_was_given_up()
    {
        long firstMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        await EnqueueAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await EnqueueAsync("b");
        await EnqueueAsync("c");
        Assert.Equal(new OutboxCounts(3, 0, firstMs), _outbox.Count());

        IReadOnlyList<QueuedMail> due = (await _outbox.TakeDueAsync(10)).Mails;
        await _outbox.SettleSentAsync(due[0]);
        await _outbox.SettleFailedAsync(due[1], "550 no");
        Assert.Equal(new OutboxCounts(1, 1, firstMs + 5000), _outbox.Count());
    }

    [Fact]
    public async Task Sent_mail_leaves_its_row_without_its_words()
    {
        await EnqueueAsync("secret");
        await _outbox.SettleSentAsync(Assert.Single((await _outbox.TakeDueAsync(10)).Mails));
        Assert.Equal(
            ("sent", 0L),
            Assert.Single(_disk.Store.Read(db => db.Query(
                "select state, length(content) from outbox", row => (row.GetString(0), row.GetInt64(1))))));
    }

    [Fact]
    public async Task A_failed_mail_can_be_sent_after_all()
    {
        string id = await EnqueueAsync("a");
        await _outbox.SettleFailedAsync(Assert.Single((await _outbox.TakeDueAsync(10)).Mails), "550 no");
        _clock.Advance(TimeSpan.FromDays(9));

        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(0, await _disk.Store.WriteAsync(db => Outbox.Retry(db, "another", now)));
        Assert.Equal(1, await _disk.Store.WriteAsync(db => Outbox.Retry(db, id, now)));
        QueuedMail again = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal(0, again.Attempts);
        Assert.Equal("a"u8, again.Mail.Content);
        Assert.Equal(now + (long)new SmartHostOptions().GiveUpAfter.TotalMilliseconds, again.Mail.ExpiresMs);
    }

    [Fact]
    public async Task A_mail_that_was_put_off_can_have_its_turn_now_and_one_that_was_sent_cannot()
    {
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        IReadOnlyList<QueuedMail> due = (await _outbox.TakeDueAsync(10)).Mails;
        await _outbox.SettleSentAsync(due[0]);
        await _outbox.SettleLaterAsync(due[1], "451 later", TimeSpan.FromHours(1));
        Assert.Empty((await _outbox.TakeDueAsync(10)).Mails);

        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(1, await _disk.Store.WriteAsync(db => Outbox.Retry(db, id: null, now)));
        QueuedMail again = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal((due[1].Id, due[1].Mail.ExpiresMs), (again.Id, again.Mail.ExpiresMs));
    }

    [Fact]
    public async Task Old_rows_are_forgotten_but_never_a_mail_that_waits()
    {
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await _outbox.SettleSentAsync((await _outbox.TakeDueAsync(10)).Mails[0]);
        DateTimeOffset then = _clock.GetUtcNow();
        Assert.Equal(0, await _disk.Store.WriteAsync(db => Outbox.Purge(db, then)));
        Assert.Equal(1, await _disk.Store.WriteAsync(db => Outbox.Purge(db, then.AddMilliseconds(1))));
        Assert.Equal(1, _outbox.Count().Queued);
    }

    [Fact]
    public async Task The_end_of_a_mail_is_told_in_the_write_that_keeps_it()
    {
        List<(string? Sms, string? Error)> told = [];
        _outbox.Settled = (db, queued, error) =>
        {
            told.Add((queued.Mail.SmsId, error));
            Assert.NotNull(
                db.Scalar("select 1 from outbox where state <> 'queued' and id = @id", ("@id", queued.Id)));
        };
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        IReadOnlyList<QueuedMail> due = (await _outbox.TakeDueAsync(10)).Mails;
        await _outbox.SettleLaterAsync(due[0], "451 later", TimeSpan.Zero); // no end yet
        await _outbox.SettleSentAsync(due[0]);
        await _outbox.SettleFailedAsync(due[1], "550 no");
        Assert.Equal([("sms-a", null), ("sms-b", "550 no")], told);
    }

    [Fact]
    public async Task A_listener_that_throws_leaves_the_mail_as_it_was()
    {
        _outbox.Settled = (_, _, _) => throw new InvalidOperationException();
        await EnqueueAsync("a");
        QueuedMail queued = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _outbox.SettleSentAsync(queued));
        QueuedMail still = Assert.Single((await _outbox.TakeDueAsync(10)).Mails);
        Assert.Equal("a"u8, still.Mail.Content);
    }

    [Fact]
    public async Task The_bell_wakes_and_the_clock_wakes()
    {
        await EnqueueAsync("a");
        Assert.True(await _outbox.WaitAsync(null, Deadline)); // rung before anybody slept
        Task<bool> untilDue = _outbox.WaitAsync(_clock.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds(), Deadline);
        Assert.False(untilDue.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await untilDue);

        using var stop = new CancellationTokenSource();
        Task<bool> stopped = _outbox.WaitAsync(null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    private static OutgoingMail Mail(string content) => new(
        MailKind.Notice, "", EmailAddress.Parse("ann@x.example"), System.Text.Encoding.ASCII.GetBytes(content),
        $"sms-{content}");

    private Task<string> EnqueueAsync(string content) =>
        _disk.Store.WriteAsync(db => _outbox.Enqueue(db, Mail(content)));
}
