using EmailSms.MailOut.Templates;
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

    public static MailTemplateKind Kind { get; } = new(
        "forward", "To the default mailbox: a mail for our postmaster, handed on.",
        [
            TemplateVariable.Line("subject", "Of the mail; nothing where it has none."),
            TemplateVariable.Line("from", "Its envelope sender; nothing for a bounce."),
            TemplateVariable.Line("client", "Where it came from."),
            TemplateVariable.Number("size", "In bytes."),
            TemplateVariable.Flag("whole", "Whether it is attached; else its header alone."),
        ],
        [
            Sample("whole", "bob@other.example", "A question", 1200),
            Sample("large", "", null, AttachedBytesMax + 1),
        ]);

    public static OutgoingMail Build(MailTemplates words, Forward forward, MimeMessage original)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{forward.Domain}"), forward.To, forward.At,
            $"{forward.Id}@{forward.Domain}", forward.Id.ToString());
        if (!forward.EnvelopeFrom.AsSpan().ContainsAnyExceptInRange('!', '~') // a header of seven bits holds no other
            && EmailAddress.TryParse(forward.EnvelopeFrom, out EmailAddress writer)
            && Mailbox.TryMake(writer) is { } reply)
        {
            message.ReplyTo.Add(reply);
        }

        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        bool isWhole = forward.SizeBytes <= AttachedBytesMax;
        message.Body = new Multipart("mixed")
        {
            OurMail.Word(message, words.Write(Kind, forward.To, forward.Domain, forward.At, new()
            {
                ["subject"] = original.Subject,
                ["from"] = forward.EnvelopeFrom.Length > 0 ? forward.EnvelopeFrom : null,
                ["client"] = forward.Client,
                ["size"] = forward.SizeBytes,
                ["whole"] = isWhole,
            })),
            isWhole ? new MessagePart { Message = original } : HeaderOf(original),
        };
        return new OutgoingMail(MailKind.Forward, "", forward.To, OurMail.Write(message));
    }

    private static MailSample Sample(string name, string from, string? subject, long sizeBytes) => new(
        name,
        words =>
        {
            var original = new MimeMessage { Body = new TextPart("plain") { Text = SampleValues.Text } };
            if (subject is not null) original.Subject = subject;
            return Build(
                words,
                new Forward(
                    SampleValues.Sms, SampleValues.Admin, SampleValues.Domain, from, "192.0.2.1", SampleValues.At,
                    sizeBytes),
                original);
        });

    private static TextRfc822Headers HeaderOf(MimeMessage original)
    {
        var header = new MimeMessage(); // the part disposes of it
        header.Headers.Clear();
        foreach (Header field in original.Headers) header.Headers.Add(field.Clone());
        return new TextRfc822Headers { Message = header };
    }
}
