using EmailSms.Messages;
using PhoneNumbers;
using ParsedNumber = PhoneNumbers.PhoneNumber;
using PhoneNumber = EmailSms.Messages.PhoneNumber;
using Reason = PhoneNumbers.PhoneNumberUtil.ValidationResult;

namespace EmailSms.Composing;

/// <summary>
/// Reads the number that a local part names. People and devices write numbers in many ways; each way that has one
/// meaning is taken, and what has two is refused, because a guess is an SMS to a stranger.
/// </summary>
internal sealed class RecipientParser
{
    private const string Example = "+447700900123";

    /// <summary>
    /// Fewer digits than this, the country code counted, are an emergency or service number (112, 999, 60000). The
    /// shortest numbers of subscribers have 7: +683 4000, +290 2xxx.
    /// </summary>
    private const int DigitsMin = 7;

    private const int DigitsMax = 15; // ITU-T E.164 6.1

    private const int ShortDigitsMax = 8; // the longest short codes of any region

    private readonly PhoneNumberUtil _plan = PhoneNumberUtil.GetInstance();

    /// <summary>
    /// Loads the numbering plans too, which takes most of a second: the first sender need not wait for that.
    /// </summary>
    public RecipientParser() => _ = _plan.IsPossibleNumber(_plan.Parse(Example, null));

    /// <summary>
    /// Whether the number lies in a range that its country keeps free for films and examples, so that no demo can
    /// text a stranger through a real carrier.
    /// </summary>
    public static bool IsFictitious(PhoneNumber number) => FictitiousNumbers.Contains(number);

    /// <summary>
    /// Reads the part in front of the @, quotes included if the envelope had them. <paramref name="defaultRegion"/>
    /// (ISO 3166, such as <c>GB</c>) gives meaning to numbers without a country; without it they are refused.
    /// <paramref name="open"/> are the kinds of number that the sender's rule opens.
    /// </summary>
    public RecipientReading Read(string localPart, string? defaultRegion, NumberTypes open = NumberTypes.None)
    {
        if (!WrittenNumber.TryTake(localPart, out WrittenNumber written, out string wrong))
        {
            return Malformed(wrong);
        }

        string? region = defaultRegion is { Length: > 0 } ? defaultRegion.ToUpperInvariant() : null;
        if (!written.HasPlus && ReadInside(written.Digits, region, open) is { } inside) return inside;
        if (written.Digits.Length < DigitsMin) return new RecipientReading.Refused(
            NumberKinds.Refusal(NumberTypes.Short), IsSyntax: false);
        if (written.HasPlus) return Judge(Parse($"+{written.Digits}", null), open);
        if (written.Digits.StartsWith("00", StringComparison.Ordinal)) return ReadDialled(written, region, open);
        if (written.Digits[0] != '0') return ReadBare(written, region, open);
        return region is null
            ? Malformed($"a number without its country; write it with the country code, such as {Example}")
            : Judge(Parse(written.Digits, region), open);
    }

    /// <summary>
    /// Digits that a phone of the region dials as they are: emergency numbers and short codes. Null for a number that
    /// is a subscriber's too.
    /// </summary>
    private RecipientReading? ReadInside(string digits, string? region, NumberTypes open)
    {
        if (region is null || digits.Length > ShortDigitsMax || _plan.GetCountryCodeForRegion(region) == 0) return null;
        NumberTypes type = NumberKinds.OfDialled(digits, region);
        bool isWhole = digits.Length >= DigitsMin && Parse(digits, region) is { } home && _plan.IsPossibleNumber(home);
        if (type is NumberTypes.None || (type is NumberTypes.Short && isWhole)) return null;
        return open.HasFlag(type) && PhoneNumber.TryFromShort(digits, out PhoneNumber number)
            ? new RecipientReading.Number(number)
            : Refuse(NumberKinds.Refusal(type));
    }

    /// <summary>
    /// 00 is how most of the world dials abroad; where it is not (0011 in Australia), the region's own way comes
    /// first.
    /// </summary>
    private RecipientReading ReadDialled(WrittenNumber written, string? region, NumberTypes open)
    {
        if (region is not null && Parse(written.Digits, region) is { } local
            && local.CountryCodeSource == ParsedNumber.Types.CountryCodeSource.FROM_NUMBER_WITH_IDD
            && _plan.IsPossibleNumber(local))
        {
            return Judge(local, open);
        }

        return Judge(Parse($"+{written.Digits.AsSpan(2)}", null), open);
    }

    /// <summary>
    /// Digits alone: with the country code (447700900123), or national where no 0 is dialled in front (2025550143).
    /// Where the lengths allow both, the reading that is a number in use wins; where neither or both are, nobody does.
    /// </summary>
    private RecipientReading ReadBare(WrittenNumber written, string? region, NumberTypes open)
    {
        ParsedNumber? abroad = Parse($"+{written.Digits}", null);
        ParsedNumber? home = region is null ? null : Parse(written.Digits, region);
        if (home is null || !_plan.IsPossibleNumber(home)) return Judge(abroad, open);
        if (abroad is null || !_plan.IsPossibleNumber(abroad)) return Judge(home, open);

        string homeText = _plan.Format(home, PhoneNumberFormat.E164);
        string abroadText = _plan.Format(abroad, PhoneNumberFormat.E164);
        bool homeIsInUse = _plan.IsValidNumber(home);
        if (homeText == abroadText || homeIsInUse != _plan.IsValidNumber(abroad))
        {
            return Judge(homeIsInUse ? home : abroad, open);
        }

        return Malformed($"ambiguous: it could be {homeText} or {abroadText}; write the one you mean, with its +");
    }

    private RecipientReading Judge(ParsedNumber? parsed, NumberTypes open)
    {
        if (parsed is null)
        {
            return Malformed($"not a number of any country; write the country code and the number, such as {Example}");
        }

        switch (_plan.IsPossibleNumberWithReason(parsed))
        {
            case Reason.TOO_SHORT or Reason.IS_POSSIBLE_LOCAL_ONLY:
                return Malformed($"too short for its country; write all its digits, such as {Example}");
            case Reason.TOO_LONG:
                return Malformed($"too long for its country; write it once, such as {Example}");
            case not Reason.IS_POSSIBLE:
                return Malformed($"not a number of its country by its length; write it such as {Example}");
        }

        NumberTypes type = NumberKinds.Of(_plan, parsed);
        return type is not NumberTypes.None && !open.HasFlag(type) ? Refuse(NumberKinds.Refusal(type))
            : PhoneNumber.TryFromE164(_plan.Format(parsed, PhoneNumberFormat.E164), out PhoneNumber number)
                ? new RecipientReading.Number(number)
            : Malformed($"longer than the {DigitsMax} digits a number can have; write it such as {Example}");
    }

    private ParsedNumber? Parse(string text, string? region)
    {
        try
        {
            return _plan.ParseAndKeepRawInput(text, region);
        }
        catch (NumberParseException) // the library's word for "no", and it has no other
        {
            return null;
        }
    }

    private static RecipientReading.Refused Malformed(string wrong) =>
        new($"The part before the @ is {wrong}", IsSyntax: true);

    private static RecipientReading.Refused Refuse(string sentence) => new(sentence, IsSyntax: false);
}
