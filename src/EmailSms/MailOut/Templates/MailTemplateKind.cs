using EmailSms.Messages;

namespace EmailSms.MailOut.Templates;

/// <summary>A mail as an example, for a preview and to try a template on.</summary>
/// <param name="Name">Its name beside the others of its kind.</param>
/// <param name="Build">Writes it with the words that are given.</param>
internal sealed record MailSample(string Name, Func<MailTemplates, OutgoingMail> Build);

/// <summary>What the mails of one builder have in common: the file that words them, and what can stand in it.</summary>
internal sealed class MailTemplateKind
{
    /// <summary>What every mail has.</summary>
    private static readonly TemplateVariable[] Common =
    [
        TemplateVariable.Line("to", "The address that the mail goes to."),
        TemplateVariable.Line("domain", "Our domain."),
        TemplateVariable.Line("at", "When what it tells of was, such as `2026-03-01 08:00 UTC`."),
    ];

    public MailTemplateKind(
        string name, string about, IReadOnlyList<TemplateVariable> variables, IReadOnlyList<MailSample> samples)
    {
        Name = name;
        About = about;
        Variables = [.. variables, .. Common];
        Samples = samples;
    }

    /// <summary>All kinds there are, in the order in which people meet them.</summary>
    public static IReadOnlyList<MailTemplateKind> All { get; } =
    [
        ReplyMail.Kind, NoticeMail.Kind, DigestMail.Kind, CutMail.Kind, RefusalMail.Kind, UntakenAlarmMail.Kind,
        AlertMail.HeldKind, AlertMail.StoppedKind, LoopMail.Kind, BudgetMail.Kind, ForwardMail.Kind,
        CarrierMail.PausedKind, CarrierMail.FailingKind, CarrierMail.RefusedKind, CarrierMail.StuckKind,
        FailedMail.Kind,
    ];

    /// <summary>The name of its files, without their ending.</summary>
    public string Name { get; }

    /// <summary>A sentence for a list.</summary>
    public string About { get; }

    public IReadOnlyList<TemplateVariable> Variables { get; }

    /// <summary>At least one; together they reach every branch of our own templates.</summary>
    public IReadOnlyList<MailSample> Samples { get; }

    public static MailTemplateKind? Find(string name) =>
        All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
