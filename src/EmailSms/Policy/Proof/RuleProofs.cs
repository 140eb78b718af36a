namespace EmailSms.Policy.Proof;

/// <summary>What the proofs of a rule must be, so that it opens the gateway to nobody but whom it names.</summary>
internal static class RuleProofs
{
    private const ProofKinds OfDomain = ProofKinds.Spf | ProofKinds.Dkim | ProofKinds.Dmarc;

    /// <summary>All that is wrong with them, a sentence each.</summary>
    /// <param name="draft">The rule as it is written.</param>
    /// <param name="proofs">Its proofs, as far as they are known.</param>
    /// <param name="unknown">The first word that is none; null where all are.</param>
    /// <param name="sender">Whom it is for.</param>
    public static IEnumerable<string> MistakesOf(
        SenderRuleDraft draft, ProofKinds proofs, string? unknown, SenderPattern sender)
    {
        bool hasNetworks = !string.IsNullOrWhiteSpace(draft.Networks);
        bool hasUser = !string.IsNullOrWhiteSpace(draft.User);
        bool hasToken = draft.Token is null ? draft.KeptToken is not null : draft.Token.Length > 0;
        if (unknown is not null)
        {
            yield return $"{unknown} proves nothing: there are {FlagWords.Known<ProofKinds>()}.";
        }

        if (proofs.HasFlag(ProofKinds.Ip) && !hasNetworks) yield return "The proof ip needs the networks it is about.";
        if (proofs.HasFlag(ProofKinds.SmtpAuth) && !hasUser) yield return "The proof smtp-auth needs its user.";
        if (proofs.HasFlag(ProofKinds.Token) && !hasToken) yield return "The proof token needs a token.";
        if (draft.MatchesHeader && proofs.HasFlag(ProofKinds.Spf))
        {
            yield return "SPF proves the envelope sender, and this rule is for the From header: take dmarc or dkim.";
        }

        if (draft.IsRelaxed && (proofs & (ProofKinds.Dkim | ProofKinds.Dmarc)) is ProofKinds.None)
        {
            yield return "What is relaxed is the proof dkim or dmarc, and the rule takes neither.";
        }

        // Everybody has a domain of their own, and can prove it.
        bool isBound = (hasNetworks && !proofs.HasFlag(ProofKinds.Ip))
            || (hasUser && !proofs.HasFlag(ProofKinds.SmtpAuth))
            || (hasToken && !proofs.HasFlag(ProofKinds.Token));
        if (sender == SenderPattern.Anybody && (proofs & OfDomain) is not ProofKinds.None && !isBound)
        {
            yield return "A rule for anybody (*) is not proven by spf, dkim or dmarc, which everybody has: name the "
                + "sender or the domain.";
        }
    }
}
