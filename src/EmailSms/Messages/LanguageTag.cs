using System.Text.RegularExpressions;

namespace EmailSms.Messages;

/// <summary>The name of a language, such as <c>de</c> or <c>pt-BR</c> (RFC 5646).</summary>
internal static partial class LanguageTag
{
    /// <summary>Whether it is one, or could be.</summary>
    public static bool IsOne(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex Form();
}
