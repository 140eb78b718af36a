using System.Globalization;
using System.Text;

namespace EmailSms.Smpp;

/// <summary>
/// One PDU in one line for a log: every field that helps to find a fault, and nothing that is somebody's. Passwords and
/// texts are left out, numbers are masked. The library writes these lines at the level Trace (events 5100 and 5108).
/// </summary>
public static class PduTrace
{
    /// <summary>
    /// Such as <c>submit_sm #7 ESME_ROK 5/0/… > 1/1/447…23 esm 0x40 dcs 8 reg 1, 134 octets, tlv 0204(2)</c>.
    /// A body that cannot be read is described by its length.
    /// </summary>
    public static string Describe(in PduHeader header, ReadOnlySpan<byte> body)
    {
        var line = new StringBuilder(160);
        line.Append(CultureInfo.InvariantCulture, $"{header.CommandId.Name()} #{header.Sequence} ");
        if (header.CommandId.Name() == "unknown")
            line.Append(CultureInfo.InvariantCulture, $"(0x{(uint)header.CommandId:X8}) ");
        line.Append(header.Status.Name());
        try
        {
            Append(line, SmppCodec.ReadBody(header, body));
        }
        catch (SmppException broken)
        {
            line.Append(CultureInfo.InvariantCulture, $", {body.Length} octets that do not fit: {broken.Message}");
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, SmppPdu pdu)
    {
        switch (pdu)
        {
            case BindRequest bind:
                line.Append(
                    CultureInfo.InvariantCulture,
                    $" {bind.SystemId} type '{bind.SystemType}' version 0x{bind.InterfaceVersion:X2}");
                break;
            case BindResponse bound:
                line.Append(CultureInfo.InvariantCulture, $" {bound.SystemId}");
                Append(line, bound.Tlvs);
                break;
            case Outbind outbind:
                line.Append(CultureInfo.InvariantCulture, $" {outbind.SystemId}");
                break;
            case ShortMessagePdu message:
                Append(line, message);
                break;
            case DataSm data:
                Append(line, data.ToDeliverSm());
                break;
            case SubmitMulti multi:
                line.Append(CultureInfo.InvariantCulture, $" to {multi.Destinations.Count}");
                Append(line, multi.Message);
                break;
            case SubmitSmResp { MessageId: var id, Tlvs: var tlvs }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}'");
                Append(line, tlvs);
                break;
            case DataSmResp { MessageId: var id, Tlvs: var tlvs }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}'");
                Append(line, tlvs);
                break;
            case SubmitMultiResp { MessageId: var id, Unsuccessful: var not }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}', {not.Count} not taken");
                break;
            case QuerySm { MessageId: var id }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}'");
                break;
            case QuerySmResp query:
                line.Append(CultureInfo.InvariantCulture, $" id '{query.MessageId}' {query.State} {query.ErrorCode}");
                break;
            case CancelSm { MessageId: var id }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}'");
                break;
            case ReplaceSm { MessageId: var id }:
                line.Append(CultureInfo.InvariantCulture, $" id '{id}'");
                break;
            case UnknownPdu unknown:
                line.Append(CultureInfo.InvariantCulture, $" {unknown.Body.Length} octets");
                break;
        }
    }

    private static void Append(StringBuilder line, ShortMessagePdu message)
    {
        line.Append(
            CultureInfo.InvariantCulture,
            $" {message.Source} > {message.Destination} esm 0x{message.EsmClass:X2} dcs {message.DataCoding}"
            + $" reg {message.RegisteredDelivery}, {message.Octets.Length} octets");
        Append(line, message.Tlvs);
    }

    private static void Append(StringBuilder line, IReadOnlyList<Tlv> tlvs)
    {
        if (tlvs.Count == 0) return;
        line.Append(", tlv");
        foreach (Tlv tlv in tlvs) line.Append(CultureInfo.InvariantCulture, $" {tlv.Tag:X4}({tlv.Value.Length})");
    }
}
