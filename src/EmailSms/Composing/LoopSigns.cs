using MimeKit;

namespace EmailSms.Composing;

/// <summary>
/// Tells the mails that must never become an SMS because a machine wrote them in answer to one: two such machines
/// talk to each other for ever, at a price per word. What a machine writes of its own accord (cron, monitoring;
/// <c>auto-generated</c>, <c>Precedence: bulk</c>) is what this product is for.
/// </summary>
internal static class LoopSigns
{
    /// <summary>What our own mails carry, with the id of the SMS they are about.</summary>
    public const string OwnHeader = "X-EmailSms-Id";

    private static readonly string[] VacationHeaders = ["X-Autoreply", "X-Autorespond", "X-Autoresponder"];

    /// <summary>Exchange marks out-of-office replies auto-generated and says what they are in the subject.</summary>
    private static readonly LinePattern VacationSubject = new(
        @"^\s*(automatic reply|auto(matic)?[- ]?reply|out of office|automatische antwort|abwesenheitsnotiz"
        + "|réponse automatique|absence du bureau|respuesta automática|risposta automatica|automatisch antwoord)");

    /// <summary>The sign, as a sentence for the SMTP reply; null where there is none.</summary>
    public static string? Find(MimeMessage mail)
    {
        if (mail.Headers.Contains(OwnHeader)) return "Mails made by this gateway get no SMS: they would go round";
        if (mail.Body is { } body && (body.ContentType.IsMimeType("multipart", "report")
            || body.ContentType.IsMimeType("message", "delivery-status")
            || body.ContentType.IsMimeType("message", "disposition-notification")))
        {
            return "Reports of mail systems get no SMS";
        }

        if (mail.Headers.Contains("X-Failed-Recipients")) return "Reports of mail systems get no SMS";
        string submitted = Keyword(mail, "Auto-Submitted");
        bool isVacation = submitted == "auto-replied"
            || Keyword(mail, "Precedence") is "auto_reply" or "auto-reply"
            || Array.Exists(VacationHeaders, name => IsSet(mail, name))
            || (submitted is not ("" or "no") && VacationSubject.IsIn(mail.Subject ?? ""));
        return isVacation ? "Automatic replies get no SMS" : null;
    }

    /// <summary>
    /// The same for a mail that answers one of ours: there even what a machine writes of its own accord is an answer by
    /// machine, since a person's reply is not marked so. Ours are known by the domain of their Message-ID.
    /// </summary>
    public static string? FindInAnswer(MimeMessage mail, IReadOnlySet<string> ourDomains)
    {
        string submitted = Keyword(mail, "Auto-Submitted");
        bool isMachine = submitted is not ("" or "no")
            || Keyword(mail, "Precedence") is "bulk" or "junk" or "list"
            || mail.Headers.Contains(HeaderId.ListId);
        if (!isMachine) return null;
        return mail.References.Append(mail.InReplyTo).Any(id => id is not null && IsOurs(id, ourDomains))
            ? "Automatic answers to mails of this gateway get no SMS"
            : null;
    }

    private static bool IsOurs(string messageId, IReadOnlySet<string> ourDomains) =>
        ourDomains.Contains(messageId[(messageId.LastIndexOf('@') + 1)..]);

    /// <summary>RFC 3834 5: the keyword stands before parameters and comments.</summary>
    private static string Keyword(MimeMessage mail, string name) =>
        (mail.Headers[name] ?? "").Split(';', '(')[0].Trim().ToLowerInvariant();

    private static bool IsSet(MimeMessage mail, string name) =>
        mail.Headers.Contains(name) && Keyword(mail, name) is not ("no" or "false" or "0");
}
