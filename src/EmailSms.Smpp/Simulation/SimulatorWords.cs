using System.Collections.Frozen;
using System.Globalization;

namespace EmailSms.Smpp.Simulation;

/// <summary>What people write for states and statuses, in files and at the console alike.</summary>
public static class SimulatorWords
{
    private static readonly FrozenDictionary<string, CommandStatus> StatusNames =
        Enum.GetValues<CommandStatus>().Distinct()
            .ToFrozenDictionary(status => status.Name(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads DELIVRD or DELIVERED and the others; <c>none</c> is null.</summary>
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
            "SCHEDULED" => MessageState.Scheduled,
            "SKIPPED" => MessageState.Skipped,
            _ => null,
        };
        return state is not null || text.Equals("none", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads <c>ESME_RTHROTTLED</c>, <c>0x58</c> or <c>58</c>, which is hexadecimal as well.</summary>
    public static bool TryStatus(string text, out CommandStatus status)
    {
        if (StatusNames.TryGetValue(text, out status)) return true;
        string number = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        bool good = uint.TryParse(
            number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value);
        status = (CommandStatus)value;
        return good;
    }

    /// <summary>Reads a status, or a status and the destinations it is for: <c>0x0B@4477009*</c>.</summary>
    public static bool TryRejection(string text, out (CommandStatus Status, string Destinations) rejection)
    {
        string[] halves = text.Split('@', 2);
        bool good = TryStatus(halves[0], out CommandStatus status);
        rejection = (status, halves.Length > 1 ? halves[1].TrimStart('+') : "*");
        return good;
    }
}
