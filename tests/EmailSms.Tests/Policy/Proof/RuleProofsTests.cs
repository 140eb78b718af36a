using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using static EmailSms.Tests.Policy.RulesOnDisk;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>Rules that take one of several proofs: what may be written, and whom they let in.</summary>
public sealed class RuleProofsTests : IAsyncDisposable
{
    private readonly RulesOnDisk _disk = new();

    private SenderRules Rules => _disk.Rules;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Theory]
    [InlineData("@x.example", "dmarc", null)]
    [InlineData("@x.example", "dkim, spf", null)]
    [InlineData("ann@gmail.com", "dmarc", null)] // a public provider by address
    [InlineData("@gmail.com", "dmarc", "Anybody can have an address at gmail.com")]
    [InlineData("@.gmail.com", "dmarc", "Anybody can have an address at gmail.com")]
    [InlineData("*", "dmarc", "A rule for anybody (*) is not proven by spf, dkim or dmarc")]
    [InlineData("*", "spf", "A rule for anybody (*) is not proven by spf, dkim or dmarc")]
    [InlineData("@x.example", "password", "password proves nothing: there are ip, smtp-auth, token, spf, dkim, dmarc.")]
    [InlineData("@x.example", "ip", "The proof ip needs the networks it is about.")]
    [InlineData("@x.example", "smtp-auth", "The proof smtp-auth needs its user.")]
    [InlineData("@x.example", "token", "The proof token needs a token.")]
    [InlineData("@x.example", "", "A rule must name the networks it believes")]
    public void What_a_rule_from_anywhere_must_have(string sender, string proofs, string? mistake)
    {
        var draft = new SenderRuleDraft { Sender = sender, Proofs = proofs, Destinations = "*" };
        bool isRule = draft.TryBecomeRule(out _, out IReadOnlyList<string> mistakes);
        Assert.Equal(mistake is null, isRule);
        if (mistake is not null) Assert.StartsWith(mistake, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Anybody_may_bring_the_proof_of_a_domain_where_something_else_binds_them()
    {
        var draft = new SenderRuleDraft
        {
            Sender = "*",
            Proofs = "dmarc",
            Destinations = "*",
            Networks = "192.0.2.0/24",
        };
        Assert.True(draft.TryBecomeRule(out _, out _));
        Assert.False((draft with { Proofs = "dmarc, ip" }).TryBecomeRule(out _, out _));
        Assert.True((draft with { Networks = null, Token = "secret-token" }).TryBecomeRule(out _, out _));
        Assert.True((draft with { Networks = null, User = "ann" }).TryBecomeRule(out _, out _));
    }

    [Fact]
    public void SPF_says_nothing_of_a_From_and_relaxed_nothing_of_SPF()
    {
        var draft = new SenderRuleDraft { Sender = "@x.example", Proofs = "spf", Destinations = "*" };
        Assert.False((draft with { MatchesHeader = true }).TryBecomeRule(out _, out IReadOnlyList<string> header));
        Assert.StartsWith("SPF proves the envelope sender", Assert.Single(header), StringComparison.Ordinal);
        Assert.False((draft with { IsRelaxed = true }).TryBecomeRule(out _, out IReadOnlyList<string> relaxed));
        Assert.StartsWith("What is relaxed is", Assert.Single(relaxed), StringComparison.Ordinal);
        Assert.True((draft with { IsRelaxed = true, Proofs = "spf, dkim" }).TryBecomeRule(out _, out _));
    }

    [Fact]
    public async Task A_rule_keeps_its_proofs_on_disk()
    {
        SenderRule rule = await AddAsync(new SenderRuleDraft
        {
            Proofs = "dmarc ip token",
            IsRelaxed = true,
            Networks = "192.0.2.0/24",
            Token = "secret-token",
        });
        SenderRule read = Assert.Single(Rules.List());
        Assert.Equal(ProofKinds.Ip | ProofKinds.Token | ProofKinds.Dmarc, read.Proofs);
        Assert.True(read.IsRelaxed);
        Assert.Equal(rule.Proofs, read.Proofs);
        Assert.Equal("ip, token, dmarc", SenderRuleDraft.Of(read).Proofs);
    }

    // The proofs; does the rule name its network besides, is the client in it, has the user authenticated, is a token
    // there; what SPF says; and how it stands at RCPT.
    [Theory]
    [InlineData("ip, smtp-auth", true, null, false, null, "ip")]
    [InlineData("ip, smtp-auth", false, "ann", false, null, "smtp-auth")]
    [InlineData("ip, smtp-auth", false, "bob", false, null, "missing 550 5.7.1")]
    [InlineData("ip, smtp-auth", false, null, false, null, "missing 550 5.7.1")]
    [InlineData("ip, token", false, null, true, null, "token")]
    [InlineData("ip, token", false, null, false, null, "missing 550 5.7.1")]
    [InlineData("ip, spf", false, null, false, "pass", "spf")]
    [InlineData("ip, spf", false, null, false, "fail", "missing 550 5.7.23")]
    [InlineData("ip, spf", false, null, false, "temperror", "missing 451 4.7.24")]
    [InlineData("ip, spf", true, null, false, "temperror", "ip")]
    [InlineData("spf, dmarc", false, null, false, "fail", "open")]
    [InlineData("spf, dmarc", false, null, false, "temperror", "open")]
    [InlineData("spf, dmarc", false, null, false, "pass", "spf")]
    [InlineData("dkim", false, null, false, "pass", "open")]
    [InlineData("dkim", false, "ann", false, null, "missing 550 5.7.1")] // the user is named, and not of the list
    public async Task How_a_proof_stands_at_RCPT(
        string proofs, bool isInside, string? user, bool hasToken, string? spf, string stands)
    {
        bool names(string word) => proofs.Contains(word, StringComparison.Ordinal);
        SenderRule rule = await AddAsync(new SenderRuleDraft
        {
            Proofs = proofs,
            Networks = names("ip") ? "192.0.2.0/24" : null,
            User = names("smtp-auth") ? "ann" : user is not null ? "carl" : null,
            Token = names("token") ? "secret-token" : null,
        });
        var origin = new Origin(isInside ? Inside : Outside, user)
        {
            Spf = spf is null ? null
                : new SpfVerdict(Enum.Parse<SpfResult>(spf, ignoreCase: true), "x.example", "reason"),
        };
        if (!rule.Believes(origin))
        {
            Assert.Equal("missing 550 5.7.1", stands); // it is for another user: the next rule is asked
            Assert.IsType<Verdict.Refused>(Rules.DecideSender(Ann, origin));
            return;
        }

        Assert.Equal(stands, RuleProof.Of(rule, origin, hasToken) switch
        {
            RuleProof.Given given => given.Name,
            RuleProof.Open => "open",
            RuleProof.Missing no => $"missing {no.Code} {no.EnhancedCode}",
            _ => "?",
        });
    }

    [Fact]
    public async Task Behind_a_server_in_front_SPF_is_open_until_the_mail_is_there()
    {
        SenderRule rule = await AddAsync(new SenderRuleDraft { Proofs = "spf" });
        var origin = new Origin(Outside) { IsUpstream = true };
        Assert.False(RuleProof.NeedsSpf(rule, origin));
        Assert.True(RuleProof.NeedsSpf(rule, new Origin(Outside)));
        Assert.IsType<RuleProof.Open>(RuleProof.Of(rule, origin, hasToken: false));
        origin = origin with { IsHeaderRead = true, Evidence = new Evidence { EnvelopeDomain = "x.example" } };
        Assert.IsType<RuleProof.Missing>(RuleProof.Of(rule, origin, hasToken: false));
        origin = origin with
        {
            Evidence = origin.Evidence with { Upstream = new ReportedResults("mx.front", "x.example", [], null) },
        };
        Assert.Equal(new RuleProof.Given("spf"), RuleProof.Of(rule, origin, hasToken: false));
    }

    [Fact]
    public async Task What_a_rule_names_besides_is_in_the_name_of_the_proof()
    {
        SenderRule rule = await AddAsync(
            new SenderRuleDraft { Proofs = "spf", User = "ann", Networks = "192.0.2.0/24" });
        var origin = new Origin(Inside, "ann") { Spf = new SpfVerdict(SpfResult.Pass, "x.example", "mx") };
        Assert.Equal(new RuleProof.Given("smtp-auth+ip+spf"), RuleProof.Of(rule, origin, hasToken: false));
    }

    [Fact]
    public async Task A_proof_that_is_missing_is_the_end()
    {
        SenderRule first = await AddAsync(new SenderRuleDraft { Proofs = "dmarc", Priority = 1 });
        SenderRule second = await AddAsync(new SenderRuleDraft { Networks = "198.51.100.0/24" });
        var origin = new Origin(Outside) { IsHeaderRead = true };
        var no = Assert.IsType<Verdict.Refused>(Rules.Decide(Ann, origin, Phone));
        Assert.Equal((first.Id, 550, "5.7.26"), (no.Rule?.Id, no.Code, no.EnhancedCode));
        Assert.StartsWith(
            $"Sender rule {first.Id} asks for proof of the sender (dmarc)", no.Sentence, StringComparison.Ordinal);
        Assert.Equal(
            [(first.Id, RuleStep.Refuses), (second.Id, RuleStep.NotReached)],
            Rules.Explain(Ann, origin, Phone).Select(told => (told.Rule.Id, told.Step)));

        origin = origin with { Assumed = ProofKinds.Dmarc };
        Assert.Equal(first.Id, Assert.IsType<Verdict.Allowed>(Rules.Decide(Ann, origin, Phone)).Rule.Id);
        Assert.Equal(RuleStep.Allows, Rules.Explain(Ann, origin, Phone)[0].Step);
    }

    [Fact]
    public async Task A_token_that_is_one_of_several_may_be_missing_and_not_be_wrong()
    {
        SenderRule rule = await AddAsync(new SenderRuleDraft { Proofs = "token, dmarc", Token = "secret-token" });
        Verdict.Refused? Refuse(string? token) => OptionPolicy.Refuse(
            rule, token is null ? 0 : RecipientOption.Token, token, null, null, null);
        Assert.Null(Refuse(null));
        Assert.Null(Refuse("secret-token"));
        Assert.NotNull(Refuse("other-token"));
        rule = await AddAsync(new SenderRuleDraft { Proofs = "dmarc", Token = "secret-token" });
        Assert.NotNull(Refuse(null));
    }

    private Task<SenderRule> AddAsync(SenderRuleDraft draft) =>
        _disk.AddAsync(draft with { Sender = draft.Sender ?? "@x.example" });
}
