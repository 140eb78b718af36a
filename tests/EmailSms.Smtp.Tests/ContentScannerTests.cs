using System.Text;
using CsCheck;

namespace EmailSms.Smtp.Tests;

public sealed class ContentScannerTests
{
    private const string Multipart = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";

    [Theory]
    [InlineData(1024, nameof(DataFault.None))]
    [InlineData(1025, nameof(DataFault.HeaderTooBig))]
    public void A_header_is_counted_with_its_blank_line(int bytes, string fault)
    {
        string header = "X: " + new string('x', bytes - 7) + "\r\n\r\n";
        Assert.Equal(bytes, header.Length);
        AssertFault(fault, header + new string('y', 5000), options => options.HeaderBytesMax = 1024);
    }

    [Theory]
    [InlineData(1020, nameof(DataFault.None))]
    [InlineData(1021, nameof(DataFault.HeaderTooBig))]
    public void The_header_of_a_part_has_the_same_limit(int letters, string fault) => AssertFault(
        fault,
        Multipart + "--b\r\nX:" + new string('x', letters - 4) + "\r\n\r\n" + new string('y', 5000) + "\r\n--b--\r\n",
        options => options.HeaderBytesMax = 1022);

    [Fact]
    public void A_text_without_a_header_is_no_header()
    {
        AssertFault(
            nameof(DataFault.None),
            string.Concat(Enumerable.Repeat("UPS on battery\r\n", 1000)),
            options => options.HeaderBytesMax = 1024);
    }

    [Theory]
    [InlineData(3, nameof(DataFault.None))]
    [InlineData(4, nameof(DataFault.TooManyParts))]
    public void Parts_are_counted_by_their_boundaries(int parts, string fault) => AssertFault(
        fault,
        Multipart + string.Concat(Enumerable.Repeat("--b\r\n\r\ntext\r\n", parts)) + "--b--\r\n",
        options => options.MimePartsMax = 3);

    [Theory]
    [InlineData("Content-Type: text/plain; boundary=b\r\n\r\n", "--b\r\n\r\n")]
    [InlineData(Multipart, "--bb\r\n")]
    [InlineData(Multipart, "-- \r\n")]
    [InlineData(Multipart, "---b\r\n")]
    [InlineData(Multipart, "--b--\r\n")] // it ends the first, and what follows is an epilogue
    [InlineData("Subject: a table\r\n\r\n", "-------\r\n")]
    public void Lines_that_only_look_like_boundaries_are_text(string header, string line) => AssertFault(
        nameof(DataFault.None),
        header + string.Concat(Enumerable.Repeat(line, 10)),
        options => options.MimePartsMax = 1);

    [Theory]
    [InlineData("content-type:MULTIPART/mixed;\r\n\tcharset=x;\r\n boundary = \"b\"")]
    [InlineData("Content-Type: multipart/mixed; boundary=b; charset=x")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\\b\"")]
    [InlineData("X-First: y\r\nContent-Type: multipart/mixed;boundary=b\r\nX-Last: content-type: text/plain")]
    public void A_boundary_is_found_however_it_is_written(string header) => AssertFault(
        nameof(DataFault.TooManyParts),
        header + "\r\n\r\n--b \t\r\n\r\none\r\n--b\r\n\r\ntwo\r\n",
        options => options.MimePartsMax = 1);

    [Theory]
    [InlineData(4, nameof(DataFault.None))]
    [InlineData(5, nameof(DataFault.TooDeep))]
    public void Depth_counts_parts_in_parts(int depth, string fault)
    {
        var mail = new StringBuilder("Content-Type: multipart/mixed; boundary=b1\r\n\r\n");
        for (int i = 1; i < depth; i++)
        {
            mail.Append($"--b{i}\r\nContent-Type: multipart/mixed; boundary=b{i + 1}\r\n\r\n");
        }

        AssertFault(fault, mail + "text", options => options.MimeDepthMax = 4);
    }

    [Theory]
    [InlineData(4, nameof(DataFault.None))]
    [InlineData(5, nameof(DataFault.TooDeep))]
    public void Depth_counts_mails_in_mails(int depth, string fault) => AssertFault(
        fault,
        string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", depth)) + "Subject: hi\r\n\r\ntext",
        options => options.MimeDepthMax = 4);

    [Fact]
    public void Parts_beside_each_other_are_not_deep()
    {
        const string part = "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\ntext\r\n";
        AssertFault(
            nameof(DataFault.None),
            Multipart + string.Concat(Enumerable.Repeat(part, 20)),
            options => options.MimeDepthMax = 2);
    }

    [Theory]
    [InlineData(50, nameof(DataFault.None))]
    [InlineData(51, nameof(DataFault.Loop))]
    public void Received_lines_of_the_mail_itself_are_counted(int times, string fault)
    {
        string received = string.Concat(Enumerable.Repeat("received: from a\r\n by b\r\n", times));
        AssertFault(fault, received + "Subject: hi\r\n\r\nReceived: text\r\n", _ => { });
        AssertFault(nameof(DataFault.None), $"Subject: hi\r\n\r\n{received}{received}", _ => { });
        AssertFault(nameof(DataFault.None), $"Content-Type: message/rfc822\r\n\r\n{received}{received}", _ => { });
    }

    [Fact]
    public void Any_octets_in_any_cuts_give_the_same()
    {
        Gen<string> lines = Gen.OneOf(
            "--b", "--b--", "--c", "\r\n", "\r\n", "\n", "Content-Type: multipart/mixed; boundary=b\r\n",
            "Content-Type: multipart/mixed;", " boundary=\"c\"\r\n", "Content-Type: message/rfc822\r\n\r\n", "text",
            "Received: a\r\n", ":", " ", "\0", "\u00e9").Array[0, 40].Select(string.Concat);
        Gen.Select(lines, Gen.Int[1, 9].Array[1, 9]).Sample((text, cuts) =>
            Assert.Equal(Scan(text, [int.MaxValue], Tight), Scan(text, cuts, Tight)), iter: 20_000);
    }

    private static void Tight(SmtpServerOptions options)
    {
        options.MimePartsMax = 3;
        options.MimeDepthMax = 3;
        options.ReceivedMax = 2;
    }

    private static void AssertFault(string fault, string mail, Action<SmtpServerOptions> set)
    {
        Assert.Equal(fault, Scan(mail, [int.MaxValue], set).ToString());
        Assert.Equal(fault, Scan(mail, [1], set).ToString());
    }

    private static DataFault Scan(string mail, int[] cuts, Action<SmtpServerOptions> set)
    {
        var options = new SmtpServerOptions();
        set(options);
        var scanner = new ContentScanner(options);
        byte[] octets = Encoding.Latin1.GetBytes(mail);
        DataFault fault = DataFault.None;
        for (int at = 0, cut = 0; at < octets.Length; cut++)
        {
            int length = Math.Min(cuts[cut % cuts.Length], octets.Length - at);
            fault = scanner.Scan(octets.AsSpan(at, length));
            at += length;
        }

        return fault;
    }
}
