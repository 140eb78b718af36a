using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace EmailSms.Composing;

/// <summary>
/// What makes two mails the same mail, so that one that is offered again is not sent again: its Message-ID (RFC 5322
/// 3.6.4), or, where a device writes none, what it says and when it says it was written.
/// </summary>
internal static class MailIdentity
{
    private const string OfContent = "content:";
    private const int LentBytes = 16 * 1024;

    /// <summary>
    /// The name of the mail, at most 998 characters; null where it has none that can be trusted. A mail with neither
    /// Message-ID nor Date may be the second battery alarm of the day in the same words: twice is better than not at
    /// all, so it is never taken for a repeat.
    /// </summary>
    public static string? Of(MimeMessage mail)
    {
        if (!string.IsNullOrEmpty(mail.MessageId)) return $"<{mail.MessageId}>";
        if (mail.Headers[HeaderId.Date] is not { } date || string.IsNullOrWhiteSpace(date)) return null;

        // A zero byte stands in no header, so no two lists of fields run into one another.
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string header = string.Join('\0', mail.Headers[HeaderId.From] ?? "", date.Trim(), mail.Subject ?? "");
        content.AppendData(Encoding.UTF8.GetBytes(header));
        if (mail.Body is { } body) Add(body, content, depth: 0);
        return OfContent + Convert.ToHexStringLower(content.GetHashAndReset());
    }

    // Decoded, and without the lines between parts: a server on the way may write both in another manner.
    private static void Add(MimeEntity entity, IncrementalHash content, int depth)
    {
        if (depth > MailLimits.MimeDepthMax) return;
        switch (entity)
        {
            case Multipart several:
                foreach (MimeEntity part in several) Add(part, content, depth + 1);
                break;
            case MessagePart { Message.Body: { } passedOn }:
                Add(passedOn, content, depth + 1);
                break;
            case MimePart { Content: { } bytes } part:
                content.AppendData(Encoding.UTF8.GetBytes($"\0{part.ContentType.MimeType}\0"));
                Add(bytes, content);
                break;
        }
    }

    private static void Add(IMimeContent bytes, IncrementalHash content)
    {
        byte[] lent = ArrayPool<byte>.Shared.Rent(LentBytes);
        using Stream decoded = bytes.Open();
        while (decoded.Read(lent, 0, LentBytes) is > 0 and int read) content.AppendData(lent, 0, read);
        ArrayPool<byte>.Shared.Return(lent);
    }
}
