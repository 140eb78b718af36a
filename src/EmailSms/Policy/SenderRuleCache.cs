using System.Collections.Concurrent;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// The rules of the senders who write most, and an index of all. A rule is many columns to read and lists to parse, and
/// a decision takes microseconds, so what was read is kept until any rule changes. What it holds is bounded by senders;
/// of a rule that nobody asks for there are 16 octets.
/// </summary>
internal sealed class SenderRuleCache(SqliteStore store, Func<StoreSession, long, SenderRule?> read)
{
    private const int SendersMax = 1024;

    private volatile Kept _kept = new(-1, null);

    /// <summary>All that may be for this sender, in the order in which they are asked.</summary>
    public IReadOnlyList<SenderRule> For(EmailAddress sender, Origin origin)
    {
        string header = !origin.IsHeaderRead ? "?" : origin.HeaderFrom?.Key ?? "";
        return store.Read(db =>
        {
            // A change between this and a later read is seen by the next version that is read, and all is thrown away.
            long version = (long)db.Scalar("select version from sender_rule_version")!;
            Kept kept = _kept;
            if (kept.Version != version) _kept = kept = new Kept(version, SenderRuleIndex.Read(db));
            if (kept.Rules.TryGetValue((sender.Key, header), out SenderRule[]? rules)) return rules;
            List<long> ids = Candidates(kept.Index!, sender, origin);
            if (ids.Count == 0) return []; // strangers are not worth a place
            rules = InOrder(
                ids.Select(id => read(db, id)).OfType<SenderRule>().Where(rule => Fits(rule, sender, origin)));
            kept.Add((sender.Key, header), rules);
            return rules;
        });
    }

    /// <summary>Rules in the order in which they are asked.</summary>
    public static SenderRule[] InOrder(IEnumerable<SenderRule> rules) =>
        [.. rules.OrderBy(rule => rule.Priority).ThenBy(rule => rule.Sender.Breadth).ThenBy(rule => rule.Id)];

    // Before the header is there, any rule for one may decide.
    private static List<long> Candidates(SenderRuleIndex index, EmailAddress sender, Origin origin)
    {
        List<long> ids = [];
        index.Find(SenderPattern.KeysOf(sender), inHeader: false, ids);
        if (!origin.IsHeaderRead) ids.AddRange(index.AllOfHeader);
        else if (origin.HeaderFrom is { } from) index.Find(SenderPattern.KeysOf(from), inHeader: true, ids);
        return ids;
    }

    private static bool Fits(SenderRule rule, EmailAddress sender, Origin origin) =>
        !rule.MatchesHeader ? rule.Sender.Matches(sender)
        : !origin.IsHeaderRead || (origin.HeaderFrom is { } from && rule.Sender.Matches(from));

    private sealed class Kept(long version, SenderRuleIndex? index)
    {
        public long Version { get; } = version;

        /// <summary>Null: nothing was read yet.</summary>
        public SenderRuleIndex? Index { get; } = index;

        public ConcurrentDictionary<(string Sender, string Header), SenderRule[]> Rules { get; } = new();

        private int _count; // the dictionary takes all its locks to tell its own

        public void Add((string Sender, string Header) who, SenderRule[] rules)
        {
            if (Interlocked.Increment(ref _count) > SendersMax)
            {
                Rules.Clear();
                Volatile.Write(ref _count, 1);
            }

            Rules[who] = rules;
        }
    }
}
