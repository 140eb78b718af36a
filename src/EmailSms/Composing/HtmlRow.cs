namespace EmailSms.Composing;

/// <summary>
/// A table row as a phone shows it best: <c>label: value</c> where there are two cells, one after the other with commas
/// where there are more, and as paragraphs where the table only lays out a page.
/// </summary>
internal static class HtmlRow
{
    private const int LabelCharsMax = 40;
    private const int LineCharsMax = 300;

    public static string Join(IReadOnlyList<string> cells, bool isLayout, bool isHeading)
    {
        string[] filled = [.. cells.Where(cell => !string.IsNullOrWhiteSpace(cell))];
        if (filled.Length < 2) return string.Concat(filled);
        if (Array.Exists(filled, cell => cell.Contains('\n')) || filled.Sum(cell => cell.Length) > LineCharsMax)
        {
            return string.Join('\n', filled);
        }

        if (isLayout) return string.Join(' ', filled);
        return filled.Length == 2 && !isHeading && IsLabel(filled[0])
            ? $"{filled[0].TrimEnd(':', ' ')}: {filled[1]}"
            : filled.Aggregate((line, cell) => line.EndsWith(':') ? $"{line} {cell}" : $"{line}, {cell}");
    }

    private static bool IsLabel(string cell) =>
        cell.Length <= LabelCharsMax && cell[^1] is not ('.' or '!' or '?' or ',');
}
