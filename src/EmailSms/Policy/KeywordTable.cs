using System.Text.Json;

namespace EmailSms.Policy;

/// <summary>The words of one language, as they stand in the file of keywords.</summary>
internal sealed record KeywordLanguage
{
    /// <summary>Also with fillers around it, and looked for in longer texts.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Only as the whole message: with other words it means other things.</summary>
    public IReadOnlyList<string> StopAlone { get; init; } = [];

    public IReadOnlyList<string> Start { get; init; } = [];

    public IReadOnlyList<string> Help { get; init; } = [];

    /// <summary>What may stand around a word of <see cref="Stop"/>.</summary>
    public IReadOnlyList<string> Fillers { get; init; } = [];
}

/// <summary>The file of keywords: languages by a name of their own. The program has one inside.</summary>
internal static class KeywordTable
{
    private const string Resource = "keywords.json";

    private const int FileBytesMax = 1024 * 1024;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The text of the file inside the program: where a file of one's own begins.</summary>
    public static string BuiltIn()
    {
        using Stream stream = typeof(KeywordTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <exception cref="FormatException">
    /// The file is missing, is not of this form, or has no word of stopping: the message says so.
    /// </exception>
    public static IReadOnlyDictionary<string, KeywordLanguage> ReadFile(string file)
    {
        try
        {
            if (new FileInfo(file).Length > FileBytesMax)
            {
                throw new FormatException($"{file} is larger than {FileBytesMax} bytes.");
            }

            return Read(File.ReadAllText(file));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} cannot be read: {trouble.Message}", trouble);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{file}: {wrong.Message}", wrong);
        }
    }

    /// <exception cref="FormatException">See <see cref="ReadFile"/>.</exception>
    public static IReadOnlyDictionary<string, KeywordLanguage> Read(string json)
    {
        Dictionary<string, KeywordLanguage> languages;
        try
        {
            languages = JsonSerializer.Deserialize<Dictionary<string, KeywordLanguage>>(json, Form)
                ?? throw new FormatException("there is no language in it.");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"it is no table of keywords: {wrong.Message}", wrong);
        }

        foreach ((string name, KeywordLanguage words) in languages)
        {
            if (words is null) throw new FormatException($"the language {name} has no words.");
            IEnumerable<string>[] lists = [words.Stop, words.StopAlone, words.Start, words.Help, words.Fillers];
            foreach (string word in lists.SelectMany(list => list ?? []))
            {
                if (word is null || FoldedText.Words(word).Count == 0)
                {
                    throw new FormatException($"the language {name} has '{word}', in which there is no word.");
                }
            }
        }

        // STOP is obeyed everywhere, whatever else a file leaves out (47 CFR 64.1200(a)(10)).
        bool stops = languages.Values.Any(one => one.Stop.Any(word =>
            word.Equals("stop", StringComparison.OrdinalIgnoreCase)));
        return stops ? languages : throw new FormatException("no language has 'stop' among its words of \"stop\".");
    }
}
