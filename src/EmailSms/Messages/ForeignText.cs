using System.Text.RegularExpressions;

namespace EmailSms.Messages;

/// <summary>
/// What others said, on its way into the log: without the numbers in it, however they are written. Reply codes stay:
/// they are what an admin looks for.
/// </summary>
internal static partial class ForeignText
{
    /// <summary>Seven digits and more are a number, whatever spaces, dashes, dots and brackets are between.</summary>
    public static string Masked(string text) =>
        Numbers().Replace(text, found => found.Groups["code"].Success ? found.Value : "…");

    // "550-5.1.10" has seven digits (RFC 3463), and an address that begins so (5.1.10.200) is no code.
    [GeneratedRegex(
        """
        (?<code>(?<![0-9.])(?:[245][0-9]{2}[ -])?[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9]|\.[0-9]))
        |\+?[0-9](?:[\s().\-/\u2010-\u2015]{0,3}[0-9]){6,}
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Numbers();
}
