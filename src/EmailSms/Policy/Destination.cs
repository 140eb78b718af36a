using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>One entry of <see cref="Destinations"/>.</summary>
internal readonly record struct Destination
{
    private const string Short = "short:";
    private const string Contacts = "contacts";

    /// <summary>Names a number that the sender's mailbox has written with, or that wrote to it first.</summary>
    public const string Correspondents = "correspondents";

    /// <summary>The same for any mailbox of the sender's domain.</summary>
    public const string OfDomain = "correspondents:domain";

    private static readonly string[] Names = ["contact:", "group:", "oncall:"];

    private readonly Kind _kind;
    private readonly string _value; // the region's code, or a plus sign and digits

    private Destination(bool denies, Kind kind, string value)
    {
        Denies = denies;
        _kind = kind;
        _value = value;
    }

    private enum Kind
    {
        Anything,
        Region,
        Prefix,
        Number,
        Named,
    }

    public bool Denies { get; }

    public bool IsRegion => _kind is Kind.Region;

    /// <summary>Whether it asks with whom the sender has written.</summary>
    public bool IsCorrespondents => _kind is Kind.Named && _value is Correspondents or OfDomain;

    /// <summary>What it covers, as a part of a sentence.</summary>
    public string Meaning => _kind switch
    {
        Kind.Anything => "every number",
        Kind.Region => $"numbers in region {_value}",
        Kind.Prefix => $"numbers that begin with {_value}",
        Kind.Named => _value switch
        {
            Contacts => "every contact",
            Correspondents => "whom the sender has written with",
            OfDomain => "whom anybody of the sender's domain has written with",
            _ => _value.Replace(':', ' '),
        },
        _ => "this number by name",
    };

    public static bool TryParse(string word, out Destination entry, [NotNullWhen(false)] out string? mistake)
    {
        bool denies = word.StartsWith('!');
        string value = denies ? word[1..] : word;
        entry = default;
        mistake = null;
        if (value == "*")
        {
            entry = new Destination(denies, Kind.Anything, "*");
            if (denies) mistake = "!* would deny every number: remove the rule instead.";
        }
        else if (value.StartsWith('+'))
        {
            mistake = TryNumber(denies, value, out entry)
                ? null
                : $"{word} is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.";
        }
        else if (value.StartsWith(Short, StringComparison.OrdinalIgnoreCase))
        {
            // Written out: digits alone are more often a prefix without its plus sign.
            bool isShort = PhoneNumber.TryFromShort(value[Short.Length..], out PhoneNumber code);
            entry = isShort ? new Destination(denies, Kind.Number, code.E164) : default;
            if (!isShort) mistake = $"{word} is no short code: write 2 to 8 digits, such as short:60123.";
        }
        else if (IsNamed(value.ToLowerInvariant()))
        {
            entry = new Destination(denies, Kind.Named, value.ToLowerInvariant());
            if (denies && entry.IsCorrespondents) mistake = $"{word} would open strangers alone: write {value}.";
        }
        else if (value.Length == 2 && char.IsAsciiLetter(value[0]) && char.IsAsciiLetter(value[1]))
        {
            string region = value.ToUpperInvariant();
            entry = new Destination(denies, Kind.Region, region);
            if (region == "UK") mistake = "UK is not a region; the United Kingdom is GB.";
            else if (!RegionCode.IsOne(region)) mistake = $"{value} is not a region: use an ISO code such as GB.";
        }
        else
        {
            mistake = $"{word} is not a destination: "
                + "use a region such as GB, a number or prefix with its plus sign, or *.";
        }

        return mistake is null;
    }

    /// <summary>Whether it may be about a number of a region.</summary>
    public bool MayReach(string region)
    {
        if (_kind is Kind.Anything || (_kind is Kind.Region && _value == region)) return true;
        if (_kind is not (Kind.Prefix or Kind.Number) || _value[0] != '+') return false;
        string code = $"+{NumberRegion.CallingCodeOf(region)}";
        if (code.StartsWith(_value, StringComparison.Ordinal)) return true;

        // Several countries share a calling code: a whole number says which it is.
        return _value.StartsWith(code, StringComparison.Ordinal)
            && (!PhoneNumber.TryFromE164(_value, out PhoneNumber number) || !NumberRegion.IsFullLength(number)
                || NumberRegion.Of(number) == region);
    }

    /// <param name="number">The number that somebody wants to text.</param>
    /// <param name="region">Its region; null where it has none or none was asked for.</param>
    /// <param name="via">The names that lead to it, such as <c>contact:anna</c>.</param>
    public bool Covers(PhoneNumber number, string? region, IReadOnlyList<string> via) => _kind switch
    {
        Kind.Anything => true,
        Kind.Named when _value == Contacts => via.Any(name => name.StartsWith("contact:", StringComparison.Ordinal)),
        Kind.Named => via.Contains(_value),
        Kind.Region => _value == region,
        Kind.Prefix => number.E164.StartsWith(_value, StringComparison.Ordinal),
        _ => _value == number.E164,
    };

    public override string ToString() =>
        $"{(Denies ? "!" : "")}{(IsShort ? Short : "")}{_value}{(_kind is Kind.Prefix ? "*" : "")}";

    private bool IsShort => _kind is Kind.Number && _value[0] != '+';

    private static bool IsNamed(string value) =>
        value is Contacts or Correspondents or OfDomain
        || (Array.Exists(Names, name => value.StartsWith(name, StringComparison.Ordinal))
            && value[^1] != ':');

    private static bool TryNumber(bool denies, string text, out Destination entry)
    {
        bool starred = text.EndsWith('*');
        string value = starred ? text[..^1] : text;
        entry = default;
        if (value.Length is < 2 or > 16 || value[1] == '0') return false;
        if (value.AsSpan(1).ContainsAnyExceptInRange('0', '9')) return false;

        // What is as long as a number is one. A denial is read the wider way, for then a misreading sends nothing.
        bool isNumber = !starred && !denies
            && PhoneNumber.TryFromE164(value, out PhoneNumber number) && NumberRegion.IsFullLength(number);
        entry = new Destination(denies, isNumber ? Kind.Number : Kind.Prefix, value);
        return true;
    }
}
