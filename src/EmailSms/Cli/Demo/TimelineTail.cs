using System.Threading.Channels;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Cli.Demo;

/// <summary>
/// Follows the timeline as it is written: after each commit it reads what was appended. What the demo shows is
/// therefore what is on disk, and nothing else.
/// </summary>
internal sealed class TimelineTail(SqliteStore store, TimeProvider time)
{
    private readonly Signal _committed = new();
    private readonly Channel<(TimelineEvent Line, SmsRecord? Sms)> _lines =
        Channel.CreateBounded<(TimelineEvent, SmsRecord?)>(
            new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>The lines for whoever waits for one, besides the screen.</summary>
    public ChannelReader<(TimelineEvent Line, SmsRecord? Sms)> Lines => _lines.Reader;

    /// <summary>Follows until stopped; begins with what is written from now on.</summary>
    public async Task FollowAsync(DemoScreen screen, CancellationToken stopping)
    {
        long last = store.Read(Timeline.LastId);
        store.Committed = _committed.Set;
        while (!stopping.IsCancellationRequested)
        {
            List<(TimelineEvent Line, SmsRecord? Sms)> lines = store.Read(db => Timeline.After(db, last)
                .ConvertAll(line => (line, SmsRecord.Find(db, Guid.Parse(line.SmsId)))));
            foreach ((TimelineEvent line, SmsRecord? sms) in lines)
            {
                last = line.Id;
                screen.Event(line, sms);
                _lines.Writer.TryWrite((line, sms));
            }

            if (lines.Count > 0) continue;
            try
            {
                await _committed.WaitAsync(Timeout.InfiniteTimeSpan, time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
