using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailSms.Policy.Proof;

/// <summary>Where a macro string stands: what it may have differs (RFC 7208 7.1, 7.2).</summary>
internal enum SpfMacroPlace
{
    /// <summary>The domain of a mechanism or of redirect and exp; it must end like a domain.</summary>
    Domain,

    /// <summary>The value of a modifier that is not known.</summary>
    Modifier,

    /// <summary>An explanation, which may have spaces and the letters c, r and t.</summary>
    Explanation,
}

/// <summary>What the letters of macros stand for in one check (RFC 7208 7.2).</summary>
internal sealed record SpfMacroValues(
    string LocalPart, string SenderDomain, string Domain, string Address, string Readable, bool IsV6, string Helo,
    string ValidatedName, string Receiver, long UnixSeconds);

/// <summary>
/// Text with macros such as <c>%{ir}.%{v}._spf.%{d2}</c> (RFC 7208 7), parsed: one that exists is well formed.
/// </summary>
internal sealed class SpfMacroText
{
    private const string Letters = "slodiphv";
    private const string LettersOfExplanations = "crt";
    private const string Delimiters = ".-+,/_=";

    private readonly List<Piece> _pieces;

    private SpfMacroText(List<Piece> pieces) => _pieces = pieces;

    /// <summary>Whether the name of the client has to be looked up for it.</summary>
    public bool NeedsValidatedName => _pieces.Exists(piece => char.ToLowerInvariant(piece.Letter) == 'p');

    public static bool TryParse(string text, SpfMacroPlace place, [NotNullWhen(true)] out SpfMacroText? macro)
    {
        macro = null;
        List<Piece> pieces = [];
        var literal = new StringBuilder();
        bool endsWithMacro = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            endsWithMacro = false;
            if (c != '%')
            {
                bool isLiteral = c is >= '!' and <= '~' || (c == ' ' && place is SpfMacroPlace.Explanation);
                if (!isLiteral) return false;
                literal.Append(c);
                continue;
            }

            if (++i == text.Length) return false;
            endsWithMacro = true;
            switch (text[i])
            {
                case '%':
                    literal.Append('%');
                    continue;
                case '_':
                    literal.Append(' ');
                    continue;
                case '-':
                    literal.Append("%20");
                    continue;
                case '{':
                    int end = text.IndexOf('}', i);
                    if (end < 0 || !TryParsePiece(text[(i + 1)..end], place, out Piece? piece)) return false;
                    Flush(pieces, literal);
                    pieces.Add(piece);
                    i = end;
                    continue;
                default:
                    return false;
            }
        }

        string tail = literal.ToString();
        Flush(pieces, literal);
        if (place is SpfMacroPlace.Domain && !endsWithMacro && !EndsLikeDomain(tail)) return false;
        macro = new SpfMacroText(pieces);
        return true;
    }

    /// <summary>The text with its macros replaced.</summary>
    public string Expand(SpfMacroValues values)
    {
        var text = new StringBuilder();
        foreach (Piece piece in _pieces)
        {
            if (piece.Literal is { } literal) text.Append(literal);
            else text.Append(piece.Expand(values));
        }

        return text.ToString();
    }

    /// <summary>The same as a name to ask for: cut from the left to what the DNS takes (RFC 7208 7.3).</summary>
    public string ExpandName(SpfMacroValues values)
    {
        string name = Expand(values).TrimEnd('.');
        while (name.Length > DnsName.CharsMax && name.Contains('.')) name = name[(name.IndexOf('.') + 1)..];
        return name;
    }

    private static void Flush(List<Piece> pieces, StringBuilder literal)
    {
        if (literal.Length > 0) pieces.Add(new Piece { Literal = literal.ToString() });
        literal.Clear();
    }

    // domain-end of RFC 7208 7.1: a dot and a top label, which has a letter or a hyphen in it, and perhaps a dot.
    private static bool EndsLikeDomain(string literal)
    {
        string bare = literal.EndsWith('.') ? literal[..^1] : literal;
        int dot = bare.LastIndexOf('.');
        string label = bare[(dot + 1)..];
        return dot >= 0 && label.Length > 0
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && label[0] != '-' && label[^1] != '-'
            && !label.All(char.IsAsciiDigit);
    }

    private static bool TryParsePiece(string body, SpfMacroPlace place, [NotNullWhen(true)] out Piece? piece)
    {
        piece = null;
        if (body.Length == 0) return false;
        char letter = char.ToLowerInvariant(body[0]);
        if (!Letters.Contains(letter)
            && !(place is SpfMacroPlace.Explanation && LettersOfExplanations.Contains(letter)))
        {
            return false;
        }

        int at = 1;
        int digits = 0;
        while (at < body.Length && char.IsAsciiDigit(body[at]))
        {
            digits = Math.Min((digits * 10) + (body[at++] - '0'), DnsName.CharsMax); // more labels than any name has
        }

        if (at > 1 && digits == 0) return false; // a digit, and it is 0
        bool isReversed = at < body.Length && body[at] is 'r' or 'R';
        if (isReversed) at++;
        string delimiters = body[at..];
        if (delimiters.Any(c => !Delimiters.Contains(c))) return false;
        piece = new Piece
        {
            Letter = body[0],
            Labels = digits,
            IsReversed = isReversed,
            Delimiters = delimiters.Length == 0 ? "." : delimiters,
        };
        return true;
    }

    private sealed record Piece
    {
        public string? Literal { get; init; }

        public char Letter { get; init; }

        // The labels that are kept, from the right; 0: all.
        public int Labels { get; init; }

        public bool IsReversed { get; init; }

        public string Delimiters { get; init; } = ".";

        public string Expand(SpfMacroValues values)
        {
            string value = char.ToLowerInvariant(Letter) switch
            {
                's' => $"{values.LocalPart}@{values.SenderDomain}",
                'l' => values.LocalPart,
                'o' => values.SenderDomain,
                'd' => values.Domain,
                'i' => values.Address,
                'p' => values.ValidatedName,
                'v' => values.IsV6 ? "ip6" : "in-addr",
                'h' => values.Helo,
                'c' => values.Readable,
                'r' => values.Receiver,
                't' => values.UnixSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => throw new InvalidOperationException("A piece that was parsed has a letter that is known."),
            };
            if (Labels > 0 || IsReversed || Delimiters != ".")
            {
                string[] labels = value.Split(Delimiters.ToCharArray());
                if (IsReversed) Array.Reverse(labels);
                if (Labels > 0 && Labels < labels.Length) labels = labels[^Labels..];
                value = string.Join('.', labels);
            }

            // Upper case asks for what may stand in a URL (RFC 3986 2.3 names what may stand as it is).
            return char.IsAsciiLetterUpper(Letter) ? Uri.EscapeDataString(value) : value;
        }
    }
}
