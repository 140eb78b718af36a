using System.Text;
using EmailSms.Store;
using MimeKit;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.MailOut;

/// <summary>What mails of ours know of people. One that waits goes first; others are removed.</summary>
internal static class OutboxPersonalData
{
    public static PersonalTable[] Tables { get; } =
    [
        new(
            "outbox", ["id"],
            [
                Names("rcpt_to"), Names("content") with { Read = TextOf, Sealed = Outbox.Content },
                Names("error"), Names("mail_from"),
                .. Nobody("ids and words of ours", "id", "kind", "state", "sms_id", "more_sms"),
            ])
        {
            IsRemoved = true,
            SmsColumn = "sms_id",
            Waits = row => row.Text("state") == "queued",
        },
        new(
            "mail_token", ["account"],
            [.. Nobody("an account of the configuration", "account"), .. Nobody("a secret", "refresh_token")]),
    ];

    /// <summary>Headers and all parts of a mail, decoded.</summary>
    internal static string TextOf(byte[] content)
    {
        if (content.Length == 0) return "";
        var text = new StringBuilder();
        try
        {
            using var stream = new MemoryStream(content);
            using MimeMessage mail = MimeMessage.Load(stream);
            foreach (Header header in mail.Headers) text.Append(header.Field).Append(": ").AppendLine(header.Value);
            var parts = new MimeIterator(mail);
            while (parts.MoveNext())
            {
                if (parts.Current is TextPart words) text.AppendLine(words.Text);
                else if (parts.Current is MimePart { Content: { } octets }) Append(text, octets);
                else if (parts.Current is MessageDeliveryStatus { Content: { } status }) Append(text, status);
            }
        }
        catch (FormatException) // not a mail that can be read: its octets are looked at as they are
        {
            text.Append(Encoding.Latin1.GetString(content));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IMimeContent octets)
    {
        using var decoded = new MemoryStream();
        octets.DecodeTo(decoded);
        text.AppendLine(Encoding.Latin1.GetString(decoded.GetBuffer(), 0, (int)decoded.Length));
    }
}
