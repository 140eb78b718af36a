using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Messages;

/// <summary>
/// A telephone number in E.164 form, plus sign included, or a short code, which has none.
/// <see cref="ToString"/> is masked, so that a careless log leaks little; <see cref="E164"/> is the deliberate way.
/// </summary>
internal readonly record struct PhoneNumber
{
    private readonly string? _e164;

    private PhoneNumber(string e164) => _e164 = e164;

    /// <summary>The whole number, such as <c>+447700900123</c>; a short code as it is dialled.</summary>
    public string E164 => _e164 ?? throw new InvalidOperationException("A default PhoneNumber has no number.");

    /// <summary>The digits without the plus sign: what stands in an address and on the wire of SMPP.</summary>
    public string Digits => IsShort ? E164 : E164[1..];

    /// <summary>A number of one region's network alone, such as <c>60000</c>.</summary>
    public bool IsShort => E164[0] != '+';

    /// <summary>
    /// Takes a plus sign and 3 to 15 digits (ITU-T E.164 6.1), the first of them not 0. What people write is parsed by
    /// the room Composing.
    /// </summary>
    public static bool TryFromE164([NotNullWhen(true)] string? text, out PhoneNumber number)
    {
        number = default;
        if (text is not { Length: >= 4 and <= 16 } || text[0] != '+' || text[1] == '0') return false;
        if (text.AsSpan(1).ContainsAnyExceptInRange('0', '9')) return false;
        number = new PhoneNumber(text);
        return true;
    }

    /// <summary>Takes a short code: 2 to 8 digits, as many as SMPP has room for with a type of its own.</summary>
    public static bool TryFromShort([NotNullWhen(true)] string? text, out PhoneNumber number)
    {
        number = default;
        if (text is not { Length: >= 2 and <= 8 } || text.AsSpan().ContainsAnyExceptInRange('0', '9')) return false;
        number = new PhoneNumber(text);
        return true;
    }

    /// <summary>The same for a number of either kind that must be one, such as a value from the store.</summary>
    public static PhoneNumber FromE164(string text) =>
        TryFromE164(text, out PhoneNumber number) || TryFromShort(text, out number)
            ? number
            : throw new FormatException("Neither an E.164 number nor a short code.");

    /// <summary>Masked: <c>+44…23</c>.</summary>
    public override string ToString() => _e164 is null ? "" : Mask(_e164);

    /// <summary>
    /// The mask alone, for an address that is not a number too (a short code, an alphanumeric sender).
    /// </summary>
    public static string Mask(string address) => address.Length > 6 ? $"{address[..3]}…{address[^2..]}" : "…";
}
