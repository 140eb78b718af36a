using System.Buffers;
using System.Globalization;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Fuzz;

/// <summary>Something was found: what, and how to have it again.</summary>
internal sealed class FuzzFinding(string target, long seed, long number, byte[] octets, string what, Exception? cause)
    : Exception(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{target}, seed {seed}, case {number}: {what}; octets {Convert.ToHexString(octets)}"),
        cause);

/// <summary>What is fed with octets, and what must hold of each whatever the octets are.</summary>
internal static class FuzzTargets
{
    /// <summary>Tries case <paramref name="number"/> on everything that needs no connection.</summary>
    /// <exception cref="FuzzFinding">Something does not hold.</exception>
    public static void Try(long seed, long number)
    {
        PduMutator mutator = PduMutator.Of(seed, number);
        Check("codec", seed, number, mutator.Framed(), Codec);
        Check("framing", seed, number, mutator.Next(), octets => Framing(octets, mutator));
        Check("text", seed, number, mutator.Noise(), Texts);
        Check("receipt", seed, number, mutator.Text(), octets => PartsFuzz.Receipts(octets, number % 64 == 0));
        Check("parts", seed, number, [], _ => PartsFuzz.Parts(mutator.Random));
    }

    /// <summary>Takes everything off the front that is whole. The second value: why the rest is no SMPP.</summary>
    public static (List<(PduHeader Header, byte[] Body)> Pdus, CommandStatus? Broken) Take(
        ReadOnlySequence<byte> octets)
    {
        List<(PduHeader, byte[])> pdus = [];
        try
        {
            while (SmppCodec.TryTake(ref octets, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out var body))
                pdus.Add((header, body.ToArray()));
            return (pdus, null);
        }
        catch (SmppException broken)
        {
            return (pdus, broken.Status);
        }
    }

    private static void Check(string target, long seed, long number, byte[] octets, Func<byte[], string?> holds)
    {
        try
        {
            if (holds(octets) is { } what) throw new FuzzFinding(target, seed, number, octets, what, null);
        }
        catch (Exception fault) when (fault is not FuzzFinding)
        {
            throw new FuzzFinding(target, seed, number, octets, $"threw {fault.GetType().Name}", fault);
        }
    }

    /// <summary>A body is read or refused; what was read and can be written reads as the same again.</summary>
    private static string? Codec(byte[] octets)
    {
        foreach ((PduHeader header, byte[] body) in Take(new ReadOnlySequence<byte>(octets)).Pdus)
        {
            SmppPdu pdu;
            try
            {
                pdu = SmppCodec.ReadBody(header, new ReadOnlySequence<byte>(body));
            }
            catch (SmppException)
            {
                continue; // refused, with a status for the peer
            }

            Message(pdu);
            byte[] once;
            try
            {
                once = Written(pdu, header);
            }
            catch (ArgumentException)
            {
                continue; // tolerant on read, strict on write
            }

            (PduHeader Header, byte[] Body) again = Take(new ReadOnlySequence<byte>(once)).Pdus.Single();
            SmppPdu second = SmppCodec.ReadBody(again.Header, new ReadOnlySequence<byte>(again.Body));
            if (!once.AsSpan().SequenceEqual(Written(second, header))) return "what was written reads otherwise";
        }

        return null;
    }

    /// <summary>A stream gives the same PDUs and the same error however it is cut.</summary>
    private static string? Framing(byte[] octets, PduMutator mutator)
    {
        var whole = Take(new ReadOnlySequence<byte>(octets));
        var cut = Take(Chopped(octets, 1 + mutator.Noise().Length % 7));
        return whole.Broken == cut.Broken && whole.Pdus.Count == cut.Pdus.Count
               && whole.Pdus.Zip(cut.Pdus).All(two => two.First.Header == two.Second.Header
                                                       && two.First.Body.AsSpan().SequenceEqual(two.Second.Body))
            ? null
            : "the stream reads otherwise when it comes in pieces";
    }

    /// <summary>Any octets are a text, a header or none, a receipt or none.</summary>
    private static string? Texts(byte[] octets)
    {
        byte first = octets.Length > 0 ? octets[0] : (byte)0;
        byte second = octets.Length > 1 ? octets[1] : (byte)0;
        Message(new DeliverSm { EsmClass = first, DataCoding = second, ShortMessage = octets });
        Message(new DeliverSm { EsmClass = EsmClass.Receipt, ShortMessage = octets });
        var tables = new Gsm7Tables((NationalLanguage)(first % 14), (NationalLanguage)(second % 14));
        string text = Gsm7.Decode(octets, tables);
        return text.Length <= octets.Length ? null : "more letters than septets";
    }

    private static void Message(SmppPdu pdu)
    {
        DeliverSm? message = pdu switch
        {
            DeliverSm deliver => deliver,
            DataSm data => data.ToDeliverSm(),
            _ => null,
        };
        if (message is null) return;
        foreach (DefaultAlphabet alphabet in Enum.GetValues<DefaultAlphabet>()) MessageText.Read(message, alphabet);
        UserDataHeader header = UserDataHeader.Read(message);
        if (header.Octets > message.Octets.Length)
            throw new InvalidOperationException("The header ends behind the text.");
        if (Concatenation.TryRead(message) is { } part && (part.Sequence < 1 || part.Sequence > part.Total))
            throw new InvalidOperationException("A part with a number that cannot be.");
        if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt) && receipt.MessageId is null)
            throw new InvalidOperationException("A receipt without even an empty id.");
    }

    private static byte[] Written(SmppPdu pdu, PduHeader header)
    {
        var output = new ArrayBufferWriter<byte>();
        SmppCodec.Write(output, pdu, header.Sequence, header.Status);
        return output.WrittenSpan.ToArray();
    }

    private static ReadOnlySequence<byte> Chopped(byte[] octets, int size)
    {
        Segment? first = null;
        Segment? last = null;
        for (int at = 0; at < octets.Length; at += size)
        {
            last = new Segment(octets.AsMemory(at, Math.Min(size, octets.Length - at)), last);
            first ??= last;
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
