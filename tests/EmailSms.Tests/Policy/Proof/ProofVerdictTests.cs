using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>What a rule takes for proof, by a table; and against an evaluator that is written straight down.</summary>
public sealed class ProofVerdictTests
{
    // The author's domain; who signed; whose SPF passed; what the domain publishes; does a strict rule take it, does a
    // relaxed one.
    [Theory]
    [InlineData("x.example", "x.example", "", "r,r", true, true)] // DKIM of the very domain
    [InlineData("x.example", "", "x.example", "r,r", true, true)] // SPF of the very domain
    [InlineData("x.example", "y.example", "y.example", "r,r", false, false)] // passes of somebody else
    [InlineData("x.example", "mail.x.example", "", "r,r", false, true)] // a signature of a subdomain
    [InlineData("x.example", "", "bounce.x.example", "r,r", false, true)] // an envelope of a subdomain
    [InlineData("x.example", "mail.x.example", "", "s,r", false, false)] // the domain itself wants it strict
    [InlineData("x.example", "", "bounce.x.example", "r,s", false, false)]
    [InlineData("x.example", "mail.x.example", "", "r,s", false, true)] // of the other kind
    [InlineData("news.x.example", "x.example", "", "r,r", false, true)] // a signature of the parent
    [InlineData("news.x.example", "shop.x.example", "", "r,r", false, true)] // of a sister
    [InlineData("x.co.uk", "co.uk", "", "r,r", false, false)] // of nobody in particular
    [InlineData("x.co.uk", "y.co.uk", "", "r,r", false, false)] // of a neighbour
    [InlineData("x.co.uk", "mail.x.co.uk", "", "r,r", false, true)]
    [InlineData("a.github.io", "b.github.io", "", "r,r", false, false)] // two customers of one host
    [InlineData("github.io", "b.github.io", "", "r,r", false, false)] // the host and a customer
    [InlineData("x.example", "x.example", "", "", false, false)] // without a policy DMARC says nothing
    [InlineData("x.example", "", "", "r,r", false, false)]
    public void Alignment(string author, string signer, string spf, string policy, bool strict, bool relaxed)
    {
        Evidence found = Found(author, signer, spf, policy);
        Assert.Equal(strict, Decide(ProofKinds.Dmarc, isRelaxed: false, found) is ProofVerdict.Proven);
        Assert.Equal(relaxed, Decide(ProofKinds.Dmarc, isRelaxed: true, found) is ProofVerdict.Proven);
    }

    [Theory]
    [InlineData("x.example", "x.example", false, true)]
    [InlineData("x.example", "mail.x.example", false, false)]
    [InlineData("x.example", "mail.x.example", true, true)]
    [InlineData("x.example", "y.example", true, false)]
    [InlineData("x.example", "", true, false)]
    public void A_signature_alone(string author, string signer, bool isRelaxed, bool isProof) => Assert.Equal(
        isProof, Decide(ProofKinds.Dkim, isRelaxed, Found(author, signer, "x.example", "")) is ProofVerdict.Proven);

    [Theory]
    [InlineData(SpfResult.Pass, 0, "")]
    [InlineData(SpfResult.Fail, 550, "5.7.23")]
    [InlineData(SpfResult.SoftFail, 550, "5.7.23")]
    [InlineData(SpfResult.Neutral, 550, "5.7.23")]
    [InlineData(SpfResult.None, 550, "5.7.23")]
    [InlineData(SpfResult.PermError, 550, "5.7.24")]
    [InlineData(SpfResult.TempError, 451, "4.7.24")]
    public void SPF_alone(object result, int code, string enhanced)
    {
        var found = new Evidence { Spf = new SpfVerdict((SpfResult)result, "x.example", "reason") };
        ProofVerdict verdict = Decide(ProofKinds.Spf, isRelaxed: false, found);
        if (code == 0) Assert.Equal(new ProofVerdict.Proven(ProofKinds.Spf), verdict);
        else AssertMissing(verdict, code, enhanced);
    }

    [Fact]
    public void The_words_of_a_domain_are_told_as_its_own() => Assert.Equal(
        "SPF of x.example is fail: -all; x.example says: Not from here",
        AssertMissing(
            Decide(ProofKinds.Spf, false, new Evidence
            {
                Spf = new SpfVerdict(SpfResult.Fail, "x.example", "-all") { Explanation = "Not from here" },
            }),
            550, "5.7.23"));

