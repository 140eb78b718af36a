using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>A limit of which a part was used.</summary>
/// <param name="Whose">Whose it is, as a sentence begins: the gateway, a rule, a sender.</param>
/// <param name="Amount">Such as <c>5 EUR a day</c>.</param>
/// <param name="IsMoney">It is a budget.</param>
/// <param name="Percent">50, 80 or 100.</param>
/// <param name="ResetsAt">When it begins anew.</param>
internal sealed record UsedLimit(string Whose, string Amount, bool IsMoney, int Percent, DateTimeOffset ResetsAt);

/// <summary>Writes the mail that tells the admin how much of a budget, or of another limit, is used.</summary>
internal static class BudgetMail
{
    public static MailTemplateKind Kind { get; } = new(
        "budget", "To the admin: how much of a budget, or of another limit, is used.",
        [
            TemplateVariable.Sentence("whose", "The gateway, a rule or a sender, as a sentence begins."),
            TemplateVariable.Sentence("amount", "Such as `5 EUR a day`."),
            TemplateVariable.Flag("is_money", "Whether it is a budget; else it is a limit."),
            TemplateVariable.Number("percent", "50, 80 or 100."),
            TemplateVariable.Line("resets_at", "When it begins anew."),
        ],
        [Sample("budget", "5 EUR a day", 80), Sample("limit", "100 parts a day", 100)]);

    /// <param name="words">Word it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="admin">Who hears of it.</param>
    /// <param name="used">What is used.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Build(
        MailTemplates words, string id, EmailAddress admin, UsedLimit used, DateTimeOffset at, string domain)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"budget.{id}@{domain}", id);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = OurMail.Word(message, words.Write(Kind, admin, domain, at, new()
        {
            ["whose"] = used.Whose,
            ["amount"] = used.Amount,
            ["is_money"] = used.IsMoney,
            ["percent"] = used.Percent,
            ["resets_at"] = NoticeMail.Time(used.ResetsAt),
        }));
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }

    private static MailSample Sample(string name, string amount, int percent) => new(
        name,
        words => Build(
            words, "1", SampleValues.Admin,
            new UsedLimit("The gateway", amount, name == "budget", percent, SampleValues.At.AddHours(16)),
            SampleValues.At, SampleValues.Domain));
}
