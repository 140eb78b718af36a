using System.Globalization;
using EmailSms.Messages;
using EmailSms.Policy.Proof;

namespace EmailSms.Policy;

/// <summary>What of the options of an address a sender rule lets pass. Options never widen a rule's limits.</summary>
internal static class OptionPolicy
{
    /// <summary>The refusal, or null where the rule lets all of them pass.</summary>
    /// <param name="rule">The rule that lets the sender in.</param>
    /// <param name="given">What the address asks for.</param>
    /// <param name="token">The secret in it.</param>
    /// <param name="from">The sender ID in it.</param>
    /// <param name="parts">The most parts in it.</param>
    /// <param name="valid">The validity in it.</param>
    public static Verdict.Refused? Refuse(
        SenderRule rule, RecipientOption given, string? token, string? from, int? parts, TimeSpan? valid)
    {
        RecipientOption open = rule.Options | (rule.Token is null ? 0 : RecipientOption.Token);
        RecipientOption closed = given & ~open;
        if (closed is not RecipientOption.None)
        {
            return No(rule, $"does not allow the option {FlagWords.Join(closed)} in an address.");
        }

        // A rule with a secret says no more of itself than this to who does not have it.
        if (rule.Token is { } secret)
        {
            bool isOneOfSeveral = rule.Proofs.HasFlag(ProofKinds.Token); // then RuleProof has seen to one of the others
            if (token is null && !isOneOfSeveral)
            {
                return No(rule, "asks for its token: write +token=... after the number.");
            }

            if (token is not null && !secret.Matches(token))
            {
                return No(rule, "has another token than this.") with { IsWrongToken = true };
            }
        }

        if (from is not null && !SenderRuleDraft.IsSenderId(from))
        {
            return No(rule, "cannot send as that: a sender ID is a number, or up to 11 letters and digits.");
        }

        if (from is not null && rule.Sending.SenderIdsOpen is { Count: > 0 } ids && !ids.Contains(from))
        {
            return No(rule, $"sends as {string.Join(", ", rule.Sending.SenderIdsOpen)} and as nothing else.");
        }

        if (from is not null && rule.Sending.Answering is Answering.Always && !SendingRules.IsNumber(from))
        {
            return No(rule, "sends from numbers that can be answered, and not from letters.");
        }

        if (from is not null && rule.Sending.Answering is Answering.Never)
        {
            return No(rule, "sends as what it says itself, and as nothing else.");
        }

        if (parts > rule.PartsMax) return No(rule, $"allows {rule.PartsMax} parts in an SMS.");
        return valid > rule.Validity ? No(rule, $"lets an SMS wait for {Span(rule.Validity)} at most.") : null;
    }

    private static Verdict.Refused No(SenderRule rule, string what) => new(rule, $"Sender rule {rule.Id} {what}");

    private static string Span(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.##} min");
}
