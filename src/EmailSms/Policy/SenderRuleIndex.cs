using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Which rules may be for a sender: of each rule a hash of its pattern and its id, 16 octets, sorted by the hash. The
/// rules themselves stay on disk, and a stranger costs no read. Two patterns of one hash only make a rule be read that
/// then does not fit.
/// </summary>
internal sealed class SenderRuleIndex
{
    private const ulong FnvBasis = 14695981039346656037; // FNV-1a
    private const ulong FnvPrime = 1099511628211;

    private readonly ulong[] _hashes;
    private readonly long[] _ids;
    private readonly ulong[] _headerHashes;
    private readonly long[] _headerIds;

    private SenderRuleIndex(List<(ulong Hash, long Id, bool IsHeader)> all)
    {
        (_hashes, _ids) = Sort(all.FindAll(one => !one.IsHeader));
        (_headerHashes, _headerIds) = Sort(all.FindAll(one => one.IsHeader));
    }

    /// <summary>Every rule for a From header, whoever it is for.</summary>
    public IReadOnlyList<long> AllOfHeader => _headerIds;

    internal const string SelectAll = "select sender, match_header, id from sender_rule";

    /// <summary>Reads it from an index of the table.</summary>
    public static SenderRuleIndex Read(StoreSession db) => new(db.Rows(
        SelectAll,
        row => (HashOf(row.Text(0)), row.Integer(2), row.Integer(1) != 0)));

    /// <summary>Adds the ids of the rules whose pattern may be one of these keys.</summary>
    public void Find(IReadOnlyList<string> keys, bool inHeader, List<long> found)
    {
        (ulong[] hashes, long[] ids) = inHeader ? (_headerHashes, _headerIds) : (_hashes, _ids);
        foreach (string key in keys)
        {
            ulong hash = HashOf(key);
            int at = Array.BinarySearch(hashes, hash);
            if (at < 0) continue;
            while (at > 0 && hashes[at - 1] == hash) at--;
            for (; at < hashes.Length && hashes[at] == hash; at++) found.Add(ids[at]);
        }
    }

    private static (ulong[] Hashes, long[] Ids) Sort(List<(ulong Hash, long Id, bool IsHeader)> rules)
    {
        ulong[] hashes = [.. rules.Select(one => one.Hash)];
        long[] ids = [.. rules.Select(one => one.Id)];
        Array.Sort(hashes, ids);
        return (hashes, ids);
    }

    private static ulong HashOf(string key)
    {
        ulong hash = FnvBasis;
        foreach (char c in key) hash = (hash ^ c) * FnvPrime;
        return hash;
    }
}
