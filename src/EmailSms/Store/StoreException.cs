namespace EmailSms.Store;

/// <summary>
/// The disk did not say yes, so nothing of the piece of work is kept. The caller says no in its own protocol's terms.
/// </summary>
internal sealed class StoreException(string message, bool isFull, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>There is no room left: 452 4.3.1 rather than 451 4.3.0.</summary>
    public bool IsFull { get; } = isFull;

    /// <summary>The store is closed, and will say no for ever.</summary>
    public bool IsClosed { get; init; }
}
