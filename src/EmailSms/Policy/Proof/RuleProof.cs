namespace EmailSms.Policy.Proof;

/// <summary>Where the proof that a rule asks for stands. One of these three.</summary>
internal abstract record RuleProof
{
    private const ProofKinds OfMail = ProofKinds.Spf | ProofKinds.Dkim | ProofKinds.Dmarc;

    private RuleProof()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Name">As it is written beside the mail, such as <c>dmarc</c> or <c>smtp-auth+ip</c>.</param>
    internal sealed record Given(string Name) : RuleProof;

    /// <summary>It can be seen at the end of DATA only.</summary>
    internal sealed record Open : RuleProof;

    /// <summary>It is not there, or not now. No later rule is asked: the sender is not who the rule is for.</summary>
    internal sealed record Missing(int Code, string EnhancedCode, string Sentence) : RuleProof;

    /// <summary>What is known of it.</summary>
    /// <param name="rule">A rule that fits sender and origin.</param>
    /// <param name="origin">All that is known of where the mail comes from.</param>
    /// <param name="hasToken">Whether the address has a token; whether it is right is seen to elsewhere.</param>
    public static RuleProof Of(SenderRule rule, Origin origin, bool hasToken)
    {
        if (rule.Proofs is ProofKinds.None) return new Given(rule.Proof);
        ProofKinds[] known = [.. Known(rule, origin, hasToken)];
        if (known.Length > 0) return Is(rule, known[0]);
        ProofKinds asked = rule.Proofs & OfMail;
        bool isOpen = asked is not ProofKinds.None && (!origin.IsHeaderRead || origin.IsQuestion)
            && (asked is not ProofKinds.Spf || origin.IsUpstream);
        Evidence found = origin.Evidence ?? new Evidence
        {
            Spf = origin.Spf,
            AuthorWrong = "nothing of the mail has been looked at",
        };
        if (isOpen && found.Spf?.Result is not SpfResult.Pass) return new Open();
        string words = FlagWords.Join(rule.Proofs).Replace(", ", " or ", StringComparison.Ordinal);
        string asks = $"Sender rule {rule.Id} asks for proof of the sender ({words})";
        if (asked is ProofKinds.None) return new Missing(550, "5.7.1", $"{asks}, and there is none");
        ProofVerdict verdict = ProofVerdict.Decide(asked, rule.IsRelaxed, rule.Sender, found, found.Suffixes);
        return verdict switch
        {
            ProofVerdict.Proven { Kind: var kind } => Is(rule, kind),
            ProofVerdict.Missing when isOpen => new Open(),
            ProofVerdict.Missing no => new Missing(no.Code, no.EnhancedCode, $"{asks}: {no.Sentence}"),
            _ => throw new InvalidOperationException("A verdict is one of two."),
        };
    }

    /// <summary>Whether SPF of the connection helps at RCPT: the rule takes it, and nothing else is there.</summary>
    public static bool NeedsSpf(SenderRule rule, Origin origin) =>
        rule.Proofs.HasFlag(ProofKinds.Spf) && !origin.IsUpstream && !Known(rule, origin, hasToken: false).Any();

    // What is known without the DNS and without the mail.
    private static IEnumerable<ProofKinds> Known(SenderRule rule, Origin origin, bool hasToken)
    {
        ProofKinds asked = rule.Proofs;
        if (asked.HasFlag(ProofKinds.Ip) && !origin.IsFetched && rule.Networks?.Contains(origin.Client) is true)
        {
            yield return ProofKinds.Ip;
        }

        if (asked.HasFlag(ProofKinds.SmtpAuth) && rule.User is { } user && user == origin.User)
        {
            yield return ProofKinds.SmtpAuth;
        }

        if (asked.HasFlag(ProofKinds.Token) && hasToken) yield return ProofKinds.Token;
        foreach (ProofKinds kind in Enum.GetValues<ProofKinds>())
        {
            if (kind is not ProofKinds.None && (asked & origin.Assumed).HasFlag(kind)) yield return kind;
        }
    }

    // What the rule names besides had to be so as well.
    private static Given Is(SenderRule rule, ProofKinds kind)
    {
        List<string> all = [];
        if (rule.User is not null && !rule.Proofs.HasFlag(ProofKinds.SmtpAuth)) all.Add("smtp-auth");
        if (rule.Networks is not null && !rule.Proofs.HasFlag(ProofKinds.Ip)) all.Add("ip");
        all.Add(FlagWords.Join(kind));
        return new Given(string.Join('+', all));
    }
}
