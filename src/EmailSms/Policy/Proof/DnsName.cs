using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EmailSms.Policy.Proof;

/// <summary>Names as the DNS has them.</summary>
internal static class DnsName
{
    public const int CharsMax = 253; // RFC 1035 2.3.4: 255 octets on the wire
    public const int LabelCharsMax = 63;

    /// <summary>
    /// Whether it can be asked for: labels of 1 to 63 printable ASCII characters. A backslash begins an escape in some
    /// resolvers, so a name with one is nobody's.
    /// </summary>
    public static bool IsAskable(string name)
    {
        string bare = name.EndsWith('.') ? name[..^1] : name;
        return bare.Length is > 0 and <= CharsMax
            && bare.All(c => c is > ' ' and <= '~' and not '\\')
            && bare.Split('.').All(label => label.Length is > 0 and <= LabelCharsMax);
    }

    /// <summary>The domain of a mail address in lower case and ASCII (RFC 5891 A-labels), if it is one.</summary>
    public static bool TryOfMail(string domain, [NotNullWhen(true)] out string? name)
    {
        name = null;
        try
        {
            string ascii = domain.All(char.IsAscii) ? domain : new IdnMapping().GetAscii(domain);
            name = ascii.TrimEnd('.').ToLowerInvariant();
        }
        catch (ArgumentException) // no domain name in any writing
        {
            return false;
        }

        // A single label is nobody's mail domain, and [192.0.2.1] is an address (RFC 7208 4.3).
        if (IsAskable(name) && name.Contains('.') && name[0] != '[') return true;
        name = null;
        return false;
    }

    /// <summary>Whether a name lies below another, or is it.</summary>
    public static bool IsOrIsBelow(string name, string above) =>
        name.Equals(above, StringComparison.OrdinalIgnoreCase)
        || (name.Length > above.Length && name[^(above.Length + 1)] == '.'
            && name.EndsWith(above, StringComparison.OrdinalIgnoreCase));
}
