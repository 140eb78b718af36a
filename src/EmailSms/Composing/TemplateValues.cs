using System.Text.Json;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Composing;

/// <summary>Takes out of a mail what a template may be filled from.</summary>
internal static class TemplateValues
{
    private const int HeadersMax = 200;

    private static readonly JsonSerializerOptions Tolerant = new()
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static TemplateFields Of(MimeMessage mail, string subject, string text, MailBody body, TextRules rules)
    {
        MailboxAddress? author = mail.From.Mailboxes.FirstOrDefault();
        string address = author?.Address ?? "";
        string whole = PlainText.Clean(PlainText.Cut(body.Whole, MailLimits.BodyCharsMax));
        string searched = $"{subject}\n{whole}";
        return new TemplateFields(
            subject, text, address, string.IsNullOrWhiteSpace(author?.Name) ? address : PlainText.Clean(author.Name),
            HeadersOf(mail),
            rules.Captures.ToDictionary(capture => capture.Name, capture => capture.FindIn(searched) ?? ""),
            JsonIn(whole));
    }

    private static Dictionary<string, string> HeadersOf(MimeMessage mail)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Header header in mail.Headers.Take(HeadersMax)) headers.TryAdd(header.Field, header.Value);
        return headers;
    }

    private static JsonElement? JsonIn(string whole)
    {
        if (whole.AsSpan().TrimStart() is not ['{' or '[', ..]) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(whole, Tolerant);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
