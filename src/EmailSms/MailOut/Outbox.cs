using System.Data.Common;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>How full the outbox is.</summary>
/// <param name="Queued">Mails that wait.</param>
/// <param name="Failed">Mails that were given up.</param>
/// <param name="OldestQueuedMs">When the one that waits longest came in, unix milliseconds; null: none waits.</param>
internal sealed record OutboxCounts(long Queued, long Failed, long? OldestQueuedMs);

/// <summary>A mail of the outbox, for a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>notice</c>, <c>reply</c> or <c>forward</c>.</param>
/// <param name="State"><c>queued</c> or <c>failed</c>.</param>
/// <param name="CreatedMs">When it came in, unix milliseconds.</param>
/// <param name="DueMs">When it is tried next, if it waits.</param>
/// <param name="Attempts">How often it was tried in vain.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="Sms">The SMS that it is about.</param>
/// <param name="Error">What was said the last time.</param>
internal sealed record OutboxEntry(
    string Id, string Kind, string State, long CreatedMs, long DueMs, int Attempts, string To, string? Sms,
    string? Error);

/// <summary>What is to be sent now.</summary>
/// <param name="Mails">In the order they came in.</param>
/// <param name="NextMs">If there is none: when the next is due, unix milliseconds; null where none waits.</param>
internal sealed record DueMail(IReadOnlyList<QueuedMail> Mails, long? NextMs);

