using System.Globalization;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>A mail for our postmaster, on its way to whoever reads such mail.</summary>
/// <param name="Id">Its name here.</param>
/// <param name="To">Who reads it.</param>
/// <param name="Domain">The domain of ours that it went to.</param>
/// <param name="EnvelopeFrom">Its envelope sender; empty for a bounce.</param>
/// <param name="Client">Where it came from.</param>
/// <param name="At">When it came.</param>
/// <param name="SizeBytes">As it came over the wire.</param>
internal sealed record Forward(
    Guid Id,
    EmailAddress To,
    string Domain,
    string EnvelopeFrom,
    string Client,
    DateTimeOffset At,
    long SizeBytes);

/// <summary>
/// Writes the mail that hands another on: the original attached as it is, or its header alone where it is large. It has
/// the null reverse-path and says that a machine made it (RFC 3834), so nothing comes back of it.
/// </summary>
internal static class ForwardMail
{
    /// <summary>Mail for a postmaster is text; what is larger is no question, and would lie in our database.</summary>
    public const int AttachedBytesMax = 256 * 1024;

    public static OutgoingMail Build(Forward forward, MimeMessage original)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{forward.Domain}"), forward.To, forward.At,
            $"{forward.Id}@{forward.Domain}", forward.Id.ToString());
        if (EmailAddress.TryParse(forward.EnvelopeFrom, out EmailAddress writer)
            && Mailbox.TryMake(writer) is { } reply)
        {
            message.ReplyTo.Add(reply);
        }

        message.Subject = $"For postmaster: {MailText.Line(original.Subject ?? "(no subject)")}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        bool isWhole = forward.SizeBytes <= AttachedBytesMax;
        message.Body = new Multipart("mixed")
        {
            OurMail.Text(ForPerson(forward, isWhole)),
            isWhole ? new MessagePart { Message = original } : HeaderOf(original),
        };
        return new OutgoingMail(MailKind.Forward, "", forward.To, OurMail.Write(message));
    }

    private static string ForPerson(Forward forward, bool isWhole)
    {
        string from = forward.EnvelopeFrom.Length > 0
            ? MailText.Line(forward.EnvelopeFrom)
            : "a mail system (a bounce)";
        string size = forward.SizeBytes.ToString(CultureInfo.InvariantCulture);
        string rest = isWhole
            ? "It is attached."
            : $"It has {size} bytes, which is more than is handed on: its header is attached.";
        return $"""
            A mail for postmaster@{forward.Domain} came in, from {from}
            at {forward.Client}. {rest}
            """;
    }

    private static TextRfc822Headers HeaderOf(MimeMessage original)
    {
        var header = new MimeMessage(); // the part disposes of it
        header.Headers.Clear();
        foreach (Header field in original.Headers) header.Headers.Add(field.Clone());
        return new TextRfc822Headers { Message = header };
    }
}
