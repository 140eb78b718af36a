using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using EmailSms.Messages;
using MimeKit;
using MimeKit.Cryptography;
using MimeKit.Tnef;

namespace EmailSms.Composing;

/// <summary>
/// Finds the words in a mail's parts. Of alternatives the plain one is taken unless it only says that there is
/// another; parts beside each other are read one after the other; what is attached is not read.
/// </summary>
internal sealed class MailBody
{
    private const string Encrypted = "The mail is encrypted and cannot be read here: send it without encryption";
    private const string TooComplex = "The mail has too many parts or nests them too deep: send it as plain text";
    private const int StubCharsMax = 300;

    /// <summary>A plain part that some programs add for readers without HTML.</summary>
    private static readonly LinePattern Stub = new(
        @"\b(html|browser)\b.*\b(e-?mail|message|view|client|display|support|capable|reader|format)"
        + @"|\b(e-?mail|message|view|client|reader|newsletter)\b.*\b(html|browser)\b"
        + "|html-(format|mail|nachricht|ansicht)");

    private readonly TextRules _rules;
    private readonly IReadOnlyList<LearnedDisclaimer> _learned;
    private readonly MailKind _kind;
    private readonly List<Removal> _removed = [];
    private int _parts;
    private string _invitation = "";
    private string? _passedOn; // the mail in this mail: the first one only

    private MailBody(TextRules rules, IReadOnlyList<LearnedDisclaimer> learned, MailKind kind)
    {
        _rules = rules;
        _learned = learned;
        _kind = kind;
    }

    /// <summary>The sender's words, tidied; empty where there are none.</summary>
    public string Text { get; private set; } = "";

    /// <summary>All words of the mail, nothing taken out.</summary>
    public string Whole { get; private set; } = "";

    /// <summary>What is in the one and not in the other.</summary>
    public IReadOnlyList<Removal> Removed => _removed.Count == 0 ? Array.Empty<Removal>() : _removed;

    /// <summary>Why there are none, where the mail itself is the reason.</summary>
    public string? Refusal { get; private set; }

    public static MailBody Find(MimeMessage mail, TextRules rules, IReadOnlyList<LearnedDisclaimer> learned)
    {
        var body = new MailBody(rules, learned, MailComposer.KindOf(mail));
        body.Whole = mail.Body is { } entity ? body.TextOf(entity, depth: 0) : "";
        string text = body.Own(body.Whole, body._kind);
        text = string.Join('\n', new[] { body._invitation, text }.Where(part => part.Length > 0));
        body.Text = string.Join("\n\n", new[] { text, body._passedOn ?? "" }.Where(part => part.Length > 0));
        if (body.Text.Length > 0) body.Refusal = null; // what could be read is the message
        return body;
    }

    private string Own(string text, MailKind kind) =>
        text.Length == 0
            ? ""
            : OwnText.Of(PlainText.Cut(text, MailLimits.BodyCharsMax), _rules, kind, _learned, _removed);

    private string TextOf(MimeEntity entity, int depth)
    {
        if (++_parts > MailLimits.PartsMax || depth > MailLimits.MimeDepthMax)
        {
            Refusal ??= TooComplex;
            return "";
        }

        return entity switch
        {
            MultipartEncrypted => Refuse(Encrypted),
            Multipart several => TextOfSeveral(several, depth),
            MessagePart { Message: { } passedOn } => TextOfMail(passedOn, depth),
            TnefPart tnef => TextOfTnef(tnef, depth),
            ApplicationPkcs7Mime secure => TextOfSecure(secure, depth),
            TextPart text when !text.IsAttachment => TextOfPart(text),
            MimePart { ContentType: { MediaType: "application", MediaSubtype: "json" } } json when !json.IsAttachment =>
                PartReader.Read(json),
            MimePart { ContentType.MediaType: "multipart" } unopened => TextOfUnopened(unopened),
            _ => "",
        };
    }

    private string TextOfSeveral(Multipart several, int depth)
    {
        if (several.Count == 0) return several.Preamble ?? ""; // the boundary that was announced never came
        switch (several.ContentType.MediaSubtype.ToLowerInvariant())
        {
            case "alternative":
                return TextOfAlternatives(several, depth);
            case "encrypted":
                return Refuse(Encrypted);
            case "signed" or "report" or "appledouble":
                return TextOf(several[0], depth + 1);
            case "related":
                return TextOf(several is MultipartRelated { Root: { } root } ? root : several[0], depth + 1);
        }

        var texts = new List<string>();
        foreach (MimeEntity part in several)
        {
            if (TextOf(part, depth + 1) is { } text && !string.IsNullOrWhiteSpace(text)) texts.Add(text.TrimEnd());
        }

        return string.Join('\n', texts);
    }

