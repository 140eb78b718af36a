using System.Text;
using System.Text.RegularExpressions;

namespace EmailSms.Tests.Tidy;

/// <summary>A block between ``` lines, with the word behind the first of them.</summary>
internal sealed record Fence(string Language, string Text);

/// <summary>A page of documentation, by its path from the root of the repository.</summary>
internal sealed partial class DocPage
{
    private static readonly string[] Folders = ["docs", "samples", "src", "tests"];
    private static readonly string[] Foreign = ["artifacts", "bin", "obj", "node_modules"];

    private DocPage(string path, string text)
    {
        Path = path;
        Text = text;
        Fences = [.. FenceBlocks().Matches(text).Select(m => new Fence(m.Groups[1].Value, m.Groups[2].Value))];
        Prose = FenceBlocks().Replace(text, "");
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>The text without its fences.</summary>
    public string Prose { get; }

    public IReadOnlyList<Fence> Fences { get; }

    /// <summary>Where its links go, as they are written.</summary>
    public IEnumerable<string> Links =>
        LinkTargets().Matches(InlineCode().Replace(Prose, "code")).Select(m => m.Groups[1].Value);

    /// <summary>What stands between backticks.</summary>
    public IEnumerable<string> Codes => InlineCode().Matches(Prose).Select(m => m.Groups[1].Value);

    /// <summary>The anchors that GitHub gives to its headings.</summary>
    public IReadOnlyList<string> Anchors => [.. Headings().Matches(Prose).Select(m => Slug(m.Groups[1].Value))];

    /// <summary>The rows of all its tables, without heads and rules; cells without backticks and escapes.</summary>
    public IEnumerable<string[]> Rows => RowsOf(Prose);

    /// <summary>All pages of the repository.</summary>
    public static IReadOnlyList<DocPage> All { get; } =
    [
        .. Directory.EnumerateFiles(Source.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(
                System.IO.Path.Combine(Source.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(file => System.IO.Path.GetRelativePath(Source.Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(Foreign.Contains))
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    public static DocPage Read(string path) =>
        new(path, File.ReadAllText(System.IO.Path.Combine(Source.Root, path)).ReplaceLineEndings("\n"));

    /// <summary>The rows of the tables below one heading, down to the next of the same depth or less.</summary>
    public IReadOnlyList<string[]> RowsBelow(string heading) => [.. RowsOf(Section(heading))];

    /// <summary>What stands below a heading; empty where there is no such heading.</summary>
    public string Section(string heading)
    {
        var section = new StringBuilder();
        int depth = 0;
        foreach (string line in Prose.Split('\n'))
        {
            int hashes = line.TakeWhile(c => c == '#').Count();
            if (depth == 0 && hashes > 0 && line[hashes..].Trim() == heading) depth = hashes;
            else if (depth > 0 && hashes > 0 && hashes <= depth) break;
            else if (depth > 0) section.Append(line).Append('\n');
        }

        return section.ToString();
    }

    private static IEnumerable<string[]> RowsOf(string text)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            bool isHead = i + 1 < lines.Length && lines[i + 1].StartsWith("|---", StringComparison.Ordinal);
            if (!lines[i].StartsWith("| ", StringComparison.Ordinal) || isHead) continue;
            yield return [.. CellBorders().Split(lines[i].Trim()[1..^1]).Select(Plain)];
        }
    }

    private static string Plain(string cell) =>
        cell.Trim().Replace("`", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal);

    private static string Slug(string heading) => new([.. heading.Trim().ToLowerInvariant()
        .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c)]);

    [GeneratedRegex(@"^[ ]*```([\w-]*)[^\n]*\n(.*?)^[ ]*```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FenceBlocks();

    [GeneratedRegex(@"\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s]+)\)")]
    private static partial Regex LinkTargets();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorders();
}
