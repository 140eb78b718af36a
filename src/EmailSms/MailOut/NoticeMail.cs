using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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

    /// <summary>The report on one SMS.</summary>
    public static OutgoingMail Build(Notice notice) => Build([notice]);

    /// <summary>The report on SMS of one mail, at least one. Several to one number are one recipient.</summary>
    public static OutgoingMail Build(IReadOnlyList<Notice> notices)
    {
        List<Notice> recipients = [.. notices.GroupBy(one => one.Number).Select(Whole)];
        Notice first = recipients[0];
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{first.Domain}"), first.To,
            notices.Max(one => one.At), MessageId(recipients), first.SmsId);
        message.Subject = Subject(recipients);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (OurMail.MessageId(first.OriginalMessageId) is { } original)
        {
            message.InReplyTo = original;
            message.References.Add(original);
        }

        message.Body = new MultipartReport("delivery-status")
        {
            OurMail.Text(string.Join("\n\n", recipients.Select(ForPerson))),
            ForProgram(recipients),
            ForThread(recipients),
        };
        return new OutgoingMail(MailKind.Notice, "", first.To, OurMail.Write(message), first.SmsId);
    }

    /// <summary>A time as people read it in these mails.</summary>
    internal static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

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
        string kind = recipients.Count == 1 ? Word(first.Fate) : "notice";
        return $"{kind}.{first.SmsId}@{first.Domain}";
    }

    private static string Word(NoticeFate fate) => fate.ToString().ToLowerInvariant();

    private static string Subject(List<Notice> recipients)
    {
        if (recipients.Count == 1)
        {
            string number = NumberText.International(recipients[0].Number);
            return recipients[0].Fate switch
            {
                NoticeFate.Delivered => $"Delivered: SMS to {number}",
                NoticeFate.Delayed => $"Delayed: SMS to {number}",
                NoticeFate.Relayed => $"Handed over: SMS to {number}",
                _ => $"Not delivered: SMS to {number}",
            };
        }

        int failed = recipients.Count(one => one.Fate is NoticeFate.Failed);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(failed == 0 ? "Delivered" : $"{failed} not delivered")}: SMS to {recipients.Count} numbers");
    }

    private static string ForPerson(Notice notice)
    {
        string number = NumberText.International(notice.Number);
        string at = Time(notice.At);
        string sentence = notice.Failure is { } failure ? MailText.Line(failure.Sentence) : "";
        string head = notice.Fate switch
        {
            NoticeFate.Delivered => $"Your SMS to {number} was delivered ({at}).",
            NoticeFate.Relayed => $"""
                Your SMS to {number} is with the carrier. Whether it was delivered, the carrier never said ({at}).
                """,
            NoticeFate.Delayed => $"""
                Your SMS to {number} is still waiting ({at}).
                It is tried until {Time(notice.RetriedUntil ?? notice.At)}.

                {sentence}
                """,
            _ => $"""
                Your SMS to {number} was not delivered ({at}).

                {sentence}
                """,
        };
        string text = notice.ReturnsText ? $"\n\nThe text was:\n\n{notice.Text}" : "";
        string code = notice.Failure is { } why ? $"\nReason: {MailText.Line(why.Code)}" : "";
        return $"{head}{text}\n\n--\nSMS: {notice.SmsId}{code}";
    }

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

    // A code says its origin before a colon, as RFC 3464 2.1.2 has the type of a diagnostic before a semicolon.
    private static string Diagnostic(FailureCode failure)
    {
        string code = MailText.Line(failure.Code);
        int colon = code.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? $"{code[..colon]}; {code[(colon + 1)..].TrimStart()}" : $"x-emailsms; {code}";
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
