using System.Security.Cryptography;
using System.Text;
using EmailSms.Messages;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Replies;

/// <summary>
/// Texts of which it is not sure that their carrier heard our yes. SMPP gives a text no id, and one without its yes is
/// given to the next bind once more.
/// <code>
///   text ──► on disk, with a mark ──► yes ──► a little later the mark is gone
///                                      └─ the process or the bind ended before: the mark stays, and the same words
///                                         of the same phone are that text again, once
/// </code>
/// So a text is one mail, whatever crashes; and what a person says twice is two, for each had its yes.
/// </summary>
internal sealed class UnansweredTexts(SqliteStore store, TimeProvider time, ILogger<UnansweredTexts> log)
    : BackgroundService
{
    /// <summary>A yes leaves at once; a connection that lives on for so long has carried it.</summary>
    private static readonly TimeSpan SureAfter = TimeSpan.FromSeconds(2);

    /// <summary>A carrier without our yes tries again within minutes.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(5);

    private const long WritePauseMs = 500; // so that many marks go in one write

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (string Carrier, long TakenMs)> _inHand = []; // their yes is on its way
    private readonly Dictionary<string, long> _lostMs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Signal _wake = new();

    /// <summary>
    /// Whether a text is one that was kept and may have had no yes, as a piece of the write that would keep it. It is
    /// then in hand anew.
    /// </summary>
    /// <param name="db">The write.</param>
    /// <param name="text">As the carrier gave it.</param>
    /// <param name="takenMs">When it came in, unix milliseconds.</param>
    public bool IsRepeat(StoreSession db, InboundText text, long takenMs)
    {
        if (MarkOf(db, text) is not { } mark) return false;
        foreach (Guid id in Inbox.MarkedBy(db, mark, NowMs() - Ms(KnownFor)))
        {
            if (TryHold(db, id, text.Carrier, takenMs)) return true;
        }

        return false;
    }

    /// <summary>A text is kept, and its yes is still to be said.</summary>
    public void Add(StoreSession db, Guid id, InboundText text, long takenMs)
    {
        if (MarkOf(db, text) is not { } mark) return;
        Inbox.Mark(db, id, mark);
        TryHold(db, id, text.Carrier, takenMs);
    }

    /// <summary>A bind of that carrier broke: whatever was said over it just now may not have arrived.</summary>
    public void Lost(string carrier)
    {
        lock (_gate)
        {
            _lostMs[carrier] = NowMs();
            foreach ((Guid id, (string of, _)) in _inHand)
            {
                if (of.Equals(carrier, StringComparison.OrdinalIgnoreCase)) _inHand.Remove(id);
            }
        }
    }

    /// <summary>All connections were ended in good order, so every yes has arrived.</summary>
    public Task SettleAllAsync() => SettleAsync(long.MaxValue);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                long now = NowMs();
                await SettleAsync(now - Ms(SureAfter)).ConfigureAwait(false);
                long? oldest = await store.WriteAsync(db => Inbox.UnmarkBefore(db, now - Ms(KnownFor)))
                    .ConfigureAwait(false);
                long? due = OldestMs() + Ms(SureAfter) ?? oldest + Ms(KnownFor) + 1;
                TimeSpan longest = due is { } at
                    ? TimeSpan.FromMilliseconds(Math.Max(WritePauseMs, at - now))
                    : Timeout.InfiniteTimeSpan;
                await _wake.WaitAsync(longest, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: the marks stay, and are looked at again
            {
                log.MarksStay(trouble, TroublePause);
                await Task.Delay(TroublePause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Parts have a reference by which they are known, and some texts an id of their carrier. Of the rest a hash is
    // enough, so that no words lie where nobody looks for them.
    private static string? MarkOf(StoreSession db, InboundText text) =>
        text.Part is not null || text.CarrierId is not null
            ? null
            : db.Texts.Hide(Convert.ToHexString(SHA256.HashData(
                Encoding.UTF8.GetBytes($"{text.Carrier}\n{text.From}\n{text.To}\n{text.Text}"))));

    // False: it is in hand already, so this is another one with the same words.
    private bool TryHold(StoreSession db, Guid id, string carrier, long takenMs)
    {
        lock (_gate)
        {
            if (_inHand.ContainsKey(id)) return false;
            if (_lostMs.TryGetValue(carrier, out long lostMs) && lostMs >= takenMs) return true; // no yes will leave
            _inHand[id] = (carrier, takenMs);
            if (_inHand.Count == 1) _wake.Set();
        }

        db.Afterwards(kept =>
        {
            if (kept) return;
            lock (_gate) _inHand.Remove(id);
        });
        return true;
    }

    private long? OldestMs()
    {
        lock (_gate) return _inHand.Count == 0 ? null : _inHand.Values.Min(one => one.TakenMs);
    }

    private async Task SettleAsync(long sureMs)
    {
        List<Guid> sure;
        lock (_gate) sure = [.. _inHand.Where(one => one.Value.TakenMs <= sureMs).Select(one => one.Key)];
        if (sure.Count == 0) return;

        // Off the disk first: a mark that nobody has in hand is that of a text without its yes.
        await store.WriteAsync(db =>
        {
            foreach (Guid id in sure) Inbox.Unmark(db, id);
        }).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (Guid id in sure) _inHand.Remove(id);
        }
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
