using System.Globalization;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Samples.Smsc;

/// <summary>
/// The rates of a simulator above the lines that scroll. On a terminal only: the top lines are kept out of the
/// scrolling and written anew each second, and what is being typed stays as it is.
/// </summary>
internal sealed class Board(TextWriter screen, SmscSimulator simulator, TimeProvider time) : IAsyncDisposable
{
    private const int Lines = 5;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private readonly CancellationTokenSource _stopping = new();
    private Task _drawing = Task.CompletedTask;

    /// <summary>Begins to draw.</summary>
    public void Start()
    {
        screen.Write($"\e[2J\e[{Lines + 1};r\e[{Lines + 1};1H");
        _drawing = DrawAsync(_stopping.Token);
    }

    /// <summary>The lines, from what was counted now and a moment ago.</summary>
    public static IReadOnlyList<string> Write(
        SmscSimulator simulator, SimulatorCounts before, SimulatorCounts now, TimeSpan between, TimeSpan up)
    {
        string Rate(Func<SimulatorCounts, long> count) => string.Create(
            CultureInfo.InvariantCulture,
            $"{(count(now) - count(before)) / Math.Max(between.TotalSeconds, 0.001),8:N1}/s {count(now),10:N0}");

        var accounts = simulator.Sessions.GroupBy(s => $"{s.SystemId} {s.BindType}".ToLowerInvariant())
            .Select(g => g.Count() > 1 ? $"{g.Key} x{g.Count()}" : g.Key);
        return
        [
            $"SMSC simulator {simulator.Endpoint}   up {up:d\\.hh\\:mm\\:ss}   bound: {string.Join(", ", accounts)}",
            $"submits  {Rate(c => c.Submits)}   accepted  {Rate(c => c.Accepted)}   "
                + $"receipts {Rate(c => c.ReceiptsTaken)}",
            $"refused  {Rate(c => c.Rejected)}   throttled {Rate(c => c.Throttled)}   "
                + $"texts    {Rate(c => c.TextsTaken)}",
            $"silent   {Rate(c => c.Unanswered)}   binds     {Rate(c => c.Binds)}   "
                + $"receipts waiting {now.ReceiptsWaiting}",
            new string('-', 78),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        screen.Write("\e[r\e[999;1H");
        screen.Flush();
        _stopping.Dispose();
    }

    private async Task DrawAsync(CancellationToken stopping)
    {
        SimulatorCounts before = simulator.Counts;
        long last = _started;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stopping);
            SimulatorCounts now = simulator.Counts;
            long moment = time.GetTimestamp();
            IReadOnlyList<string> lines = Write(
                simulator, before, now, time.GetElapsedTime(last, moment), time.GetElapsedTime(_started, moment));
            (before, last) = (now, moment);
            screen.Write("\e7" + string.Concat(lines.Select((line, i) => $"\e[{i + 1};1H\e[2K{line}")) + "\e8");
            screen.Flush();
        }
    }
}
