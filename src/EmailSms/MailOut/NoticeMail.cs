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

    public static OutgoingMail Build(Notice notice)
    {
        string number = NumberText.International(notice.Number);
        string fate = notice.Failure is null ? "delivered" : "failed";
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{notice.Domain}"), notice.To, notice.At,
            $"{fate}.{notice.SmsId}@{notice.Domain}", notice.SmsId);
        message.Subject = notice.Failure is null ? $"Delivered: SMS to {number}" : $"Not delivered: SMS to {number}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (OurMail.MessageId(notice.OriginalMessageId) is { } original)
        {
            message.InReplyTo = original;
            message.References.Add(original);
        }

        message.Body = new MultipartReport("delivery-status")
        {
            OurMail.Text(ForPerson(notice, number)),
            ForProgram(notice, fate),
            ForThread(notice),
        };
        return new OutgoingMail(MailKind.Notice, "", notice.To, OurMail.Write(message), notice.SmsId);
    }

    private static string ForPerson(Notice notice, string number)
    {
        string at = notice.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        string head = notice.Failure is { } failure
            ? $"""
               Your SMS to {number} was not delivered ({at}).

               {MailText.Line(failure.Sentence)}
               """
            : $"Your SMS to {number} was delivered ({at}).";
        string code = notice.Failure is { } why ? $"\nReason: {MailText.Line(why.Code)}" : "";
        return $"""
            {head}

            The text was:

            {notice.Text}

            --
            SMS: {notice.SmsId}{code}
            """;
    }

    private static MessageDeliveryStatus ForProgram(Notice notice, string fate)
    {
        // RFC 3464 2.2: fields of the whole mail; 2.3: fields of the one recipient.
        var mail = new HeaderList();
        if (IsPrintable(notice.OriginalEnvelopeId)) mail.Add("Original-Envelope-Id", notice.OriginalEnvelopeId);
        mail.Add("Reporting-MTA", $"dns; {notice.Domain}");
        if (notice.AcceptedAt is { } accepted) mail.Add("Arrival-Date", DateUtils.FormatDate(accepted));

        var recipient = new HeaderList();
        if (IsPrintable(notice.OriginalRecipient) && notice.OriginalRecipient.Split(';', 2) is [var type, var address])
        {
            recipient.Add("Original-Recipient", $"{type}; {address}");
        }

        recipient.Add("Final-Recipient", $"rfc822; {OurMail.AddressOf(notice)}");
        recipient.Add("Action", fate);
        recipient.Add("Status", notice.Failure?.EnhancedStatus ?? Delivered);
        if (notice.Failure is { } failure) recipient.Add("Diagnostic-Code", Diagnostic(failure));
        recipient.Add("Last-Attempt-Date", DateUtils.FormatDate(notice.At));
        recipient.Add("X-EmailSms-Number", notice.Number.E164); // RFC 3464 2.4: extension fields

        var status = new MessageDeliveryStatus();
        status.StatusGroups.Add(mail);
        status.StatusGroups.Add(recipient);
        return status;
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

    private static TextRfc822Headers ForThread(Notice notice)
    {
        var original = new MimeMessage(); // the part disposes of it
        original.Headers.Clear();
        if (OurMail.MessageId(notice.OriginalMessageId) is { } id) original.Headers.Add(HeaderId.MessageId, $"<{id}>");
        original.Headers.Add(HeaderId.To, OurMail.AddressOf(notice));
        if (notice.OriginalSubject is { } subject) original.Headers.Add(HeaderId.Subject, MailText.Line(subject));
        return new TextRfc822Headers { Message = original };
    }
}
