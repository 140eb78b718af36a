using System.Buffers;
using BenchmarkDotNet.Attributes;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Benchmarks;

/// <summary>One submit_sm of 100 letters, both ways.</summary>
[MemoryDiagnoser]
public class SmppCodecBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private SubmitSm _submit = null!;
    private ReadOnlySequence<byte> _octets;

    [GlobalSetup]
    public void SetUp()
    {
        var template = new SubmitSm
        {
            Source = SmppAddress.FromE164("+447700900999"),
            Destination = SmppAddress.FromE164("+447700900123"),
            RegisteredDelivery = RegisteredDelivery.Final,
        };
        _submit = SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(new string('x', 100)), 1)[0];
        Encode();
        _octets = new ReadOnlySequence<byte>(_output.WrittenSpan.ToArray());
    }

    [Benchmark]
    public int Encode()
    {
        _output.ResetWrittenCount();
        SmppCodec.Write(_output, _submit, 1);
        return _output.WrittenCount;
    }

    [Benchmark]
    public SmppPdu Decode()
    {
        ReadOnlySequence<byte> rest = _octets;
        SmppCodec.TryTake(
            ref rest, SmppCodec.PduOctetsMaxDefault, out PduHeader header, out ReadOnlySequence<byte> body);
        return SmppCodec.ReadBody(header, body);
    }
}
