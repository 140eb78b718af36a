namespace EmailSms.Policy.Proof;

/// <summary>Whether the demand of a rule is met by what was found. One of these two.</summary>
internal abstract record ProofVerdict
{
    private ProofVerdict()
    {
    }

    /// <summary>Yes, by this.</summary>
    internal sealed record Proven(ProofKinds Kind) : ProofVerdict;

    /// <summary>No, or not now: the codes are those of the reply (RFC 7372), the sentence is for the sender.</summary>
    internal sealed record Missing(int Code, string EnhancedCode, string Sentence) : ProofVerdict;

    /// <summary>Looks for one of the proofs that a rule takes.</summary>
    /// <param name="kinds">What the rule takes; only spf, dkim and dmarc are looked at here.</param>
    /// <param name="isRelaxed">Whether other domains of the author's organization count.</param>
    /// <param name="sender">Whom the rule is for.</param>
    /// <param name="found">What was found.</param>
    /// <param name="suffixes">Tells which domains are one organization's.</param>
    public static ProofVerdict Decide(
        ProofKinds kinds, bool isRelaxed, SenderPattern sender, Evidence found, PublicSuffixes suffixes)
    {
        var question = new Question(isRelaxed, sender, found, suffixes);
        ProofKinds[] inOrder = [ProofKinds.Dmarc, ProofKinds.Dkim, ProofKinds.Spf];
        List<Lack> lacks = [];
        foreach (ProofKinds kind in inOrder.Where(kind => kinds.HasFlag(kind)))
        {
            Lack? lack = kind switch
            {
                ProofKinds.Dmarc => question.Dmarc(),
                ProofKinds.Dkim => question.Dkim(),
                _ => question.Spf(),
            };
            if (lack is null) return new Proven(kind);
            lacks.Add(lack);
        }

        // Another lookup may prove it, so nothing is refused for good while one is open.
        if (lacks.Find(lack => lack.IsTemporary) is { } later) return new Missing(451, later.Code, later.Sentence);
        string sentence = string.Join("; ", lacks.Select(lack => lack.Sentence).Distinct());
        return lacks.Count == 1
            ? new Missing(550, lacks[0].Code, sentence)
            : new Missing(550, "5.7.26", sentence); // RFC 7372 3.3: several checks failed
    }

    /// <summary>Why one kind of proof is missing.</summary>
    private sealed record Lack(string Code, string Sentence, bool IsTemporary = false);

    /// <summary>One rule's view of what was found; each answer is null where the proof is there.</summary>
    private sealed class Question(bool isRelaxed, SenderPattern sender, Evidence found, PublicSuffixes suffixes)
    {
        public Lack? Spf()
        {
            if (found.Spf?.Result is SpfResult.Pass
                || (found.EnvelopeDomain is { } envelope && found.Upstream?.SpfDomain == envelope))
            {
                return null;
            }

            if (found.Spf is not { } spf) return new Lack("5.7.23", "No SPF pass is known");
            if (spf.Result is SpfResult.TempError) return Later("4.7.24", spf.Reason);
            string code = spf.Result is SpfResult.PermError ? "5.7.24" : "5.7.23";
            string said = spf.Explanation is { } explanation ? $"; {spf.Domain} says: {explanation}" : "";
            return new Lack(code, $"SPF of {spf.Domain} is {spf.Word}: {spf.Reason}{said}");
        }

        public Lack? Dkim()
        {
            if (WrongAuthor() is { } wrong) return wrong;
            if (Signers().Any(domain => IsAligned(domain, isStrict: false))) return null;
            if (found.Dkim.FirstOrDefault(one => one.Result is DkimResult.TempError) is { } open)
            {
                return Later("4.7.5", open.Reason);
            }

            return NoSignature();
        }

        public Lack? Dmarc()
        {
            if (WrongAuthor() is { } wrong) return wrong;
            ReportedResults?[] told = [found.Upstream, found.Forwarder];
            if (told.Any(one => one is not null && IsDmarcPass(one))) return null;
            if (found.Dmarc.Policy is { } policy)
            {
                bool isAligned = Signers().Any(domain => IsAligned(domain, policy.IsDkimStrict))
                    || SpfPasses().Any(domain => IsAligned(domain, policy.IsSpfStrict));
                if (isAligned) return null;
            }

            if (found.Dmarc.IsTemporary)
            {
                return Later("4.7.5", $"the DNS gave no answer about the DMARC policy of {found.AuthorDomain}");
            }

            // Without a policy nothing that a later answer says could pass.
            if (found.Dmarc.Policy is null)
            {
                return new Lack("5.7.26", $"{found.AuthorDomain} publishes no DMARC policy");
            }

            if (found.Dkim.FirstOrDefault(one => one.Result is DkimResult.TempError) is { } open)
            {
                return Later("4.7.5", open.Reason);
            }

            if (found.Spf is { Result: SpfResult.TempError } spf) return Later("4.7.24", spf.Reason);
            return new Lack("5.7.26", $"{NoSignature().Sentence}; and {NoSpf()}");
        }

        private Lack? WrongAuthor()
        {
            if (found.Author is not { } author) return new Lack("5.7.26", found.AuthorWrong!);
            return sender.Matches(author)
                ? null
                : new Lack("5.7.26", $"From is {author}, and the sender rule is for {sender}");
        }

        private Lack NoSignature()
        {
            string domain = found.AuthorDomain!;
            if (found.Dkim.FirstOrDefault(one => one.Result is DkimResult.Pass) is { } other)
            {
                return new Lack("5.7.22", $"The signature is by {other.Domain}, and From is of {domain}");
            }

            if (found.Dkim.Count > 0)
            {
                DkimVerdict first = found.Dkim[0];
                return new Lack("5.7.20", $"The DKIM signature of {first.Domain} does not count: {first.Reason}");
            }

            return found.Signatures > 0
                ? new Lack("5.7.22", $"No DKIM signature is by {domain}")
                : new Lack("5.7.20", "There is no DKIM signature");
        }

        private string NoSpf() => found.Spf is { } spf
            ? $"SPF of {spf.Domain} is {spf.Word}"
            : "no SPF pass is known";

        private IEnumerable<string> Signers() =>
        [
            .. found.Dkim.Where(one => one.Result is DkimResult.Pass).Select(one => one.Domain),
            .. found.Upstream?.DkimDomains ?? [],
            .. found.Forwarder?.DkimDomains ?? [],
        ];

        private IEnumerable<string> SpfPasses()
        {
            if (found.Spf is { Result: SpfResult.Pass } spf) yield return spf.Domain;
            if (found.Upstream?.SpfDomain is { } upstream) yield return upstream;
        }

        // Another server's DMARC may have been relaxed: a strict rule wants to see by which domain it passed.
        private bool IsDmarcPass(ReportedResults told) => told.DmarcDomain == found.AuthorDomain
            && (isRelaxed
                || told.DkimDomains.Contains(found.AuthorDomain)
                || told.SpfDomain == found.AuthorDomain);

        private bool IsAligned(string domain, bool isStrict)
        {
            if (domain == found.AuthorDomain) return true;
            return isRelaxed && !isStrict
                && suffixes.OrganizationalDomain(domain) == suffixes.OrganizationalDomain(found.AuthorDomain!);
        }

        private static Lack Later(string code, string reason) =>
            new(code, $"The sender cannot be verified now: {reason}; try again later", IsTemporary: true);
    }
}
