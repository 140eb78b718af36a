using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// The numbers that a sender rule opens: <c>GB</c> is a region, <c>+4477*</c> whatever begins so,
/// <c>+447700900123</c> one number, <c>*</c> everything; with <c>!</c> before it an entry denies, and denials go first.
/// <c>contact:anna</c>, <c>group:ward</c> and <c>oncall:ops</c> are names, <c>contacts</c> every contact.
/// <c>correspondents</c> are those with whom the sender's mailbox has written before, or who wrote to it;
/// <c>correspondents:domain</c> those of every mailbox in its domain. This room knows no conversations: who asks tells.
/// Regions are those of the numbering plan and not of the calling code: Jersey shares +44 and is not <c>GB</c>.
/// </summary>
internal sealed class Destinations
{
    /// <summary>More than this is a phone book, which belongs into contacts.</summary>
    public const int EntriesMax = 500;

    private static readonly char[] Separators = [' ', ',', ';', '\t', '\r', '\n'];

    private readonly Destination[] _denied;
    private readonly Destination[] _allowed;

    private Destinations(IEnumerable<Destination> entries)
    {
        ILookup<bool, Destination> byDenies = entries.ToLookup(entry => entry.Denies);
        _denied = [.. byDenies[true]];
        _allowed = [.. byDenies[false]];
        AsksForCorrespondents = Array.Exists(_allowed, entry => entry.IsCorrespondents);
    }

    /// <summary>Whether the names of a number have to say with whom the sender has written.</summary>
    public bool AsksForCorrespondents { get; }

    /// <summary>Takes a list parted by commas or spaces. All its mistakes are told at once, a sentence each.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out Destinations? destinations, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        List<Destination> entries = [];
        string[] words = (text ?? "").Split(
            Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in words.Take(EntriesMax + 1))
        {
            if (Destination.TryParse(word, out Destination entry, out string? mistake)) entries.Add(entry);
            else wrong.Add(mistake);
        }

        if (words.Length > EntriesMax) wrong.Add($"A rule takes at most {EntriesMax} destinations.");
        if (words.Length == 0)
        {
            wrong.Add("A rule must name destinations: a region such as GB, a prefix such as +4477, a number, or *.");
        }
        else if (wrong.Count == 0 && entries.TrueForAll(entry => entry.Denies))
        {
            wrong.Add("The destinations deny and allow nothing: add what is allowed, such as GB or *.");
        }

        mistakes = wrong;
        destinations = wrong.Count == 0 ? new Destinations(entries) : null;
        return destinations is not null;
    }

    /// <summary>Whether the number may be texted; the sentence says by which entry, or why not.</summary>
    public bool Allows(PhoneNumber number, out string why) => Allows(number, [], out why);

    /// <summary>The same for a number that was found by names: those of the address book that lead to it.</summary>
    public bool Allows(PhoneNumber number, IReadOnlyList<string> via, out string why)
    {
        // Looking a region up costs microseconds, so it is done once and only for lists that ask for one.
        string? region = Array.Exists(_denied, d => d.IsRegion) || Array.Exists(_allowed, d => d.IsRegion)
            ? NumberRegion.Of(number)
            : null;
        foreach (Destination entry in _denied)
        {
            if (!entry.Covers(number, region, via)) continue;
            why = $"it denies {entry.Meaning}";
            return false;
        }

        foreach (Destination entry in _allowed)
        {
            if (!entry.Covers(number, region, via)) continue;
            why = $"it allows {entry.Meaning}";
            return true;
        }

        region ??= NumberRegion.Of(number);
        why = region is null
            ? "it does not allow this number"
            : $"it does not allow this number, which is in region {region}";
        if (AsksForCorrespondents) why += ", and the sender has not written with it before";
        return false;
    }

    /// <summary>
    /// Whether some number of a region is opened by the region's name, by a prefix that its calling code has in common
    /// with, or by <c>*</c>; names of people say nothing of where they are.
    /// </summary>
    public bool Opens(string region) =>
        Array.Exists(_allowed, entry => entry.MayReach(region))
        && !Array.Exists(_denied, entry => entry.IsRegion && entry.MayReach(region));

    /// <summary>The list as it is stored and shown, with a star after what was read as a prefix.</summary>
    public override string ToString() => string.Join(' ', _denied.Concat(_allowed));
}
