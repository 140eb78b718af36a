namespace EmailSms.Policy.Proof;

/// <summary>What SPF says of a client and a domain (RFC 7208 2.6).</summary>
internal enum SpfResult
{
    /// <summary>The domain says nothing, or there is none to ask.</summary>
    None,

    /// <summary>The domain says that it does not say.</summary>
    Neutral,

    /// <summary>The client may send for it.</summary>
    Pass,

    /// <summary>The client may not.</summary>
    Fail,

    /// <summary>The client probably may not.</summary>
    SoftFail,

    /// <summary>The DNS did not answer: later it may be otherwise.</summary>
    TempError,

    /// <summary>The domain's records are wrong.</summary>
    PermError,
}

/// <summary>The result of a check, with the reason for a person.</summary>
/// <param name="Result">The result.</param>
/// <param name="Domain">Whose records were asked.</param>
/// <param name="Reason">The mechanism that decided, or what went wrong.</param>
internal sealed record SpfVerdict(SpfResult Result, string Domain, string Reason)
{
    /// <summary>
    /// What the domain tells those that fail: a stranger's words, cut down to printable ASCII; null for none.
    /// </summary>
    public string? Explanation { get; init; }

    /// <summary>The result as RFC 8601 2.7.2 writes it.</summary>
    public string Word => Result.ToString().ToLowerInvariant();

    /// <summary>As it is written on the timeline.</summary>
    public override string ToString() => $"spf={Word} ({Domain}: {Reason})";
}
