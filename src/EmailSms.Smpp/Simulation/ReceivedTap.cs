using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Writes down every PDU that comes over one connection, as a line of JSON, whatever the session makes of it.
/// Passwords are left out; texts are not, for the phones exist only here.
/// </summary>
internal sealed class ReceivedTap(TextWriter log, EndPoint? peer, TimeProvider time)
{
    private const int OddOctetsMax = 64;

    private static readonly JsonWriterOptions Lines = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a file, not for a page
    };

    private readonly ArrayBufferWriter<byte> _pending = new();
    private string _account = "";
    private bool _isLost;

    public void Hear(ReadOnlySpan<byte> octets)
    {
        if (_isLost) return;
        _pending.Write(octets);
        byte[] heard = _pending.WrittenSpan.ToArray();
        var rest = new ReadOnlySequence<byte>(heard);
        try
        {
            while (SmppCodec.TryTake(ref rest, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out var body))
                Write(header, body);
        }
        catch (SmppException broken)
        {
            _isLost = true;
            byte[] odd = rest.Slice(0, Math.Min(rest.Length, OddOctetsMax)).ToArray();
            Line(line =>
            {
                line.WriteString("malformed", broken.Message);
                line.WriteString("octets", Convert.ToHexString(odd));
            });
            return;
        }

        _pending.ResetWrittenCount();
        foreach (ReadOnlyMemory<byte> segment in rest) _pending.Write(segment.Span);
    }

    private void Write(PduHeader header, ReadOnlySequence<byte> body)
    {
        byte[] octets = body.ToArray();
        SmppPdu? pdu = null;
        string? trouble = null;
        try
        {
            pdu = SmppCodec.ReadBody(header, body);
        }
        catch (SmppException broken)
        {
            trouble = broken.Message;
        }

        if (pdu is BindRequest bind) _account = bind.SystemId;
        Line(line =>
        {
            line.WriteString("command", header.CommandId.ToString());
            line.WriteString("status", header.Status.Name());
            line.WriteNumber("sequence", header.Sequence);
            if (trouble is not null)
            {
                line.WriteString("malformed", trouble);
                if (pdu is null && !IsBind(header.CommandId)) line.WriteString("octets", Convert.ToHexString(octets));
            }

            Fields(line, pdu);
        });
    }

    private void Line(Action<Utf8JsonWriter> fill)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var line = new Utf8JsonWriter(octets, Lines))
        {
            line.WriteStartObject();
            line.WriteString("at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            line.WriteString("peer", peer?.ToString());
            line.WriteString("account", _account);
            fill(line);
            line.WriteEndObject();
        }

        string text = System.Text.Encoding.UTF8.GetString(octets.WrittenSpan);
        lock (log)
        {
            log.WriteLine(text);
            log.Flush();
        }
    }

    private static bool IsBind(CommandId command) => command is CommandId.BindReceiver
        or CommandId.BindTransmitter or CommandId.BindTransceiver or CommandId.Outbind;

    private static void Fields(Utf8JsonWriter line, SmppPdu? pdu)
    {
        switch (pdu)
        {
            case BindRequest bind:
                line.WriteString("systemId", bind.SystemId);
                line.WriteString("password", bind.Password.Length == 0 ? "" : "***");
                line.WriteString("systemType", bind.SystemType);
                line.WriteString("interfaceVersion", $"0x{bind.InterfaceVersion:X2}");
                line.WriteString("addressRange", bind.AddressRange.Digits);
                break;
            case ShortMessagePdu message:
                Message(line, message);
                break;
            case DataSm data:
                Message(line, data.ToDeliverSm());
                break;
            case QuerySm query:
                line.WriteString("messageId", query.MessageId);
                break;
            case UnknownPdu unknown:
                line.WriteString("octets", Convert.ToHexString(unknown.Body.Span));
                break;
        }
    }

    private static void Message(Utf8JsonWriter line, ShortMessagePdu message)
    {
        Address(line, "source", message.Source);
        Address(line, "destination", message.Destination);
        if (message.ServiceType.Length > 0) line.WriteString("serviceType", message.ServiceType);
        line.WriteNumber("esmClass", message.EsmClass);
        line.WriteNumber("dataCoding", message.DataCoding);
        line.WriteNumber("registeredDelivery", message.RegisteredDelivery);
        if (message.PriorityFlag > 0) line.WriteNumber("priority", message.PriorityFlag);
        if (message.ProtocolId > 0) line.WriteNumber("protocolId", message.ProtocolId);
        if (message.ValidityPeriod.Length > 0) line.WriteString("validityPeriod", message.ValidityPeriod);
        if (message.ScheduleDeliveryTime.Length > 0)
            line.WriteString("scheduleDeliveryTime", message.ScheduleDeliveryTime);
        line.WriteString("text", MessageText.Read(message));
        line.WriteString("octets", Convert.ToHexString(message.Octets.Span));
        if (Concatenation.TryRead(message) is { } part)
            line.WriteString("part", $"{part.Sequence}/{part.Total} of {part.Reference}");
        if (message.Tlvs.Count == 0) return;
        line.WriteStartObject("tlvs");
        foreach (Tlv tlv in message.Tlvs.DistinctBy(tlv => tlv.Tag))
            line.WriteString($"0x{tlv.Tag:X4}", Convert.ToHexString(tlv.Value.Span));
        line.WriteEndObject();
    }

    private static void Address(Utf8JsonWriter line, string name, SmppAddress address)
    {
        line.WriteString(name, address.Digits);
        line.WriteString($"{name}Type", $"{address.Ton}/{address.Npi}");
    }
}
