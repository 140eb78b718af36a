using System.Buffers;
using CsCheck;

namespace EmailSms.Smpp.Tests.Codec;

/// <summary>The views see what the objects see, however a stream is cut, and allocate nothing.</summary>
public sealed class PduViewTests
{
    [Fact]
    public void A_view_of_a_message_has_every_field_of_the_object() =>
        PduGenerators.Submit.Sample(submit =>
        {
            byte[] octets = Octets.Of(submit, 7);
            using var pdus = new PduSequenceReader(new ReadOnlySequence<byte>(octets));
            Assert.True(pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body));
            Assert.Equal(new PduHeader((uint)octets.Length, CommandId.SubmitSm, CommandStatus.Ok, 7), header);
            var view = ShortMessageView.Read(body);

            Assert.Equal(submit.Source, view.Source);
            Assert.Equal(submit.Destination, view.Destination);
            Assert.True(submit.Octets.Span.SequenceEqual(view.Octets));
            Assert.Equal(octets, Octets.Of(view.ToSubmitSm(), 7));
            int i = 0;
            foreach (TlvView tlv in view.Tlvs)
            {
                Assert.Equal(submit.Tlvs[i].Tag, tlv.Tag);
                Assert.True(submit.Tlvs[i++].Value.Span.SequenceEqual(tlv.Value));
            }

            Assert.Equal(submit.Tlvs.Count, i);
            Assert.False(pdus.TryRead(out _, out _));
        });

    [Fact]
    public void However_a_buffer_is_segmented_the_same_PDUs_come_out() =>
        Gen.Select(PduGenerators.Any.List[1, 8], Gen.Int[1, 64], Gen.Int[0, 40]).Sample((pdus, size, cut) =>
        {
            byte[] stream = [.. pdus.SelectMany((pdu, i) => Octets.Of(pdu, (uint)i))];
            byte[] begun = stream[..Math.Max(0, stream.Length - cut)];
            return Reassemble(begun, int.MaxValue).AsSpan().SequenceEqual(Reassemble(begun, size))
                && Reassemble(stream, size).AsSpan().SequenceEqual(stream);
        });

    [Fact]
    public void Random_octets_end_in_the_protocols_own_error_or_in_nothing() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 50]).Sample((octets, size) =>
        {
            try
            {
                Reassemble(octets, size);
            }
            catch (SmppException)
            {
                // Its own.
            }
        }, iter: 20_000);

    [Fact]
    public void A_length_that_cannot_be_is_refused_in_any_segment()
    {
        byte[] stream = [.. Octets.Of(EnquireLink.Instance), 0, 0, 0, 15, 1, 2];
        foreach (int size in (int[])[1, 3, 16, 17, 100])
        {
            SmppException broken = Assert.Throws<SmppException>(() => Reassemble(stream, size));
            Assert.Equal(CommandStatus.InvalidCommandLength, broken.Status);
        }
    }

    [Fact]
    public async Task The_hot_PDUs_are_written_and_read_without_allocating()
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        SubmitSm submit = Sessions.Esme.Submit(1) with { Tlvs = [Tlv.Of(TlvTag.UserMessageReference, (ushort)3)] };
        DeliverSm deliver = new() { Source = submit.Destination, ShortMessage = submit.ShortMessage };
        var response = new SubmitSmResp("1234567890");
        int seen = 0;
        void Once()
        {
            output.ResetWrittenCount();
            SmppCodec.Write(output, submit, 1);
            SmppCodec.Write(output, response, 2);
            SmppCodec.Write(output, deliver, 3);
            SmppCodec.Write(output, DeliverSmResp.Empty, 4);
            SmppCodec.Write(output, EnquireLink.Instance, 5);
            using var pdus = new PduSequenceReader(new ReadOnlySequence<byte>(output.WrittenMemory));
            while (pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body)) seen += Look(header, body);
        }

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++) Once();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Once();
        Assert.Equal((1 + 3 + 2) + 10 + 1, seen); // the text, its reference, the id, the text again
        // Code that is not optimised yet boxes inside the runtime: this ends when that does, or never.
        await Deadline.UntilAsync(() => Allocated() == 0, "a thousand rounds without an allocation");
    }

    [Fact]
    public void Optional_parameters_have_names_and_types()
    {
        var message = new DeliverSm
        {
            Tlvs =
            [
                Tlv.Of(TlvTag.ReceiptedMessageId, "a1"),
                Tlv.Of(TlvTag.MessageState, (byte)2),
                new Tlv(TlvTag.NetworkErrorCode, new byte[] { 3, 1, 2 }),
                Tlv.Of(TlvTag.UserMessageReference, (ushort)513),
                Tlv.Of(TlvTag.UserMessageReference, (ushort)9), // doubled: the first counts
                new Tlv(TlvTag.QosTimeToLive, new byte[] { 0, 0, 1, 0 }),
                new Tlv(TlvTag.AlertOnMessageDelivery, default),
                Tlv.Of(TlvTag.MoreMessagesToSend, (byte)1),
                new Tlv(TlvTag.SourcePort, new byte[] { 1 }), // a length that cannot be
                new Tlv(0x1400, new byte[] { 7 }),
            ],
        };
        OptionalParameters optional = message.Optional;

        Assert.Equal(("a1", MessageState.Delivered), (optional.ReceiptedMessageId, optional.MessageState));
        Assert.Equal(new NetworkErrorCode(3, 258), optional.NetworkErrorCode);
        Assert.Equal(((ushort)513, 256u), (optional.UserMessageReference, optional.QosTimeToLive));
        Assert.True(optional.MoreMessagesToSend);
        Assert.True(optional.AlertOnMessageDelivery);
        Assert.Null(optional.SourcePort);
        Assert.Null(optional.CongestionState);
        Assert.Equal(10, optional.All.Count);
    }

    private static int Look(PduHeader header, ReadOnlySpan<byte> body)
    {
        if (header.CommandId is CommandId.SubmitSmResp) return SubmitSmRespView.Read(body).MessageIdOctets.Length;
        if (header.CommandId is not (CommandId.SubmitSm or CommandId.DeliverSm)) return 0;
        var view = ShortMessageView.Read(body);
        int sum = view.ShortMessage.Length;
        if (view.Tlvs.TryFind(TlvTag.UserMessageReference, out ReadOnlySpan<byte> reference)) sum += reference[1] + 2;
        return sum;
    }

    private static byte[] Reassemble(byte[] stream, int size)
    {
        var output = new ArrayBufferWriter<byte>();
        using var pdus = new PduSequenceReader(Octets.Chopped(stream, size));
        while (pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body))
            SmppCodec.Write(output, SmppCodec.ReadBody(header, body), header.Sequence, header.Status);
        return output.WrittenSpan.ToArray();
    }
}
