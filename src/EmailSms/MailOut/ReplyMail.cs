using System.Text;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// Writes the mail that an SMS becomes: from the number, at our domain, so that the Reply button of any mail program
/// sends an SMS; and with the conversation's Message-IDs, so that it is shown as one thread.
/// </summary>
internal static class ReplyMail
{
    /// <summary>A header that grows with each turn is refused one day; the first and the latest are kept.</summary>
    private const int ReferencesMax = 20;

    private const int LocalPartLengthMax = 64; // RFC 5321 4.5.3.1.1

    public static OutgoingMail Build(Reply reply)
    {
        (string name, string localPart) = NameOf(reply.Source);
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress(name, $"{localPart}@{reply.Domain}"), reply.To, reply.ReceivedAt,
            MessageId(reply.Id, reply.Domain), reply.Id);
        string marker = reply.Marker is null ? "" : $"[{MailText.Line(reply.Marker)}] ";
        message.Subject = $"{marker}SMS from {name}";
        if (OurMail.MessageId(reply.InReplyTo) is { } answered) message.InReplyTo = answered;
        message.References.AddRange(References(reply));
        message.Body = OurMail.Text(reply.Remark is null
            ? reply.Text
            : $"{reply.Text}\n\n--\n{MailText.Line(reply.Remark)}");
        return new OutgoingMail(MailKind.Reply, reply.EnvelopeFrom, reply.To, OurMail.Write(message), reply.SmsId);
    }

    /// <summary>The Message-ID, without its angle brackets, of the mail that an inbound SMS becomes.</summary>
    public static string MessageId(string id, string domain) => $"{id}@{domain}";

    private static IEnumerable<string> References(Reply reply)
    {
        // RFC 5322 3.6.4: the parent is the last of the references.
        List<string> ids = [.. reply.References.Append(reply.InReplyTo).Select(OurMail.MessageId).OfType<string>()];
        ids = [.. ids.AsEnumerable().Reverse().Distinct(StringComparer.Ordinal).Reverse()];
        return ids.Count <= ReferencesMax ? ids : ids.Take(1).Concat(ids.TakeLast(ReferencesMax - 1));
    }

    private static (string Name, string LocalPart) NameOf(string source)
    {
        if (PhoneNumber.TryFromE164(source, out PhoneNumber number))
        {
            return (NumberText.International(number), number.Digits);
        }

        string name = MailText.Line(source);
        var localPart = new StringBuilder();
        foreach (char c in name.ToLowerInvariant())
        {
            // A dot may not begin, end or follow a dot (RFC 5321 4.1.2), so no dot is let through at all.
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_') localPart.Append(c);
            else if (c == ' ' && localPart.Length > 0) localPart.Append('-');
        }

        string plain = localPart.ToString(0, Math.Min(localPart.Length, LocalPartLengthMax)).Trim('-');
        return (name.Length > 0 ? name : "unknown sender", plain.Length > 0 ? plain : "unknown");
    }
}
