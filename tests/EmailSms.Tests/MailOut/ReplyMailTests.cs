using System.Text;
using CsCheck;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Tests.MailOut;

public sealed class ReplyMailTests
{
    private static readonly Reply Plain = new()
    {
        Id = "0195f000-0000-7000-8000-000000000001",
        Domain = "sms.example",
        Source = "+447700900123",
        To = EmailAddress.Parse("ann@x.example"),
        Text = "On my way",
        ReceivedAt = new DateTimeOffset(2026, 3, 1, 8, 0, 5, TimeSpan.FromHours(1)),
    };

    [Fact]
    public void An_SMS_becomes_a_mail_from_the_number_that_can_be_answered()
    {
        OutgoingMail mail = Build(Plain with { SmsId = "sms-1" });
        Assert.Equal((MailKind.Reply, "", "sms-1"), (mail.Kind, mail.EnvelopeFrom, mail.SmsId));
        Assert.Equal(Plain.To, mail.To);

        MimeMessage read = Read(mail);
        Assert.Equal("\"+44 7700 900123\" <447700900123@sms.example>", read.From.ToString());
        Assert.Equal("\"+44 7700 900123\" <+447700900123@sms.example>", read.ReplyTo.ToString());
        Assert.Equal("ann@x.example", read.To.ToString());
        Assert.Equal("SMS from +44 7700 900123", read.Subject);
        Assert.Equal(Plain.ReceivedAt, read.Date);
        Assert.Equal("0195f000-0000-7000-8000-000000000001@sms.example", read.MessageId);
        Assert.Equal(ReplyMail.MessageId(Plain.Id, Plain.Domain), read.MessageId);
        Assert.Equal(Plain.Id, read.Headers["X-EmailSms-Id"]);
        Assert.Equal("All", read.Headers["X-Auto-Response-Suppress"]);
        Assert.Null(read.Headers[HeaderId.AutoSubmitted]); // a person wrote it
        Assert.Null(read.Headers[HeaderId.InReplyTo]);
        Assert.Null(read.Headers[HeaderId.References]);
        Assert.Equal("On my way", Text(read));
        Assert.Equal(1, read.Headers.Count(h => h.Id == HeaderId.Date));
    }

    [Theory]
    [InlineData("word", "sms+447700900123+c=word@example.com")]
    [InlineData(null, "sms++447700900123@example.com")]
    public void It_is_answered_behind_the_plus_of_a_mailbox_where_no_domain_takes_mail(string? token, string answer)
    {
        MimeMessage read = Read(Build(Plain with { Token = token, AnswerAt = EmailAddress.Parse("sms@example.com") }));
        Assert.Equal("447700900123@sms.example", ((MailboxAddress)read.From[0]).Address);
        Assert.Equal(answer, Assert.Single(read.ReplyTo.Mailboxes).Address);
    }

