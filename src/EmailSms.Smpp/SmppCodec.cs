using System.Buffers;
using System.Buffers.Binary;

namespace EmailSms.Smpp;

/// <summary>PDUs to octets and back. Strict when writing, tolerant when reading.</summary>
public static class SmppCodec
{
    /// <summary>
    /// The largest PDU taken unless told otherwise, in octets: a message_payload of 64 KiB and other TLVs fit.
    /// </summary>
    public const int PduOctetsMaxDefault = 128 * 1024;

    [ThreadStatic]
    private static PduBuffer? _scratch;

    /// <summary>Writes one PDU.</summary>
    /// <exception cref="ArgumentException">A field does not fit the standard; nothing is written.</exception>
    public static void Write(
        IBufferWriter<byte> output, SmppPdu pdu, uint sequence, CommandStatus status = CommandStatus.Ok)
    {
        PduBuffer scratch = _scratch ??= new PduBuffer();
        scratch.Truncate(0);
        Write(scratch, pdu, sequence, status);
        output.Write(scratch.Written.Span);
    }

    internal static void Write(PduBuffer output, SmppPdu pdu, uint sequence, CommandStatus status)
    {
        int start = output.Length;
        try
        {
            output.UInt32(0);
            output.UInt32((uint)pdu.CommandId);
            output.UInt32((uint)status);
            output.UInt32(sequence);
            if (status is CommandStatus.Ok || pdu.HasBodyOnError) pdu.WriteBody(output);
            output.UInt32At(start, (uint)(output.Length - start));
        }
        catch (ArgumentException)
        {
            output.Truncate(start);
            throw;
        }
    }

    /// <summary>
    /// Takes one PDU off the front of <paramref name="buffer"/>, or leaves it alone until the PDU is whole. A length
    /// that cannot be is refused before anything is waited for or allocated.
    /// </summary>
    /// <exception cref="SmppException">command_length is below 16 or above the limit: the stream is lost.</exception>
    public static bool TryTake(
        ref ReadOnlySequence<byte> buffer, int pduOctetsMax, out PduHeader header, out ReadOnlySequence<byte> body)
    {
        header = default;
        body = default;
        if (buffer.Length < 4) return false;

        Span<byte> octets = stackalloc byte[PduHeader.Octets];
        buffer.Slice(0, 4).CopyTo(octets);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(octets);
        if (length < PduHeader.Octets || length > pduOctetsMax)
            throw new SmppException(CommandStatus.InvalidCommandLength, $"A PDU of {length} octets cannot be.");
        if (buffer.Length < length) return false;

        buffer.Slice(0, PduHeader.Octets).CopyTo(octets);
        header = PduSequenceReader.ReadHeader(octets);
        body = buffer.Slice(PduHeader.Octets, length - PduHeader.Octets);
        buffer = buffer.Slice(length);
        return true;
    }

    /// <summary>
    /// Reads the body that belongs to a header. A command nobody knows is an <see cref="UnknownPdu"/>.
    /// </summary>
    /// <exception cref="SmppException">The body does not fit its command. The stream is in step all the
    /// same.</exception>
    public static SmppPdu ReadBody(in PduHeader header, in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment) return ReadBody(header, body.FirstSpan);

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return ReadBody(header, rented.AsSpan(0, (int)body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// Reads the body that belongs to a header. A command nobody knows is an <see cref="UnknownPdu"/>.
    /// </summary>
    /// <exception cref="SmppException">The body does not fit its command. The stream is in step all the
    /// same.</exception>
    public static SmppPdu ReadBody(in PduHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new PduReader(body);
        return header.CommandId switch
        {
            CommandId.SubmitSmResp => SubmitSmResp.Read(ref reader),
            CommandId.SubmitSm => SubmitSm.Read(body),
            CommandId.DeliverSm => DeliverSm.Read(body),
            CommandId.DeliverSmResp => DeliverSmResp.Read(ref reader),
            CommandId.EnquireLink => EnquireLink.Instance,
            CommandId.EnquireLinkResp => EnquireLinkResp.Instance,
            CommandId.GenericNack => GenericNack.Instance,
            CommandId.Unbind => Unbind.Instance,
            CommandId.UnbindResp => UnbindResp.Instance,
            CommandId.BindReceiver => BindRequest.Read(BindType.Receiver, ref reader),
            CommandId.BindTransmitter => BindRequest.Read(BindType.Transmitter, ref reader),
            CommandId.BindTransceiver => BindRequest.Read(BindType.Transceiver, ref reader),
            CommandId.BindReceiverResp => BindResponse.Read(BindType.Receiver, ref reader),
            CommandId.BindTransmitterResp => BindResponse.Read(BindType.Transmitter, ref reader),
            CommandId.BindTransceiverResp => BindResponse.Read(BindType.Transceiver, ref reader),
            CommandId.Outbind => Outbind.Read(ref reader),
            CommandId.DataSm => DataSm.Read(ref reader),
            CommandId.DataSmResp => DataSmResp.Read(ref reader),
            CommandId.QuerySm => QuerySm.Read(ref reader),
            CommandId.QuerySmResp => QuerySmResp.Read(ref reader),
            CommandId.CancelSm => CancelSm.Read(ref reader),
            CommandId.CancelSmResp => CancelSmResp.Instance,
            CommandId.ReplaceSm => ReplaceSm.Read(ref reader),
            CommandId.ReplaceSmResp => ReplaceSmResp.Instance,
            CommandId.SubmitMulti => SubmitMulti.Read(ref reader),
            CommandId.SubmitMultiResp => SubmitMultiResp.Read(ref reader),
            CommandId.AlertNotification => AlertNotification.Read(ref reader),
            _ => new UnknownPdu(header.CommandId, body.ToArray()),
        };
    }
}
