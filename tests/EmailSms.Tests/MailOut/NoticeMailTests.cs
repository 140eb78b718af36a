using CsCheck;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.Tests.MailOut;

public sealed class NoticeMailTests
{
    private static readonly FailureCode NoSuchNumber =
        new(FailureClass.Permanent, "smpp:ESME_RINVDSTADR", "5.1.1", "The number does not exist.");

    private static readonly Notice Failed = new()
    {
        SmsId = "0195f000-0000-7000-8000-000000000001",
        To = EmailAddress.Parse("ann@x.example"),
        Number = PhoneNumber.FromE164("+447700900123"),
        Domain = "sms.example",
        Failure = NoSuchNumber,
        Text = "Your appointment is at 10.\n\n🙏",
        At = new DateTimeOffset(2026, 3, 1, 8, 0, 5, TimeSpan.Zero),
        AcceptedAt = new DateTimeOffset(2026, 3, 1, 7, 59, 0, TimeSpan.Zero),
        OriginalMessageId = "<original@x.example>",
        OriginalSubject = "Appointment",
    };

    [Fact]
    public void A_notice_is_marked_as_a_machines_and_joins_the_thread_of_the_mail_it_is_about()
    {
        OutgoingMail mail = NoticeMail.Build(MailTemplates.Shipped, [Failed]);
        Assert.Equal((MailKind.Notice, "", Failed.SmsId), (mail.Kind, mail.EnvelopeFrom, mail.SmsId));
        Assert.Equal(Failed.To, mail.To);
        Assert.DoesNotContain(mail.Content, b => b is 0 or > 127);

        MimeMessage read = Read(mail);
        Assert.Equal("\"SMS gateway\" <postmaster@sms.example>", read.From.ToString());
        Assert.Equal("ann@x.example", read.To.ToString());
        Assert.Equal("Not delivered: SMS to +44 7700 900123", read.Subject);
        Assert.Equal("auto-generated", read.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("All", read.Headers["X-Auto-Response-Suppress"]);
        Assert.Equal(Failed.SmsId, read.Headers["X-EmailSms-Id"]);
        Assert.Equal("failed.0195f000-0000-7000-8000-000000000001@sms.example", read.MessageId);
        Assert.Equal("original@x.example", read.InReplyTo);
        Assert.Equal(["original@x.example"], read.References);
        Assert.Equal(Failed.At, read.Date);
    }

    [Fact]
    public void A_program_finds_what_the_sender_called_the_mail_and_the_recipient()
    {
        MultipartReport named = Report(Failed with
        {
            OriginalEnvelopeId = "QQ 314159",
            OriginalRecipient = "rfc822;Pat+Home@clinic.example",
        });
        HeaderListCollection groups = ((MessageDeliveryStatus)named[1]).StatusGroups;
        Assert.Equal("QQ 314159", groups[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822; Pat+Home@clinic.example", groups[1]["Original-Recipient"]);

        MultipartReport hostile = Report(Failed with
        {
            OriginalEnvelopeId = "a\r\nBcc: b@x.example",
            OriginalRecipient = "rfc822;a\nb@x.example",
        });
        groups = ((MessageDeliveryStatus)hostile[1]).StatusGroups;
        Assert.False(groups[0].Contains("Original-Envelope-Id"));
        Assert.False(groups[1].Contains("Original-Recipient"));
    }

    [Fact]
    public void A_person_reads_what_why_and_which_text()
    {
        MultipartReport report = Report(Failed);
        Assert.Equal(
            """
            Your SMS to +44 7700 900123 was not delivered (2026-03-01 08:00 UTC).

            The number does not exist.

            The text was:

            Your appointment is at 10.

            🙏

            --
            SMS: 0195f000-0000-7000-8000-000000000001
            Reason: smpp:ESME_RINVDSTADR
            """,
            Assert.IsType<TextPart>(report[0]).Text, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_program_reads_the_fields_of_RFC_3464()
    {
        MultipartReport report = Report(Failed);
        Assert.Equal("delivery-status", report.ReportType);
        Assert.Equal(3, report.Count);
        MessageDeliveryStatus status = Assert.IsType<MessageDeliveryStatus>(report[1]);
        Assert.All(status.StatusGroups.Skip(2), Assert.Empty); // the library reads its own last blank line as a group
        Assert.Equal(
            [("Reporting-MTA", "dns; sms.example"), ("Arrival-Date", DateUtils.FormatDate(Failed.AcceptedAt!.Value))],
            Fields(status.StatusGroups[0]));
        Assert.Equal(
            [
                ("Final-Recipient", "rfc822; 447700900123@sms.example"),
                ("Action", "failed"),
                ("Status", "5.1.1"),
                ("Diagnostic-Code", "x-smpp; ESME_RINVDSTADR"),
                ("Last-Attempt-Date", DateUtils.FormatDate(Failed.At)),
                ("X-EmailSms-Number", "+447700900123"),
            ],
            Fields(status.StatusGroups[1]));
    }

    [Fact]
    public void The_third_part_names_the_mail_it_is_about_and_nothing_else()
    {
        TextRfc822Headers original = Assert.IsType<TextRfc822Headers>(Report(Failed)[2]);
        Assert.Equal(
            [
                ("Message-Id", "<original@x.example>"),
                ("To", "447700900123@sms.example"),
                ("Subject", "Appointment"),
            ],
            Fields(original.Message!.Headers));
    }

    [Fact]
    public void A_subject_from_outside_is_one_line_without_tricks()
    {
        Notice notice = Failed with { OriginalSubject = "a\r\nb\u202ec\0d" };
        Assert.Equal("a b c d", ((TextRfc822Headers)Report(notice)[2]).Message!.Subject);
    }

    [Fact]
    public void A_delivery_is_told_as_one()
    {
        Notice delivered = Failed with { Failure = null };
        MimeMessage read = Read(NoticeMail.Build(MailTemplates.Shipped, [delivered]));
        Assert.Equal("Delivered: SMS to +44 7700 900123", read.Subject);
        Assert.Equal("delivered.0195f000-0000-7000-8000-000000000001@sms.example", read.MessageId);
        MultipartReport report = Report(delivered);
        Assert.StartsWith(
            "Your SMS to +44 7700 900123 was delivered (2026-03-01 08:00 UTC).", ((TextPart)report[0]).Text,
            StringComparison.Ordinal);
        HeaderList recipient = ((MessageDeliveryStatus)report[1]).StatusGroups[1];
        Assert.Equal(("delivered", "2.1.5"), (recipient["Action"], recipient["Status"]));
        Assert.False(recipient.Contains("Diagnostic-Code"));
    }

    [Theory]
    [InlineData(nameof(NoticeFate.Delayed), nameof(NoticeFate.Delayed), "delayed", "Delayed: SMS to 2 numbers")]
    [InlineData(nameof(NoticeFate.Relayed), nameof(NoticeFate.Relayed), "relayed", "Handed over: SMS to 2 numbers")]
    [InlineData(nameof(NoticeFate.Delivered), nameof(NoticeFate.Delivered), "delivered", "Delivered: SMS to 2 numbers")]
    [InlineData(nameof(NoticeFate.Failed), nameof(NoticeFate.Failed), "failed", "2 not delivered: SMS to 2 numbers")]
    [InlineData(nameof(NoticeFate.Delivered), nameof(NoticeFate.Failed), "notice", "1 not delivered: SMS to 2 numbers")]
    public void What_is_told_of_the_same_SMS_before_and_after_is_mails_of_their_own(
        string one, string other, string kind, string subject)
    {
        MimeMessage read = Read(NoticeMail.Build(
            MailTemplates.Shipped,
            [
                Failed with { Fate = Enum.Parse<NoticeFate>(one) },
                Failed with
                {
                    SmsId = "0195f000-0000-7000-8000-000000000002",
                    Number = PhoneNumber.FromE164("+447700900124"),
                    Fate = Enum.Parse<NoticeFate>(other),
                },
            ]));
        Assert.Equal($"{kind}.{Failed.SmsId}@sms.example", read.MessageId);
        Assert.Equal(subject, read.Subject);
    }

    [Fact]
    public void A_code_that_names_no_origin_is_our_own()
    {
        MultipartReport report = Report(Failed with { Failure = FailureCode.Expired });
        HeaderList recipient = ((MessageDeliveryStatus)report[1]).StatusGroups[1];
        Assert.Equal(("failed", "4.4.7"), (recipient["Action"], recipient["Status"]));
        Assert.Equal("x-emailsms; expired", recipient["Diagnostic-Code"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no id")]
    [InlineData("<a@b>\r\nBcc: eve@y.example")]
    [InlineData("<ü@x.example>")]
    public void A_mail_without_a_good_Message_ID_gets_its_notice_all_the_same(string? id)
    {
        Notice notice = Failed with { OriginalMessageId = id, OriginalSubject = null, AcceptedAt = null };
        MimeMessage read = Read(NoticeMail.Build(MailTemplates.Shipped, [notice]));
        Assert.Null(read.InReplyTo);
        Assert.Empty(read.References);
        HeaderList original = ((TextRfc822Headers)Report(notice)[2]).Message!.Headers;
        Assert.Equal([("To", "447700900123@sms.example")], Fields(original));
    }

    [Fact]
    public void Nothing_from_outside_adds_a_header_or_a_field()
    {
        string[] expected = Shape(Failed);
        Gen<string> evil = Gen.OneOf(
            Gen.OneOf(
                "x\r\nBcc: eve@y.example", "x\nAction: delivered", "x\rStatus: 2.0.0",
                "x\r\n\r\nAction: delivered", "x\0y"),
            Gen.String);
        Gen.Select(evil, evil, evil, evil).Sample((text, subject, code, sentence) =>
        {
            var failure = new FailureCode(FailureClass.Permanent, "smpp:" + code, "5.0.0", sentence);
            Notice notice = Failed with { Text = text, OriginalSubject = "s" + subject, Failure = failure };
            Assert.Equal(expected, Shape(notice));
        });
    }

    private static string[] Shape(Notice notice)
    {
        MultipartReport report = Report(notice);
        var status = (MessageDeliveryStatus)report[1];
        return
        [
            .. Read(NoticeMail.Build(MailTemplates.Shipped, [notice])).Headers.Select(h => h.Field),
            .. status.StatusGroups.SelectMany(group => group.Select(h => h.Field)),
            .. ((TextRfc822Headers)report[2]).Message!.Headers.Select(h => h.Field),
            $"{report.Count} parts, {status.StatusGroups.Count} groups",
        ];
    }

    private static MimeMessage Read(OutgoingMail mail) =>
        MimeMessage.Load(new MemoryStream(mail.Content), TestContext.Current.CancellationToken);

    private static MultipartReport Report(Notice notice) =>
        Assert.IsType<MultipartReport>(Read(NoticeMail.Build(MailTemplates.Shipped, [notice])).Body);

    private static List<(string, string)> Fields(HeaderList headers) => [.. headers.Select(h => (h.Field, h.Value))];
}
