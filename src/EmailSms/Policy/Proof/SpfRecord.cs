using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Policy.Proof;

/// <summary>What a mechanism of SPF looks at (RFC 7208 5).</summary>
internal enum SpfMechanism
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}

/// <summary>A mechanism and what it says of who it fits.</summary>
internal sealed record SpfDirective(SpfResult Qualifier, SpfMechanism Mechanism)
{
    /// <summary>The domain; null: the one that is checked.</summary>
    public SpfMacroText? Domain { get; init; }

    /// <summary>The network of ip4 and ip6, without its length.</summary>
    public IPAddress? Network { get; init; }

    /// <summary>Bits that must be alike, of an IPv4 address.</summary>
    public int V4Bits { get; init; } = 32;

    /// <summary>The same of an IPv6 address.</summary>
    public int V6Bits { get; init; } = 128;

    /// <summary>As it is written.</summary>
    public required string Text { get; init; }
}

/// <summary>
/// An SPF record (RFC 7208 4.6, 5, 6), parsed whole: a mistake anywhere makes it none, whatever is decided before it.
/// </summary>
internal sealed class SpfRecord
{
    private const string Version = "v=spf1";

    private SpfRecord(List<SpfDirective> directives) => Directives = directives;

    public IReadOnlyList<SpfDirective> Directives { get; }

    /// <summary>Whose record decides if nothing here does.</summary>
    public SpfMacroText? Redirect { get; private set; }

    /// <summary>Where the explanation of a fail is.</summary>
    public SpfMacroText? Explanation { get; private set; }

