using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using EmailSms.Smpp;

namespace EmailSms.Samples.Smsc;

/// <summary>
/// What people write for durations, states and statuses, on the command line and at the console alike.
/// </summary>
internal static class Words
{
    public static TimeSpan Duration(ArgumentResult argument) =>
        Parse(argument, TryDuration(Text(argument), out TimeSpan pause), pause, "a duration such as 50ms, 2s, 1m");

    public static MessageState? State(ArgumentResult argument) =>
        Parse(argument, TryState(Text(argument), out MessageState? state), state, "a state such as DELIVRD, or none");

    public static (CommandStatus Status, string Destinations) Rejection(ArgumentResult argument) =>
        Parse(argument, TryRejection(Text(argument), out var both), both, "a status such as 0x0B, or 0x0B@4477*");

    public static IPAddress Address(ArgumentResult argument) =>
        Parse(argument, IPAddress.TryParse(Text(argument), out IPAddress? ip), ip!, "an IP address");

    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        string digits = text.TrimEnd('m', 's', 'h');
        double unitMs = text[digits.Length..] switch
        {
            "ms" or "" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 0,
        };
        CultureInfo culture = CultureInfo.InvariantCulture;
        bool good = double.TryParse(digits, NumberStyles.AllowDecimalPoint, culture, out double number)
                    && unitMs > 0 && number * unitMs < TimeSpan.FromDays(40).TotalMilliseconds;
        if (good) duration = TimeSpan.FromMilliseconds(number * unitMs);
        return good;
    }

    public static bool TryState(string text, out MessageState? state)
    {
        state = text.ToUpperInvariant() switch
        {
            "DELIVRD" or "DELIVERED" => MessageState.Delivered,
            "UNDELIV" or "UNDELIVERABLE" => MessageState.Undeliverable,
            "EXPIRED" => MessageState.Expired,
            "REJECTD" or "REJECTED" => MessageState.Rejected,
            "ACCEPTD" or "ACCEPTED" => MessageState.Accepted,
            "DELETED" => MessageState.Deleted,
            "ENROUTE" => MessageState.Enroute,
            "UNKNOWN" => MessageState.Unknown,
            _ => null,
        };
        return state is not null || text.Equals("none", StringComparison.OrdinalIgnoreCase);
    }

    public static bool TryRejection(string text, out (CommandStatus Status, string Destinations) rejection)
    {
        string[] halves = text.Split('@', 2);
        string number = halves[0].StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? halves[0][2..] : halves[0];
        CultureInfo culture = CultureInfo.InvariantCulture;
        bool good = uint.TryParse(number, NumberStyles.AllowHexSpecifier, culture, out uint status);
        rejection = ((CommandStatus)status, halves.Length > 1 ? halves[1].TrimStart('+') : "*");
        return good;
    }

    private static string Text(ArgumentResult argument) => argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";

    private static T Parse<T>(ArgumentResult argument, bool good, T value, string wanted)
    {
        if (!good) argument.AddError($"'{Text(argument)}' is not {wanted}.");
        return value;
    }
}
