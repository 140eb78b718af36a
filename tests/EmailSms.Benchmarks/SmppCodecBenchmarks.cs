using System.Buffers;
using BenchmarkDotNet.Attributes;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Benchmarks;

/// <summary>
/// The codec, a thousand PDUs at a time as a pipe hands them over; figures are for one PDU. The views are what the hot
/// path of the library uses, and allocate nothing; the objects are what applications handle.
/// </summary>
[MemoryDiagnoser]
public class SmppCodecBenchmarks
{
    private const int Count = 1000;

    private readonly ArrayBufferWriter<byte> _output = new(512 * 1024);
    private readonly SubmitSmResp _submitResp = new("1882803165724673");
    private SubmitSm _submit = null!;
    private DeliverSm _receipt = null!;
    private ReadOnlySequence<byte> _submits;
    private ReadOnlySequence<byte> _submitResps;
    private ReadOnlySequence<byte> _receipts;

    [GlobalSetup]
    public void SetUp()
    {
        var template = new SubmitSm
        {
            Source = SmppAddress.FromE164("+447700900999"),
            Destination = SmppAddress.FromE164("+447700900123"),
            RegisteredDelivery = RegisteredDelivery.Final,
        };
        _submit = SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(new string('x', 120)), 1)[0];
        _receipt = new DeliverSm
        {
            Source = template.Destination,
            Destination = template.Source,
            EsmClass = EsmClass.Receipt,
            ShortMessage =
                "id:1882803165724673 sub:001 dlvrd:001 submit date:2611250416 done date:2611250417 "u8.ToArray(),
            Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, "1882803165724673"), Tlv.Of(TlvTag.MessageState, (byte)2)],
        };
        _submits = Many(_submit);
        _submitResps = Many(_submitResp);
        _receipts = Many(_receipt);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode_submit_sm() => Encode(_submit);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode_submit_sm_resp() => Encode(_submitResp);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode_deliver_sm() => Encode(_receipt);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode_deliver_sm_resp() => Encode(DeliverSmResp.Empty);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode_enquire_link() => Encode(EnquireLink.Instance);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Decode_submit_sm_view()
    {
        int sum = 0;
        using var pdus = new PduSequenceReader(_submits);
        while (pdus.TryRead(out _, out ReadOnlySpan<byte> body))
            sum += ShortMessageView.Read(body).ShortMessage.Length;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Decode_submit_sm_resp_view()
    {
        int sum = 0;
        using var pdus = new PduSequenceReader(_submitResps);
        while (pdus.TryRead(out _, out ReadOnlySpan<byte> body))
            sum += SubmitSmRespView.Read(body).MessageIdOctets.Length;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Decode_deliver_sm_view()
    {
        int sum = 0;
        using var pdus = new PduSequenceReader(_receipts);
        while (pdus.TryRead(out _, out ReadOnlySpan<byte> body))
        {
            ShortMessageView.Read(body).Tlvs.TryFind(TlvTag.MessageState, out ReadOnlySpan<byte> state);
            sum += state[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Decode_submit_sm_object() => Decode(_submits);

    [Benchmark(OperationsPerInvoke = Count)]
    public int Decode_deliver_sm_object() => Decode(_receipts);

    private static int Decode(ReadOnlySequence<byte> octets)
    {
        int sum = 0;
        using var pdus = new PduSequenceReader(octets);
        while (pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body))
            sum += ((ShortMessagePdu)SmppCodec.ReadBody(header, body)).ShortMessage.Length;
        return sum;
    }

    private int Encode(SmppPdu pdu)
    {
        _output.ResetWrittenCount();
        for (uint i = 1; i <= Count; i++) SmppCodec.Write(_output, pdu, i);
        return _output.WrittenCount;
    }

    private ReadOnlySequence<byte> Many(SmppPdu pdu)
    {
        Encode(pdu);
        return new ReadOnlySequence<byte>(_output.WrittenSpan.ToArray());
    }
}