    private string TextOfAlternatives(Multipart alternatives, int depth)
    {
        string stub = "", other = "";
        foreach (MimeEntity part in alternatives)
        {
            string text = TextOf(part, depth + 1);
            if (string.IsNullOrWhiteSpace(text)) continue;
            bool isPlain = part is TextPart { IsPlain: true };
            if (isPlain && !IsStub(text)) return WithInvitation(alternatives, text, depth);
            if (isPlain) stub = text;
            else other = text; // RFC 2046 5.1.4: the last is the richest
        }

        return other.Length > 0 ? other : stub;
    }

    /// <summary>The plain text is enough to read, but an invitation stands behind it.</summary>
    private string WithInvitation(Multipart alternatives, string text, int depth)
    {
        if (_invitation.Length > 0) return text;
        foreach (MimeEntity part in alternatives)
        {
            if (part.ContentType.IsMimeType("text", "calendar")) TextOf(part, depth + 1);
        }

        return text;
    }

    private string TextOfPart(TextPart part)
    {
        if (part.ContentType.IsMimeType("text", "calendar"))
        {
            if (_invitation.Length == 0) _invitation = Tidy(Invitation.Read(PartReader.Read(part)));
            return "";
        }

        if (part.IsRichText) return RtfText.Convert(PartReader.Decode(PartReader.Bytes(part), "iso-8859-1"));
        bool isMarkdown = part.ContentType.IsMimeType("text", "markdown");
        if (!part.IsHtml && !part.IsPlain && !part.IsEnriched && !isMarkdown) return ""; // a contact, a table of data
        string text = PartReader.Read(part);
        if (Armor.IsEncrypted(text)) return Refuse(Encrypted);
        return part.IsHtml || part.IsEnriched || LooksLikeHtml(text) ? HtmlText.Convert(text, _rules.KeepLinks) : text;
    }

    private string TextOfMail(MimeMessage mail, int depth)
    {
        if (_passedOn is not null) return "";
        _passedOn = ""; // a mail within that one is not for a phone
        string text = mail.Body is { } entity ? TextOf(entity, depth + 1) : "";
        string own = Own(text, MailComposer.KindOf(mail));
        string from = mail.From.Mailboxes.FirstOrDefault() is { } author
            ? $"From: {(string.IsNullOrWhiteSpace(author.Name) ? author.Address : author.Name)}\n" : "";
        string subject = string.IsNullOrWhiteSpace(mail.Subject) ? "" : $"Subject: {mail.Subject}\n";
        _passedOn = Tidy($"{from}{subject}{own}");
        return "";
    }

    private string TextOfTnef(TnefPart tnef, int depth)
    {
        try
        {
            return tnef.ConvertToMessage().Body is { } body ? TextOf(body, depth + 1) : "";
        }
        catch (Exception damaged) when (damaged is not OperationCanceledException)
        {
            return ""; // MimeKit lets whatever the bytes provoke through; the plain part beside it is the text then
        }
    }

    /// <summary>Signed in one blob (RFC 8551 3.5.2): the text is there for everybody. Encrypted: it is not.</summary>
    private string TextOfSecure(ApplicationPkcs7Mime secure, int depth)
    {
        bool isSigned = secure.SecureMimeType is SecureMimeType.SignedData or SecureMimeType.Unknown;
        if (!isSigned) return Refuse(Encrypted);
        try
        {
            var signed = new SignedCms();
            signed.Decode(PartReader.Bytes(secure));
            using var content = new MemoryStream(signed.ContentInfo.Content);
            return TextOf(new BoundedParser(content).ParseEntity(), depth + 1);
        }
        catch (Exception damaged) when (damaged is CryptographicException or FormatException
            or BoundedParser.TooManyPartsException)
        {
            return Refuse(Encrypted);
        }
    }

    /// <summary>A multipart that the parser left alone: too deep, or just text, without a boundary.</summary>
    private string TextOfUnopened(MimePart part) =>
        string.IsNullOrEmpty(part.ContentType.Boundary) ? PartReader.Read(part) : Refuse(TooComplex);

    private string Refuse(string sentence)
    {
        Refusal ??= sentence;
        return "";
    }

    private static string Tidy(string text) => PlainText.Tidy(PlainText.Clean(text));

    private static bool IsStub(string text) =>
        text.Length <= StubCharsMax && Stub.IsIn(text.ReplaceLineEndings(" "));

    /// <summary>Some devices send a page and call it plain text.</summary>
    private static bool LooksLikeHtml(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan().TrimStart();
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }
}
