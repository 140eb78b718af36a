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
            T? flag = All<T>()
                .Where(one => Word(one).Equals(word, StringComparison.OrdinalIgnoreCase)).Cast<T?>().FirstOrDefault();
            if (flag is { } known) flags |= Convert.ToInt64(known, null);
            else unknown ??= word;
        }

        return (T)Enum.ToObject(typeof(T), flags);
    }

    /// <summary>The words of a set, parted by commas.</summary>
    public static string Join<T>(T flags) where T : struct, Enum =>
        string.Join(", ", All<T>().Where(one => flags.HasFlag(one)).Select(Word));

    /// <summary>All words that there are.</summary>
    public static string Known<T>() where T : struct, Enum => string.Join(", ", All<T>().Select(Word));

    private static IEnumerable<T> All<T>() where T : struct, Enum =>
        Enum.GetValues<T>().Where(one => Convert.ToInt64(one, null) != 0);

    // SharedCost is written shared-cost.
    private static string Word<T>(T flag) where T : struct, Enum => string.Concat(
        flag.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}"
            : char.ToLowerInvariant(c).ToString()));
}
