using EmailSms.Smpp;
using PhoneNumbers;
using PhoneNumber = EmailSms.Messages.PhoneNumber;

namespace EmailSms.Carriers;

/// <summary>How digits are read that may be a number of the region, or one with its country code.</summary>
internal enum BareNumbers
{
    /// <summary>The one of the two that is in use; with its country code, where both or neither are.</summary>
    Auto,

    /// <summary>With its country code.</summary>
    International,

    /// <summary>Of the region.</summary>
    National,
}

/// <summary>A number as it was read.</summary>
/// <param name="Text">In E.164 form; what is no number with a country stays as it is written.</param>
/// <param name="OrElse">What it may be as well; null: nothing.</param>
internal readonly record struct SourceNumber(string Text, string? OrElse = null);

/// <summary>
/// Reads the numbers in texts and receipts, the one place for every carrier: a STOP counts for a number, so it must be
/// the same one however the carrier writes it. What is no number with a country stays as it is written.
/// </summary>
/// <param name="region">
/// The region (ISO 3166, two capital letters) in whose form a number without country code is read; empty: none.
/// </param>
/// <param name="bare">How digits alone are read that may be either.</param>
internal sealed class SourceNumbers(string region, BareNumbers bare = BareNumbers.Auto)
{
    // Shorter ones without a sign of their kind are short codes, unless a phone of the region has such a number.
    private const int HookDigitsMin = 7;
    private const int SmppDigitsMin = 9;
    private const int HomeDigitsMin = 7;

    private const byte Unknown = 0; // SMPP 3.4 5.2.5
    private const byte International = 1;
    private const byte National = 2;

    private static readonly PhoneNumberUtil Plans = PhoneNumberUtil.GetInstance();

    /// <summary>An address of SMPP, whose type says more than its digits.</summary>
    public string Read(SmppAddress address) => ReadEither(address).Text;

    /// <summary>A number out of a call of a carrier's.</summary>
    public string Read(string written) => ReadEither(written).Text;

    /// <summary>The same as <see cref="Read(SmppAddress)"/>, with what it may be as well.</summary>
    public SourceNumber ReadEither(SmppAddress address) => Read(address.Digits, address.Ton, SmppDigitsMin);

    /// <summary>The same as <see cref="Read(string)"/>, with what it may be as well.</summary>
    public SourceNumber ReadEither(string written) => Read(written, Unknown, HookDigitsMin);

    private SourceNumber Read(string written, byte type, int digitsMin)
    {
        string number = written.Trim();
        string digits = number.TrimStart('+');
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9')) return new SourceNumber(number);
        if (digits.StartsWith("00", StringComparison.Ordinal))
        {
            return new SourceNumber(
                PhoneNumber.TryFromE164($"+{digits[2..]}", out PhoneNumber dialled) ? dialled.E164 : number);
        }

        if (digits[0] == '0' || type == National) return new SourceNumber(TextOf(OfRegion(digits)) ?? number);
        if (type == International || number[0] == '+') return new SourceNumber($"+{digits}");
        return type == Unknown ? ReadBare(digits, digitsMin) : new SourceNumber(number);
    }

    // The lengths of the two plans say it mostly, as for 7700900123 in GB: no number of +7 has so few digits.
    private SourceNumber ReadBare(string digits, int digitsMin)
    {
        PhoneNumbers.PhoneNumber? home = OfRegion(digits);
        if (digits.Length < SmppDigitsMin && !IsOfPhone(home, digits)) home = null;
        if (digits.Length < digitsMin) return new SourceNumber(TextOf(home) ?? digits);
        string abroadText = $"+{digits}";
        if (home is null || TextOf(home) is not { } homeText || homeText == abroadText)
        {
            return new SourceNumber(abroadText);
        }

        if (Parse(abroadText, null) is not { } abroad) return new SourceNumber(homeText);
        return bare switch
        {
            BareNumbers.National => new SourceNumber(homeText),
            BareNumbers.International => new SourceNumber(abroadText),
            _ when Plans.IsValidNumber(home) && !Plans.IsValidNumber(abroad) => new SourceNumber(homeText, abroadText),
            _ => new SourceNumber(abroadText, homeText),
        };
    }

    // A short code of seven or eight digits is in no range of phones.
    private static bool IsOfPhone(PhoneNumbers.PhoneNumber? home, string digits) =>
        home is not null && digits.Length >= HomeDigitsMin
        && Plans.GetNumberType(home) is PhoneNumberType.MOBILE or PhoneNumberType.FIXED_LINE_OR_MOBILE;

    private PhoneNumbers.PhoneNumber? OfRegion(string digits) => region.Length == 0 ? null : Parse(digits, region);

    // Null: no number has its length; a short code, mostly.
    private static PhoneNumbers.PhoneNumber? Parse(string text, string? region)
    {
        try
        {
            PhoneNumbers.PhoneNumber number = Plans.Parse(text, region);
            return Plans.IsPossibleNumberWithReason(number) is PhoneNumberUtil.ValidationResult.IS_POSSIBLE
                ? number
                : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private static string? TextOf(PhoneNumbers.PhoneNumber? number) =>
        number is null ? null : Plans.Format(number, PhoneNumberFormat.E164);
}
