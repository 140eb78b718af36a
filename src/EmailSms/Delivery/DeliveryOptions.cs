using System.ComponentModel.DataAnnotations;

namespace EmailSms.Delivery;

/// <summary>The section <c>Delivery</c>: how an SMS is tried again.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>The pause after the first failure, before jitter; it doubles with every further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RetryFirst { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause. An alarm whose carrier is back must not wait for an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one attempt may take, its wait for the window and its pace included.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan AttemptMax { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Carriers that an SMS is offered to, one right after the other while each surely has not sent it, before it
    /// pauses.
    /// </summary>
    [Range(1, 20)]
    public int CarriersMax { get; set; } = 3;

    /// <summary>How long a stop waits for what carriers have in hand.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause before the next attempt: full jitter over an exponential, so that a thousand SMS which failed
    /// together do not come back together.
    /// </summary>
    /// <param name="failures">Failed attempts so far, at least 1.</param>
    /// <param name="chance">0 to 1, from a source of randomness.</param>
    public TimeSpan PauseAfter(int failures, double chance)
    {
        double longest = Math.Min(RetryMax.TotalSeconds, RetryFirst.TotalSeconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(Math.Max(longest / 10, longest * chance));
    }
}