    /// <summary>Whether a TXT record is one of SPF: <c>v=spf1</c>, alone or before a space (RFC 7208 4.5).</summary>
    public static bool IsOne(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase)
        && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Takes the record, or names the term that is wrong.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SpfRecord? record, [NotNullWhen(false)] out string? wrong)
    {
        record = null;
        List<SpfDirective> directives = [];
        var made = new SpfRecord(directives);
        foreach (string term in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            wrong = term;
            if (ModifierName(term) is { } name)
            {
                if (!made.TryTakeModifier(name, term[(name.Length + 1)..])) return false;
            }
            else if (TryParseDirective(term, out SpfDirective? directive))
            {
                directives.Add(directive);
            }
            else
            {
                return false;
            }
        }

        wrong = null;
        record = made;
        return true;
    }

    // name "=" of RFC 7208 4.6.1; anything else is a directive, such as a:b=c.example.
    private static string? ModifierName(string term)
    {
        int end = 0;
        while (end < term.Length && (char.IsAsciiLetterOrDigit(term[end]) || term[end] is '-' or '_' or '.')) end++;
        return end > 0 && end < term.Length && term[end] == '=' && char.IsAsciiLetter(term[0]) ? term[..end] : null;
    }

    private bool TryTakeModifier(string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "redirect":
                if (Redirect is not null || !TryParseDomain(value, out SpfMacroText? redirect)) return false;
                Redirect = redirect;
                return true;
            case "exp":
                if (Explanation is not null || !TryParseDomain(value, out SpfMacroText? explanation)) return false;
                Explanation = explanation;
                return true;
            default: // RFC 7208 6: not known, and yet to be well formed
                return SpfMacroText.TryParse(value, SpfMacroPlace.Modifier, out _);
        }
    }

    private static bool TryParseDirective(string term, [NotNullWhen(true)] out SpfDirective? directive)
    {
        directive = null;
        SpfResult? qualifier = term[0] switch
        {
            '+' => SpfResult.Pass,
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => null,
        };
        string rest = qualifier is null ? term : term[1..];
        int nameEnd = rest.AsSpan().IndexOfAny(':', '/');
        string name = nameEnd < 0 ? rest : rest[..nameEnd];
        string tail = nameEnd < 0 ? "" : rest[nameEnd..]; // with its colon or slash
        SpfResult says = qualifier ?? SpfResult.Pass;
        directive = name.ToLowerInvariant() switch
        {
            "all" => tail.Length == 0 ? new SpfDirective(says, SpfMechanism.All) { Text = term } : null,
            "include" => WithDomain(says, SpfMechanism.Include, tail, term, isNeeded: true),
            "exists" => WithDomain(says, SpfMechanism.Exists, tail, term, isNeeded: true),
            "ptr" => WithDomain(says, SpfMechanism.Ptr, tail, term, isNeeded: false),
            "a" => WithHosts(says, SpfMechanism.A, tail, term),
            "mx" => WithHosts(says, SpfMechanism.Mx, tail, term),
            "ip4" => WithNetwork(says, SpfMechanism.Ip4, tail, term),
            "ip6" => WithNetwork(says, SpfMechanism.Ip6, tail, term),
            _ => null,
        };
        return directive is not null;
    }

    private static SpfDirective? WithDomain(
        SpfResult says, SpfMechanism mechanism, string tail, string term, bool isNeeded)
    {
        var made = new SpfDirective(says, mechanism) { Text = term };
        if (tail.Length == 0) return isNeeded ? null : made;
        return tail[0] == ':' && TryParseDomain(tail[1..], out SpfMacroText? domain)
            ? made with { Domain = domain }
            : null;
    }

    // [":" domain] ["/" bits of IPv4] ["//" bits of IPv6]; a slash may also stand in the domain.
    private static SpfDirective? WithHosts(SpfResult says, SpfMechanism mechanism, string tail, string term)
    {
        var made = new SpfDirective(says, mechanism) { Text = term };
        int v6At = tail.LastIndexOf("//", StringComparison.Ordinal);
        if (v6At >= 0 && tail[(v6At + 2)..].All(char.IsAsciiDigit))
        {
            if (!TryParseBits(tail[(v6At + 2)..], 128, out int bits)) return null;
            made = made with { V6Bits = bits };
            tail = tail[..v6At];
        }

        int v4At = tail.LastIndexOf('/');
        if (v4At >= 0 && tail[(v4At + 1)..].All(char.IsAsciiDigit))
        {
            if (!TryParseBits(tail[(v4At + 1)..], 32, out int bits)) return null;
            made = made with { V4Bits = bits };
            tail = tail[..v4At];
        }

        if (tail.Length == 0) return made;
        return tail[0] == ':' && TryParseDomain(tail[1..], out SpfMacroText? domain)
            ? made with { Domain = domain }
            : null;
    }

    private static SpfDirective? WithNetwork(SpfResult says, SpfMechanism mechanism, string tail, string term)
    {
        if (tail.Length == 0 || tail[0] != ':') return null;
        bool isV4 = mechanism is SpfMechanism.Ip4;
        string[] halves = tail[1..].Split('/');
        int bits = isV4 ? 32 : 128;
        if (halves.Length > 2 || (halves.Length == 2 && !TryParseBits(halves[1], bits, out bits))) return null;

        // IPAddress also takes 10 for 0.0.0.10 and 010 for 8, and a zone behind %; RFC 7208 5.6 takes none of them.
        if (!IPAddress.TryParse(halves[0], out IPAddress? network) || halves[0].ContainsAny('%', '[', ']')) return null;
        bool isFamily = network.AddressFamily == (isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
        if (!isFamily || (isV4 && network.ToString() != halves[0])) return null;
        return new SpfDirective(says, mechanism) { Text = term, Network = network, V4Bits = bits, V6Bits = bits };
    }

    private static bool TryParseDomain(string text, [NotNullWhen(true)] out SpfMacroText? domain)
    {
        domain = null;
        return text.Length > 0 && SpfMacroText.TryParse(text, SpfMacroPlace.Domain, out domain);
    }

    private static bool TryParseBits(string digits, int most, out int bits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bits)
        && bits <= most && (digits.Length == 1 || digits[0] != '0');
}
