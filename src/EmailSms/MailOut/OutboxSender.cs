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
///      └── WaitAsync          └──► HostDown ─► the host rests; no mail is touched
/// </code>
/// A mail is given up only after an attempt of its own that failed: a host that is away, for however long, loses
/// nothing. Stopping ends the taking of mail, not the mail in hand.
/// </summary>
internal sealed class OutboxSender(
    Outbox outbox,
    SmartHostOptions options,
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
        if (options.Host is null)
        {
            log.NoSmartHost();
            return;
        }

        using var host = new SmartHost(options);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                DueMail due = await outbox.TakeDueAsync(BatchMax).ConfigureAwait(false);
                if (due.Mails.Count == 0) await IdleAsync(host, due.NextMs, stopping).ConfigureAwait(false);
                else await SendAsync(host, due.Mails, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception trouble) // the database is away, say: no mail is lost by it, so wait and try again
            {
                TimeSpan pause = NextPause();
                log.RoundFailed(trouble, _troubles, pause);
                await RestAsync(pause, stopping).ConfigureAwait(false);
            }
        }

        await host.CloseAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(SmartHost host, IReadOnlyList<QueuedMail> due, CancellationToken stopping)
    {
        foreach (QueuedMail mail in due)
        {
            if (stopping.IsCancellationRequested) return;
            SendResult result = await TrySendAsync(host, mail).ConfigureAwait(false);
            await SettleAsync(mail, result, stopping).ConfigureAwait(false);
            if (result is SendResult.HostDown or SendResult.Dropped)
            {
                TimeSpan pause = NextPause();
                log.HostDown(_troubles, pause, result is SendResult.HostDown down ? down.Answer : "It broke off.");
                await RestAsync(pause, stopping).ConfigureAwait(false);
                return; // the rest is taken anew, with what has come due meanwhile
            }

            if (_troubles > 0) log.HostUp();
            _troubles = 0;
        }
    }

    private async Task<SendResult> TrySendAsync(SmartHost host, QueuedMail mail)
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
        log.MailPutOff(mail.Id, pause, mail.Attempts + 1, answer);
    }

    private async Task FailAsync(QueuedMail mail, string answer)
    {
        await outbox.SettleFailedAsync(mail, answer).ConfigureAwait(false);
        log.MailFailed(mail.Id, mail.Mail.Kind, mail.Mail.SmsId, answer);
    }

    private async Task IdleAsync(SmartHost host, long? nextMs, CancellationToken stopping)
    {
        long idleMs = (time.GetUtcNow() + IdleMax).ToUnixTimeMilliseconds();
        if (host.IsOpen && (nextMs is null || nextMs > idleMs))
        {
            if (await outbox.WaitAsync(idleMs, stopping).ConfigureAwait(false)) return;
            await host.CloseAsync().ConfigureAwait(false);
        }

        await outbox.WaitAsync(nextMs, stopping).ConfigureAwait(false);
    }

    private TimeSpan NextPause() =>
        RetryDelay.After(++_troubles, options.RetryFirst, HostRestMax, Random.Shared.NextDouble());

    private TimeSpan PauseAfter(int failures) =>
        RetryDelay.After(failures, options.RetryFirst, options.RetryMax, Random.Shared.NextDouble());

    private async Task RestAsync(TimeSpan pause, CancellationToken stopping) =>
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
