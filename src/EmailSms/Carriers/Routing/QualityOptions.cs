using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers.Routing;

/// <summary>The section <c>Quality</c>: how well carriers deliver, as routes see it.</summary>
internal sealed class QualityOptions
{
    public const string Section = "Quality";

    /// <summary>How far back it looks. What is a quarter of it old counts half as much as what is new.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "7.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Submissions of the window whose fate must be known before anything is said.</summary>
    [Range(1, 10_000)]
    public int SamplesMin { get; set; } = 20;

    /// <summary>
    /// A submission without a final receipt for so long counts as lost, at carriers that send receipts; zero: never.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "3.00:00:00")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A carrier whose receipts take so long is worth half of one whose receipts come at once.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LatencyHalf { get; set; } = TimeSpan.FromMinutes(30);
}
