using System.Buffers;
using CsCheck;

namespace EmailSms.Smpp.Tests.Codec;

public sealed class CodecPropertyTests
{
    [Fact]
    public void Any_PDU_survives_the_wire() =>
        Gen.Select(PduGenerators.Any, Gen.UInt).Sample((pdu, sequence) =>
        {
            byte[] octets = Octets.Of(pdu, sequence);
            (PduHeader header, SmppPdu read) = Octets.Read(octets);
            return header.Sequence == sequence && header.Length == octets.Length
                && read.GetType() == pdu.GetType() && octets.AsSpan().SequenceEqual(Octets.Of(read, sequence));
        });

    [Fact]
    public void However_a_stream_is_cut_the_same_PDUs_come_out() =>
        Gen.Select(PduGenerators.Any.List[1, 8], Gen.Int[1, 64]).Sample((pdus, size) =>
        {
            byte[] stream = [.. pdus.SelectMany((pdu, i) => Octets.Of(pdu, (uint)i))];
            byte[] whole = Reassemble(new ReadOnlySequence<byte>(stream));
            return stream.AsSpan().SequenceEqual(whole)
                && stream.AsSpan().SequenceEqual(Reassemble(Octets.Chopped(stream, size)))
                && stream.AsSpan().SequenceEqual(Reassemble(Octets.Chopped(stream, 1)));
        });

    [Fact]
    public void A_PDU_that_is_not_whole_is_waited_for() =>
        PduGenerators.Any.Sample(pdu =>
        {
            byte[] octets = Octets.Of(pdu);
            for (int length = 0; length < octets.Length; length++)
            {
                var buffer = new ReadOnlySequence<byte>(octets, 0, length);
                if (SmppCodec.TryTake(ref buffer, SmppCodec.PduOctetsMaxDefault, out _, out _)) return false;
                if (buffer.Length != length) return false;
            }

            return true;
        }, iter: 200);

    [Fact]
    public void Random_octets_end_in_the_protocols_own_error_or_in_nothing() =>
        Gen.Byte.Array[0, 300].Sample(Feed, iter: 20_000);

    [Fact]
    public void Random_bodies_end_in_the_protocols_own_error_or_in_a_PDU()
    {
        CommandId[] commands = Enum.GetValues<CommandId>();
        Gen.Select(Gen.Int[0, commands.Length - 1], Gen.Byte.Array[0, 120]).Sample((which, body) =>
        {
            var header = new PduHeader((uint)body.Length + 16, commands[which], 0, 1);
            try
            {
                SmppCodec.ReadBody(header, new ReadOnlySequence<byte>(body));
            }
            catch (SmppException)
            {
                // Its own.
            }
        }, iter: 50_000);
    }

    [Fact]
    public void A_PDU_with_a_few_octets_changed_ends_in_the_protocols_own_error_or_in_a_PDU() =>
        Gen.Select(PduGenerators.Any, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4]).Sample((pdu, changes) =>
        {
            byte[] octets = Octets.Of(pdu);
            foreach ((int at, byte value) in changes) octets[at % octets.Length] = value;
            Feed(octets);
        }, iter: 20_000);

    private static void Feed(byte[] octets)
    {
        var buffer = new ReadOnlySequence<byte>(octets);
        try
        {
            while (SmppCodec.TryTake(ref buffer, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out var body))
                SmppCodec.ReadBody(header, body);
        }
        catch (SmppException)
        {
            // Its own.
        }
    }

    private static byte[] Reassemble(ReadOnlySequence<byte> stream)
    {
        var output = new ArrayBufferWriter<byte>();
        while (SmppCodec.TryTake(ref stream, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out var body))
            SmppCodec.Write(output, SmppCodec.ReadBody(header, body), header.Sequence, header.Status);
        return output.WrittenSpan.ToArray();
    }
}
