using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Delivery;

/// <summary>
/// Looks at an SMS once more before it leaves, for the person it goes to: while it waited for its time, a carrier or a
/// retry they may have said STOP, a consent may have ended, and it may be night by now where they are. What was said
/// last counts.
/// </summary>
internal sealed class RecipientGate(
    OptOuts optOuts, Consents consents, QuietHours quiet, SenderRules rules, Func<PhoneNumber, string?> zoneOf,
    TimeProvider time)
{
    // What is younger has not waited: its consents were looked at when it was let in.
    private const long FreshMs = 60_000;

    private static readonly FailureCode OptedOut = new(
        FailureClass.OptedOut, "opted-out", "5.7.1", "This person has opted out of SMS while it waited.");

    private static readonly FailureCode NoConsent = new(
        FailureClass.Permanent, "no-consent", "5.7.1", "The consent of this person has ended while it waited.");

    /// <summary>Why it must not go; null: it may.</summary>
    public FailureCode? Refuse(OutgoingSms sms)
    {
        if (!sms.DespiteOptOut && optOuts.Find(sms.To, sms.SenderId) is not null) return OptedOut;
        if (NowMs() - TimeOrderedId.MsOf(sms.Id) < FreshMs) return null;
        return RulesOf(sms) is { } owed && !consents.Hold(sms.To, owed, sms.Class, sms.DespiteOptOut, out _)
            ? NoConsent
            : null;
    }

    /// <summary>When it may go; null: now. An answer of our own goes to somebody who has just written.</summary>
    public long? OpensMs(OutgoingSms sms)
    {
        if (!quiet.AreThere || sms.DespiteOptOut || sms.RuleId is null) return null;
        string purpose = (RulesOf(sms) ?? ComplianceRules.Usual).Purpose;
        if (quiet.Ask(sms.To, purpose, sms.Class, zoneOf(sms.To), time.GetUtcNow()) is not { } answer) return null;
        return Math.Min(answer.At?.ToUnixTimeMilliseconds() ?? sms.ExpiresMs, sms.ExpiresMs);
    }

    // A rule that was removed meanwhile demands nothing.
    private ComplianceRules? RulesOf(OutgoingSms sms) =>
        sms.RuleId is { } id ? rules.ComplianceOf(id) : null;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
