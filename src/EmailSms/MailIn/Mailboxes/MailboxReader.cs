using System.Net.Sockets;
using EmailSms.MailOut;
using EmailSms.Store;
using MailKit;
using MailKit.Security;
using Microsoft.Extensions.Hosting;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>
/// Reads one mailbox for as long as the service runs: what is new is decided about, noted, and then moved, marked or
/// deleted. A crash in between is made good by the next look.
/// </summary>
internal sealed class MailboxReader(
    MailboxOptions options, FetchDesk desk, SqliteStore store, TimeProvider time,
    ILogger<MailboxReader> log) : BackgroundService
{
    private const int DescribedMax = 200;
    private const string Unread = "The mail could not be read";

    private static readonly TimeSpan ReconnectFirst = TimeSpan.FromSeconds(1);

    private readonly MailboxLogin _login = new(options, store, time);
    private bool _hasWaiting;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _login.Dispose();
        base.Dispose();
    }

    /// <summary>Whether it is the way to the server that has failed, or the server's own "no".</summary>
    internal static bool IsLoss(Exception trouble) => trouble is IOException or SocketException or ProtocolException
        or CommandException or AuthenticationException or SslHandshakeException or ServiceNotConnectedException
        or ServiceNotAuthenticatedException or FolderNotFoundException or TimeoutException or NotSupportedException
        or OperationCanceledException or TokenRefusedException or StoreException or UnauthorizedAccessException;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        int failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(() => failures = 0, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble)
            {
#pragma warning disable CA5394 // it spreads connections, and keeps no secret
                TimeSpan pause = RetryDelay.After(
                    ++failures, ReconnectFirst, options.ReconnectMax, Random.Shared.NextDouble());
#pragma warning restore CA5394
                string reason = $"{trouble.GetType().Name}: {MailText.Line(trouble.Message)}";
                log.MailboxLost(options.Name, options.Host, pause, reason, IsLoss(trouble) ? null : trouble);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReadAsync(Action works, CancellationToken stopping)
    {
        await using IMailDrop drop = options.Protocol is MailboxProtocol.Imap
            ? new ImapDrop(options, _login, time)
            : new Pop3Drop(options, _login, time);
        await drop.OpenAsync(stopping).ConfigureAwait(false);
        log.MailboxOpened(options.Name, options.Host, options.Folder);
        while (true)
        {
            bool isAll = desk.HasRoom;
            if (isAll) await LookAsync(drop, stopping).ConfigureAwait(false);
            works();
            TimeSpan atMost = isAll && !_hasWaiting ? TimeSpan.MaxValue : options.PollInterval;
            await drop.WaitAsync(atMost, stopping).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(IMailDrop drop, CancellationToken stopping)
    {
        IReadOnlyList<string> here = await drop.ListAsync(stopping).ConfigureAwait(false);
        Dictionary<string, SeenMail> known = desk.Seen.Of(options.Source, drop.Validity);
        var present = new HashSet<string>(here, StringComparer.Ordinal);
        List<string> gone =
        [
            .. known.Where(one => !present.Contains(one.Key) && desk.Seen.IsLongAgo(one.Value))
                .Select(one => one.Key),
        ];
        if (gone.Count > 0)
        {
            await desk.Seen.ForgetAsync(options.Source, drop.Validity, gone).ConfigureAwait(false);
        }

        _hasWaiting = false;
        List<string> fresh = [.. here.Where(uid => !known.ContainsKey(uid))];
        if (fresh.Count > 0 && known.Count == 0 && desk.Seen.HasOtherValidity(options.Source, drop.Validity))
        {
            log.UidsAreNew(options.Name, drop.Validity);
        }

        // What is new comes first: a DNS that makes many mails wait takes its time for each of them again.
        IEnumerable<string> waiting = here.Where(uid => known.TryGetValue(uid, out SeenMail? mail) && mail.Waits);
        foreach (string[] some in fresh.Chunk(DescribedMax).Concat(waiting.Chunk(DescribedMax)))
        {
            await TakeAllAsync(drop, some, known, stopping).ConfigureAwait(false);
        }

        // Whatever keeps the server from it, alarms are read before.
        List<string> unsettled =
        [
            .. known.Where(one => one.Value is { IsSettled: false, Waits: false } && present.Contains(one.Key))
                .Select(one => one.Key),
        ];
        if (unsettled.Count > 0) await SettleAsync(drop, unsettled, stopping).ConfigureAwait(false);
    }

    private async Task TakeAllAsync(
        IMailDrop drop, string[] some, Dictionary<string, SeenMail> known, CancellationToken stopping)
    {
        List<FetchedKey> old = [];
        foreach (DropMail mail in await drop.DescribeAsync(some, stopping).ConfigureAwait(false))
        {
            stopping.ThrowIfCancellationRequested();
            var key = new FetchedKey(options.Source, drop.Validity, mail.Uid);
            SeenMail? waits = known.GetValueOrDefault(mail.Uid);
            DateTimeOffset oldest = time.GetUtcNow() - options.AgeMax;
            bool isOld = mail.ArrivedAt < oldest || waits?.At < oldest;
            if (isOld && waits is null)
            {
                old.Add(key);
                continue;
            }

            switch (await DecideAsync(drop, mail, key, isOld, stopping).ConfigureAwait(false))
            {
                case FetchDecision.Settled:
                    await SettleAsync(drop, [mail.Uid], stopping).ConfigureAwait(false);
                    break;
                case FetchDecision.Waits:
                    _hasWaiting = true;
                    break;
                case FetchDecision.Unread when isOld:
                    old.Add(key);
                    break;
                case FetchDecision.Unread:
                    await desk.Seen.NoteUnreadAsync(key, Unread).ConfigureAwait(false);
                    _hasWaiting = true;
                    break;
                default: // it is gone
                    break;
            }
        }

        if (old.Count == 0) return;
        await desk.LeaveAsync(old).ConfigureAwait(false);
        log.OldMailsLeft(options.Name, old.Count, options.AgeMax);
    }

    private async Task<FetchDecision> DecideAsync(
        IMailDrop drop, DropMail mail, FetchedKey key, bool isExpired, CancellationToken stopping)
    {
        if (desk.TooBig(mail.SizeBytes) is { } no)
        {
            return await ReadAsync(
                drop, mail, isHeaderOnly: true, header => desk.RefuseAsync(options, key, header, no, stopping),
                stopping).ConfigureAwait(false);
        }

        if (!isExpired && mail.Author is { } author && desk.IsOfStranger(options, author))
        {
            FetchDecision decision = await ReadAsync(
                drop, mail, isHeaderOnly: true, header => desk.TakeHeaderAsync(options, key, header, stopping),
                stopping).ConfigureAwait(false);
            if (decision is not FetchDecision.NeedsAll) return decision;
        }

        return await ReadAsync(
            drop, mail, isHeaderOnly: false,
            content => isExpired
                ? desk.ExpireAsync(options, key, content, stopping)
                : desk.TakeAsync(options, key, content, stopping),
            stopping).ConfigureAwait(false);
    }

    // Whatever a mail is made of, the others behind it get their turn.
    private async Task<FetchDecision> ReadAsync(
        IMailDrop drop, DropMail mail, bool isHeaderOnly, Func<Stream, Task<FetchDecision>> decide,
        CancellationToken stopping)
    {
        Stream? content = await drop.FetchAsync(mail.Uid, isHeaderOnly, stopping).ConfigureAwait(false);
        if (content is null) return FetchDecision.Gone;
        await using (content)
        {
            try
            {
                return await decide(content).ConfigureAwait(false);
            }
            catch (Exception trouble) when (!stopping.IsCancellationRequested)
            {
                log.FetchedMailNotRead(trouble, options.Name, mail.Uid);
                return FetchDecision.Unread;
            }
        }
    }

    // A server that says no to this may still show what is new.
    private async Task SettleAsync(IMailDrop drop, List<string> uids, CancellationToken stopping)
    {
        try
        {
            await drop.SettleAsync(uids, stopping).ConfigureAwait(false);
        }
        catch (Exception no) when (no is CommandException or FolderNotFoundException or FolderNotOpenException)
        {
            log.MailsNotSettled(options.Name, options.After, uids.Count, MailText.Line(no.Message));
            return;
        }

        if (!drop.IsSettledAtOnce) return;
        await desk.Seen.SettleAsync(options.Source, drop.Validity, uids).ConfigureAwait(false);
    }
}
