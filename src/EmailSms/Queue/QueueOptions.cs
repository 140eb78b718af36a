using System.ComponentModel.DataAnnotations;

namespace EmailSms.Queue;

/// <summary>The section <c>Queue</c>.</summary>
internal sealed class QueueOptions
{
    public const string Section = "Queue";

    /// <summary>
    /// SMS held in memory for the carriers; what does not fit waits on disk. A text is at most about 3 kB, so 2,000 are
    /// at most 6 MB, and at 3,000 SMS/s they last longer than a lease from disk takes.
    /// </summary>
    [Range(1, 100_000)]
    public int ReadyMax { get; set; } = 2_000;

    /// <summary>SMS taken from disk at a time.</summary>
    [Range(1, 10_000)]
    public int LeaseMax { get; set; } = 500;
}
