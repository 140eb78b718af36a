using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// Looks at an SMS that waited longer than its sender meant, for a carrier or a retry: it may be night by now where the
/// person is.
/// </summary>
internal sealed class QuietGate(
    SqliteStore store, QuietHours quiet, SenderRules rules, Func<PhoneNumber, string?> zoneOf, TimeProvider time)
{
    /// <summary>When it may go; null: now.</summary>
    public long? OpensMs(OutgoingSms sms)
    {
        if (!quiet.AreThere || sms.DespiteOptOut || sms.Class is SmsClass.Urgent) return null;
        string purpose = store.Read(db => Settlement.RuleOf(db, sms.Id)) is { } id && rules.Find(id) is { } rule
            ? rule.Compliance.Purpose
            : ComplianceRules.Usual.Purpose;
        if (quiet.Ask(sms.To, purpose, zoneOf(sms.To), time.GetUtcNow()) is not { } answer) return null;
        return Math.Min(answer.At?.ToUnixTimeMilliseconds() ?? sms.ExpiresMs, sms.ExpiresMs);
    }
}
