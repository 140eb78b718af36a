using System.Reflection;
using EmailSms.Messages;

namespace EmailSms.Cli;

/// <summary>
/// The secrets among the settings. Each <c>Password</c>, <c>ClientSecret</c> and the like has a <c>…File</c> beside it,
/// which names a file with the secret in its first line: this finds what is wrong with those, wherever they are.
/// </summary>
internal static class SecretSettings
{
    private static readonly string[] Secrets = ["Password", "CertificatePassword", "ClientSecret", "RefreshToken"];

    /// <summary>Of one section, each with the key inside it.</summary>
    public static IEnumerable<(string Key, string Sentence)> MistakesOf(object section)
    {
        foreach (string name in Secrets)
        {
            PropertyInfo? inPlace = section.GetType().GetProperty(name);
            PropertyInfo? inFile = section.GetType().GetProperty($"{name}File");
            if (inPlace is null || inFile?.GetValue(section) is not string { Length: > 0 } file) continue;
            if (inPlace.GetValue(section) is string { Length: > 0 })
            {
                yield return (inFile.Name, $"and {name} are both set: take one.");
            }

            if (Trouble(file) is { } trouble) yield return (inFile.Name, trouble);
        }
    }

    private static string? Trouble(string file)
    {
        try
        {
            SecretFile.Read(null, file);
            return null;
        }
        catch (IOException trouble)
        {
            return File.Exists(file) ? trouble.Message : $"There is no file {file}.";
        }
    }
}
