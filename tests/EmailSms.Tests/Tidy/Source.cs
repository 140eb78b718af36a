using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EmailSms.Tests.Tidy;

/// <summary>The repository as text: what the tidy tests read.</summary>
internal static partial class Source
{
    public static string Root { get; } = FindRoot();

    /// <summary>All C# files below a folder, with their lines, build output left out.</summary>
    public static IEnumerable<SourceFile> Files(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(file => new SourceFile(Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllText(file)));

    /// <summary>The text without comments, strings kept.</summary>
    public static string WithoutComments(string text) => Comments().Replace(text, match =>
        match.Value.StartsWith('/') ? "" : match.Value);

    [GeneratedRegex("\"\"\".*?\"\"\"|@?\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*.*?\\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // A deterministic build hides the path of the source, so the folder of the test program is walked up as well.
        foreach (string start in new[] { Path.GetDirectoryName(here) ?? "", AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "EmailSms.sln"))) return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}

/// <summary>A file, by its path from the root.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string[] Lines => Text.Split('\n');

    /// <summary>The room of a file of the product: its folder below <c>src/EmailSms</c>; empty for the roof.</summary>
    public string Room => Path.Split('/') is ["src", "EmailSms", var room, _, ..] ? room : "";
}
