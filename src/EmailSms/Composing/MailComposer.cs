using System.Text;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Composing;

/// <summary>
/// Makes the text of an SMS of a mail: the best of its parts, decoded, without what is only there because it is a
/// mail, in characters a phone has.
/// <code>
///   mail ──► MailBody (which part) ──► PartReader (which charset) ──► HtmlText
///                                                                       │
///   text ◄── Letters ◄── OwnText (whose words: quotes, notices, signatures) ◄─┘
/// </code>
/// It is used by many sessions at once and keeps nothing of a mail.
/// </summary>
internal sealed class MailComposer(LearnedDisclaimers? learned = null)
{
    private static readonly LinePattern ReplySubject = new(
        @"^\s*(re|aw|sv|antw|odp|rif|ref|res|vs|ynt|ат|отв)(\[\d+\])?\s?:");

    private static readonly LinePattern ForwardSubject = new(
        @"^\s*((re|aw|sv|antw)\s?:\s*)?(fw|fwd|wg|tr|rv|i|inoltro|doorst|vb|vl|pd|enc|fwd?|пересл)(\[\d+\])?\s?:");

    static MailComposer() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>
    /// Reads a mail from a stream that can seek, and that stays open until the mail was read: a part is decoded where
    /// it lies. Bytes that are no mail at all are taken as the body of one, for devices that send a line of text and no
    /// header; one with more parts, or deeper, than <see cref="MailLimits"/> allows keeps its header and is refused by
    /// <see cref="Read"/>.
    /// </summary>
    public static MimeMessage Load(Stream stream, CancellationToken stopping)
    {
        long start = stream.Position;
        try
        {
            return new BoundedParser(stream).ParseMessage(stopping);
        }
        catch (BoundedParser.TooManyPartsException)
        {
            stream.Position = start;
            return new BoundedParser(stream, isHeaderOnly: true).ParseMessage(stopping);
        }
        catch (FormatException) // MimeKit's word for bytes without a header
        {
            stream.Position = start;
            var content = new MemoryStream();
            stream.CopyTo(content);
            return new MimeMessage { Body = new TextPart("plain") { Content = new MimeContent(content) } };
        }
    }

    /// <summary>The text of the mail under the sender's rules, or a sentence that says why there is none.</summary>
    public MailReading Read(MimeMessage mail, TextRules rules)
    {
        string subject = PlainText.Tidy(PlainText.Clean(mail.Subject ?? ""));
        int files = rules.Attachments is AttachmentMode.Ignore ? 0 : Attachments.Count(mail);
        if (files > 0 && rules.Attachments is AttachmentMode.Refuse) return Refuse(Attachments.Refusal(files));
        string tail = files > 0 ? Attachments.Note(files) : "";
        if (rules.Subject is SubjectMode.Subject)
        {
            return subject.Length > 0
                ? Finish(subject, rules, tail)
                : Refuse("The mail has no subject: write it there");
        }

        MailBody found = MailBody.Find(mail, rules, learned?.All ?? []);
        if (found.Refusal is { } refusal) return Refuse(refusal); // its subject alone would mislead

        (string? text, string? none) = Choose(mail, subject, found.Text, rules);
        string? mistake = null;
        if (rules.HasTemplate)
        {
            (string filled, mistake) = rules.Template.Render(
                TemplateValues.Of(mail, subject, text ?? "", found, rules));
            filled = PlainText.Tidy(PlainText.Clean(filled));
            if (filled.Length > 0) text = filled;
            else mistake ??= "The template makes no text of this mail";
        }

        if (text is null) return Refuse(none!);
        MailReading reading = Finish(text, rules, tail);
        return reading is MailReading.Text made
            ? made with { Removed = found.Removed, TemplateMistake = mistake }
            : reading;
    }

    /// <summary>The notices in a sample mail; see <see cref="LearnedDisclaimer.ParagraphsToLearn"/>.</summary>
    public static IReadOnlyList<string> Teaches(MimeMessage mail, bool hasOwnText)
    {
        TextRules nothing = TextRules.Default with { StripDisclaimer = false, StripSignature = false };
        return LearnedDisclaimer.ParagraphsToLearn(MailBody.Find(mail, nothing, []).Text, hasOwnText);
    }

    private static (string? Text, string? Refusal) Choose(
        MimeMessage mail, string subject, string body, TextRules rules)
    {
        MailKind kind = KindOf(mail);
        return (rules.Subject, body.Length > 0, subject.Length > 0) switch
        {
            (SubjectMode.SubjectAndBody, true, true) when !StartsWith(body, subject) => ($"{subject}\n{body}", null),
            (_, true, _) => (body, null),
            (SubjectMode.Body, _, _) => (null, "The mail has no text in its body: write the message there"),
            (_, _, true) when !kind.IsReply => (subject, null),
            _ => (null, kind.IsReply
                ? "The mail only repeats an earlier one: write your message above it"
                : "The mail has no text: write the message in its body or its subject"),
        };
    }

    /// <summary>What its headers say of it. Some programs set no References; the subject says it too.</summary>
    internal static MailKind KindOf(MimeMessage mail)
    {
        string subject = mail.Subject ?? "";
        bool isForward = ForwardSubject.IsIn(subject);
        bool isReply = !isForward && (ReplySubject.IsIn(subject) || mail.Headers.Contains(HeaderId.InReplyTo));
        return new MailKind(isReply, isForward);
    }

    private static MailReading Finish(string text, TextRules rules, string tail)
    {
        (string written, string? refusal) = Letters.Write(
            PlainText.Cut(text, MailLimits.TextCharsMax), rules.Letters, rules.Segments);
        if (refusal is not null) return Refuse(refusal);
        written = PlainText.Tidy(written);
        return written.Length > 0
            ? new MailReading.Text(written) { Tail = tail }
            : Refuse("The mail has no text: write the message in its body or its subject");
    }

    private static bool StartsWith(string body, string subject) =>
        body.StartsWith(subject, StringComparison.OrdinalIgnoreCase);

    private static MailReading.Refused Refuse(string sentence) => new(sentence);
}