/// <summary>
/// Mail that waits to be sent, on disk. A mail is <c>queued</c>, then <c>sent</c> or <c>failed</c>. What is sent leaves
/// its row and not its content; what failed keeps both, so that it can be read and sent after all.
/// </summary>
internal sealed class Outbox(SqliteStore store, SmartHostOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The mails that wait or were given up: sealed on disk where there is a key.</summary>
    public static readonly SealedColumn Content = new("outbox", "content");

    private readonly SemaphoreSlim _bell = new(0, 1);
    private long _lastStampMs; // touched by the writer's thread alone

    /// <summary>What the mails that are put in are to be worded by.</summary>
    public MailTemplates Words { get; init; } = MailTemplates.Shipped;

    /// <summary>
    /// Told of the end of every mail, in the write that keeps it: its database, the mail, and the host's answer where
    /// it was given up.
    /// </summary>
    public Action<StoreSession, QueuedMail, string?>? Settled { get; set; }

    /// <summary>
    /// Puts a mail in, as a piece of a larger write, and wakes the sender. It asks the store for what is due, behind
    /// this write, so it never looks before the mail is there. Returns the mail's id.
    /// </summary>
    public string Enqueue(StoreSession db, OutgoingMail mail)
    {
        long nowMs = NowMs;

        // Version 7 ids of one millisecond are in no order; mails to one mailbox are to arrive in theirs.
        _lastStampMs = Math.Max(nowMs, _lastStampMs + 1);
        string id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_lastStampMs)).ToString();
        db.Execute(
            """
            insert into outbox (id, kind, state, created_ms, due_ms, expires_ms, mail_from, rcpt_to, content, sms_id,
                                more_sms)
            values (@id, @kind, 'queued', @now, @now, @expires, @from, @to, @content, @smsId, @more)
            """,
            ("@id", id), ("@kind", Word(mail.Kind)), ("@now", nowMs),
            ("@expires", mail.ExpiresMs ?? nowMs + (long)options.GiveUpAfter.TotalMilliseconds),
            ("@from", mail.EnvelopeFrom), ("@to", mail.To.ToString()),
            ("@content", db.Texts.Seal(Content, id, mail.Content)),
            ("@smsId", mail.SmsId), ("@more", mail.MoreSms.Count == 0 ? null : string.Join(' ', mail.MoreSms)));
        Ring();
        return id;
    }

    /// <summary>
    /// Up to <paramref name="limit"/> mails that are due. Only one sender asks (the data folder is locked to one
    /// process), so nothing is marked.
    /// </summary>
    public Task<DueMail> TakeDueAsync(int limit) =>
        store.WriteAsync(db =>
        {
            List<QueuedMail> all = db.Query(
                """
                select id, kind, mail_from, rcpt_to, content, sms_id, expires_ms, attempts, more_sms from outbox
                 where state = 'queued' and due_ms <= @now order by due_ms, id limit @limit
                """,
                row => Read(db, row), ("@now", NowMs), ("@limit", limit));
            List<QueuedMail> due = all.FindAll(one => one.Mail.Content.Length > 0);
            foreach (QueuedMail broken in all.Except(due)) GiveUp(db, broken, SealedTexts.Broken);
            long? next = due.Count > 0 ? null
                : all.Count > 0 ? NowMs
                : (long?)db.Scalar("select due_ms from outbox where state = 'queued' order by due_ms limit 1");
            return new DueMail(due, next);
        });

    /// <summary>The host has it.</summary>
    public Task SettleSentAsync(QueuedMail queued) => store.WriteAsync(db =>
    {
        db.Execute(
            "update outbox set state = 'sent', content = x'', error = null, attempts = attempts + 1 where id = @id",
            ("@id", queued.Id));
        Settled?.Invoke(db, queued, null);
    });

    /// <summary>It never will be sent.</summary>
    public Task SettleFailedAsync(QueuedMail queued, string error) =>
        store.WriteAsync(db => GiveUp(db, queued, error));

    /// <summary>It is tried again when <paramref name="pause"/> is over.</summary>
    public Task SettleLaterAsync(QueuedMail queued, string error, TimeSpan pause) => store.WriteAsync(db =>
    {
        db.Execute(
            "update outbox set due_ms = @due, error = @error, attempts = attempts + 1 where id = @id",
            ("@id", queued.Id), ("@due", NowMs + (long)pause.TotalMilliseconds), ("@error", error));
    });

    /// <summary>
    /// Gives mail that was given up another life, as long as the first, and what is put off its turn now. Whoever does
    /// it wakes the sender.
    /// </summary>
    /// <param name="db">The write.</param>
    /// <param name="id">Which mail; null: all of them.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <returns>How many mails that were.</returns>
    public static int Retry(StoreSession db, string? id, long nowMs)
    {
        int count = db.Execute(
            """
            update outbox
               set state = 'queued', due_ms = @now, attempts = 0,
                   expires_ms = iif(state = 'failed', @now + expires_ms - created_ms, expires_ms)
             where state in ('queued', 'failed') and (@id is null or id = @id)
            """,
            ("@id", id), ("@now", nowMs));
        if (count > 0) db.Note("retried", id is null ? "outbox" : $"mail {id}", after: new { count });
        return count;
    }

    /// <summary>Mails that wait or were given up, the oldest first, without their content.</summary>
    /// <param name="db">The store.</param>
    /// <param name="failedOnly">Those that were given up alone.</param>
    public static List<OutboxEntry> List(StoreSession db, bool failedOnly) => db.Query(
        """
        select id, kind, state, created_ms, due_ms, attempts, rcpt_to, sms_id, error from outbox
         where state = 'failed' or (state = 'queued' and not @failed) order by id
        """,
        row => new OutboxEntry(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetInt32(5),
            row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8)),
        ("@failed", failedOnly ? 1L : 0L));

    /// <summary>Counts what waits and what was given up.</summary>
    public OutboxCounts Count() => store.Read(Count);

    /// <summary>The same inside a write.</summary>
    public static OutboxCounts Count(StoreSession db) => db.Query(
        """
        select count(*) filter (where state = 'queued'), count(*) filter (where state = 'failed'),
               min(created_ms) filter (where state = 'queued')
          from outbox where state in ('queued', 'failed')
        """,
        row => new OutboxCounts(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)))[0];

    /// <summary>Forgets what was put in before then and is sent or failed. Returns how many rows that were.</summary>
    public static int Purge(StoreSession db, DateTimeOffset before) => db.Execute(
        "delete from outbox where created_ms < @before and state <> 'queued'",
        ("@before", before.ToUnixTimeMilliseconds()));

    /// <summary>
    /// Sleeps until a mail is put in or that time has come, whichever is first. False: the time has come.
    /// </summary>
    public async Task<bool> WaitAsync(long? untilMs, CancellationToken stopping)
    {
        if (untilMs is not { } until)
        {
            await _bell.WaitAsync(stopping).ConfigureAwait(false);
            return true;
        }

        TimeSpan pause = TimeSpan.FromMilliseconds(Math.Clamp(until - NowMs, 0, int.MaxValue));
        using var due = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stopping);
        try
        {
            await _bell.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bell.Dispose();

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Wakes the sender. Rung on the writer's thread alone, so between the look and the release there is nobody to make
    /// it two.
    /// </summary>
    public void Ring()
    {
        if (_bell.CurrentCount == 0) _bell.Release();
    }

    private void GiveUp(StoreSession db, QueuedMail queued, string error)
    {
        db.Execute(
            "update outbox set state = 'failed', error = @error, attempts = attempts + 1 where id = @id",
            ("@id", queued.Id), ("@error", error));
        Settled?.Invoke(db, queued, error);
    }

    private static string Word(MailKind kind) => kind switch
    {
        MailKind.Notice => "notice",
        MailKind.Reply => "reply",
        MailKind.Forward => "forward",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static QueuedMail Read(StoreSession db, DbDataReader row) => new(
        row.GetString(0),
        new OutgoingMail(
            Enum.Parse<MailKind>(row.GetString(1), ignoreCase: true),
            row.GetString(2),
            EmailAddress.Parse(row.GetString(3)),
            db.Texts.TryOpen(Content, row.GetString(0), (byte[])row.GetValue(4), out byte[] content) ? content : [],
            row.IsDBNull(5) ? null : row.GetString(5),
            row.GetInt64(6))
        {
            MoreSms = row.IsDBNull(8) ? [] : row.GetString(8).Split(' '),
        },
        row.GetInt32(7));
}
