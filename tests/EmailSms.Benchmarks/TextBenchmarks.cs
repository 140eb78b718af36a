using BenchmarkDotNet.Attributes;
using EmailSms.Smpp.Text;

namespace EmailSms.Benchmarks;

/// <summary>A text of 400 letters into the parts of an SMS.</summary>
[MemoryDiagnoser]
public class TextBenchmarks
{
    private readonly string _gsm7 = string.Concat(Enumerable.Repeat("Pump 2 is down, 85 [bar] and € 10. ", 12))[..400];
    private readonly string _ucs2 = string.Concat(Enumerable.Repeat("Zażółć gęślą jaźń 👍 中文. ", 20))[..400];

    [Benchmark]
    public int Gsm7Split() => SmsSegmenter.Split(_gsm7).Parts.Count;

    [Benchmark]
    public int Ucs2Split() => SmsSegmenter.Split(_ucs2).Parts.Count;

    [Benchmark]
    public bool Gsm7Encodable() => Gsm7.IsEncodable(_gsm7);
}
