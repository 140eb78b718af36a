using System.Globalization;
using MimeKit;

namespace EmailSms.Composing;

/// <summary>The files that hang on a mail: not its text, nor the pictures of its HTML, nor its signature.</summary>
internal static class Attachments
{
    public static int Count(MimeMessage mail)
    {
        int parts = 0;
        return mail.Body is { } body ? Count(body, isPicture: false, depth: 0, ref parts) : 0;
    }

    /// <summary><c>[+2 files]</c>.</summary>
    public static string Note(int files) =>
        string.Create(CultureInfo.InvariantCulture, $"[+{files} {(files == 1 ? "file" : "files")}]");

    public static string Refusal(int files) => string.Create(
        CultureInfo.InvariantCulture,
        $"The mail has {files} attached {(files == 1 ? "file" : "files")}"
        + $", which your rule does not take: send it without");

    private static int Count(MimeEntity entity, bool isPicture, int depth, ref int parts)
    {
        if (++parts > MailLimits.PartsMax || depth > MailLimits.MimeDepthMax) return 0;
        switch (entity)
        {
            case Multipart several:
                bool isRelated = several.ContentType.IsMimeType("multipart", "related");
                int files = 0;
                for (int i = 0; i < several.Count; i++)
                {
                    files += Count(several[i], isRelated && i > 0, depth + 1, ref parts);
                }

                return files;
            case MimePart part:
                return IsFile(part, isPicture) ? 1 : 0;
            default:
                return 0; // a mail that is passed on is read, not noted
        }
    }

    private static bool IsFile(MimePart part, bool isPicture)
    {
        string type = part.ContentType.MimeType;
        bool isPartOfMail = type.EndsWith("-signature", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/pkcs7-mime", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("ms-tnef", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/calendar", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/ics", StringComparison.OrdinalIgnoreCase);
        if (isPartOfMail) return false;
        if (part.IsAttachment) return true;
        if (isPicture || part is TextPart) return false;
        bool isRead = type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || part.ContentType.MediaType.Equals("multipart", StringComparison.OrdinalIgnoreCase);
        return !isRead;
    }
}
