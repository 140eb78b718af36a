using System.Collections.Concurrent;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// The rules of the senders who write most. A rule is many columns to read and lists to parse, and a decision takes
/// microseconds, so what was read is kept until any rule changes. What it holds is bounded by senders, not by rules.
/// </summary>
internal sealed class SenderRuleCache(SqliteStore store, Func<StoreSession, EmailAddress, Origin, SenderRule[]> read)
{
    private const int SendersMax = 1024;

    private volatile Kept _kept = new(-1);

    /// <summary>All that may be for this sender, in the order in which they are asked.</summary>
    public IReadOnlyList<SenderRule> For(EmailAddress sender, Origin origin)
    {
        string header = !origin.IsHeaderRead ? "?" : origin.HeaderFrom?.Key ?? "";
        return store.Read(db =>
        {
            long version = (long)db.Scalar("select version from sender_rule_version")!;
            Kept kept = _kept;
            if (kept.Version != version) _kept = kept = new Kept(version);
            if (kept.Rules.TryGetValue((sender.Key, header), out SenderRule[]? rules)) return rules;

            // A change between the two reads is seen by the next version that is read, and this is thrown away then.
            rules = read(db, sender, origin);
            if (kept.Rules.Count >= SendersMax) kept.Rules.Clear(); // strangers, most likely: the rest is read again
            kept.Rules[(sender.Key, header)] = rules;
            return rules;
        });
    }

    private sealed class Kept(long version)
    {
        public long Version { get; } = version;

        public ConcurrentDictionary<(string Sender, string Header), SenderRule[]> Rules { get; } = new();
    }
}
