using System.Globalization;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// What is owed to the person behind a number, whatever the sender may do: their opt-out, their consent where the rule
/// demands one, and their quiet hours.
/// </summary>
/// <param name="optOuts">Who wants no SMS.</param>
/// <param name="consents">Who agreed to what.</param>
/// <param name="quiet">When people may be texted.</param>
/// <param name="zoneOf">The zone of the contact with a number; null: not known.</param>
/// <param name="senderIdOf">What a recipient of a mailbox would see as the sender.</param>
/// <param name="time">The clock.</param>
internal sealed class RecipientDuties(
    OptOuts optOuts, Consents consents, QuietHours quiet, Func<PhoneNumber, string?> zoneOf,
    Func<AcceptedRecipient, string, string> senderIdOf, TimeProvider time)
{
    /// <summary>The refusal; null: the recipient may be texted, from the time on that it says then.</summary>
    public SmtpReply? Refuse(ref AcceptedRecipient one, string mailbox) =>
        OptedOut(one, mailbox) ?? WithoutConsent(one) ?? Quiet(ref one);

    // Which number the phone would see is asked only about people who opted out of something.
    private SmtpReply? OptedOut(AcceptedRecipient one, string mailbox)
    {
        if (one.DespiteOptOut) return null;
        IReadOnlyList<OptOut> all = optOuts.All(one.Number);
        if (all.Count == 0 || optOuts.Find(all, senderIdOf(one, mailbox)) is not { } optOut) return null;
        string day = DateTimeOffset.FromUnixTimeMilliseconds(optOut.SinceMs)
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new SmtpReply(
            550, "5.7.1", $"This person has opted out of SMS on {day}; only they can undo it, with START");
    }

    private SmtpReply? WithoutConsent(AcceptedRecipient one) =>
        consents.Hold(one.Number, one.Rule.Compliance, one.Class, one.DespiteOptOut, out string? missing)
            ? null
            : new SmtpReply(
                550, "5.7.1",
                $"Sender rule {one.Rule.Id} needs this person's consent to {missing}, and none is recorded");

    private SmtpReply? Quiet(ref AcceptedRecipient one)
    {
        if (!quiet.AreThere) return null;
        DateTimeOffset at = one.DueMs is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : time.GetUtcNow();
        string purpose = one.Rule.Compliance.Purpose;
        if (quiet.Ask(one.Number, purpose, one.Class, zoneOf(one.Number), at) is not { } answer) return null;
        if (answer.At is not { } opens)
        {
            return new SmtpReply(
                550, "5.7.1", "There is no time at which this number may be texted: its hours never open");
        }

        if (answer.Action is QuietAction.Refuse)
        {
            string local = TimeZoneInfo.ConvertTime(opens, answer.Zone)
                .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            return new SmtpReply(
                550, "5.7.1", $"It is quiet hours where this person is; send it from {local} {answer.Zone.Id} on");
        }

        one = one with { DueMs = opens.ToUnixTimeMilliseconds(), WaitsForHours = true };
        return null;
    }
}
