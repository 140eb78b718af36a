using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.MailOut;

/// <summary>What the mails we write have in common.</summary>
internal static class OurMail
{
    /// <summary>Our own mark: a mail that comes in with it is one of ours that went round.</summary>
    public const string IdHeader = "X-EmailSms-Id";

    private const int MessageIdLengthMax = 250; // RFC 5322 2.1.1: a line of 998, and some servers take far less

    public static void Address(
        MimeMessage message, MailboxAddress from, EmailAddress to, DateTimeOffset at, string messageId, string id)
    {
        message.From.Add(from);
        if (Mailbox.TryMake(to) is { } mailbox) message.To.Add(mailbox);
        else message.To.Add(new GroupAddress("undisclosed-recipients"));
        message.Date = at;
        message.MessageId = messageId;
        message.Headers.Add(IdHeader, id);

        // Exchange does not honour RFC 3834 in everything; this keeps its out-of-office answers from becoming SMS.
        message.Headers.Add("X-Auto-Response-Suppress", "All");
    }

    /// <summary>Puts it into the thread of the mail that it is about, if that had a Message-ID.</summary>
    public static void Follow(MimeMessage message, string? originalMessageId)
    {
        if (MessageId(originalMessageId) is not { } original) return;
        message.InReplyTo = original;
        message.References.Add(original);
    }

    /// <summary>The address at our domain that the number has in mail.</summary>
    public static string AddressOf(Notice notice) => $"{notice.Number.Digits}@{notice.Domain}";

    /// <summary>The subject; and the text, with the looks beside it where there are some.</summary>
    public static MimeEntity Word(MimeMessage message, MailWords words)
    {
        message.Subject = words.Subject;
        MimeEntity said = Text(words.Text);
        if (words.Html is { } html)
        {
            var looks = new TextPart("html");
            looks.SetText(System.Text.Encoding.UTF8, MailText.Body(html));
            said = new MultipartAlternative(said, looks); // RFC 2046 5.1.4: the best last
        }

        bool isEnglish = words.Language.Split('-')[0] == MailTemplates.English; // as it always was
        if (!isEnglish) said.Headers.Add("Content-Language", words.Language); // RFC 3282
        return said;
    }

    public static TextPart Text(string text)
    {
        var part = new TextPart("plain");
        part.SetText(System.Text.Encoding.UTF8, MailText.Body(text));
        return part;
    }

    /// <summary>A Message-ID from outside, without its angle brackets; null for anything that is none.</summary>
    public static string? MessageId(string? text)
    {
        if (text is null || text.Length > MessageIdLengthMax) return null;
        foreach (char c in text)
        {
            if (c is < '!' or > '~') return null; // a space, a line end, or what is not ASCII
        }

        string? id = MimeUtils.ParseMessageId(text);
        int at = id?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        return at > 0 && at < id!.Length - 1 ? id : null;
    }

    /// <summary>In seven bits and short lines, so that any host takes it as it is.</summary>
    public static byte[] Write(MimeMessage message)
    {
        message.Prepare(EncodingConstraint.SevenBit);
        FormatOptions format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var bytes = new MemoryStream();
        message.WriteTo(format, bytes);
        return bytes.ToArray();
    }
}