    [Theory]
    [InlineData(ProofKinds.Dkim, "", 0, "5.7.20", "There is no DKIM signature")]
    [InlineData(ProofKinds.Dkim, "", 2, "5.7.22", "No DKIM signature is by x.example")]
    [InlineData(ProofKinds.Dkim, "y.example", 1, "5.7.22", "The signature is by y.example, and From is of x.example")]
    [InlineData(ProofKinds.Dmarc, "", 0, "5.7.26", "There is no DKIM signature; and SPF of y.example is fail")]
    [InlineData(ProofKinds.Dmarc | ProofKinds.Spf, "", 0, "5.7.26",
        "There is no DKIM signature; and SPF of y.example is fail; SPF of y.example is fail: reason")]
    public void What_is_missing_is_said(object kinds, string signer, int signatures, string enhanced, string says)
    {
        Evidence found = Found("x.example", signer, "", "r,r") with
        {
            Signatures = signatures,
            Spf = new SpfVerdict(SpfResult.Fail, "y.example", "reason"),
        };
        Assert.Equal(says, AssertMissing(Decide((ProofKinds)kinds, false, found), 550, enhanced));
    }

    [Fact]
    public void A_signature_that_does_not_count_says_why() => Assert.Equal(
        "The DKIM signature of x.example does not count: it has expired",
        AssertMissing(
            Decide(ProofKinds.Dkim, false, Found("x.example", "", "", "") with
            {
                Dkim = [new DkimVerdict(DkimResult.Fail, "x.example", "k1", "it has expired")],
            }),
            550, "5.7.20"));

    [Fact]
    public void From_must_be_whom_the_rule_is_for()
    {
        Evidence found = Found("y.example", "y.example", "y.example", "r,r");
        Assert.Equal(
            "From is ann@y.example, and the sender rule is for @x.example",
            AssertMissing(Decide(ProofKinds.Dmarc, true, found, "@x.example"), 550, "5.7.26"));
        AssertMissing(Decide(ProofKinds.Dkim, true, found, "@x.example"), 550, "5.7.26");
        Assert.IsType<ProofVerdict.Proven>(Decide(ProofKinds.Dmarc, false, found, "ann@y.example"));
    }

    [Fact]
    public void A_mail_without_an_author_proves_nothing()
    {
        var found = new Evidence { AuthorWrong = "This mail has no From, so nobody can prove it" };
        Assert.Equal(found.AuthorWrong, AssertMissing(Decide(ProofKinds.Dmarc, true, found), 550, "5.7.26"));
    }

