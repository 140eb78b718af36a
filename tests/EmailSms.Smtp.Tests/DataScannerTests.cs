using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace EmailSms.Smtp.Tests;

public sealed partial class DataScannerTests
{
    // The octets the scanner looks at, often, and one it does not.
    private static readonly Gen<string> Octets =
        Gen.OneOf("\r\n", "\r\n", ".", ".", "\r", "\n", "a", "\0", "\r\n.\r\n").Array[0, 24].Select(string.Concat);

    private static readonly Gen<int[]> Cuts = Gen.Int[1, 5].Array[1, 12];

    [Fact]
    public void Any_octets_in_any_cuts_read_as_in_the_ten_line_reference() =>
        Gen.Select(Octets, Cuts).Sample((text, cuts) => Assert.Equal(Reference(text), Scan(text, cuts)), iter: 50_000);

    [Fact]
    public void Any_octets_with_bare_LFs_mended_read_as_in_the_ten_line_reference() =>
        Gen.Select(Octets, Cuts).Sample(
            (text, cuts) => Assert.Equal(MendingReference(text), Scan(text, cuts, mendsBareLf: true)), iter: 50_000);

    [Theory]
    [InlineData("one\ntwo\r\n\nthree\r\n", "one\r\ntwo\r\n\r\nthree\r\n")]
    [InlineData("one\n..two\n.three\r\n", "one\r\n.two\r\nthree\r\n")]
    [InlineData("one\n\n\r\n", "one\r\n\r\n\r\n")]
    public void A_bare_LF_that_is_mended_is_a_line_end_like_any_other(string said, string mail) =>
        Assert.Equal((true, mail, true, said.Length + 3), Scan(said + ".\r\n", [1000], mendsBareLf: true));

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    public void A_dot_beside_a_bare_LF_ends_no_mail_where_bare_LFs_are_mended(string end)
    {
        string said = "text" + end + "MAIL FROM:<evil@a.example>\r\n";
        (bool isDone, _, bool isGood, int used) = Scan(said, [1000], mendsBareLf: true);
        Assert.Equal((false, false, said.Length), (isDone, isGood, used));
        (isDone, _, isGood, _) = Scan(said + ".\r\n", [1000], mendsBareLf: true);
        Assert.Equal((true, false), (isDone, isGood));
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\n.\r\r\n")]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\r\r\n.\n")]
    [InlineData("\n\r\n.\n")]
    public void An_end_that_is_none_does_not_end_a_mail(string end)
    {
        (bool isDone, _, bool isGood, int used) = Scan("text" + end + "MAIL FROM:<evil@a.example>\r\n", [1000]);
        Assert.False(isDone);
        Assert.False(isGood);
        Assert.Equal(("text" + end + "MAIL FROM:<evil@a.example>\r\n").Length, used);

        (isDone, _, isGood, _) = Scan("text" + end + "rest\r\n.\r\n", [1000]);
        Assert.True(isDone);
        Assert.False(isGood);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void The_size_is_counted_after_the_dots_are_unstuffed(int bytesMax, bool isGood)
    {
        using var spool = new MailSpool(Path.GetTempPath(), 4096);
        var scanner = new DataScanner(bytesMax, long.MaxValue);
        scanner.Scan("..2345678\r\n.\r\n"u8, spool);
        Assert.True(scanner.IsDone);
        Assert.Equal(isGood ? DataFault.None : DataFault.TooBig, scanner.Fault);
    }

    [Theory]
    [InlineData(998, true)]
    [InlineData(999, false)]
    public void The_longest_line_is_measured_without_its_end(int lineBytes, bool isGood)
    {
        using var spool = new MailSpool(Path.GetTempPath(), 4096);
        var scanner = new DataScanner(1_000_000, 998);
        foreach (char octet in "short\r\n" + new string('x', lineBytes) + "\r\nshort\r\n.\r\n")
        {
            scanner.Scan([(byte)octet], spool);
        }

        Assert.True(scanner.IsDone);
        Assert.Equal(isGood ? DataFault.None : DataFault.LineTooLong, scanner.Fault);
        Assert.Equal(lineBytes, scanner.LongestLineBytes);
    }

    [Fact]
    public void The_first_fault_is_told_with_its_line()
    {
        using var spool = new MailSpool(Path.GetTempPath(), 4096);
        var scanner = new DataScanner(1_000_000, 998);
        scanner.Scan("one\r\ntwo\r\nth\nree\r\nfo\0ur\r\n.\r\n"u8, spool);
        Assert.Equal((DataFault.BareLf, 3), (scanner.Fault, scanner.FaultLine));
    }

    // What the standard says, without thinking of speed: find the end, look for what may not be, undo the stuffing.
    private static (bool IsDone, string Mail, bool IsGood, int Used) Reference(string text)
    {
        string whole = "\r\n" + text;
        int end = whole.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        string content = end < 0 ? whole : whole[..(end + 2)];
        bool isGood = !BareLineEnd().IsMatch(content);
        string mail = isGood && end >= 0 ? content.Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..] : "";
        return (end >= 0, mail, isGood || end < 0, end < 0 ? text.Length : end + 3);
    }

    // The same end; any LF ends a line, but a lone dot beside one without CR is a fault.
    private static (bool IsDone, string Mail, bool IsGood, int Used) MendingReference(string text)
    {
        string whole = "\r\n" + text;
        int end = whole.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        string content = end < 0 ? whole : whole[..(end + 2)];
        bool isGood = !LoneDotOrBareCr().IsMatch(content);
        string mended = AnyLineEnd().Replace(content, "\r\n");
        string mail = isGood && end >= 0 ? mended.Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..] : "";
        return (end >= 0, mail, isGood || end < 0, end < 0 ? text.Length : end + 3);
    }

    private static (bool IsDone, string Mail, bool IsGood, int Used) Scan(
        string text, int[] cuts, bool mendsBareLf = false)
    {
        using var spool = new MailSpool(Path.GetTempPath(), 4096);
        var scanner = new DataScanner(1_000_000, long.MaxValue, mendsBareLf: mendsBareLf);
        byte[] octets = Encoding.Latin1.GetBytes(text);
        int used = 0;
        for (int cut = 0; used < octets.Length && !scanner.IsDone; cut++)
        {
            int length = Math.Min(cuts[cut % cuts.Length], octets.Length - used);
            used += scanner.Scan(octets.AsSpan(used, length), spool);
        }

        bool isGood = scanner.Fault is DataFault.None;
        if (!scanner.IsDone) return (false, "", cuts is [1000] ? isGood : true, used);
        using var mail = new StreamReader(spool.OpenRead(), Encoding.Latin1);
        return (true, isGood ? mail.ReadToEnd() : "", isGood, used);
    }

    [GeneratedRegex("(?<!\r)\n|\r(?!\n)|\0")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex("\n\\.\r?\n|\r(?!\n)|\0")]
    private static partial Regex LoneDotOrBareCr();

    [GeneratedRegex("\r?\n")]
    private static partial Regex AnyLineEnd();
}
