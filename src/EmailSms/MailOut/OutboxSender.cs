using EmailSms.Messages;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.MailOut;

/// <summary>
/// Carries mail from the outbox to the smart host, in order, one at a time. A new mail wakes it; the clock wakes it for
/// retries.
/// <code>
///   TakeDue ──► SmartHost.Send ──► Sent ─────► settled
///      ▲                      ├──► Never ────► settled, loud
///      │                      ├──► Later ────► due again later, until it is too old
///      │                      ├──► Dropped ──► the same, and the host rests
///      └── WaitAsync          └──► HostDown ─► the host rests; the next host is asked, and no mail is touched
/// </code>
/// A mail is given up only after an attempt of its own that failed: a host that is away, for however long, loses
/// nothing. Of several hosts the first that does not rest gets each mail. What broke off under one host waits and does
/// not go to the next at once: the one may have it. Stopping ends the taking of mail, not the mail in hand.
/// </summary>
internal sealed class OutboxSender(
    Outbox outbox,
    SmartHostOptions options,
    IReadOnlyList<DkimOptions> keys,
    SqliteStore store,
    Func<DkimSignatures, IMailRoute> direct,
    TimeProvider time,
    ILogger<OutboxSender> log) : BackgroundService
{
    private const int BatchMax = 20;

    /// <summary>How long a connection is kept without mail. Firewalls forget theirs within minutes.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    /// <summary>Asking a host costs nothing, and when it is back all of the outbox goes.</summary>
    private static readonly TimeSpan HostRestMax = TimeSpan.FromMinutes(5);

    private int _troubles; // rounds that failed, one after the other

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (options.Host is null && !options.Direct)
        {
            log.NoSmartHost();
            return;
        }

        var signatures = new DkimSignatures(keys);
        List<Relay> relays = options.Direct
            ? [new Relay(direct(signatures))]
            : [.. options.Fallbacks.Prepend(options).Select(one => new Relay(
                new SmartHost(one, signatures, TokensOf(one))))];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                DueMail due = await outbox.TakeDueAsync(BatchMax).ConfigureAwait(false);
                if (due.Mails.Count == 0) await IdleAsync(relays, due.NextMs, stopping).ConfigureAwait(false);
                else await SendAsync(relays, due.Mails, stopping).ConfigureAwait(false);
                _troubles = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception trouble) // the database is away, say: no mail is lost by it, so wait and try again
            {
                TimeSpan pause = RestAfter(++_troubles);
                log.RoundFailed(trouble, _troubles, pause);
                await RestAsync(pause, stopping).ConfigureAwait(false);
            }
        }

        foreach (Relay relay in relays)
        {
            await relay.Host.CloseAsync().ConfigureAwait(false);
            relay.Host.Dispose();
        }
    }

    private AccessTokens? TokensOf(SmartHostAddress host) => host.OAuth.TokenUrl is null
        ? null
        : new AccessTokens(host.OAuth, host.UserName!, store, time);

    private async Task SendAsync(List<Relay> relays, IReadOnlyList<QueuedMail> due, CancellationToken stopping)
    {
        foreach (QueuedMail mail in due)
        {
            if (stopping.IsCancellationRequested) return;
            if (!await SendAsync(relays, mail, stopping).ConfigureAwait(false))
            {
                TimeSpan pause = relays.Min(one => one.RestUntil) - time.GetUtcNow();
                await RestAsync(pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(1), stopping)
                    .ConfigureAwait(false);
                return; // the rest is taken anew, with what has come due meanwhile
            }
        }
    }

    // False: there is nobody to give it to.
    private async Task<bool> SendAsync(List<Relay> relays, QueuedMail mail, CancellationToken stopping)
    {
        while (relays.Find(one => one.RestUntil <= time.GetUtcNow()) is { } relay)
        {
            SendResult result = await TrySendAsync(relay.Host, mail).ConfigureAwait(false);
            await SettleAsync(mail, result, stopping).ConfigureAwait(false);
            if (result is SendResult.HostDown or SendResult.Dropped)
            {
                TimeSpan pause = RestAfter(++relay.Troubles);
                relay.RestUntil = time.GetUtcNow() + pause;
                log.HostDown(
                    relay.Host.Name, relay.Troubles, pause,
                    result is SendResult.HostDown down ? ForeignText.Masked(down.Answer) : "It broke off.");
                if (result is SendResult.Dropped) return true;
                if (stopping.IsCancellationRequested) return true;
                continue;
            }

            if (relay.Troubles > 0) log.HostUp(relay.Host.Name);
            relay.Troubles = 0;
            return true;
        }

        return false;
    }

    private async Task<SendResult> TrySendAsync(IMailRoute host, QueuedMail mail)
    {
        try
        {
            return await host.SendAsync(mail.Mail).ConfigureAwait(false);
        }
        catch (Exception mistake) // ours, with this one mail: the mails behind it are not to wait for the repair
        {
            log.MailNotSendable(mistake, mail.Id);
            return new SendResult.Later(MailText.Line(mistake.Message));
        }
    }

    private async Task SettleAsync(QueuedMail mail, SendResult result, CancellationToken stopping)
    {
        // What the host has said is known here and nowhere else: forgetting it would send the mail a second time.
        for (int failures = 1; ; failures++)
        {
            try
            {
                await SettleOnceAsync(mail, result).ConfigureAwait(false);
                return;
            }
            catch (StoreException trouble) when (!stopping.IsCancellationRequested)
            {
                TimeSpan pause = PauseAfter(failures);
                log.RoundFailed(trouble, failures, pause);
                await RestAsync(pause, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task SettleOnceAsync(QueuedMail mail, SendResult result)
    {
        switch (result)
        {
            case SendResult.Sent:
                await outbox.SettleSentAsync(mail).ConfigureAwait(false);
                log.MailSent(mail.Id, mail.Mail.Kind, mail.Mail.SmsId);
                break;
            case SendResult.Never(string answer):
                await FailAsync(mail, answer).ConfigureAwait(false);
                break;
            case SendResult.Later(string answer):
                await PutOffAsync(mail, answer).ConfigureAwait(false);
                break;
            case SendResult.Dropped(string answer):
                await PutOffAsync(mail, answer).ConfigureAwait(false);
                break;
        }
    }

    private async Task PutOffAsync(QueuedMail mail, string answer)
    {
        if (time.GetUtcNow().ToUnixTimeMilliseconds() >= mail.Mail.ExpiresMs)
        {
            await FailAsync(mail, answer).ConfigureAwait(false);
            return;
        }

        TimeSpan pause = PauseAfter(mail.Attempts + 1);
        await outbox.SettleLaterAsync(mail, answer, pause).ConfigureAwait(false);
        log.MailPutOff(mail.Id, pause, mail.Attempts + 1, ForeignText.Masked(answer));
    }

    private async Task FailAsync(QueuedMail mail, string answer)
    {
        await outbox.SettleFailedAsync(mail, answer).ConfigureAwait(false);
        log.MailFailed(mail.Id, mail.Mail.Kind, mail.Mail.SmsId, ForeignText.Masked(answer));
    }

    private async Task IdleAsync(List<Relay> relays, long? nextMs, CancellationToken stopping)
    {
        long idleMs = (time.GetUtcNow() + IdleMax).ToUnixTimeMilliseconds();
        if (relays.Exists(one => one.Host.IsOpen) && (nextMs is null || nextMs > idleMs))
        {
            if (await outbox.WaitAsync(idleMs, stopping).ConfigureAwait(false)) return;
            foreach (Relay relay in relays) await relay.Host.CloseAsync().ConfigureAwait(false);
        }

        await outbox.WaitAsync(nextMs, stopping).ConfigureAwait(false);
    }

    private TimeSpan RestAfter(int failures) =>
        RetryDelay.After(failures, options.RetryFirst, HostRestMax, Random.Shared.NextDouble());

    private TimeSpan PauseAfter(int failures) =>
        RetryDelay.After(failures, options.RetryFirst, options.RetryMax, Random.Shared.NextDouble());

    private async Task RestAsync(TimeSpan pause, CancellationToken stopping) =>
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A way out, and until when it is left alone.</summary>
    private sealed class Relay(IMailRoute host)
    {
        public IMailRoute Host { get; } = host;

        public int Troubles { get; set; } // one after the other

        public DateTimeOffset RestUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
