namespace EmailSms.Messages;

/// <summary>
/// Something for each prefix of a number, of which the longest goes first; what stands for all others
/// (<see cref="PrefixTable.Otherwise"/>) goes last, and for short codes it is all there is.
/// </summary>
internal sealed class PrefixTable<T>(IReadOnlyDictionary<string, T> byPrefix)
{
    private readonly int _longest =
        byPrefix.Keys.Where(prefix => prefix != PrefixTable.Otherwise).Select(prefix => prefix.Length)
            .DefaultIfEmpty().Max();

    /// <summary>Nothing stands in it.</summary>
    public bool IsEmpty => byPrefix.Count == 0;

    /// <summary>All that fits a number, the longest prefix first.</summary>
    public IEnumerable<T> Of(PhoneNumber to)
    {
        string number = to.E164;
        for (int length = Math.Min(_longest, number.Length); length >= 2; length--)
        {
            if (byPrefix.TryGetValue(number[..length], out T? found)) yield return found;
        }

        if (byPrefix.TryGetValue(PrefixTable.Otherwise, out T? otherwise)) yield return otherwise;
    }
}

/// <summary>How a prefix is written.</summary>
internal static class PrefixTable
{
    /// <summary>What stands for every number that no prefix is for, short codes too.</summary>
    public const string Otherwise = "*";

    /// <summary>A plus sign and 1 to 15 digits, or <see cref="Otherwise"/>.</summary>
    public static bool IsPrefix(string text) =>
        text == Otherwise || (text.Length is >= 2 and <= 16 && text[0] == '+' && text[1] != '0'
            && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9'));
}
