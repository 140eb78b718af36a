namespace EmailSms.Smpp;

/// <summary>The timers and sizes of one session, the same for both sides. Zero turns a timer off.</summary>
internal sealed record SessionLimits
{
    public int Window { get; init; } = 50;

    public int PduOctetsMax { get; init; } = SmppCodec.PduOctetsMaxDefault;

    public TimeSpan AnswerMax { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan EnquireLinkIdle { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan EnquireLinkAnswerMax { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan InactivityMax { get; init; }

    public TimeSpan PduCompletionMax { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan WriteStallMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the timers are looked at: a tenth of the shortest, between 20 ms and a second. One timer a session is
    /// enough; none of these needs to be exact.
    /// </summary>
    public TimeSpan Tick
    {
        get
        {
            long shortest = new[]
                {
                    AnswerMax, EnquireLinkIdle, EnquireLinkAnswerMax, InactivityMax, PduCompletionMax, WriteStallMax,
                }
                .Where(t => t > TimeSpan.Zero)
                .Select(t => t.Ticks)
                .DefaultIfEmpty(TimeSpan.TicksPerSecond)
                .Min();
            return TimeSpan.FromTicks(
                Math.Clamp(shortest / 10, 20 * TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));
        }
    }
}
