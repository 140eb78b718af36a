using System.Diagnostics;
using System.Text;
using CsCheck;
using EmailSms.Composing;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Tests.Composing;

/// <summary>
/// Mails made to stop a gateway. Each is read or refused within a time that is generous for a busy machine and that
/// anything quadratic exceeds by far.
/// </summary>
public sealed class HostileMailTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static TheoryData<string, string> Bodies => new()
    {
        { "text/html", Repeat("<div>", 2_000_000) },
        { "text/html", Repeat("<b><i>x", 1_500_000) },
        { "text/html", Repeat("</div>", 1_700_000) },
        { "text/html", Repeat("<table><tr><td>", 700_000) },
        { "text/html", Repeat("<td>", 2_500_000) },
        { "text/html", Repeat("<a href='http://a.example/'>", 350_000) },
        { "text/html", Repeat("<p style='display:none", 450_000) },
        { "text/html", Repeat("<", 10_000_000) },
        { "text/html", Repeat("&nbsp;&#8203;", 800_000) },
        { "text/html", "<!--" + Repeat("-", 10_000_000) },
        { "text/plain", Repeat(">", 10_000_000) },
        { "text/plain", Repeat("> \r\n", 2_500_000) },
        { "text/plain", Repeat("On 1\r\n", 1_600_000) },
        { "text/plain", Repeat("From: \r\nSent: \r\n", 600_000) },
        { "text/plain", Repeat("____________________\r\n\r\n\r\n", 400_000) },
        { "text/plain", "x" + Repeat("\r\n", 5_000_000) },
        { "text/plain", Repeat("x<http://a>", 900_000) },
        { "text/plain", Repeat("<http", 2_000_000) },
        { "text/plain", Repeat("[cid:", 2_000_000) },
        { "text/plain", Repeat("-- \r\n", 2_000_000) },
        { "text/plain", Repeat("regards\r\n", 1_100_000) },
        { "text/plain", Repeat("a ##b\r\n", 1_400_000) },
        { "text/plain", Repeat("begin 644 a\r\n", 770_000) },
        { "text/plain", Repeat("this message is confidential ", 340_000) },
        { "text/plain; format=flowed", Repeat("a \r\n", 2_500_000) },
        { "text/plain; format=flowed", Repeat("> > a \r\n>\r\n", 900_000) },
        { "text/plain; charset=iso-2022-jp", Repeat("\u001B$B!", 2_500_000) },
        { "text/rtf", "{\\rtf1" + Repeat("{\\u-1 ", 1_700_000) },
        { "text/calendar", "BEGIN:VEVENT\r\nSUMMARY:" + Repeat("a\r\n ", 2_500_000) },
        { "application/ms-tnef", "\u0078\u009F\u003E\u0022" + Repeat("\u0001\u0003\u0090\u0006\u0000", 2_000_000) },
        { "application/pkcs7-mime; smime-type=signed-data", Repeat("0\u0080", 5_000_000) },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void Ten_megabytes_of_anything_end_soon(string type, string body)
    {
        MailReading reading = ReadInTime(
            $"Subject: x\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}");
        if (reading is MailReading.Text text) Assert.InRange(text.Value.Length, 1, MailLimits.TextCharsMax * 4);
    }

    [Fact]
    public void A_hundred_thousand_parts_are_refused_and_the_header_stays()
    {
        string mail = "Subject: Parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + Repeat("--b\r\n\r\nx\r\n", 100_000);
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(mail));
        MimeMessage message = MailComposer.Load(stream, TestContext.Current.CancellationToken);
        Assert.Equal("Parts", message.Subject);
        MailReading.Refused refused =
            Assert.IsType<MailReading.Refused>(new MailComposer().Read(message, TextRules.Default));
        Assert.Contains("too many parts", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_parts_as_are_allowed_are_read()
    {
        static string Mail(int parts) =>
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\nx\r\n", parts);
        Assert.IsType<MailReading.Text>(ReadInTime(Mail(MailLimits.PartsMax - 1))); // the whole is one of them
        Assert.IsType<MailReading.Refused>(ReadInTime(Mail(MailLimits.PartsMax)));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(MailLimits.MimeDepthMax, true)]
    [InlineData(MailLimits.MimeDepthMax + 1, false)]
    [InlineData(400, false)]
    public void Parts_in_parts_are_opened_to_a_depth(int depth, bool isRead)
    {
        var mail = new StringBuilder();
        for (int i = 0; i < depth; i++) mail.Append($"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        mail.Append("\r\ntext\r\n");
        Assert.Equal(isRead, ReadInTime(mail.ToString()) is MailReading.Text);
    }

    [Fact]
    public void Mails_in_mails_are_opened_to_a_depth()
    {
        string mail = Repeat("Content-Type: message/rfc822\r\n\r\n", 20_000) + "\r\ntext\r\n";
        Assert.NotNull(ReadInTime(mail));
    }

    [Fact]
    public void No_more_of_a_part_is_decoded_than_a_phone_could_show()
    {
        using var content = new MemoryStream(new byte[MailLimits.TextBytesMax + 1]);
        using var part = new MimePart("text", "plain") { Content = new MimeContent(content) };
        Assert.Equal(MailLimits.TextBytesMax, PartReader.Bytes(part).Length);
    }

    [Fact]
    public void A_subject_of_a_megabyte_is_cut()
    {
        MailReading reading = ReadInTime($"Subject: {Repeat("a", 1_000_000)}\r\n\r\n");
        MailReading.Text text = Assert.IsType<MailReading.Text>(reading);
        Assert.Equal(MailLimits.TextCharsMax, text.Value.Length);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_thrown_over()
    {
        Gen<string> lines = Gen.OneOf<string>(
            Gen.OneOf<string>(
                "", "--b", "--b--", "##", "-- ", "end", "begin 644 x", "From: a", "Sent: b", ";;=?x?Q?", "\0\u001B",
                "Subject: Re: x", "Subject: =?utf-8?B?w7w=?=", "> quoted", "On 1 Jan 2026 Ann wrote:", "w7w=",
                "=C3=BC=", "<p>x", "-----BEGIN PGP SIGNED MESSAGE-----", "BEGIN:VEVENT", "DTSTART:20261124T073000Z",
                "{\\rtf1\\'e9\\u-3 x}",
                "Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/alternative; boundary=\"b\"",
                "Content-Type: multipart/signed; boundary=b", "Content-Type: multipart/mixed",
                "Content-Type: text/html; charset=utf-16", "Content-Type: text/plain; charset=gb18030; format=flowed",
                "Content-Type: message/rfc822", "Content-Type: application/ms-tnef", "Content-Type: text/calendar",
                "Content-Type: text/rtf", "Content-Type: application/pkcs7-mime; smime-type=signed-data",
                "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable"),
            Gen.String[Gen.Char['\0', '\u00FF'], 0, 40]);
        lines.Array[0, 30].Sample(
            mail =>
            {
                switch (Read(string.Join("\r\n", mail)))
                {
                    case MailReading.Text { Value: var text }:
                        Assert.False(string.IsNullOrWhiteSpace(text));
                        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
                        break;
                    case MailReading.Refused { Sentence: var sentence }:
                        Assert.All(sentence, c => Assert.InRange(c, ' ', '~'));
                        break;
                }
            },
            iter: 10_000);
    }

    [Fact]
    public void A_mail_of_the_corpus_cut_anywhere_is_read_or_refused() =>
        Gen.Select(Gen.OneOf<string>([.. MailCorpus.Names]), Gen.Double.Unit).Sample(
            (name, share) =>
            {
                byte[] mail = MailCorpus.Mail(name);
                using var stream = new MemoryStream(mail, 0, (int)(mail.Length * share));
                Assert.NotNull(new MailComposer().Read(MailComposer.Load(stream, default), TextRules.Default));
            },
            iter: 2_000);

    private static MailReading ReadInTime(string mail)
    {
        var clock = Stopwatch.StartNew();
        MailReading reading = Read(mail);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Patience);
        return reading;
    }

    private static MailReading Read(string mail)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(mail));
        return new MailComposer().Read(MailComposer.Load(stream, CancellationToken.None), TextRules.Default);
    }

    private static string Repeat(string text, int count) =>
        new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
