using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailSms.Carriers.Http;

/// <summary>
/// The definitions that the program carries, and those in files. A file may extend one of the first: it is laid over
/// it, object by object, and says only what is otherwise.
/// </summary>
internal static class DefinitionShelf
{
    private const string Folder = "definitions/";
    private static readonly Assembly Ours = typeof(DefinitionShelf).Assembly;

    /// <summary>The names of those that the program carries.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Ours.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^".json".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>One of them as it is written; null when there is none of that name.</summary>
    public static string? TextOf(string name)
    {
        if (Names.FirstOrDefault(
            one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } own) return null;
        using Stream stream = Ours.GetManifestResourceStream($"{Folder}{own}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A definition by its name, or by the path of its file, which ends in <c>.json</c>.</summary>
    public static bool TryLoad(
        string nameOrFile, [NotNullWhen(true)] out HttpDefinition? definition, out IReadOnlyList<string> wrong)
    {
        definition = null;
        string? text;
        if (!nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            text = TextOf(nameOrFile);
            wrong = [$"there is no definition {nameOrFile}; there are {string.Join(", ", Names)}, or a file ….json."];
            if (text is null) return false;
        }
        else if (!TryReadFile(nameOrFile, out text, out string? trouble))
        {
            wrong = [trouble];
            return false;
        }

        if (!DefinitionReader.TryRead(text, out definition, out IReadOnlyList<string> mistakes))
        {
            wrong = [.. mistakes.Select(one => $"{Path.GetFileName(nameOrFile)}: {one}")];
            return false;
        }

        wrong = [];
        return true;
    }

    private static bool TryReadFile(
        string file, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? trouble)
    {
        (text, trouble) = (null, null);
        try
        {
            string written = File.ReadAllText(file);
            JsonNode? own = JsonNode.Parse(
                written, documentOptions: new JsonDocumentOptions
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                });
            text = written;
            if (own is not JsonObject over || over["extends"] is not { } named) return true;
            if (named is not JsonValue value || !value.TryGetValue(out string? name) || TextOf(name) is not { } under)
            {
                trouble = $"{Path.GetFileName(file)}: extends: there is no definition {named}; there are "
                    + string.Join(", ", Names) + ".";
                return false;
            }

            text = Lay(over, JsonNode.Parse(under)!.AsObject()).ToJsonString();
            return true;
        }
        catch (JsonException trouble2)
        {
            trouble = $"{Path.GetFileName(file)} is no JSON: {trouble2.Message}";
            return false;
        }
        catch (Exception trouble2) when (trouble2 is IOException or UnauthorizedAccessException)
        {
            trouble = $"The definition {file} cannot be read: {trouble2.Message}";
            return false;
        }
    }

    private static JsonObject Lay(JsonObject over, JsonObject under)
    {
        foreach ((string key, JsonNode? value) in over)
        {
            under[key] = value is JsonObject inner && under[key] is JsonObject beneath
                ? Lay(inner, beneath.DeepClone().AsObject())
                : value?.DeepClone();
        }

        return under;
    }
}