    [Theory]
    [InlineData(ProofKinds.Dkim, true, false, false, "4.7.5")]
    [InlineData(ProofKinds.Dmarc, true, false, false, "4.7.5")]
    [InlineData(ProofKinds.Dmarc, false, true, false, "4.7.5")]
    [InlineData(ProofKinds.Dmarc, false, false, true, "4.7.24")]
    [InlineData(ProofKinds.Dkim | ProofKinds.Spf, false, false, true, "4.7.24")]
    public void What_may_be_proven_later_is_not_refused_for_good(
        object kinds, bool isKeyOpen, bool isPolicyOpen, bool isSpfOpen, string enhanced)
    {
        Evidence found = Found("x.example", "", "", isPolicyOpen ? "" : "r,r") with
        {
            Dkim = isKeyOpen ? [new DkimVerdict(DkimResult.TempError, "x.example", "k1", "no answer")] : [],
            Dmarc = isPolicyOpen
                ? new DmarcAnswer(Policy: null, IsTemporary: true)
                : new DmarcAnswer(new DmarcPolicy("x.example", "reject", false, false)),
            Spf = new SpfVerdict(isSpfOpen ? SpfResult.TempError : SpfResult.Fail, "x.example", "no answer"),
        };
        string says = AssertMissing(Decide((ProofKinds)kinds, false, found), 451, enhanced);
        Assert.StartsWith("The sender cannot be verified now: ", says, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_later_answer_could_prove_is_refused_for_good()
    {
        Evidence found = Found("x.example", "", "", "") with
        {
            Dkim = [new DkimVerdict(DkimResult.TempError, "x.example", "k1", "no answer")],
            Spf = new SpfVerdict(SpfResult.TempError, "x.example", "no answer"),
        };
        Assert.Equal(
            "x.example publishes no DMARC policy",
            AssertMissing(Decide(ProofKinds.Dmarc, false, found), 550, "5.7.26"));
    }

    [Fact]
    public void One_proof_that_is_there_is_enough_whatever_is_open()
    {
        Evidence found = Found("x.example", "x.example", "", "") with
        {
            Dmarc = new DmarcAnswer(Policy: null, IsTemporary: true),
            Spf = new SpfVerdict(SpfResult.TempError, "x.example", "no answer"),
        };
        Assert.Equal(
            new ProofVerdict.Proven(ProofKinds.Dkim),
            Decide(ProofKinds.Dmarc | ProofKinds.Dkim | ProofKinds.Spf, false, found));
    }

    [Theory]
    [InlineData("x.example", "x.example", "", false, true)]
    [InlineData("x.example", "", "x.example", false, true)]
    [InlineData("x.example", "", "", false, false)] // it does not say by which domain, and may have been relaxed
    [InlineData("x.example", "", "", true, true)]
    [InlineData("x.example", "mail.x.example", "", false, false)]
    [InlineData("y.example", "x.example", "", true, false)] // it passed for another From
    [InlineData("", "x.example", "x.example", true, false)] // no DMARC, and no policy that we know
    public void What_a_server_in_front_says(string dmarc, string signer, string spf, bool isRelaxed, bool isProof)
    {
        Evidence found = Found("x.example", "", "", "") with
        {
            Upstream = new ReportedResults(
                "mx.front.example", Null(spf), signer.Length > 0 ? [signer] : [], Null(dmarc)),
        };
        Assert.Equal(isProof, Decide(ProofKinds.Dmarc, isRelaxed, found) is ProofVerdict.Proven);
        found = found with { Upstream = null, Forwarder = found.Upstream };
        Assert.Equal(isProof, Decide(ProofKinds.Dmarc, isRelaxed, found) is ProofVerdict.Proven);
    }

    [Fact]
    public void A_forwarder_s_SPF_is_no_proof_of_who_sends_to_us()
    {
        Evidence found = Found("x.example", "", "", "") with
        {
            EnvelopeDomain = "x.example",
            Forwarder = new ReportedResults("lists.example", "x.example", [], null),
        };
        AssertMissing(Decide(ProofKinds.Spf, true, found), 550, "5.7.23");
        found = found with { Upstream = found.Forwarder };
        Assert.IsType<ProofVerdict.Proven>(Decide(ProofKinds.Spf, true, found));
        found = found with { EnvelopeDomain = "y.example" };
        AssertMissing(Decide(ProofKinds.Spf, true, found), 550, "5.7.23");
    }

    /// <summary>Every combination, against the rules written down once more in another way.</summary>
    [Fact]
    public void Every_combination_is_decided_as_the_rules_say()
    {
        string[] domains = ["x.example", "mail.x.example", "y.example", ""];
        int proven = 0;
        int all = 0;
        var cases =
            from signer in domains
            from spf in domains
            from policy in (string[])["", "r,r", "s,r", "r,s", "s,s"]
            from isRelaxed in (bool[])[true, false]
            from kinds in Enumerable.Range(1, 7).Select(some => (ProofKinds)(some * (int)ProofKinds.Spf))
            select (signer, spf, policy, isRelaxed, kinds);
        foreach ((string signer, string spf, string policy, bool isRelaxed, ProofKinds kinds) in cases)
        {
            bool IsNear(string domain, bool isStrict) =>
                domain == "x.example" || (domain == "mail.x.example" && isRelaxed && !isStrict);
            bool expected = (kinds.HasFlag(ProofKinds.Spf) && spf.Length > 0)
                || (kinds.HasFlag(ProofKinds.Dkim) && IsNear(signer, false))
                || (kinds.HasFlag(ProofKinds.Dmarc) && policy.Length > 0
                    && (IsNear(signer, policy[0] == 's') || IsNear(spf, policy[2] == 's')));

            ProofVerdict verdict = Decide(kinds, isRelaxed, Found("x.example", signer, spf, policy));
            Assert.True(
                expected == verdict is ProofVerdict.Proven, $"{signer} {spf} {policy} {isRelaxed} {kinds}: {verdict}");
            all++;
            proven += expected ? 1 : 0;
        }

        Assert.Equal(4 * 4 * 5 * 2 * 7, all);
        Assert.InRange(proven, 200, 1000);
    }

    private static Evidence Found(string author, string signer, string spf, string policy) => new()
    {
        Author = EmailAddress.Parse($"ann@{author}"),
        AuthorDomain = author,
        EnvelopeDomain = Null(spf),
        Dkim = signer.Length > 0 ? [new DkimVerdict(DkimResult.Pass, signer, "k1", "rsa-sha256")] : [],
        Signatures = signer.Length > 0 ? 1 : 0,
        Spf = spf.Length > 0
            ? new SpfVerdict(SpfResult.Pass, spf, "mx")
            : new SpfVerdict(SpfResult.Fail, author, "-all"),
        Dmarc = policy.Length == 0
            ? DmarcAnswer.None
            : new DmarcAnswer(new DmarcPolicy(author, "reject", policy[0] == 's', policy[2] == 's')),
    };

    private static string? Null(string text) => text.Length > 0 ? text : null;

    private static ProofVerdict Decide(ProofKinds kinds, bool isRelaxed, Evidence found, string sender = "*")
    {
        Assert.True(SenderPattern.TryParse(sender, out SenderPattern pattern, out _));
        return ProofVerdict.Decide(kinds, isRelaxed, pattern, found, PublicSuffixes.BuiltIn);
    }

    private static string AssertMissing(ProofVerdict verdict, int code, string enhanced)
    {
        var missing = Assert.IsType<ProofVerdict.Missing>(verdict);
        Assert.Equal((code, enhanced), (missing.Code, missing.EnhancedCode));
        return missing.Sentence;
    }
}
