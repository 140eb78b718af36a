using System.Globalization;
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
        string shown = reply.Name is { } known ? $"{name} ({MailText.Line(known)})" : name;
        OurMail.Address(
            message, new MailboxAddress(shown, $"{localPart}@{reply.Domain}"), reply.To, reply.ReceivedAt,
            MessageId(reply.Id, reply.Domain), reply.Id);
        if (reply.Token is { } token)
        {
            message.ReplyTo.Add(new MailboxAddress(shown, $"{localPart}+c={token}@{reply.Domain}"));
        }

        string marker = reply.Marker is null ? "" : $"[{MailText.Line(reply.Marker)}] ";
        message.Subject = reply.Subject is { } subject ? MailText.Line(subject) : $"{marker}SMS from {name}";
        if (OurMail.MessageId(reply.InReplyTo) is { } answered) message.InReplyTo = answered;
        message.References.AddRange(References(reply));
        message.Body = OurMail.Text(Body(reply));
        return new OutgoingMail(MailKind.Reply, reply.EnvelopeFrom, reply.To, OurMail.Write(message), reply.SmsId);
    }

    /// <summary>The Message-ID, without its angle brackets, of the mail that an inbound SMS becomes.</summary>
    public static string MessageId(string id, string domain) => $"{id}@{domain}";

    private static string Body(Reply reply)
    {
        var body = new StringBuilder(reply.Text);
        if (reply.Remark is { } remark) body.Append("\n\n--\n").Append(MailText.Line(remark));
        if (reply.History.Count > 0) body.Append("\n\n-- \nEarlier, the latest first:\n");
        foreach (EarlierMessage one in reply.History)
        {
            string at = DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs)
                .ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
            body.Append(CultureInfo.InvariantCulture, $"\n{at}, {MailText.Line(one.By)}:\n{one.Text}\n");
        }

        return body.ToString();
    }

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
