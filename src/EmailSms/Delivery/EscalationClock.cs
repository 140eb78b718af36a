using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Delivery;

/// <summary>
/// Wakes when somebody on call has had their time: the next person is texted, or the owner is told that nobody took the
/// alarm. Both are one write with the step itself. It sleeps until the next step is due; it never polls.
/// </summary>
internal sealed class EscalationClock(
    SqliteStore store, Escalations escalations, Action<StoreSession, FollowUp> count, Outbox outbox, string domain,
    TimeProvider time,
    ILogger<EscalationClock> log) : BackgroundService
{
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long? next = store.Read(Escalations.NextDueMs);
                long now = time.GetUtcNow().ToUnixTimeMilliseconds();
                if (next <= now)
                {
                    await AdvanceAsync().ConfigureAwait(false);
                    continue;
                }

                TimeSpan longest = next is { } due ? TimeSpan.FromMilliseconds(due - now) : Timeout.InfiniteTimeSpan;
                await escalations.Wake.WaitAsync(longest, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: the step stays due and is tried again
            {
                log.EscalationFailed(trouble, TroublePause);
                await Task.Delay(TroublePause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AdvanceAsync()
    {
        IReadOnlyList<UntakenAlarm> untaken = await store.WriteAsync(db =>
        {
            IReadOnlyList<UntakenAlarm> ended = escalations.Advance(db, count);
            foreach (UntakenAlarm alarm in ended) TellOwner(db, alarm);
            return ended;
        }).ConfigureAwait(false);
        foreach (UntakenAlarm alarm in untaken) log.AlarmUntaken(alarm.OnCall, alarm.People.Count, alarm.LastSms);
    }

    private void TellOwner(StoreSession db, UntakenAlarm alarm)
    {
        OutgoingMail mail = UntakenAlarmMail.Build(
            outbox.Words, alarm.Id.ToString(), alarm.OnCall, EmailAddress.Parse(alarm.Owner),
            alarm.People.Select(person => person.ForMail), alarm.Body,
            DateTimeOffset.FromUnixTimeMilliseconds(alarm.BeganMs), time.GetUtcNow(), domain, alarm.LastSms.ToString());
        string id = outbox.Enqueue(db, mail);
        Timeline.Append(
            db, alarm.LastSms, time.GetUtcNow().ToUnixTimeMilliseconds(), Timeline.Notice,
            new { to = alarm.Owner, mail = id });
    }
}
