using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// Looks at an SMS once more before it leaves, for the person it goes to: while it waited for its time, a carrier or a
/// retry they may have said STOP, a consent may have ended, and it may be night by now where they are. What let it in
/// may be gone, too: its sender rule, or the account that submitted it. What was said last counts.
/// </summary>
internal sealed class RecipientGate(
    SqliteStore store, OptOuts optOuts, Consents consents, QuietHours quiet, SenderRules rules, SmtpUsers users,
    Func<PhoneNumber, string?> zoneOf, TimeProvider time)
{
    private static readonly FailureCode OptedOut = new(
        FailureClass.OptedOut, "opted-out", "5.7.1", "This person has opted out of SMS while it waited.");

    private static readonly FailureCode NoConsent = new(
        FailureClass.Permanent, "no-consent", "5.7.1", "The consent of this person has ended while it waited.");

    private static readonly FailureCode RuleRemoved = new(
        FailureClass.Permanent, "rule-removed", "5.7.1", "The sender rule that let it in was removed while it waited.");

    private static readonly FailureCode UserDisabled = new(
        FailureClass.Permanent, "user-disabled", "5.7.1", "The account that submitted it may submit no longer.");

    /// <summary>Why it must not go; null: it may. An answer of our own was let in by nobody.</summary>
    public FailureCode? Refuse(OutgoingSms sms)
    {
        if (!sms.DespiteOptOut && optOuts.Find(sms.To, sms.SenderId) is not null) return OptedOut;
        if (sms.RuleId is null || sms.IsFresh(NowMs())) return null;
        if (RulesOf(sms) is not { } owed) return RuleRemoved;
        if (store.Read(db => Settlement.UserOf(db, sms.Id)) is { } user && !users.MayAuthenticate(user))
        {
            return UserDisabled;
        }

        return consents.Hold(sms.To, owed, sms.Class, sms.DespiteOptOut, out _) ? null : NoConsent;
    }

    /// <summary>When it may go; null: now. An answer of our own goes to somebody who has just written.</summary>
    public long? OpensMs(OutgoingSms sms)
    {
        if (!quiet.AreThere || sms.DespiteOptOut || sms.RuleId is null) return null;
        string purpose = (RulesOf(sms) ?? ComplianceRules.Usual).Purpose;
        if (quiet.Ask(sms.To, purpose, sms.Class, zoneOf(sms.To), time.GetUtcNow()) is not { } answer) return null;
        return Math.Min(answer.At?.ToUnixTimeMilliseconds() ?? sms.ExpiresMs, sms.ExpiresMs);
    }

    private ComplianceRules? RulesOf(OutgoingSms sms) =>
        sms.RuleId is { } id ? rules.ComplianceOf(id) : null;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
