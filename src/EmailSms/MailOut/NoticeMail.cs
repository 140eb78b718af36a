using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.MailOut;

/// <summary>
/// Writes the report on an SMS: three parts for a person, for a program and for the thread (RFC 3464, RFC 6522). It
/// goes out with the null reverse-path and says that a machine made it, so that no machine answers it (RFC 3834).
/// </summary>
internal static class NoticeMail
{
    private const string Delivered = "2.1.5"; // RFC 3463 3.2: destination address valid
    private const string Relayed = "2.0.0"; // RFC 3463 3.1: all is well, and no more is known

    public static MailTemplateKind Kind { get; } = new(
        "notice", "To the sender: the fate of an SMS, or of those of one mail; the part for people of a report.",
        [
            TemplateVariable.Number("count", "Phones."),
            TemplateVariable.Number("failed", "Phones that did not get it."),
            TemplateVariable.Line("number", "The first phone."),
            TemplateVariable.Line(
                "fate", "Of the first, and of all where none failed: `delivered`, `failed`, `delayed` or `relayed`."),
            TemplateVariable.Line("subject", "Of the mail, or nothing."),
            TemplateVariable.List(
                "messages", "One for each phone.",
                TemplateVariable.Line("id", "The SMS."),
                TemplateVariable.Line("number", "The phone."),
                TemplateVariable.Line("fate", "As above."),
                TemplateVariable.Line("at", "When it was known."),
                TemplateVariable.Line("retried_until", "Where it is delayed: until when it is tried."),
                TemplateVariable.Sentence("sentence", "Why it did not arrive, or waits; or nothing."),
                TemplateVariable.Line("code", "The carrier's own code for it, or nothing."),
                TemplateVariable.Text("text", "What was sent; nothing where the sender wants none of it back.")),
        ],
        [
            .. Enum.GetValues<NoticeFate>().Select(fate => new MailSample(Word(fate), words => Build(
                words, [Sample(fate)]))),
            new MailSample("headers", words => Build(
                words, [Sample(NoticeFate.Failed) with { ReturnsText = false, OriginalSubject = null }])),
            new MailSample("several", words => Build(
                words,
                [Sample(NoticeFate.Failed), Sample(NoticeFate.Delivered) with { Number = SampleValues.OtherNumber }])),
            new MailSample("all", words => Build(
                words,
                [
                    Sample(NoticeFate.Delivered),
                    Sample(NoticeFate.Delivered) with { Number = SampleValues.OtherNumber },
                ])),
            new MailSample("waiting", words => Build(
                words,
                [Sample(NoticeFate.Delayed), Sample(NoticeFate.Delayed) with { Number = SampleValues.OtherNumber }])),
        ]);

