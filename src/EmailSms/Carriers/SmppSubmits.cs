using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>Makes the submits of an SMS as one carrier wants them.</summary>
internal sealed class SmppSubmits(CarrierOptions options, CarrierTerms terms, TimeProvider time)
{
    private readonly SegmentOptions _segments = new()
    {
        Segmentation = options.LongTexts,
        Alphabet = options.Alphabet,
        Languages = terms.Languages,
    };

    private readonly AddressTypes _number = AddressTypes.Parse(options.SourceNumberType);
    private readonly AddressTypes _name = AddressTypes.Parse(options.SourceNameType);
    private readonly AddressTypes _shortCode = AddressTypes.Parse(options.ShortCodeType);
    private readonly AddressTypes _phone = AddressTypes.Parse(options.DestinationType);

    /// <summary>One for each part, in order.</summary>
    /// <exception cref="ArgumentException">It cannot be said in this protocol; the message says why.</exception>
    public IReadOnlyList<SubmitSm> Of(OutgoingSms sms)
    {
        FlashMark flash = sms.Class is SmsClass.Flash ? options.Flash : FlashMark.None;
        var template = new SubmitSm
        {
            ServiceType = options.ServiceType,
            Source = Source(sms.SenderId.Length > 0 ? sms.SenderId : options.SenderId),
            Destination = sms.To.IsShort ? _shortCode.Of(sms.To.E164) : _phone.Of(sms.To.E164[1..]),
            PriorityFlag = (byte)options.Priority,
            RegisteredDelivery = RegisteredDelivery.Final, // for every part: one receipt says nothing of the others
            ValidityPeriod = options.SendValidity ? Validity(sms.ExpiresMs) : "",
            DataCoding = flash is FlashMark.DataCoding ? DataCoding.Gsm7Flash : (byte)options.DataCoding,
            Tlvs = TlvsOf(sms, flash),
        };
        return SmsSegmenter.ToSubmits(
            template, SmsSegmenter.Split(sms.Body, SegmentsFor(sms.Language)), sms.Reference, options.LongTexts);
    }

    private IReadOnlyList<Tlv> TlvsOf(OutgoingSms sms, FlashMark flash)
    {
        bool isMarked = flash is FlashMark.DestAddrSubunit;
        if (terms.VendorTlvs.Count == 0 && !isMarked) return terms.Tlvs;
        List<Tlv> tlvs = [.. terms.Tlvs];
        foreach (VendorTlv one in terms.VendorTlvs)
        {
            if (one.Of(sms) is { } tlv) tlvs.Add(tlv);
        }

        if (isMarked) tlvs.Add(Tlv.Of(TlvTag.DestAddrSubunit, (byte)1));
        return tlvs;
    }

    // The sender's language first; those of the carrier are for everybody.
    private SegmentOptions SegmentsFor(NationalLanguage language) => language is NationalLanguage.Default
        ? _segments
        : _segments with { Languages = [language, .. _segments.Languages] };

    private SmppAddress Source(string sender) => sender switch
    {
        "" => SmppAddress.None,
        ['+', ..] => _number.Of(SmppAddress.FromE164(sender).Digits),
        _ when sender.All(char.IsAsciiDigit) => _shortCode.Of(SmppAddress.ShortCode(sender).Digits),
        _ => _name.Of(SmppAddress.Alphanumeric(sender).Digits),
    };

    // Relative time (SMPP 3.4 7.1.1): YYMMDDhhmmss000R. Days are kept below 31, so months need no thought.
    private string Validity(long expiresMs)
    {
        long left = expiresMs - time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeSpan span = TimeSpan.FromSeconds(Math.Clamp(left / 1000, 60, 30 * 24 * 3600));
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"0000{span.Days:00}{span.Hours:00}{span.Minutes:00}{span.Seconds:00}000R");
    }
}
