using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>What a deliver_sm says, in the words of the product.</summary>
internal static class SmppInbound
{
    /// <summary>A receipt, if it is one: by its esm_class, or by its TLVs where a carrier forgets that.</summary>
    public static bool TryReadReceipt(
        string carrier, DeliverSm deliver, CarrierTerms terms, SourceNumbers numbers,
        [NotNullWhen(true)] out InboundReceipt? receipt)
    {
        receipt = null;
        if (!DeliveryReceipt.TryParse(deliver, terms.Pattern, out DeliveryReceipt? read)) return false;
        ErrorSentence? meaning = read.ErrorCode is { } code ? terms.ReceiptErrors.GetValueOrDefault(code) : null;
        receipt = new InboundReceipt(
            carrier, read.MessageId, numbers.Read(deliver.Source), State(read.State), read.Error, read.Raw)
        {
            Meaning = meaning?.Text,
            Status = meaning?.Status,
            Network = Network(deliver, terms),
        };
        return true;
    }

    /// <summary>A text, or a part of one.</summary>
    public static InboundText ReadText(
        string carrier, DeliverSm deliver, DefaultAlphabet alphabet, CarrierTerms terms, SourceNumbers numbers)
    {
        InboundPart? part = Concatenation.TryRead(deliver) is { Total: > 1 } place
            ? new InboundPart(place.Reference, place.Sequence, place.Total, place.Is16Bit)
            {
                Octets = TextOctets.Of(deliver, alphabet),
            }
            : null;
        SourceNumber source = numbers.ReadEither(deliver.Source);
        return new InboundText(
            carrier, source.Text, numbers.Read(deliver.Destination),
            MessageText.Read(deliver, alphabet), part)
        {
            OrFrom = source.OrElse,
            Network = Network(deliver, terms),
        };
    }

    private static MobileNetwork? Network(DeliverSm deliver, CarrierTerms terms) => terms.NetworkTlvs switch
    {
        [var both] => MobileNetwork.Read(Text(deliver, both)),
        [var mcc, var mnc] when Text(deliver, mnc) is { } code => MobileNetwork.Read(Text(deliver, mcc), code),
        _ => null,
    };

    private static string? Text(DeliverSm deliver, ushort tag) =>
        deliver.Tlvs.Where(tlv => tlv.Tag == tag).Select(tlv => tlv.Text).FirstOrDefault();

    private static ReceiptState State(MessageState state) => state switch
    {
        MessageState.Delivered => ReceiptState.Delivered,
        MessageState.Expired => ReceiptState.Expired,
        MessageState.Undeliverable or MessageState.Deleted or MessageState.Rejected or MessageState.Skipped =>
            ReceiptState.Undeliverable,
        _ => ReceiptState.EnRoute, // accepted, en route, scheduled; and unknown, which is final only after time
    };
}
