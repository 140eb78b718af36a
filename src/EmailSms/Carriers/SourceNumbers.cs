using EmailSms.Smpp;
using PhoneNumbers;
using PhoneNumber = EmailSms.Messages.PhoneNumber;

namespace EmailSms.Carriers;

/// <summary>
/// Reads the numbers in texts and receipts, the one place for every carrier: a STOP counts for a number, so it must be
/// the same one however the carrier writes it. What is no number with a country stays as it is written.
/// </summary>
/// <param name="region">
/// The region (ISO 3166, two capital letters) in whose form a number without country code is read; empty: none.
/// </param>
internal sealed class SourceNumbers(string region)
{
    // Shorter ones without a sign of their kind are short codes.
    private const int HookDigitsMin = 7;
    private const int SmppDigitsMin = 9;

    private const byte International = 1; // SMPP 3.4 5.2.5
    private const byte National = 2;

    private static readonly PhoneNumberUtil Plans = PhoneNumberUtil.GetInstance();

    /// <summary>An address of SMPP, whose type says more than its digits.</summary>
    public string Read(SmppAddress address) => Read(address.Digits, address.Ton, SmppDigitsMin);

    /// <summary>A number out of a call of a carrier's.</summary>
    public string Read(string written) => Read(written, 0, HookDigitsMin);

    private string Read(string written, byte type, int digitsMin)
    {
        string number = written.Trim();
        string digits = number.TrimStart('+');
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9')) return number;
        if (digits.StartsWith("00", StringComparison.Ordinal))
        {
            return PhoneNumber.TryFromE164($"+{digits[2..]}", out PhoneNumber dialled) ? dialled.E164 : number;
        }

        if (digits[0] == '0' || type == National) return OfRegion(digits) ?? number;
        bool isWhole = type == International || number[0] == '+' || (type == 0 && digits.Length >= digitsMin);
        return isWhole ? $"+{digits}" : number;
    }

    private string? OfRegion(string digits)
    {
        if (region.Length == 0) return null;
        try
        {
            PhoneNumbers.PhoneNumber number = Plans.Parse(digits, region);
            return Plans.IsPossibleNumberWithReason(number) is PhoneNumberUtil.ValidationResult.IS_POSSIBLE
                ? Plans.Format(number, PhoneNumberFormat.E164)
                : null;
        }
        catch (NumberParseException) // a short code, mostly
        {
            return null;
        }
    }
}
