using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Delivery;

/// <summary>
/// Wakes when fates have waited long enough to be told, and when an SMS has been silent for too long. It sleeps until
/// then; it never polls.
/// </summary>
internal sealed class NoticeClock(SqliteStore store, NoticeDesk desk, TimeProvider time, ILogger<NoticeClock> log)
    : BackgroundService
{
    private const int BatchMax = 100; // a piece of work is short, so that nobody waits behind it

    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);

    // An SMS that is accepted meanwhile has at least the shortest DelayAfter ahead of it; nobody rings for it.
    private static readonly TimeSpan LookAtLeast = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long now = time.GetUtcNow().ToUnixTimeMilliseconds();
                long? next = store.Read(db => Earlier(Notices.NextDueMs(db), Notices.NextLookMs(db)));
                if (next <= now)
                {
                    await store.WriteAsync(db => Work(db, now)).ConfigureAwait(false);
                    continue;
                }

                TimeSpan longest = next is { } due ? TimeSpan.FromMilliseconds(due - now) : LookAtLeast;
                if (longest > LookAtLeast) longest = LookAtLeast;
                await desk.Wake.WaitAsync(longest, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: what is due stays due
            {
                log.NoticesFailed(trouble, TroublePause);
                await Task.Delay(TroublePause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Work(StoreSession db, long now)
    {
        foreach (string together in Notices.Due(db, now).Take(BatchMax)) desk.Send(db, together);
        foreach (Guid sms in Notices.Silent(db, now, BatchMax)) desk.Look(db, sms);
    }

    private static long? Earlier(long? one, long? other) => one < other ? one : other ?? one;
}