    [Theory]
    [InlineData("Zażółć gęślą jaźń 🙏")]
    [InlineData("one\r\ntwo\r\n\r\nfour")]
    [InlineData(".\r\n..\r\nFrom me")]
    [InlineData("  spaces kept  ")]
    [InlineData("")]
    [InlineData("a line that is longer than the nine hundred and ninety-eight that a mail may have", 30)]
    public void The_text_arrives_as_it_is_and_in_seven_bits(string text, int times = 1)
    {
        string whole = string.Concat(Enumerable.Repeat(text, times));
        OutgoingMail mail = Build(Plain with { Text = whole });
        Assert.Equal(whole, Text(Read(mail)));
        Assert.DoesNotContain(mail.Content, b => b is 0 or > 127);
        Assert.All(Encoding.ASCII.GetString(mail.Content).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }

    [Fact]
    public void What_no_mail_can_hold_is_replaced()
    {
        Assert.Equal("a\r\nb\r\nc", Arrives("a\nb\rc"));
        Assert.Equal("half \ufffd an emoji", Arrives("half \ud83d an emoji"));
        Assert.Equal("nothing \ufffd here", Arrives("nothing \0 here"));

        static string Arrives(string text) => Text(Read(Build(Plain with { Text = text })));
    }

    [Theory]
    [InlineData("+12025550143", "+1 202-555-0143", "12025550143")]
    [InlineData("+99912345678", "+99912345678", "99912345678")] // a calling code that nobody has
    [InlineData("62262", "62262", "62262")]
    [InlineData("ACME", "ACME", "acme")]
    [InlineData("St. Mary's", "St. Mary's", "st-marys")]
    [InlineData("ÄRZTE", "ÄRZTE", "rzte")]
    [InlineData("Кафе", "Кафе", "unknown")]
    [InlineData("", "unknown sender", "unknown")]
    [InlineData("..", "..", "unknown")]
    [InlineData("a\"b", "a\"b", "ab")]
    [InlineData("x\u202eevil", "x evil", "x-evil")] // what turns the direction of writing
    public void A_source_that_is_no_number_has_a_name_and_a_harmless_address(string source, string name, string local)
    {
        MimeMessage read = Read(Build(Plain with { Source = source }));
        MailboxAddress from = Assert.Single(read.From.Mailboxes);
        Assert.Equal(name, from.Name);
        Assert.Equal($"{local}@sms.example", from.Address);
        Assert.Equal($"SMS from {name}", read.Subject);
    }

    [Fact]
    public void The_mail_joins_its_conversation()
    {
        MimeMessage read = Read(Build(Plain with
        {
            InReplyTo = "<2@x.example>",
            References =
            [
                "<1@x.example>", "2@x.example", "<1@x.example>", "no id", "<bad\r\nBcc: eve@y.example>", "<@>", "<a@>x",
            ],
        }));
        Assert.Equal("2@x.example", read.InReplyTo);
        Assert.Equal(["1@x.example", "2@x.example"], read.References);
    }

    [Fact]
    public void The_mail_that_is_answered_is_the_last_of_the_references()
    {
        MimeMessage read = Read(Build(Plain with
        {
            InReplyTo = "<1@x.example>",
            References = ["<1@x.example>", "<2@x.example>", "<3@x.example>"],
        }));
        Assert.Equal(["2@x.example", "3@x.example", "1@x.example"], read.References);
    }

    [Fact]
    public void A_long_conversation_keeps_its_first_and_its_latest_references()
    {
        string[] ids = [.. Enumerable.Range(1, 100).Select(i => $"<{i}@x.example>")];
        MimeMessage read = Read(Build(Plain with { InReplyTo = "<100@x.example>", References = ids }));
        Assert.Equal(20, read.References.Count);
        Assert.Equal("1@x.example", read.References[0]);
        Assert.Equal("82@x.example", read.References[1]);
        Assert.Equal("100@x.example", read.References[^1]);
    }

    [Fact]
    public void A_marker_a_remark_and_a_return_path_are_added_when_asked_for()
    {
        OutgoingMail mail = Build(Plain with
        {
            Marker = "STOP",
            Remark = "You get this as the owner of the number.",
            EnvelopeFrom = "bounce@sms.example",
        });
        Assert.Equal("bounce@sms.example", mail.EnvelopeFrom);
        Assert.Equal("[STOP] SMS from +44 7700 900123", Read(mail).Subject);
        Assert.Equal("On my way\r\n\r\n--\r\nYou get this as the owner of the number.", Text(Read(mail)));
    }

    [Fact]
    public void Nothing_from_outside_adds_a_header()
    {
        string[] expected = [.. Read(Build(Whole("x", "x", "x"))).Headers.Select(h => h.Field).Order()];
        Gen<string> evil = Gen.OneOf(
            Gen.OneOf(
                "x\r\nBcc: eve@y.example", "x\nBcc: e@y.example\n\nbody", "x\rBcc: e", "\r\n\r\nx", "x\0y",
                "\u2028Bcc: e", "=?utf-8?Q?=0ABcc:_e?="),
            Gen.String);
        Gen.Select(evil, evil, evil).Sample((source, text, marker) =>
        {
            MimeMessage read = Read(Build(Whole(source, text, marker)));
            Assert.Equal(expected, read.Headers.Select(h => h.Field).Order());
            Assert.Single(read.From.Mailboxes);
            Assert.Single(read.To.Mailboxes);
            Assert.Empty(read.Bcc);
            Assert.Equal("sms.example", read.From.Mailboxes.Single().Domain);
        });

        static Reply Whole(string source, string text, string marker) =>
            Plain with { Source = source, Text = text, Marker = marker, Remark = marker, InReplyTo = "<1@x.example>" };
    }

    [Fact]
    public void Any_mailbox_that_is_one_gets_a_mail_that_can_be_read()
    {
        Gen<string> local = Gen.String[Gen.Char[" !\"(),.:;<>@[\\]abcü"], 1, 20];
        Gen<string> domain = Gen.String[Gen.Char["abc.-[]()ü"], 1, 12];
        Gen.Select(local, domain).Sample((l, d) =>
        {
            if (!EmailAddress.TryParse($"{l}@{d}", out EmailAddress to)) return;
            MimeMessage read = Read(Build(Plain with { To = to }));
            Assert.Equal("SMS from +44 7700 900123", read.Subject);
            Assert.Equal("On my way", Text(read));
        });
    }

    private static OutgoingMail Build(Reply reply) => ReplyMail.Build(MailTemplates.Shipped, reply);

    private static MimeMessage Read(OutgoingMail mail) =>
        MimeMessage.Load(new MemoryStream(mail.Content), TestContext.Current.CancellationToken);

    // The bytes, since the library's own reading turns line ends into those of the machine; and without the line end
    // that every mail ends with.
    private static string Text(MimeMessage message)
    {
        TextPart part = Assert.IsType<TextPart>(message.Body);
        Assert.Equal("utf-8", part.ContentType.Charset);
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes, TestContext.Current.CancellationToken);
        string text = Encoding.UTF8.GetString(bytes.ToArray());
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
