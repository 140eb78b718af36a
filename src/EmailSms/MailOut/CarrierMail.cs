using EmailSms.MailOut.Templates;
using EmailSms.Messages;

namespace EmailSms.MailOut;

/// <summary>Writes mails to the admin about carriers that take no SMS.</summary>
internal static class CarrierMail
{
    public static MailTemplateKind PausedKind { get; } = new(
        "carrier-paused", "To the admin: a carrier does not accept our account and was paused.",
        [
            TemplateVariable.Line("carrier", "Its name."),
            TemplateVariable.Line("code", "What it answered, as a code."),
            TemplateVariable.Sentence("sentence", "The same in a sentence."),
        ],
        [
            new MailSample("carrier-paused", words => Paused(
                words, SampleValues.Admin, "1", "main", SampleCode, SampleValues.At, SampleValues.Domain)),
        ]);

    public static MailTemplateKind FailingKind { get; } = new(
        "carrier-failing", "To the admin: a carrier fails again and again and is left alone.",
        [TemplateVariable.Line("carrier", "Its name.")],
        [
            new MailSample("carrier-failing", words => Failing(
                words, SampleValues.Admin, "1", "main", SampleValues.At, SampleValues.Domain)),
        ]);

    public static MailTemplateKind RefusedKind { get; } = new(
        "carrier-refused", "To the admin: a carrier refuses to be bound because of our account.",
        [TemplateVariable.Line("carrier", "Its name."), TemplateVariable.Line("status", "What it answered.")],
        [
            new MailSample("carrier-refused", words => Refused(
                words, SampleValues.Admin, "1", "main", "ESME_RINVPASWD", SampleValues.At, SampleValues.Domain)),
        ]);

    public static MailTemplateKind StuckKind { get; } = new(
        "carrier-stuck", "To the admin: what a carrier said at a hook could not be taken further.",
        [
            TemplateVariable.Line("carrier", "Its name."),
            TemplateVariable.Number("count", "How much waits like this, of all carriers."),
        ],
        [
            new MailSample("carrier-stuck", words => Stuck(
                words, SampleValues.Admin, "1", "main", 3, SampleValues.At, SampleValues.Domain)),
        ]);

    private static FailureCode SampleCode => new(
        FailureClass.Authentication, "http:401", "4.7.0", "The carrier does not accept our account.");

    /// <summary>A carrier does not accept our account.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="carrier">Its name.</param>
    /// <param name="code">What it said.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Paused(
        MailTemplates words, EmailAddress admin, string id, string carrier, FailureCode code, DateTimeOffset at,
        string domain) => AlertMail.Build(
            $"paused.{id}", admin, at, domain, words.Write(PausedKind, admin, domain, at, new()
            {
                ["carrier"] = carrier,
                ["code"] = code.Code,
                ["sentence"] = code.Sentence,
            }));

    /// <summary>A carrier refuses to be bound.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="carrier">Its name.</param>
    /// <param name="status">What it said.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Refused(
        MailTemplates words, EmailAddress admin, string id, string carrier, string status, DateTimeOffset at,
        string domain) => AlertMail.Build(
            $"refused.{id}", admin, at, domain, words.Write(RefusedKind, admin, domain, at, new()
            {
                ["carrier"] = carrier,
                ["status"] = status,
            }));

    /// <summary>A carrier fails.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="carrier">Its name.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Failing(
        MailTemplates words, EmailAddress admin, string id, string carrier, DateTimeOffset at, string domain) =>
        AlertMail.Build(
            $"failing.{id}", admin, at, domain,
            words.Write(FailingKind, admin, domain, at, new() { ["carrier"] = carrier }));

    /// <summary>What a carrier said was given up.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="carrier">Its name.</param>
    /// <param name="count">How much waits like this, of all carriers.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Stuck(
        MailTemplates words, EmailAddress admin, string id, string carrier, long count, DateTimeOffset at,
        string domain) => AlertMail.Build(
            $"stuck.{id}", admin, at, domain, words.Write(StuckKind, admin, domain, at, new()
            {
                ["carrier"] = carrier,
                ["count"] = count,
            }));
}
