using System.Text.Json;

namespace EmailSms.Api;

/// <summary>What became of looking at the whole trail.</summary>
/// <param name="Count">Entries that there are.</param>
/// <param name="Erased">Those whose content a person had erased.</param>
/// <param name="First">The number of the oldest; 0 where there is none.</param>
/// <param name="Head">The hash of the newest: noted elsewhere it shows later that nothing was cut off.</param>
/// <param name="Mistakes">What is wrong, a sentence each; the first of them.</param>
internal sealed record AuditCheck(long Count, long Erased, long First, string Head, IReadOnlyList<string> Mistakes)
{
    /// <summary>The action of an entry that says which entries were erased.</summary>
    public const string ErasedAction = "erased";

    /// <summary>The action of an entry that says up to where the oldest entries were deleted for their age.</summary>
    public const string TrimmedAction = "trimmed";

    private const int MistakesMax = 20;

    /// <summary>Looks at entries in their order, the oldest first.</summary>
    /// <param name="entries">All of them.</param>
    /// <param name="head">A hash that was noted before; it must be in the chain.</param>
    public static AuditCheck Of(IEnumerable<AuditEntry> entries, string? head = null)
    {
        List<string> wrong = [];
        HashSet<long> erased = [];
        HashSet<string> anchors = [];
        AuditEntry? first = null;
        AuditEntry? last = null;
        long count = 0;
        long erasedCount = 0;
        bool hasHead = head is null;
        foreach (AuditEntry entry in entries)
        {
            count++;
            first ??= entry;
            if (entry.Mistake() is { } mistake) wrong.Add($"Entry {entry.Id}: {mistake}.");
            if (last is not null && entry.Id != last.Id + 1)
            {
                wrong.Add($"Entry {entry.Id}: those from {last.Id + 1} to {entry.Id - 1} are missing.");
            }
            else if (last is not null && entry.PrevHash != last.Hash)
            {
                wrong.Add($"Entry {entry.Id}: it does not follow the one before.");
            }

            hasHead |= entry.Hash == head;
            if (entry.IsErased && ++erasedCount > 0) erased.Add(entry.Id);
            if (entry.Action == ErasedAction) erased.ExceptWith(Ids(entry));
            if (entry.Action == TrimmedAction && Anchor(entry) is { } anchor) anchors.Add(anchor);
            last = entry;
        }

        // What follows has been looked at by now: entries that say why others are not there, or are empty.
        bool begins = first is null || (first.Id == 1 && first.PrevHash == AuditEntry.NoHash)
            || anchors.Contains($"{first.Id - 1}:{first.PrevHash}");
        if (!begins) wrong.Add($"Entry {first!.Id}: those before it are missing.");
        wrong.AddRange(erased.Order().Select(id => $"Entry {id}: it was emptied, and no entry says so."));
        if (!hasHead) wrong.Add("No entry has the hash that was given: entries were cut off, or all was written anew.");
        return new AuditCheck(
            count, erasedCount, first?.Id ?? 0, last?.Hash ?? AuditEntry.NoHash, [.. wrong.Take(MistakesMax)]);
    }

    private static IEnumerable<long> Ids(AuditEntry entry) =>
        Parsed(entry) is { } after && after.TryGetProperty("entries", out JsonElement ids)
            ? ids.EnumerateArray().Select(id => id.GetInt64())
            : [];

    private static string? Anchor(AuditEntry entry) =>
        Parsed(entry) is { } after && after.TryGetProperty("upTo", out JsonElement id)
            && after.TryGetProperty("hash", out JsonElement hash)
            ? $"{id.GetInt64()}:{hash.GetString()}"
            : null;

    private static JsonElement? Parsed(AuditEntry entry)
    {
        if (entry.After is not { } json) return null;
        try
        {
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException) // its own mistake was told
        {
            return null;
        }
    }
}
