using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace EmailSms.Store;

/// <summary>A key that texts are sealed with in the database, by the name that stands beside each of them.</summary>
internal sealed class TextKeyOptions
{
    /// <summary>The octets of a key: AES-256.</summary>
    public const int KeyLength = 32;

    /// <summary>Whoever has this name is no key: what is written from now on is not sealed.</summary>
    public const string None = "none";

    private const int IdLengthMax = 32;

    /// <summary>Its name, such as <c>2026-11</c>: letters, digits, full stops, dashes and underscores.</summary>
    [Required, StringLength(IdLengthMax)]
    public string Id { get; set; } = "";

    /// <summary>A file with 32 random octets in base64.</summary>
    public string? File { get; set; }

    /// <summary>A variable of the environment with the same.</summary>
    public string? Environment { get; set; }

    /// <summary>Reads it; null: it is not there or is none, and the sentence says why.</summary>
    public byte[]? Read(out string sentence)
    {
        sentence = Mistake() ?? "";
        if (sentence.Length > 0) return null;
        string? text = File is null ? System.Environment.GetEnvironmentVariable(Environment!) : null;
        try
        {
            if (File is not null) text = System.IO.File.ReadAllText(File);
            byte[] key = Convert.FromBase64String(text?.Trim() ?? "");
            if (key.Length == KeyLength) return key;
            sentence = text is null
                ? $"key {Id}: there is no variable {Environment} in the environment."
                : $"key {Id} is not {KeyLength} octets in base64; openssl rand -base64 {KeyLength} makes one.";
        }
        catch (FormatException)
        {
            sentence = $"key {Id} is not {KeyLength} octets in base64; openssl rand -base64 {KeyLength} makes one.";
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            sentence = $"key {Id} cannot be read: {trouble.Message}";
        }

        return null;
    }

    private string? Mistake()
    {
        bool isName = Id.Length is > 0 and <= IdLengthMax
            && Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        if (!isName) return $"'{Id}' is no name of a key: 1 to {IdLengthMax} letters, digits and . - _";
        return File is null == Environment is null ? $"key {Id} needs a File or an Environment, one of the two." : null;
    }

    /// <summary>What is wrong with a list of keys, each with the place in it.</summary>
    public static IEnumerable<(int Place, string Sentence)> MistakesOf(IReadOnlyList<TextKeyOptions> keys)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys.Take(i).Any(one => one.Id == keys[i].Id)) yield return (i, $"there are two keys {keys[i].Id}.");
            if (keys[i].Id == None)
            {
                if (i > 0) yield return (i, $"{None} stands first, or not at all.");
                continue;
            }

            if (keys[i].Read(out string sentence) is { } key) CryptographicOperations.ZeroMemory(key);
            else yield return (i, sentence);
        }
    }
}
