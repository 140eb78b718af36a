using System.Text;
using System.Text.RegularExpressions;

namespace EmailSms.Store;

/// <summary>
/// A person as data knows them: by a number or by an address. It finds them in columns, in texts and in JSON, however
/// the number is written.
/// </summary>
internal sealed class Person
{
    /// <summary>What stands in a text where a person stood.</summary>
    public const string Erased = "(erased)";

    /// <summary>Who stands in the place of a person whose number must be one: E.164 has no country 999.</summary>
    public const string Nobody = "+99900000000";

    // Between digits people write spaces, full stops, dashes, slashes and brackets.
    private const string Gap = @"[ \u00A0.\-/()]{0,3}";

    // Without a trunk prefix a shorter one may be any amount or time.
    private const int NationalDigitsMin = 10;

    private readonly Regex _writing;
    private readonly int _lengthMin;

    private Person(string? number, string? address, string writing, int lengthMin)
    {
        (Number, Address, _lengthMin) = (number, address, lengthMin);
        _writing = new Regex(
            writing, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
    }

    /// <summary>E.164, or null.</summary>
    public string? Number { get; }

    /// <summary>The mailbox in lower case, or null.</summary>
    public string? Address { get; }

    /// <summary>Whoever has a number.</summary>
    /// <param name="e164">Such as <c>+447700900123</c>.</param>
    /// <param name="national">Its digits without country, such as <c>7700900123</c>; null: not known.</param>
    public static Person OfNumber(string e164, string? national)
    {
        string digits = e164[1..];
        string writing = $"(?:{Spaced("00")}{Gap})?{Spaced(digits)}";
        if (national is not null && digits.EndsWith(national, StringComparison.Ordinal))
        {
            string country = digits[..^national.Length];
            string trunk = national.Length < NationalDigitsMin ? $"0{Gap}" : $"(?:0{Gap})?";
            writing = $"(?:(?:{Spaced("00")}{Gap})?{Spaced(country)}{Gap}(?:0{Gap})?|{trunk}){Spaced(national)}";
        }

        return new Person(e164, null, $@"\+?(?<!\d){writing}(?!\d)", national?.Length ?? digits.Length);
    }

    /// <summary>Whoever has a mailbox.</summary>
    public static Person OfAddress(string address)
    {
        string key = address.ToLowerInvariant();
        return new Person(null, key, $@"(?<![\w.+\-]){Regex.Escape(key)}(?![\w\-]|\.\w)", key.Length);
    }

    /// <summary>Whether a text names them.</summary>
    public bool IsIn(string text) => text.Length >= _lengthMin && _writing.IsMatch(text);

    /// <summary>The text without them.</summary>
    public string Redact(string text) => text.Length < _lengthMin ? text : _writing.Replace(text, Erased);

    private static string Spaced(string digits)
    {
        var spaced = new StringBuilder();
        foreach (char digit in digits) spaced.Append(spaced.Length == 0 ? "" : Gap).Append(digit);
        return spaced.ToString();
    }
}
