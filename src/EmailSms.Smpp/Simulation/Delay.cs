using System.Globalization;

namespace EmailSms.Smpp.Simulation;

/// <summary>How the length of a pause is drawn.</summary>
public enum DelayKind
{
    /// <summary>Always the same.</summary>
    Fixed,

    /// <summary>Anything between two bounds, each as likely.</summary>
    Uniform,

    /// <summary>A mean and a standard deviation; what would be below zero is zero.</summary>
    Normal,

    /// <summary>A mean, mostly less and now and then far more, at most twenty times it.</summary>
    Exponential,
}

/// <summary>A pause, drawn anew each time.</summary>
/// <param name="Kind">How.</param>
/// <param name="First">The length, the lower bound, or the mean.</param>
/// <param name="Second">The upper bound, or the standard deviation.</param>
public readonly record struct Delay(DelayKind Kind, TimeSpan First, TimeSpan Second)
{
    /// <summary>The longest that can be asked for.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(40);

    private const double TailMax = 20;

    /// <summary>Always <paramref name="length"/>.</summary>
    public static implicit operator Delay(TimeSpan length) => Fixed(length);

    /// <summary>Always <paramref name="length"/>.</summary>
    public static Delay Fixed(TimeSpan length) => new(DelayKind.Fixed, length, default);

    /// <summary>Between the two.</summary>
    public static Delay Uniform(TimeSpan least, TimeSpan most) => new(DelayKind.Uniform, least, most);

    /// <summary>About the mean.</summary>
    public static Delay Normal(TimeSpan mean, TimeSpan deviation) => new(DelayKind.Normal, mean, deviation);

    /// <summary>Mostly below the mean, rarely far above.</summary>
    public static Delay Exponential(TimeSpan mean) => new(DelayKind.Exponential, mean, default);

    /// <summary>
    /// Reads <c>50ms</c>, <c>uniform 10ms 200ms</c>, <c>normal 80ms 20ms</c> or <c>exponential 2s</c>.
    /// </summary>
    public static bool TryParse(string? text, out Delay delay)
    {
        delay = default;
        string[] words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        TimeSpan first, second;
        switch (words)
        {
            case [var length] when TryParseDuration(length, out first):
                delay = Fixed(first);
                return true;
            case ["uniform", var least, var most]
                when TryParseDuration(least, out first) && TryParseDuration(most, out second) && first <= second:
                delay = Uniform(first, second);
                return true;
            case ["normal", var mean, var deviation]
                when TryParseDuration(mean, out first) && TryParseDuration(deviation, out second):
                delay = Normal(first, second);
                return true;
            case ["exponential", var mean] when TryParseDuration(mean, out first):
                delay = Exponential(first);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads <c>50ms</c>, <c>2s</c>, <c>1.5m</c>, <c>3h</c>, <c>2d</c>; no unit is milliseconds.</summary>
    public static bool TryParseDuration(string? text, out TimeSpan duration)
    {
        duration = default;
        text ??= "";
        string digits = text.TrimEnd('m', 's', 'h', 'd');
        double unitMs = text[digits.Length..] switch
        {
            "ms" or "" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => 0,
        };
        CultureInfo culture = CultureInfo.InvariantCulture;
        bool good = double.TryParse(digits, NumberStyles.AllowDecimalPoint, culture, out double number)
                    && unitMs > 0 && number * unitMs <= Max.TotalMilliseconds;
        if (good) duration = TimeSpan.FromMilliseconds(number * unitMs);
        return good;
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        DelayKind.Uniform => $"uniform {Write(First)} {Write(Second)}",
        DelayKind.Normal => $"normal {Write(First)} {Write(Second)}",
        DelayKind.Exponential => $"exponential {Write(First)}",
        _ => Write(First),
    };

    internal TimeSpan Draw(ref Dice dice)
    {
        double ticks = Kind switch
        {
            DelayKind.Uniform => First.Ticks + dice.Next() * (Second - First).Ticks,
            DelayKind.Normal => First.Ticks + Gauss(ref dice) * Second.Ticks,
            DelayKind.Exponential => First.Ticks * Math.Min(-Math.Log(1 - dice.Next()), TailMax),
            _ => First.Ticks,
        };
        return TimeSpan.FromTicks((long)Math.Clamp(ticks, 0, Max.Ticks));
    }

    private static double Gauss(ref Dice dice) => // Box and Muller
        Math.Sqrt(-2 * Math.Log(1 - dice.Next())) * Math.Cos(2 * Math.PI * dice.Next());

    private static string Write(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"{length.TotalMilliseconds}ms");
}
