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

    /// <summary>
    /// The name of the mail, at most 998 characters; null where it has none that can be trusted. A mail with neither
    /// Message-ID nor Date may be the second battery alarm of the day in the same words: twice is better than not at
    /// all, so it is never taken for a repeat.
    /// </summary>
    public static string? Of(MimeMessage mail, string text)
    {
        if (!string.IsNullOrEmpty(mail.MessageId)) return $"<{mail.MessageId}>";
        if (mail.Headers[HeaderId.Date] is not { } date || string.IsNullOrWhiteSpace(date)) return null;

        // A zero byte stands in no header, so no two lists of fields run into one another.
        string content = string.Join('\0', mail.Headers[HeaderId.From] ?? "", date.Trim(), mail.Subject ?? "", text);
        return OfContent + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
    }
}
