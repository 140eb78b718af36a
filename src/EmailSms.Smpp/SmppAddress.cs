using System.Globalization;

namespace EmailSms.Smpp;

/// <summary>
/// An address: type of number, numbering plan, and the digits or letters (SMPP 3.4 5.2.5, 5.2.6, 5.2.8).
/// </summary>
/// <param name="Ton">0 unknown, 1 international, 2 national, 3 network, 5 alphanumeric, 6 abbreviated.</param>
/// <param name="Npi">0 unknown, 1 E.164, 8 national, 9 private.</param>
/// <param name="Digits">At most 20 octets (64 in data_sm). An international number has no plus sign here.</param>
public sealed record SmppAddress(byte Ton, byte Npi, string Digits)
{
    /// <summary>The longest alphanumeric sender a phone shows (3GPP TS 23.040 9.1.2.5).</summary>
    public const int AlphanumericCharsMax = 11;

    /// <summary>No address: the SMSC puts in its own.</summary>
    public static SmppAddress None { get; } = new(0, 0, "");

    /// <summary>An international number, with or without its plus sign: TON 1, NPI 1.</summary>
    /// <exception cref="ArgumentException">Not 3 to 15 digits.</exception>
    public static SmppAddress FromE164(string number)
    {
        ReadOnlySpan<char> digits = number.AsSpan().TrimStart('+');
        return digits.Length is >= 3 and <= 15 && !digits.ContainsAnyExceptInRange('0', '9')
            ? new SmppAddress(1, 1, digits.ToString())
            : throw new ArgumentException("An E.164 number has 3 to 15 digits.", nameof(number));
    }

    /// <summary>A name as the sender: TON 5, NPI 0. Nobody can answer it.</summary>
    /// <exception cref="ArgumentException">Empty, or longer than <see cref="AlphanumericCharsMax"/>.</exception>
    public static SmppAddress Alphanumeric(string name) =>
        name.Length is >= 1 and <= AlphanumericCharsMax
            ? new SmppAddress(5, 0, name)
            : throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"A name has 1 to {AlphanumericCharsMax} characters."),
                nameof(name));

    /// <summary>
    /// A short code: TON 6 (abbreviated), NPI 0. Some carriers want TON 3; write the record out for them.
    /// </summary>
    /// <exception cref="ArgumentException">Not 2 to 8 digits.</exception>
    public static SmppAddress ShortCode(string digits) =>
        digits.Length is >= 2 and <= 8 && !digits.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? new SmppAddress(6, 0, digits)
            : throw new ArgumentException("A short code has 2 to 8 digits.", nameof(digits));

    /// <summary>
    /// The number with its plus sign when it says that it is international or has no type and more than eight digits;
    /// else as it stands. What most carriers send as the source of a text.
    /// </summary>
    public string ToE164()
    {
        ReadOnlySpan<char> digits = Digits.AsSpan().TrimStart('+');
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || digits[0] == '0') return Digits;
        return Ton == 1 || (Ton == 0 && digits.Length > 8) ? $"+{digits}" : Digits;
    }

    /// <summary>Masked, so that a careless log leaks little; <see cref="Digits"/> is the deliberate way.</summary>
    public override string ToString() =>
        $"{Ton}/{Npi}/{(Digits.Length > 6 ? $"{Digits[..3]}…{Digits[^2..]}" : "…")}";
}
