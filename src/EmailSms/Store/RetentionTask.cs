namespace EmailSms.Store;

/// <summary>
/// One kind of data that is not kept for ever. What is too old is looked for on a connection of its own and forgotten a
/// few at a time, so that no search holds the writer.
/// </summary>
/// <param name="What">The kind, for the log.</param>
/// <param name="Keep">How long it is kept; zero: for ever.</param>
/// <param name="Find">The keys of what is older than a time, after a key, in their order, so many at most.</param>
/// <param name="Forget">Forgets one; part of a write.</param>
internal sealed record RetentionTask(
    string What,
    TimeSpan Keep,
    Func<StoreSession, long, string, int, List<string>> Find,
    Action<StoreSession, string, long> Forget)
{
    /// <summary>The most keys of one write: each stands for a few rows, unless the kind says otherwise.</summary>
    public int KeysMax { get; init; } = 200;
}
