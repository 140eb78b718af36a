using System.Text;
using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.Tests.Composing;

/// <summary>
/// The work that a mail makes grows with its size and no faster, and stops growing where no phone could show more. It
/// is counted, in bytes that are allocated and read, because time says nothing on a busy machine.
/// </summary>
public sealed class CountedWorkTests
{
    private const int Size = 200_000;

    /// <summary>The first mail also fills what is kept for the next: it is not counted.</summary>
    private const long Once = 64 * 1024;

    public static TheoryData<string, string> Units => new()
    {
        { "text/html", "<div>x" },
        { "text/html", "<b><i>x</b>" },
        { "text/html", "</p></td>x" },
        { "text/html", "<table><tr><td>x" },
        { "text/html", "<tr><td>x<td>y" },
        { "text/html", "<li>x<ol>" },
        { "text/html", "<a href='http://a.example/'>x" },
        { "text/html", "<blockquote class=quote>x<br>" },
        { "text/html", "<p style='display:none;color:red;;;;'>x" },
        { "text/html", "<p class='a b c d e f g'>x</p>" },
        { "text/html", "x &nbsp;&#8203;" },
        { "text/plain", "x y " },
        { "text/plain", "> x\r\n" },
        { "text/plain", "On 1 Ann wrote:\r\n" },
        { "text/plain", "From: a\r\nSent: b\r\nx\r\n" },
        { "text/plain", "____________________\r\n\r\nx" },
        { "text/plain", "x<http://a> " },
        { "text/plain", "regards\r\nAnn\r\n" },
        { "text/plain", "a ##b\r\n" },
        { "text/plain", "begin 644 a\r\nx\r\n" },
        { "text/plain", "This message is confidential and intended for the addressee; delete it.\r\n\r\n" },
        { "text/plain", "e\u0301\u0323 \u200D\uD83D\uDC4D\r\n" },
        { "text/plain; format=flowed", "> > a \r\n>\r\n" },
        { "text/rtf", "{\\rtf1 x}" },
        { "text/calendar", "BEGIN:VEVENT\r\nSUMMARY:a\r\n b\r\n" },
    };

    [Theory]
    [MemberData(nameof(Units), DisableDiscoveryEnumeration = true)]
    public void Twice_the_mail_is_twice_the_work(string type, string unit)
    {
        (long allocated, long read) once = WorkOf(Mail(type, unit, Size), TextRules.Default);
        (long allocated, long read) twice = WorkOf(Mail(type, unit, 2 * Size), TextRules.Default);
        Assert.InRange(twice.allocated, 0, (once.allocated * 22 / 10) + Once);
        Assert.InRange(twice.read, 0, (once.read * 22 / 10) + Once);
    }

    [Theory]
    [MemberData(nameof(Units), DisableDiscoveryEnumeration = true)]
    public void What_no_phone_could_show_makes_no_work_but_that_of_finding_its_end(string type, string unit)
    {
        (long allocated, long read) most = WorkOf(Mail(type, unit, 2 * MailLimits.TextBytesMax), TextRules.Default);
        byte[] mail = Mail(type, unit, 5 * MailLimits.TextBytesMax);
        (long allocated, long read) huge = WorkOf(mail, TextRules.Default);
        Assert.InRange(huge.allocated, 0, (most.allocated * 11 / 10) + Once);
        Assert.InRange(huge.read, mail.Length, mail.Length + (5 * MailLimits.TextBytesMax));
    }

    [Fact]
    public void Of_a_hundred_thousand_parts_only_the_first_are_looked_at()
    {
        byte[] mail = Encoding.Latin1.GetBytes(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\nx\r\n", 100_000));
        (long allocated, long read) = WorkOf(mail, TextRules.Default);
        Assert.InRange(allocated, 0, 4 * 1024 * MailLimits.PartsMax);
        Assert.InRange(read, mail.Length, 2 * mail.Length); // once as parts, once more as one
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n")]
    [InlineData("Content-Type: message/rfc822\r\n\r\n")]
    public void Parts_in_parts_without_end_are_opened_as_deep_as_is_allowed_and_no_deeper(string level)
    {
        byte[] Nested(int depth) => Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, depth).Select(
            i => level.Replace("{0}", $"{i}", StringComparison.Ordinal))) + "\r\ntext\r\n");
        (long allocated, long read) some = WorkOf(Nested(100), TextRules.Default);
        (long allocated, long read) many = WorkOf(Nested(20_000), TextRules.Default);
        Assert.InRange(many.allocated, 0, some.allocated + (2 * Nested(20_000).Length) + Once);
        Assert.InRange(many.read, 0, 4L * Nested(20_000).Length);
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+b")]
    [InlineData("(.*a){12}b")]
    [InlineData("(x+x+)+y|(a*)*b")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void No_pattern_of_an_admin_makes_a_mail_cost_more_than_its_length(string pattern)
    {
        TextRules rules = Rules("{{ found.x }}{{ body }}", $"x={pattern}");
        (long allocated, long read) once = WorkOf(Mail("text/plain", "a", Size / 2), rules);
        (long allocated, long read) twice = WorkOf(Mail("text/plain", "a", Size), rules);
        Assert.InRange(twice.allocated, 0, (once.allocated * 22 / 10) + Once);
    }

    [Fact]
    public void A_template_that_would_multiply_the_mail_is_stopped()
    {
        TextRules rules = Rules("{{ for i in 1..900 }}{{ body }}{{ subject }}{{ end }}", null);
        (long allocated, long read) once = WorkOf(Mail("text/plain", "a word ", Size), rules);
        (long allocated, long read) twice = WorkOf(Mail("text/plain", "a word ", 2 * Size), rules);
        Assert.InRange(twice.allocated, 0, once.allocated + (20 * Size)); // what is read twice, not what is multiplied
    }

    private static TextRules Rules(string template, string? capture)
    {
        var draft = new TextRulesDraft
        {
            Text = "template",
            Template = template,
            Captures = capture is null ? [] : [capture],
        };
        Assert.True(draft.TryBecomeRules(out TextRules? rules, out IReadOnlyList<string> no), string.Join(' ', no));
        return rules;
    }

    private static byte[] Mail(string type, string unit, int size) => Encoding.UTF8.GetBytes(
        $"Subject: x\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + Repeat(unit, size / Encoding.UTF8.GetByteCount(unit)));

    private static (long Allocated, long Read) WorkOf(byte[] mail, TextRules rules)
    {
        using var bytes = new CountingStream(mail);
        Read(bytes, rules);
        bytes.Position = bytes.Counted = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(bytes, rules);
        return (GC.GetAllocatedBytesForCurrentThread() - before, bytes.Counted);
    }

    private static void Read(CountingStream bytes, TextRules rules) =>
        new MailComposer().Read(MailComposer.Load(bytes, TestContext.Current.CancellationToken), rules);

    private static string Repeat(string text, int count) =>
        new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    /// <summary>A mail that counts the bytes that are read of it.</summary>
    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public long Counted { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            Counted += read;
            return read;
        }

        public override int Read(Span<byte> buffer)
        {
            int read = base.Read(buffer);
            Counted += read;
            return read;
        }
    }
}
