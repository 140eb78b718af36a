using BenchmarkDotNet.Attributes;
using EmailSms.Composing;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Benchmarks;

/// <summary>
/// A mail to the text of an SMS, parsing included: 5 kB of text and HTML as a monitoring system sends it, 1.5 kB of
/// HTML alone, and 50 kB of HTML as a weekly report has.
/// </summary>
[MemoryDiagnoser]
public class MailTextBenchmarks
{
    private readonly MailComposer _composer = new();
    private byte[] _alternative = [];
    private byte[] _html = [];
    private byte[] _report = [];

    [GlobalSetup]
    public void SetUp()
    {
        string rows = string.Concat(
            Enumerable.Range(0, 30).Select(i => $"<tr><td>Disk {i}</td><td>91 % full</td></tr>"));
        string html = $"<html><body><h1>Report</h1><table>{rows}</table><p>See the console.</p></body></html>";
        string section = "<h2>Host</h2><p>See the <a href=\"https://console.example/hosts\">console</a>.</p>"
            + $"<table style=\"border:0\">{rows}</table>";
        string report = $"<html><body>{string.Concat(Enumerable.Repeat(section, 35))}</body></html>";
        var text = new TextPart("plain")
        {
            Text = string.Concat(Enumerable.Repeat("The disk of host db1 is full.\r\n", 110)),
        };
        _alternative = Bytes(new MultipartAlternative(text, new TextPart("html") { Text = html }));
        _html = Bytes(new TextPart("html") { Text = html });
        _report = Bytes(new TextPart("html") { Text = report });
    }

    [Benchmark]
    public object Alternative5Kb() => Read(_alternative);

    [Benchmark]
    public object HtmlAlone() => Read(_html);

    [Benchmark]
    public object Html50Kb() => Read(_report);

    private static byte[] Bytes(MimeEntity body)
    {
        var mail = new MimeMessage(
            [MailboxAddress.Parse("nagios@plant.example")], [MailboxAddress.Parse("447700900123@sms.example")],
            "** PROBLEM **", body);
        using var bytes = new MemoryStream();
        mail.WriteTo(bytes);
        return bytes.ToArray();
    }

    private MailReading Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return _composer.Read(MailComposer.Load(stream, CancellationToken.None), TextRules.Default);
    }
}
