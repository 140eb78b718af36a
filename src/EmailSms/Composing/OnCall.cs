using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>An on-call list as somebody writes it down: every field may be wrong.</summary>
internal sealed record OnCallDraft
{
    public string Name { get; init; } = "";

    /// <summary>The mailbox that hears of an alarm nobody took.</summary>
    public string? Owner { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>How long each person has before the next is texted.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A word of <see cref="EscalationEnd"/>.</summary>
    public string? Until { get; init; }

    /// <summary>See <see cref="Shift"/>; several are parted by semicolons.</summary>
    public string? Shifts { get; init; }

    /// <summary>See <see cref="ShiftOverride"/>; several are parted by semicolons.</summary>
    public string? Overrides { get; init; }

    /// <summary>Contacts and numbers, parted by spaces or commas.</summary>
    public string? Chain { get; init; }

    public string? Note { get; init; }
}

/// <summary>
/// Who is on call: a weekly calendar in the time of a zone, overrides for ranges of days, and the chain of those who
/// are texted when nobody answers. One that exists is valid by itself; its people are looked up in the address book.
/// </summary>
internal sealed record OnCall
{
    public static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan WaitMax = TimeSpan.FromHours(24);

    private static readonly char[] Commas = [' ', ','];

    private OnCall(string name, string owner, TimeZoneInfo zone) => (Name, Owner, TimeZone) = (name, owner, zone);

    public string Name { get; }

    public string Owner { get; }

    public TimeZoneInfo TimeZone { get; }

    public TimeSpan Wait { get; private init; }

    public EscalationEnd Until { get; private init; }

    public IReadOnlyList<Shift> Shifts { get; private init; } = [];

    public IReadOnlyList<ShiftOverride> Overrides { get; private init; } = [];

    public IReadOnlyList<string> Chain { get; private init; } = [];

    public string? Note { get; private init; }

    /// <summary>Everybody who is named anywhere in it, once.</summary>
    public IEnumerable<string> People =>
        Shifts.Select(shift => shift.Person).Concat(Overrides.Select(one => one.Person)).Concat(Chain).Distinct();

    /// <summary>Makes the list, or tells all that is wrong with it, a sentence each.</summary>
    public static bool TryRead(
        OnCallDraft draft, [NotNullWhen(true)] out OnCall? onCall, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        if (AddressName.Mistake(draft.Name) is { } notName) wrong.Add(notName);
        if (!EmailAddress.TryParse(draft.Owner, out EmailAddress owner))
        {
            wrong.Add("The owner is the mailbox that hears of what nobody took, such as boss@example.com.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(draft.TimeZone ?? "UTC", out TimeZoneInfo? zone))
        {
            wrong.Add($"{draft.TimeZone} is not a time zone such as Europe/Berlin.");
        }

        if (draft.Wait < WaitMin || draft.Wait > WaitMax) wrong.Add("The wait is between 10 seconds and 24 hours.");
        if (!Enum.TryParse(draft.Until ?? nameof(EscalationEnd.Ack), ignoreCase: true, out EscalationEnd until)
            || !Enum.IsDefined(until))
        {
            wrong.Add("An alarm is taken by an ack or by a receipt: until is ack or receipt.");
        }

        List<Shift> shifts = Each<Shift>(draft.Shifts, wrong, Shift.TryParse);
        List<ShiftOverride> overrides = Each<ShiftOverride>(draft.Overrides, wrong, ShiftOverride.TryParse);
        string[] chain = [.. (draft.Chain ?? "").Split(Commas, StringSplitOptions.RemoveEmptyEntries)
            .Select(person => person.ToLowerInvariant()).Distinct()];
        if (shifts.Count == 0 && chain.Length == 0) wrong.Add("Somebody must be on call: name a shift or a chain.");

        mistakes = wrong;
        onCall = wrong.Count > 0 ? null : new OnCall(draft.Name, owner.ToString(), zone!)
        {
            Wait = draft.Wait,
            Until = until,
            Shifts = shifts,
            Overrides = overrides,
            Chain = chain,
            Note = string.IsNullOrWhiteSpace(draft.Note) ? null : draft.Note.Trim(),
        };
        return onCall is not null;
    }

    /// <summary>Shifts or overrides as they are written.</summary>
    public static string Join<T>(IEnumerable<T> entries) => string.Join("; ", entries);

    /// <summary>
    /// Whom the calendar names at a moment: the first override that holds, else the first shift; null for nobody.
    /// </summary>
    public string? OnDutyAt(DateTimeOffset moment)
    {
        // By the clock on the wall, which is right on the days on which it is set, too: an hour that comes twice
        // belongs twice to whoever has it.
        DateTime local = System.TimeZoneInfo.ConvertTime(moment, TimeZone).DateTime;
        return Overrides.FirstOrDefault(one => one.Holds(local))?.Person
            ?? Shifts.FirstOrDefault(shift => shift.Holds(local))?.Person;
    }

    /// <summary>Everybody to be texted, in order: who is on duty, then the chain. Empty for nobody.</summary>
    public IReadOnlyList<string> ChainAt(DateTimeOffset moment) =>
        OnDutyAt(moment) is { } person ? [person, .. Chain.Where(other => other != person)] : Chain;

    private delegate bool TryParse<T>(string text, out T? entry);

    private static List<T> Each<T>(string? text, List<string> wrong, TryParse<T> parse) where T : class
    {
        List<T> entries = [];
        foreach (string one in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (parse(one, out T? entry) && entry is not null) entries.Add(entry);
            else if (typeof(T) == typeof(Shift)) wrong.Add(Shift.Mistake(one));
            else wrong.Add(ShiftOverride.Mistake(one));
        }

        return entries;
    }
}
