using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EmailSms.Policy;

/// <summary>The time in which something is counted; it ends with the minute, the hour, the day or the month.</summary>
internal enum QuotaWindow
{
    /// <summary>No time: what one mail alone may have, in numbers.</summary>
    Mail,
    Minute,
    Hour,
    Day,
    Month,
}

/// <summary>So much within a window.</summary>
/// <param name="Window">The time in which it is counted.</param>
/// <param name="Max">Parts of SMS; in a mail, numbers; of money, millionths of the currency.</param>
internal readonly record struct Allowance(QuotaWindow Window, long Max);

/// <summary>
/// How much may be sent, as it is written: <c>10/minute 100/hour 500/day</c> in parts and <c>20/mail</c> in numbers, or
/// <c>5/day 49.50/month</c> in money. Nothing is no limit.
/// </summary>
internal sealed class Allowances
{
    /// <summary>The millionths in one of a currency: prices of an SMS have four places and more.</summary>
    public const long Micros = Messages.Money.One;

    private const long PartsMax = 1_000_000_000;

    private static readonly char[] Separators = [' ', ',', ';'];

    private Allowances(bool isMoney, IReadOnlyList<Allowance> all) => (IsMoney, All) = (isMoney, all);

    public static Allowances None { get; } = new(isMoney: false, []);

    public static Allowances NoBudget { get; } = new(isMoney: true, []);

    /// <summary>It is a budget.</summary>
    public bool IsMoney { get; }

    /// <summary>One for each window that is limited, the shortest first.</summary>
    public IReadOnlyList<Allowance> All { get; }

    /// <summary>Takes parts within a minute, an hour and a day, and numbers in a mail.</summary>
    public static bool TryParseParts(
        string? text, [NotNullWhen(true)] out Allowances? parts, [NotNullWhen(false)] out string? mistake) =>
        TryParse(text, isMoney: false, out parts, out mistake);

    /// <summary>Takes money within a day and a month.</summary>
    public static bool TryParseMoney(
        string? text, [NotNullWhen(true)] out Allowances? money, [NotNullWhen(false)] out string? mistake) =>
        TryParse(text, isMoney: true, out money, out mistake);

    /// <summary>An amount of millionths as it is written: <c>49.5</c>.</summary>
    public static string Money(long micros) => Messages.Money.Amount(micros);

    /// <summary>Takes such an amount; false where it is none, negative or has more than six places.</summary>
    public static bool TryMoney(string text, out long micros) => Messages.Money.TryAmount(text, out micros);

    public override string ToString() => string.Join(' ', All.Select(one =>
        $"{(IsMoney ? Money(one.Max) : one.Max.ToString(CultureInfo.InvariantCulture))}/{Word(one.Window)}"));

    /// <summary>The window's name.</summary>
    public static string Word(QuotaWindow window) => window switch
    {
        QuotaWindow.Mail => "mail",
        QuotaWindow.Minute => "minute",
        QuotaWindow.Hour => "hour",
        QuotaWindow.Day => "day",
        _ => "month",
    };

    private static bool TryParse(
        string? text, bool isMoney, [NotNullWhen(true)] out Allowances? allowances,
        [NotNullWhen(false)] out string? mistake)
    {
        mistake = null;
        SortedDictionary<QuotaWindow, long> read = [];
        foreach (string word in (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            string[] halves = word.Split('/');
            if (halves.Length != 2 || !TryWindow(halves[1], isMoney, out QuotaWindow window)
                || !TryAmount(halves[0], isMoney, out long max))
            {
                mistake = isMoney
                    ? $"{word} is no budget: write such as 5/day or 49.50/month."
                    : $"{word} is no limit: write such as 10/minute, 100/hour, 500/day or 20/mail.";
                break;
            }

            if (read.TryAdd(window, max)) continue;
            mistake = $"There are two limits for a {Word(window)}.";
            break;
        }

        allowances = mistake is not null ? null
            : new Allowances(isMoney, [.. read.Select(one => new Allowance(one.Key, one.Value))]);
        return allowances is not null;
    }

    private static bool TryWindow(string word, bool isMoney, out QuotaWindow window)
    {
        QuotaWindow[] known = isMoney
            ? [QuotaWindow.Day, QuotaWindow.Month]
            : [QuotaWindow.Mail, QuotaWindow.Minute, QuotaWindow.Hour, QuotaWindow.Day];
        int at = Array.FindIndex(known, one => Word(one).Equals(word, StringComparison.OrdinalIgnoreCase));
        window = at < 0 ? default : known[at];
        return at >= 0;
    }

    private static bool TryAmount(string text, bool isMoney, out long max) => isMoney
        ? TryMoney(text, out max) && max > 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) && max is > 0 and <= PartsMax;
}
