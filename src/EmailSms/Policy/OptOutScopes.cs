namespace EmailSms.Policy;

/// <summary>
/// Which opt-outs keep a sender ID from texting, and which one a STOP to it makes. A scope is <c>*</c> for everything,
/// <c>pool:</c> and a name, or a sender ID.
/// </summary>
internal sealed class OptOutScopes
{
    private const string PoolMark = "pool:";

    private readonly OptOutScope _scope;
    private readonly Dictionary<string, string> _pools;

    public OptOutScopes(OptOutOptions options)
    {
        _scope = options.Scope;
        _pools = options.Pools.ToDictionary(
            pair => Key(pair.Key), pair => PoolMark + pair.Value.ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A STOP is about every SMS, whatever number it was sent to.</summary>
    public static OptOutScopes Everything { get; } = new(new OptOutOptions());

    /// <summary>The pools that there are, as scopes.</summary>
    public IEnumerable<string> Pools => _pools.Values.Distinct().Order(StringComparer.Ordinal);

    /// <summary>The sender IDs that are in one.</summary>
    public IEnumerable<string> PooledSenders => _pools.Keys;

    /// <summary>The scope of a sender ID among these, written as there; null: it is none of them.</summary>
    public static string? Among(string scope, IEnumerable<string> senderIds) =>
        senderIds.Select(Key).FirstOrDefault(one => one.Equals(scope, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a scope is that of a pool.</summary>
    public static bool IsPool(string scope) => scope.StartsWith(PoolMark, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A scope as it is kept, of what somebody wrote: names of pools count without case. Null: it is neither a sender
    /// ID nor <c>pool:</c> and a name.
    /// </summary>
    public static string? Read(string scope) =>
        scope == OptOuts.Everything ? scope
        : IsPool(scope) ? scope.ToLowerInvariant()
        : SenderRuleDraft.IsSenderId(scope) ? Key(scope)
        : null;

    /// <summary>The scope of a STOP to a sender ID of ours; empty: it is not known which.</summary>
    public string Of(string senderId) => _scope switch
    {
        _ when senderId.Length == 0 => OptOuts.Everything,
        OptOutScope.OwnNumber => Key(senderId),
        OptOutScope.Pool => PoolOf(senderId) ?? OptOuts.Everything,
        _ => OptOuts.Everything,
    };

    /// <summary>
    /// Whether an opt-out of this scope keeps a sender ID from texting. A sender ID that is not known yet, because the
    /// carrier chooses it, may be any of them.
    /// </summary>
    public bool Holds(string scope, string senderId) =>
        scope == OptOuts.Everything || senderId.Length == 0
        || scope.Equals(Key(senderId), StringComparison.OrdinalIgnoreCase) || scope == PoolOf(senderId);

    // Carriers write our number with plus sign, without, or with zeros in front.
    private static string Key(string senderId)
    {
        string digits = senderId.TrimStart('+', '0');
        bool isNumber = digits.Length > 8 && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');
        return isNumber ? $"+{digits}" : senderId;
    }

    private string? PoolOf(string senderId) => _pools.GetValueOrDefault(Key(senderId));
}
