namespace EmailSms.Policy.Proof;

/// <summary>How a question to the DNS ended.</summary>
internal enum DnsStatus
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists and has no such record.</summary>
    NoData,

    /// <summary>There is no such name.</summary>
    NoName,

    /// <summary>Nobody answered, or nobody could: the next time it may be otherwise.</summary>
    Failed,
}

/// <summary>The answer to a question to the DNS.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Records">The values; none unless <see cref="DnsStatus.Found"/>.</param>
internal sealed record DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records)
{
    /// <summary>Nobody could say.</summary>
    public static DnsAnswer<T> Failed { get; } = new(DnsStatus.Failed, []);

    /// <summary>A name that can be nobody's.</summary>
    public static DnsAnswer<T> NoName { get; } = new(DnsStatus.NoName, []);

    /// <summary>Nobody could say.</summary>
    public bool IsFailed => Status is DnsStatus.Failed;

    /// <summary>A "void lookup" of RFC 7208 4.6.4: an answer, and nothing in it.</summary>
    public bool IsVoid => Status is DnsStatus.NoData or DnsStatus.NoName;
}