    /// <summary>The report on SMS of one mail, at least one. Several to one number are one recipient.</summary>
    public static OutgoingMail Build(MailTemplates words, IReadOnlyList<Notice> notices)
    {
        List<Notice> recipients = [.. notices.GroupBy(one => one.Number).Select(Whole)];
        Notice first = recipients[0];
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{first.Domain}"), first.To,
            notices.Max(one => one.At), MessageId(recipients), first.SmsId);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        OurMail.Follow(message, first.OriginalMessageId);
        message.Body = new MultipartReport("delivery-status")
        {
            OurMail.Word(message, words.Write(
                Kind, first.To, first.Domain, message.Date, Values(recipients))),
            ForProgram(recipients),
            ForThread(recipients),
        };
        return new OutgoingMail(MailKind.Notice, "", first.To, OurMail.Write(message), first.SmsId)
        {
            MoreSms = MoreThan(first, notices),
        };
    }

    /// <summary>The SMS that a mail is about besides the one that names it.</summary>
    internal static IReadOnlyList<string> MoreThan(Notice first, IReadOnlyList<Notice> notices) =>
        [.. notices.Select(one => one.SmsId).Where(id => id != first.SmsId).Distinct()];

    /// <summary>A time as people read it in these mails.</summary>
    internal static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A fate in the words of RFC 3464 2.3.3.</summary>
    internal static string Word(NoticeFate fate) => fate.ToString().ToLowerInvariant();

    /// <summary>An example.</summary>
    internal static Notice Sample(NoticeFate fate) => new()
    {
        SmsId = SampleValues.Sms.ToString(),
        To = SampleValues.Sender,
        Number = SampleValues.Number,
        Domain = SampleValues.Domain,
        Fate = fate,
        Failure = fate switch
        {
            NoticeFate.Failed => FailureCode.Expired,
            NoticeFate.Delayed => new FailureCode(
                FailureClass.Temporary, "waiting", "4.4.1", "No carrier has taken it yet."),
            _ => null,
        },
        Text = SampleValues.Text,
        At = SampleValues.At,
        AcceptedAt = SampleValues.At.AddMinutes(-5),
        RetriedUntil = fate is NoticeFate.Delayed ? SampleValues.At.AddDays(1) : null,
        OriginalMessageId = SampleValues.MessageId,
        OriginalSubject = SampleValues.Subject,
    };

    // A text that was split arrives when all of it does.
    private static Notice Whole(IGrouping<PhoneNumber, Notice> number)
    {
        List<Notice> all = [.. number];
        Notice worst = all.Find(one => one.Fate is NoticeFate.Failed)
            ?? all.Find(one => one.Fate is not NoticeFate.Delivered) ?? all[^1];
        return all.Count == 1 ? worst : worst with { Text = string.Join("\n", all.Select(one => one.Text)) };
    }

    private static string MessageId(List<Notice> recipients)
    {
        Notice first = recipients[0];
        string kind = recipients.TrueForAll(one => one.Fate == first.Fate) ? Word(first.Fate) : "notice";
        return $"{kind}.{first.SmsId}@{first.Domain}";
    }

    private static Dictionary<string, object?> Values(List<Notice> recipients) => new()
    {
        ["count"] = recipients.Count,
        ["failed"] = recipients.Count(one => one.Fate is NoticeFate.Failed),
        ["number"] = NumberText.International(recipients[0].Number),
        ["fate"] = Word(recipients[0].Fate),
        ["subject"] = recipients[0].OriginalSubject,
        ["messages"] = recipients.Select(one => new Dictionary<string, object?>
        {
            ["id"] = one.SmsId,
            ["number"] = NumberText.International(one.Number),
            ["fate"] = Word(one.Fate),
            ["at"] = Time(one.At),
            ["retried_until"] = one.Fate is NoticeFate.Delayed ? Time(one.RetriedUntil ?? one.At) : null,
            ["sentence"] = one.Failure?.Sentence,
            ["code"] = one.Failure?.Code,
            ["text"] = one.ReturnsText ? one.Text : null,
        }).ToList(),
    };

    private static MessageDeliveryStatus ForProgram(List<Notice> recipients)
    {
        // RFC 3464 2.2: fields of the whole mail; 2.3: fields of each recipient.
        Notice first = recipients[0];
        var mail = new HeaderList();
        if (IsPrintable(first.OriginalEnvelopeId)) mail.Add("Original-Envelope-Id", first.OriginalEnvelopeId);
        mail.Add("Reporting-MTA", $"dns; {first.Domain}");
        if (first.AcceptedAt is { } accepted) mail.Add("Arrival-Date", DateUtils.FormatDate(accepted));

        var status = new MessageDeliveryStatus();
        status.StatusGroups.Add(mail);
        foreach (Notice notice in recipients) status.StatusGroups.Add(Fields(notice));

        // The library ends the last group with an empty line, where readers such as Python's see one more recipient.
        using var written = new MemoryStream();
        status.Content!.DecodeTo(written);
        byte[] fields = [.. written.ToArray().AsSpan().TrimEnd("\r\n"u8), (byte)'\n'];
        status.Content = new MimeContent(new MemoryStream(fields));
        return status;
    }

    private static HeaderList Fields(Notice notice)
    {
        var recipient = new HeaderList();
        if (IsPrintable(notice.OriginalRecipient) && notice.OriginalRecipient.Split(';', 2) is [var type, var address])
        {
            recipient.Add("Original-Recipient", $"{type}; {address}");
        }

        recipient.Add("Final-Recipient", $"rfc822; {OurMail.AddressOf(notice)}");
        recipient.Add("Action", Word(notice.Fate));
        recipient.Add("Status", notice.Failure?.EnhancedStatus
            ?? (notice.Fate is NoticeFate.Relayed ? Relayed : Delivered));
        if (notice.Failure is { } failure) recipient.Add("Diagnostic-Code", Diagnostic(failure));
        recipient.Add("Last-Attempt-Date", DateUtils.FormatDate(notice.At));
        if (notice.RetriedUntil is { } until) recipient.Add("Will-Retry-Until", DateUtils.FormatDate(until));
        recipient.Add("X-EmailSms-Number", notice.Number.E164); // RFC 3464 2.4: extension fields
        return recipient;
    }

    // What the sender wrote is a field of ours now, and no field may begin inside it.
    private static bool IsPrintable([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    // A code says its origin before a colon, as RFC 3464 2.1.2 has the type of a diagnostic before a semicolon. That is
    // registered, which of ours none is, or begins with x-.
    private static string Diagnostic(FailureCode failure)
    {
        string code = MailText.Line(failure.Code);
        int colon = code.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? $"x-{code[..colon]}; {code[(colon + 1)..].TrimStart()}" : $"x-emailsms; {code}";
    }

    // What is left of the mail: its headers, and the text where the sender asked for all of it back. RFC 3461 4.3: that
    // is for failures; for good news headers are enough.
    private static MimeEntity ForThread(List<Notice> recipients)
    {
        Notice first = recipients[0];
        var original = new MimeMessage(); // the part disposes of it
        original.Headers.Clear();
        if (OurMail.MessageId(first.OriginalMessageId) is { } id) original.Headers.Add(HeaderId.MessageId, $"<{id}>");
        original.Headers.Add(HeaderId.To, string.Join(", ", recipients.Select(OurMail.AddressOf)));
        if (first.OriginalSubject is { } subject) original.Headers.Add(HeaderId.Subject, MailText.Line(subject));
        if (!first.ReturnsMail || recipients.TrueForAll(one => one.Fate is not NoticeFate.Failed))
        {
            return new TextRfc822Headers { Message = original };
        }

        original.Body = OurMail.Text(first.Text);
        return new MessagePart { Message = original };
    }
}
