using EmailSms.Messages;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Replies;

/// <summary>
/// Wakes when the parts of a text have waited long enough for their siblings, or a text for its person to say whom it
/// is for: half a message today is better than a whole one never.
/// </summary>
internal sealed class OverdueTexts(ReplyDesk desk, TimeProvider time, ILogger<OverdueTexts> log)
    : BackgroundService
{
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(5);
    private readonly Signal _wake = new();

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        desk.SomethingWaits = _wake.Set;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long now = time.GetUtcNow().ToUnixTimeMilliseconds();
                long? next = desk.NextOverdueMs();
                if (next <= now)
                {
                    await desk.TakeOverdueAsync().ConfigureAwait(false);
                    continue;
                }

                TimeSpan longest = next is { } due ? TimeSpan.FromMilliseconds(due - now) : Timeout.InfiniteTimeSpan;
                await _wake.WaitAsync(longest, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: the parts stay, and are looked at again
            {
                log.SweepFailed(trouble, TroublePause);
                await Task.Delay(TroublePause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
