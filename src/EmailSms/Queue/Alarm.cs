using EmailSms.Messages;

namespace EmailSms.Queue;

/// <summary>Somebody on the chain of an alarm. The name is for mails; a number of no contact has none.</summary>
internal sealed record AlarmPerson(string Number, string? Name)
{
    public string ForMail => Name ?? PhoneNumber.FromE164(Number).ToString();
}

/// <summary>How an alarm goes along its chain.</summary>
/// <param name="OnCall">The name of the on-call list.</param>
/// <param name="Owner">The mailbox that hears of it when nobody takes it.</param>
/// <param name="Until">By what it counts as taken.</param>
/// <param name="Wait">How long each person has.</param>
/// <param name="People">In the order in which they are texted; the first is the recipient of the mail.</param>
internal sealed record Alarm(
    string OnCall, string Owner, EscalationEnd Until, TimeSpan Wait, IReadOnlyList<AlarmPerson> People);

/// <summary>One SMS of an alarm; a long text may be several.</summary>
internal sealed record AlarmPiece(string Body, string Encoding, int Parts)
{
    /// <summary>See <see cref="OutgoingSms.Registration"/>.</summary>
    public SmsRegistration? Registration { get; init; }
}

/// <summary>What every SMS of an alarm has in common, as it is kept on disk.</summary>
internal sealed record AlarmText(
    Guid? MailId,
    string SenderId,
    string Mailbox,
    IReadOnlyList<AlarmPiece> Pieces,
    long? RuleId,
    NoticeSetting Notices,
    long ValidityMs,
    string? MessageId)
{
    /// <summary>They also go to people who opted out.</summary>
    public bool DespiteOptOut { get; init; }

    /// <summary>The carriers that they may take; empty: all.</summary>
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>The account that sent the mail; null: nobody had authenticated.</summary>
    public string? User { get; init; }

    /// <summary>What the sender asked to hear of each of them; goes before <see cref="Notices"/>.</summary>
    public DsnRequest Dsn { get; init; } = DsnRequest.None;

    /// <summary>See <see cref="SmsRecord.TellsEach"/>.</summary>
    public bool TellsEach { get; init; }
}

/// <summary>What the next person of an alarm was texted: it counts for the limits.</summary>
/// <param name="OnCall">The name of the on-call list.</param>
/// <param name="RuleId">The rule that let the alarm in.</param>
/// <param name="Mailbox">Whose it is.</param>
/// <param name="User">The account; null: nobody had authenticated.</param>
/// <param name="To">The person's number.</param>
/// <param name="Parts">All parts.</param>
internal sealed record FollowUp(
    string OnCall, long? RuleId, string Mailbox, string? User, PhoneNumber To, int Parts);

/// <summary>An alarm that went to the end of its chain and was taken by nobody.</summary>
internal sealed record UntakenAlarm(
    Guid Id, string OnCall, string Owner, IReadOnlyList<AlarmPerson> People, string Body, Guid LastSms, long BeganMs);
