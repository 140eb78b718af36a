namespace EmailSms.Smpp.Text;

/// <summary>
/// Numbers the long texts to each destination: one after the other, so that two of them to one phone differ for as long
/// as a reference can, however many went elsewhere between them. A reference of 8 bits is the low octet of these. Safe
/// for several threads.
/// </summary>
/// <param name="destinationsMax">
/// Destinations that are remembered; when there are more, all are forgotten and begin anew at random.
/// </param>
public sealed class ConcatenationReferences(int destinationsMax = 10_000)
{
    private readonly Dictionary<string, ushort> _last = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The next reference for a destination; its first one is random.</summary>
    public ushort Next(string destination)
    {
        lock (_gate)
        {
            if (!_last.TryGetValue(destination, out ushort last))
            {
                if (_last.Count >= destinationsMax) _last.Clear();
                last = (ushort)Random.Shared.Next(ushort.MaxValue + 1);
            }

            return _last[destination] = unchecked((ushort)(last + 1));
        }
    }
}
