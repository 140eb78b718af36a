using System.Net.Sockets;
using EmailSms.MailOut;
using EmailSms.Smtp;
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

    private static readonly TimeSpan ReconnectFirst = TimeSpan.FromSeconds(1);

    private readonly MailboxLogin _login = new(options, store, time);
    private readonly Dictionary<string, SmtpReply> _waiting = new(StringComparer.Ordinal);

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
            TimeSpan atMost = isAll && _waiting.Count == 0 ? TimeSpan.MaxValue : options.PollInterval;
            await drop.WaitAsync(atMost, stopping).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(IMailDrop drop, CancellationToken stopping)
    {
        IReadOnlyList<string> here = await drop.ListAsync(stopping).ConfigureAwait(false);
        Dictionary<string, bool> known = desk.Seen.Of(options.Source, drop.Validity);
        var present = new HashSet<string>(here, StringComparer.Ordinal);
        List<string> unsettled =
            [.. known.Where(one => !one.Value && present.Contains(one.Key)).Select(one => one.Key)];
        if (unsettled.Count > 0) await SettleAsync(drop, unsettled, stopping).ConfigureAwait(false);
        List<string> gone = [.. known.Keys.Where(uid => !present.Contains(uid))];
        if (gone.Count > 0)
        {
            await desk.Seen.ForgetAsync(options.Source, drop.Validity, gone).ConfigureAwait(false);
        }

        foreach (string uid in _waiting.Keys.Where(uid => !present.Contains(uid)).ToList()) _waiting.Remove(uid);
        List<string> fresh = [.. here.Where(uid => !known.ContainsKey(uid))];
        if (fresh.Count > 0 && known.Count == 0 && desk.Seen.HasOtherValidity(options.Source, drop.Validity))
        {
            log.UidsAreNew(options.Name, drop.Validity);
        }

        foreach (string[] some in fresh.Chunk(DescribedMax))
        {
            await TakeAllAsync(drop, some, stopping).ConfigureAwait(false);
        }
    }

    private async Task TakeAllAsync(IMailDrop drop, string[] fresh, CancellationToken stopping)
    {
        List<FetchedKey> old = [];
        foreach (DropMail mail in await drop.DescribeAsync(fresh, stopping).ConfigureAwait(false))
        {
            stopping.ThrowIfCancellationRequested();
            var key = new FetchedKey(options.Source, drop.Validity, mail.Uid);
            bool isOld = mail.ArrivedAt < time.GetUtcNow() - options.AgeMax;
            SmtpReply? no = desk.TooBig(mail.SizeBytes)
                ?? (isOld ? _waiting.GetValueOrDefault(mail.Uid) : null);
            if (isOld && no is not { Code: < 500 })
            {
                old.Add(key);
                continue;
            }

            SmtpReply? reply = no is null && mail.Author is { } author && desk.IsOfStranger(options, author)
                ? await DecideAsync(
                    drop, mail, isHeaderOnly: true, content => desk.TakeHeaderAsync(options, key, content, stopping),
                    stopping).ConfigureAwait(false)
                : null;
            reply ??= await DecideAsync(
                drop, mail, desk.TooBig(mail.SizeBytes) is not null,
                async content => no is null
                    ? await desk.TakeAsync(options, key, content, stopping).ConfigureAwait(false)
                    : await desk.RefuseAsync(options, key, content, no, stopping).ConfigureAwait(false),
                stopping).ConfigureAwait(false);
            if (reply is null) continue; // it is gone
            if (reply.Code is >= 400 and < 500)
            {
                _waiting[mail.Uid] = reply;
                continue;
            }

            _waiting.Remove(mail.Uid);
            await SettleAsync(drop, [mail.Uid], stopping).ConfigureAwait(false);
        }

        if (old.Count == 0) return;
        await desk.LeaveAsync(old).ConfigureAwait(false);
        log.OldMailsLeft(options.Name, old.Count, options.AgeMax);
    }

    // Whatever a mail is made of, the others behind it get their turn.
    private async Task<SmtpReply?> DecideAsync(
        IMailDrop drop, DropMail mail, bool isHeaderOnly, Func<Stream, Task<SmtpReply?>> decide,
        CancellationToken stopping)
    {
        Stream? content = await drop.FetchAsync(mail.Uid, isHeaderOnly, stopping).ConfigureAwait(false);
        if (content is null) return null;
        await using (content)
        {
            try
            {
                return await decide(content).ConfigureAwait(false);
            }
            catch (Exception trouble) when (!stopping.IsCancellationRequested)
            {
                log.FetchedMailNotRead(trouble, options.Name, mail.Uid);
                return SmtpReply.LocalError;
            }
        }
    }

    private async Task SettleAsync(IMailDrop drop, IReadOnlyList<string> uids, CancellationToken stopping)
    {
        await drop.SettleAsync(uids, stopping).ConfigureAwait(false);
        if (!drop.IsSettledAtOnce) return;
        await desk.Seen.SettleAsync(options.Source, drop.Validity, uids).ConfigureAwait(false);
    }
}
