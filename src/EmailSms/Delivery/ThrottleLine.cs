using EmailSms.Messages;

namespace EmailSms.Delivery;

/// <summary>
/// The line of SMS that share one rate. It holds no SMS: each that has to wait is told a moment, waits on disk until
/// then and asks again, and the rate alone decides who goes.
/// <code>
///   new ──────► the end of the line, unless nobody waits and it is free
///   again ────► goes when it is free, else the next moment that nobody was told yet
///   urgent ───► a line of its own, before the other; of eight places in a row the other has one
/// </code>
/// Times are unix milliseconds. Used by one caller at a time.
/// </summary>
internal sealed class ThrottleLine(double partsPerSecond, int burst, bool adapts, TimeProvider time)
{
    private const int UrgentInRowMax = 7;
    private const double AbandonedMs = 2000; // free for so long though somebody was told to come: nobody comes

    private readonly AdaptiveRate _rate = new(partsPerSecond, adapts, time);
    private readonly Lane _urgent = new();
    private readonly Lane _other = new();
    private double _paidMs; // until when what went is paid for
    private int _urgentInRow;

    /// <summary>Nothing is owed, nobody waits, nothing has to be remembered.</summary>
    public bool IsIdle(double nowMs) => _paidMs < nowMs - AbandonedMs && _urgent.EndMs < nowMs && _other.EndMs < nowMs
        && _rate.Percent == 100;

    /// <summary>100 at full rate; less while it gives way.</summary>
    public int Percent => _rate.Percent;

    /// <summary>When an SMS may ask again; null: it may go now. Who is told a moment has a place in the line.</summary>
    /// <param name="parts">How many parts it has.</param>
    /// <param name="isUrgent">It goes before others.</param>
    /// <param name="waited">It was told a moment before.</param>
    /// <param name="nowMs">Now.</param>
    public double? Ask(int parts, bool isUrgent, bool waited, double nowMs)
    {
        double costMs = parts * PartMs;
        double freeMs = _paidMs - (Math.Max(0, burst - parts) * PartMs);
        if (isUrgent && _urgentInRow >= UrgentInRowMax && _other.LastMs > nowMs - PartMs) freeMs += PartMs;
        Lane lane = isUrgent ? _urgent : _other;
        bool isMyTurn = waited || lane.EndMs <= nowMs || freeMs < nowMs - Math.Max(AbandonedMs, 2 * PartMs);
        return freeMs <= nowMs && isMyTurn ? null : lane.Place(waited, Math.Max(freeMs, nowMs), costMs);
    }

    /// <summary>An SMS goes.</summary>
    public void Take(int parts, bool isUrgent, double nowMs)
    {
        _paidMs = Math.Max(_paidMs, nowMs) + (parts * PartMs);
        _urgentInRow = isUrgent ? _urgentInRow + 1 : 0;
    }

    /// <summary>A carrier said "slower" to what left at a moment of the clock. False: nothing changed.</summary>
    public bool Slow(long leftAt) => _rate.Slow(leftAt);

    private double PartMs => 1000 / (_rate.PerSecond ?? partsPerSecond);

    // Where the next one is told to come: who is new after all others, who comes again after those who came again.
    private sealed class Lane
    {
        private double _againMs;

        /// <summary>Where the line ends.</summary>
        public double EndMs { get; private set; }

        /// <summary>The last moment that anybody was told.</summary>
        public double LastMs => Math.Max(EndMs, _againMs);

        public double Place(bool waited, double freeMs, double costMs)
        {
            double at = Math.Max(freeMs, waited ? _againMs : EndMs);
            if (waited) _againMs = at + costMs;
            else EndMs = at + costMs;
            return at;
        }
    }
}
