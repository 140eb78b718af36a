using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers.Routing;

/// <summary>When a carrier that fails is left alone for a while.</summary>
internal sealed class BreakerOptions
{
    /// <summary>Failures in a row after which it gets no SMS; 0: it is never left alone.</summary>
    [Range(0, 1000)]
    public int FailuresInRow { get; set; } = 5;

    /// <summary>The same when so many of its last 20 answers, in percent, were failures; 0: never for that.</summary>
    [Range(0, 100)]
    public int FailurePercent { get; set; } = 50;

    /// <summary>How long it is left alone first; doubled each time that it fails again at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan OpenFirst { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan OpenMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After that so many SMS go to it at a time, and when as many were taken in a row it gets all of its own again.
    /// </summary>
    [Range(1, 100)]
    public int Probes { get; set; } = 2;
}
