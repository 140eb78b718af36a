using EmailSms.Policy;
using static EmailSms.Tests.Policy.RulesOnDisk;

namespace EmailSms.Tests.Policy;

/// <summary>What a rule takes for proof of a sender: a network, a user, or both.</summary>
public sealed class RuleProofTests : IAsyncDisposable
{
    private readonly RulesOnDisk _disk = new();

    private SenderRules Rules => _disk.Rules;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Theory]
    [InlineData("192.0.2.0/24", null, true, null, true)] // the network is the proof, whoever authenticated
    [InlineData("192.0.2.0/24", null, true, "bob", true)]
    [InlineData("192.0.2.0/24", null, false, "ann", false)]
    [InlineData(null, "ann", false, "ann", true)] // the user is the proof, from anywhere
    [InlineData(null, "ann", true, "ann", true)]
    [InlineData(null, "ann", true, null, false)]
    [InlineData(null, "ann", true, "bob", false)]
    [InlineData("192.0.2.0/24", "ann", true, "ann", true)] // both
    [InlineData("192.0.2.0/24", "ann", true, null, false)]
    [InlineData("192.0.2.0/24", "ann", true, "bob", false)]
    [InlineData("192.0.2.0/24", "ann", false, "ann", false)]
    public async Task Everything_that_a_rule_names_must_be_so(
        string? networks, string? user, bool isInside, string? authenticated, bool isAllowed)
    {
        await AddAsync(new SenderRuleDraft { Networks = networks, User = user });
        var origin = new Origin(isInside ? Inside : Outside, authenticated);

        Assert.Equal(isAllowed, Rules.DecideSender(Ann, origin) is Verdict.Allowed);
        Assert.Equal(isAllowed, Rules.Decide(Ann, origin, Phone) is Verdict.Allowed);
        RuleStep step = Assert.Single(Rules.Explain(Ann, origin, Phone)).Step;
        Assert.Equal(isAllowed, step is RuleStep.Allows);
    }

    [Theory]
    [InlineData("192.0.2.0/24", null, "ip")]
    [InlineData(null, "ann", "smtp-auth")]
    [InlineData("192.0.2.0/24", "ann", "smtp-auth+ip")]
    public async Task The_proof_has_a_name(string? networks, string? user, string proof)
    {
        SenderRule written = await AddAsync(new SenderRuleDraft { Networks = networks, User = user });
        SenderRule read = Assert.Single(Rules.List());
        Assert.Equal((proof, proof), (written.Proof, read.Proof));
        Assert.Equal((user, networks), (read.User, read.Networks?.ToString()));
    }

    [Fact]
    public void A_rule_that_names_neither_is_none()
    {
        var draft = new SenderRuleDraft { Sender = "*", Destinations = "*", User = " " };
        Assert.False(draft.TryBecomeRule(out _, out IReadOnlyList<string> mistakes));
        Assert.StartsWith(
            "A rule must name the networks it believes", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_for_a_listener_is_for_no_other()
    {
        SenderRule rule = await AddAsync(
            new SenderRuleDraft { Networks = "192.0.2.0/24", Listener = "plant" });
        Assert.Equal("plant", Assert.Single(Rules.List()).Listener);
        Assert.Equal(
            rule.Id,
            Assert.IsType<Verdict.Allowed>(Rules.DecideSender(Ann, new Origin(Inside, null, "Plant"))).Rule.Id);
        Assert.IsType<Verdict.Refused>(Rules.DecideSender(Ann, new Origin(Inside, null, "mx")));
        Assert.IsType<Verdict.Refused>(Rules.DecideSender(Ann, Inside)); // a listener without a name
        RuleExplanation told = Assert.Single(Rules.Explain(Ann, new Origin(Inside, null, "mx"), Phone));
        Assert.Equal((RuleStep.OtherListener, "It is for the listener plant."), (told.Step, told.Sentence));
    }

    [Fact]
    public async Task The_refusal_says_what_would_be_right()
    {
        await AddAsync(new SenderRuleDraft { User = "ann" });
        Assert.Equal(
            "No rule lets ann@x.example send SMS from 192.0.2.7; one does for a user who has authenticated.",
            Assert.IsType<Verdict.Refused>(Rules.DecideSender(Ann, Inside)).Sentence);
        Assert.Equal(
            "No rule lets ann@x.example send SMS from 192.0.2.7 as user bob.",
            Assert.IsType<Verdict.Refused>(Rules.DecideSender(Ann, new Origin(Inside, "bob"))).Sentence);
        Assert.Equal(
            "It is for user ann, and nobody has authenticated.",
            Assert.Single(Rules.Explain(Ann, Inside, Phone)).Sentence);
        Assert.Equal(
            "It is for user ann, not for user bob.",
            Assert.Single(Rules.Explain(Ann, new Origin(Inside, "bob"), Phone)).Sentence);
    }

    [Fact]
    public async Task A_rule_whose_proof_is_missing_is_passed_over()
    {
        await AddAsync(new SenderRuleDraft { Sender = "ann@x.example", User = "ann" });
        SenderRule wide = await AddAsync(new SenderRuleDraft { Networks = "192.0.2.0/24" });
        Assert.Equal(wide.Id, Assert.IsType<Verdict.Allowed>(Rules.DecideSender(Ann, Inside)).Rule.Id);
    }

    [Fact]
    public void What_is_wrong_with_a_user_or_a_listener_has_a_sentence()
    {
        var draft = new SenderRuleDraft
        {
            Sender = "*",
            Destinations = "*",
            User = "a n",
            Listener = new string('x', 65),
        };
        Assert.False(draft.TryBecomeRule(out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(
            [
                "A user's name has 1 to 64 letters, digits and . - _ @ +, and no spaces.",
                "A listener's name has at most 64 ASCII characters and no spaces.",
            ],
            mistakes);
        Assert.True((draft with { User = "ann", Listener = new string('x', 64) }).TryBecomeRule(out _, out _));
        Assert.False((draft with { User = "ann", Listener = "a b" }).TryBecomeRule(out _, out _));
    }

    private Task<SenderRule> AddAsync(SenderRuleDraft draft) =>
        _disk.AddAsync(draft with { Sender = draft.Sender ?? "*" });
}
