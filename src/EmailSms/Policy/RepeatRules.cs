namespace EmailSms.Policy;

/// <summary>
/// What a sender rule makes of words that come again and of many that come at once. All of it is off.
/// </summary>
/// <param name="SameTextWindow">
/// How long the same text to the same number makes no second SMS; zero: the second is sent.
/// </param>
/// <param name="StormMax">
/// How many SMS a number gets within <paramref name="StormWindow"/> before the rest is collected into one; 0: all go
/// out.
/// </param>
/// <param name="StormWindow">The time in which they are counted, and for which they are collected.</param>
internal sealed record RepeatRules(TimeSpan SameTextWindow, int StormMax, TimeSpan StormWindow)
{
    public static readonly TimeSpan SameTextWindowMax = TimeSpan.FromDays(7);

    public const int StormHardMax = 1000;

    /// <summary>Shorter ones collect nothing to speak of.</summary>
    public static readonly TimeSpan StormWindowMin = TimeSpan.FromSeconds(1);

    /// <summary>A digest is as late as its window is long.</summary>
    public static readonly TimeSpan StormWindowMax = TimeSpan.FromHours(12);

    public static readonly RepeatRules Off = new(TimeSpan.Zero, 0, TimeSpan.FromMinutes(5));
}
