using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// A reverse-path or forward-path (RFC 5321 4.1.2). Source routes are parsed and ignored (RFC 5321 appendix C); spaces
/// before the path and underscores in host names are taken, because devices send them.
/// </summary>
internal readonly record struct SmtpPath(string Address, string LocalPart, string Domain)
{
    // RFC 5321 4.5.3.1.3, brackets counted. The 64 octets for a local part (4.5.3.1.1) are only what must be taken at
    // least; senders that put a whole recipient into their bounce address need more.
    private const int BytesMax = 256;

    private const int DomainBytesMax = 255; // RFC 5321 4.5.3.1.2

    private const int LabelBytesMax = 63; // RFC 1035 2.3.4

    public bool IsNull => Address.Length == 0;

    /// <summary>
    /// Takes a path off the front of <paramref name="text"/>; what is left are parameters. False: malformed.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<char> text, bool isBareAllowed, out SmtpPath path)
    {
        path = default;
        ReadOnlySpan<char> rest = text.TrimStart(' ');
        bool isBare = !rest.StartsWith('<');
        if (isBare && (!isBareAllowed || rest.IsEmpty)) return false;
        if (!isBare) rest = rest[1..];

        if (!isBare && rest.StartsWith('>'))
        {
            path = new SmtpPath("", "", "");
        }
        else
        {
            if (!isBare && !TrySkipRoute(ref rest)) return false;
            if (!TryTakeMailbox(ref rest, out path)) return false;
        }

        if (!isBare)
        {
            if (!rest.StartsWith('>')) return false;
            rest = rest[1..];
        }

        if (!rest.IsEmpty && rest[0] != ' ') return false;
        text = rest;
        return true;
    }

    private static bool TrySkipRoute(ref ReadOnlySpan<char> text)
    {
        if (!text.StartsWith('@')) return true;
        while (text.StartsWith('@'))
        {
            text = text[1..];
            if (!TryTakeDomain(ref text, out _)) return false;
            if (text.StartsWith(":"))
            {
                text = text[1..];
                return true;
            }

            if (!text.StartsWith(',')) return false;
            text = text[1..];
        }

        return false;
    }

    private static bool TryTakeMailbox(ref ReadOnlySpan<char> text, out SmtpPath path)
    {
        path = default;
        ReadOnlySpan<char> whole = text;
        if (!TryTakeLocalPart(ref text, out string localPart)) return false;

        string domain = "";
        if (text.StartsWith('@'))
        {
            text = text[1..];
            if (!TryTakeDomain(ref text, out domain)) return false;
        }
        else if (!localPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
        {
            return false; // RFC 5321 4.5.1: only postmaster needs no domain
        }

        string address = whole[..^text.Length].ToString();
        if (Encoding.UTF8.GetByteCount(address) > BytesMax - 2) return false;
        path = new SmtpPath(address, localPart, domain);
        return true;
    }

    private static bool TryTakeLocalPart(ref ReadOnlySpan<char> text, out string localPart)
    {
        localPart = "";
        if (text.StartsWith('"')) return TryTakeQuoted(ref text, out localPart);

        int length = 0;
        while (length < text.Length && (IsAtomText(text[length]) || text[length] == '.')) length++;
        ReadOnlySpan<char> atoms = text[..length];
        if (atoms.IsEmpty || atoms[0] == '.' || atoms[^1] == '.' || atoms.IndexOf("..") >= 0) return false;
        localPart = atoms.ToString();
        text = text[length..];
        return true;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> text, out string localPart)
    {
        var meant = new StringBuilder();
        localPart = "";
        for (int i = 1; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                localPart = meant.ToString();
                text = text[(i + 1)..];
                return localPart.Length > 0;
            }

            if (c == '\\' && ++i == text.Length) return false;
            meant.Append(text[i]);
        }

        return false;
    }

    private static bool TryTakeDomain(ref ReadOnlySpan<char> text, out string domain)
    {
        domain = "";
        int length;
        if (text.StartsWith('['))
        {
            length = text.IndexOf(']') + 1;
            if (length == 0 || !IsLiteral(text[1..(length - 1)])) return false;
        }
        else
        {
            length = 0;
            while (length < text.Length && (IsHostText(text[length]) || text[length] == '.')) length++;
            if (!IsHost(text[..length])) return false;
        }

        domain = text[..length].ToString();
        text = text[length..];
        return true;
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty || Encoding.UTF8.GetByteCount(host) > DomainBytesMax) return false;
        foreach (Range range in host.Split('.'))
        {
            ReadOnlySpan<char> label = host[range];
            if (label.IsEmpty || label.Length > LabelBytesMax || label[0] == '-' || label[^1] == '-') return false;
        }

        return true;
    }

    // RFC 5321 4.1.3.
    private static bool IsLiteral(ReadOnlySpan<char> text) =>
        text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.TryParse(text[5..], out IPAddress? six) && six.AddressFamily is AddressFamily.InterNetworkV6
            : text.Count('.') == 3
                && IPAddress.TryParse(text, out IPAddress? four) && four.AddressFamily is AddressFamily.InterNetwork;

    private static bool IsHostText(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || c > 0x7f;

    // RFC 5322 3.2.3, with RFC 6531 3.3 for what is not ASCII.
    private static bool IsAtomText(char c) =>
        char.IsAsciiLetterOrDigit(c) || c > 0x7f || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);
}
