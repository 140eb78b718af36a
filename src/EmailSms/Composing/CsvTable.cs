using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailSms.Composing;

/// <summary>A row of a CSV file: the line it begins on, counted from 1, and its fields by their columns.</summary>
internal sealed record CsvRow(int Line, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>A field; null where it is empty or there is no such column.</summary>
    public string? this[string name] => Fields.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}

/// <summary>
/// CSV (RFC 4180) with a header: commas, CRLF or LF, quotes doubled inside quotes, lines inside quotes. A UTF-8 mark
/// at the beginning is left out.
/// </summary>
internal static class CsvTable
{
    /// <summary>
    /// Reads all rows. Every mistake is told with its line: unknown columns, quotes that stand wrong, rows of another
    /// length than the header.
    /// </summary>
    public static IReadOnlyList<CsvRow> Read(
        string text, IReadOnlyList<string> columns, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        List<CsvRow> rows = [];
        mistakes = wrong;
        int at = text.StartsWith('\uFEFF') ? 1 : 0;
        int line = 1;
        List<string>? header = null;
        while (at < text.Length)
        {
            int began = line;
            if (!TryTakeRow(text, ref at, ref line, out List<string>? fields))
            {
                wrong.Add($"Line {began}: a quote stands where none can, or is never closed.");
                if (at >= text.Length) break;
                continue;
            }

            if (fields is [""]) continue; // an empty line
            if (header is null)
            {
                header = fields.ConvertAll(name => name.Trim().ToLowerInvariant());
                wrong.AddRange(header.Where(name => !columns.Contains(name)).Select(
                    name => $"Line {began}: there is no column {name}; there are {string.Join(", ", columns)}."));
                if (header.Distinct().Count() < header.Count) wrong.Add($"Line {began}: a column is there twice.");
                if (wrong.Count > 0) return [];
            }
            else if (fields.Count != header.Count)
            {
                wrong.Add($"Line {began}: it has {fields.Count} fields and the header has {header.Count}.");
            }
            else
            {
                rows.Add(new CsvRow(
                    began, header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second.Trim())));
            }
        }

        if (header is null) wrong.Add($"Line 1: there is no header; it is {string.Join(',', columns)}.");
        return rows;
    }

    /// <summary>Writes a row, ended by CRLF.</summary>
    public static string Row(params IEnumerable<string?> fields) =>
        string.Join(',', fields.Select(field => Quoted(field ?? ""))) + "\r\n";

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") || field != field.Trim()
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;

    // False: the quotes are wrong; then the rest of the line is skipped.
    private static bool TryTakeRow(
        string text, ref int at, ref int line, [NotNullWhen(true)] out List<string>? fields)
    {
        fields = [];
        while (true)
        {
            if (!TryTakeField(text, ref at, ref line, out string field))
            {
                int end = text.IndexOf('\n', Math.Min(at, text.Length));
                at = end < 0 ? text.Length : end + 1;
                line++;
                fields = null;
                return false;
            }

            fields.Add(field);
            if (at < text.Length && text[at] == ',')
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            line++;
            return true;
        }
    }

    private static bool TryTakeField(string text, ref int at, ref int line, out string field)
    {
        var value = new StringBuilder();
        field = "";
        bool isQuoted = at < text.Length && text[at] == '"';
        if (isQuoted) at++;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (!isQuoted)
            {
                if (c == '"') return false;
                if (c is ',' or '\r' or '\n') break;
            }
            else if (c == '"')
            {
                if (at + 1 < text.Length && text[at + 1] == '"') at++;
                else
                {
                    field = value.ToString();
                    at++;
                    return at == text.Length || text[at] is ',' or '\r' or '\n';
                }
            }

            if (c == '\n') line++;
            value.Append(c);
        }

        field = value.ToString();
        return !isQuoted;
    }
}
