using System.Buffers;
using System.Text;

namespace EmailSms.Smpp.Tests;

/// <summary>Octets as tests write them: hexadecimal, and ASCII between single quotes.</summary>
internal static class Octets
{
    public static byte[] Of(string notation)
    {
        var octets = new List<byte>();
        string[] pieces = notation.Split('\'');
        for (int i = 0; i < pieces.Length; i++)
        {
            if (i % 2 == 1) octets.AddRange(Encoding.ASCII.GetBytes(pieces[i]));
            else octets.AddRange(Convert.FromHexString(string.Concat(pieces[i].Where(c => !char.IsWhiteSpace(c)))));
        }

        return [.. octets];
    }

    public static byte[] Of(SmppPdu pdu, uint sequence = 1, CommandStatus status = CommandStatus.Ok)
    {
        var output = new ArrayBufferWriter<byte>();
        SmppCodec.Write(output, pdu, sequence, status);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads exactly one PDU.</summary>
    public static (PduHeader Header, SmppPdu Pdu) Read(byte[] octets)
    {
        var buffer = new ReadOnlySequence<byte>(octets);
        Assert.True(SmppCodec.TryTake(ref buffer, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out var body));
        Assert.True(buffer.IsEmpty);
        return (header, SmppCodec.ReadBody(header, body));
    }

    /// <summary>The same octets in segments of the given size, as a pipe may hand them over.</summary>
    public static ReadOnlySequence<byte> Chopped(byte[] octets, int size)
    {
        Segment? first = null;
        Segment? last = null;
        for (int at = 0; at < octets.Length; at += size)
        {
            var segment = new Segment(octets.AsMemory(at, Math.Min(size, octets.Length - at)), last);
            first ??= segment;
            last = segment;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
