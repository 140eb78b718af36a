namespace EmailSms.Policy;

/// <summary>Sets of words, such as <c>at, class</c>, as they are written in rules and on disk.</summary>
internal static class FlagWords
{
    private static readonly char[] Separators = [' ', ',', ';'];

    /// <summary>Reads a list of words; <paramref name="unknown"/> is the first that is none of the set.</summary>
    public static T Parse<T>(string? text, out string? unknown) where T : struct, Enum
    {
        unknown = null;
        if (string.IsNullOrEmpty(text)) return default;
        long flags = 0;
        foreach (string word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            int at = Array.FindIndex(
                Set<T>.All, one => one.Word.Equals(word, StringComparison.OrdinalIgnoreCase));
            if (at >= 0) flags |= Set<T>.All[at].Bits;
            else unknown ??= word;
        }

        return (T)Enum.ToObject(typeof(T), flags);
    }

    /// <summary>The words of a set, parted by commas.</summary>
    public static string Join<T>(T flags) where T : struct, Enum =>
        string.Join(", ", Set<T>.All.Where(one => flags.HasFlag(one.Flag)).Select(one => one.Word));

    /// <summary>All words that there are.</summary>
    public static string Known<T>() where T : struct, Enum =>
        string.Join(", ", Set<T>.All.Select(one => one.Word));

    // SharedCost is written shared-cost.
    private static string Word<T>(T flag) where T : struct, Enum => string.Concat(
        flag.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}"
            : char.ToLowerInvariant(c).ToString()));

    // A set is read of every rule, and a name of an enum costs a look into its metadata.
    private static class Set<T> where T : struct, Enum
    {
        public static (T Flag, long Bits, string Word)[] All { get; } =
        [
            .. Enum.GetValues<T>().Select(one => (one, Convert.ToInt64(one, null), Word(one)))
                .Where(one => one.Item2 != 0),
        ];
    }
}
