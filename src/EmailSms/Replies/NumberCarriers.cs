using System.Collections.Frozen;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// The carriers that own our numbers, in memory: asked for every SMS, and read again when somebody has changed them.
/// </summary>
internal sealed class NumberCarriers(SqliteStore store)
{
    private volatile FrozenDictionary<string, string> _all = FrozenDictionary<string, string>.Empty;

    /// <summary>Reads them from disk. True: they are not what they were.</summary>
    public bool Refresh()
    {
        FrozenDictionary<string, string> before = _all;
        _all = store.Read(OwnNumbers.List)
            .Where(own => own.Carrier is not null)
            .ToFrozenDictionary(own => own.Number.E164, own => own.Carrier!);
        return before.Count != _all.Count || before.Any(one => _all.GetValueOrDefault(one.Key) != one.Value);
    }

    /// <summary>The carrier that owns a sender ID; null: it is not a number of ours, or no carrier's.</summary>
    public string? CarrierOf(string senderId) => _all.GetValueOrDefault(senderId);
}
