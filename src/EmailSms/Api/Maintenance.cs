using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Api;

/// <summary>
/// Forgets what is too old, every hour: a few rows a write and a pause between two, so that an SMS never waits for it.
/// </summary>
internal sealed class Maintenance(
    SqliteStore store, IReadOnlyList<RetentionTask> tasks, TimeProvider time, ILogger<Maintenance> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Goes through all kinds once.</summary>
    public async Task RunOnceAsync(CancellationToken stopping)
    {
        foreach (RetentionTask task in tasks.Where(task => task.Keep > TimeSpan.Zero))
        {
            try
            {
                int count = await ForgetAsync(task, stopping).ConfigureAwait(false);
                if (count > 0) log.Forgotten(count, task.What, task.Keep);
            }
            catch (StoreException trouble) // the disk is full, say: it is as old in an hour
            {
                log.ForgettingFailed(trouble, task.What, Every);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // a loop that dies keeps everything for ever
            {
                log.ForgettingFailed(trouble, "data", Every);
            }
        }
    }

    private async Task<int> ForgetAsync(RetentionTask task, CancellationToken stopping)
    {
        long before = (time.GetUtcNow() - task.Keep).ToUnixTimeMilliseconds();
        string after = "";
        int count = 0;
        while (!stopping.IsCancellationRequested)
        {
            string from = after;
            List<string> keys = store.Read(db => task.Find(db, before, from, task.KeysMax));
            if (keys.Count == 0) break;
            await store.WriteAsync(db =>
            {
                foreach (string key in keys) task.Forget(db, key, before);
            }).ConfigureAwait(false);
            count += keys.Count;
            after = keys[^1];
            if (keys.Count < task.KeysMax) break;
            await Task.Delay(BatchPause, time, stopping).ConfigureAwait(false);
        }

        return count;
    }
}
