namespace EmailSms.Composing;

/// <summary>
/// The sign by which senders end their text, a habit from the services before this one. It counts alone on a line and
/// at the end of one; a heading between such signs, and the sign before any text, is decoration.
/// </summary>
internal static class Terminator
{
    public static List<string> CutFrom(List<string> lines, IReadOnlyList<string> terminators)
    {
        if (terminators.Count == 0) return lines;
        bool hasText = false;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (EndingOf(line, terminators) is { } text && (hasText || text.Length > 0))
            {
                return [.. lines[..i], text];
            }

            hasText |= line.Length > 0;
        }

        return lines;
    }

    /// <summary>What stands before a terminator in this line, or null if none ends it.</summary>
    private static string? EndingOf(string line, IReadOnlyList<string> terminators)
    {
        foreach (string terminator in terminators)
        {
            if (terminator.Length == 0 || !line.EndsWith(terminator, StringComparison.Ordinal)) continue;
            string text = line[..^terminator.Length];
            bool isRun = text.EndsWith(terminator[^1]) || text.StartsWith(terminator[0]);
            if (!isRun) return text.TrimEnd();
        }

        return null;
    }
}
