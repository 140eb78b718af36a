using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// Text rules as they stand in the store. A rule is read for every recipient, and its template and patterns are costly
/// to make; those that were read are kept, by what is written.
/// </summary>
internal static class StoredTextRules
{
    private const int KeptMax = 256;

    private static readonly ConcurrentDictionary<string, TextRules> Kept = new();

    public static bool TryRead(string json, [NotNullWhen(true)] out TextRules? rules)
    {
        if (json == "{}")
        {
            rules = TextRules.Default;
            return true;
        }

        if (Kept.TryGetValue(json, out rules)) return true;
        if (!TextRulesDraft.TryFromJson(json, out TextRulesDraft? draft) || !draft.TryBecomeRules(out rules, out _))
        {
            return false;
        }

        if (Kept.Count >= KeptMax) Kept.Clear(); // rules that were edited many times: the rest is read again
        Kept[json] = rules;
        return true;
    }
}
