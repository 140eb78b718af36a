using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class SenderRuleDraftTests
{
    private static readonly SenderRuleDraft Good = new()
    {
        Sender = "ann@x.example",
        Networks = "127.0.0.0/8",
        Destinations = "GB",
    };

    [Fact]
    public void What_is_not_said_has_a_careful_default()
    {
        Assert.True(Good.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes));
        Assert.Empty(mistakes);
        Assert.Equal(0, rule.Id);
        Assert.Equal(100, rule.Priority);
        Assert.Equal(NoticeSetting.Failures, rule.Notices);
        Assert.Equal(3, rule.PartsMax);
        Assert.Equal(TimeSpan.FromHours(24), rule.Validity);
        Assert.Equal(10, rule.RecipientsMax);
        Assert.Null(rule.SenderId);
        Assert.Null(rule.DefaultRegion);
        Assert.Null(rule.Note);
    }

    [Theory]
    [InlineData("Ann@X.Example", "ann@x.example")]
    [InlineData(" @X.Example ", "@x.example")]
    [InlineData("*", "*")]
    [InlineData("ann@gmail.com", "ann@gmail.com")] // one address there is one person
    [InlineData("@notgmail.com", "@notgmail.com")]
    public void A_sender_is_an_address_a_domain_or_anybody(string sender, string key)
    {
        Assert.True((Good with { Sender = sender }).TryBecomeRule(out SenderRule? rule, out _));
        Assert.Equal(key, rule.Sender.Key);
    }

    [Theory]
    [InlineData("@gmail.com", "gmail.com")]
    [InlineData("@GMail.com", "gmail.com")]
    [InlineData("@outlook.com", "outlook.com")]
    [InlineData("@t-online.de", "t-online.de")]
    public void A_domain_where_anybody_gets_an_address_is_refused(string sender, string domain)
    {
        AssertMistake(
            Good with { Sender = sender },
            $"Anybody can have an address at {domain}: name the addresses that may send, one rule each.");
    }

    [Theory]
    [InlineData("@.org.uk", "org.uk")]
    [InlineData("@org.uk", "org.uk")]
    [InlineData("@.Co.UK", "co.uk")]
    [InlineData("@.github.io", "github.io")] // whoever has an account there has a domain
    [InlineData("@.anything.ck", "anything.ck")] // all but one are
    [InlineData("@com", "com")]
    public void A_domain_below_which_anybody_registers_one_is_refused(string sender, string suffix)
    {
        AssertMistake(
            Good with { Sender = sender },
            $"Anybody can register a domain below {suffix}: name the domains that may send, one rule each.");
    }

    [Theory]
    [InlineData("@.bbc.co.uk")]
    [InlineData("@.www.ck")] // the one
    [InlineData("@intranet")]
    [InlineData("@.plant.intranet")]
    [InlineData("ann@org.uk")]
    public void One_that_somebody_has_is_not(string sender)
    {
        Assert.True((Good with { Sender = sender }).TryBecomeRule(out _, out IReadOnlyList<string> mistakes));
        Assert.Empty(mistakes);
    }

    [Theory]
    [InlineData(null, "A rule must name its sender: an address, a domain such as @example.com, or *.")]
    [InlineData("", "A rule must name its sender: an address, a domain such as @example.com, or *.")]
    [InlineData("ann", "The sender is neither an address, nor a domain such as @example.com, nor *.")]
    [InlineData("@", "The sender is neither an address, nor a domain such as @example.com, nor *.")]
    [InlineData("@a b", "The sender is neither an address, nor a domain such as @example.com, nor *.")]
    [InlineData("@ann@x.example", "The sender is neither an address, nor a domain such as @example.com, nor *.")]
    public void A_sender_that_is_none_has_its_sentence(string? sender, string sentence)
    {
        AssertMistake(Good with { Sender = sender }, sentence);
    }

    [Theory]
    [InlineData("ACME")]
    [InlineData("St. Mary-1")]
    [InlineData("+447700900123")]
    [InlineData("62262")]
    public void A_sender_ID_is_a_number_a_short_code_or_a_name(string senderId)
    {
        Assert.True((Good with { SenderId = senderId }).TryBecomeRule(out SenderRule? rule, out _));
        Assert.Equal(senderId, rule.SenderId);
    }

    [Theory]
    [InlineData("ACMEHOSPITAL")] // twelve
    [InlineData("ÄRZTE")]
    [InlineData(" ACME")]
    [InlineData("...")]
    [InlineData("12")]
    [InlineData("12345678901")] // a number without its plus
    [InlineData("A\r\nB")]
    public void Another_sender_ID_is_refused(string senderId)
    {
        AssertMistake(
            Good with { SenderId = senderId },
            "The sender ID is a number with its plus sign, a short code of 3 to 8 digits, "
            + "or up to 11 letters and digits with a letter among them.");
    }

    [Fact]
    public void Every_limit_has_two_sides()
    {
        TakesFromTo(value => Good with { PartsMax = value }, 1, 10, "An SMS has between 1 and 10 parts.");
        TakesFromTo(value => Good with { RecipientsMax = value }, 1, 100, "A mail goes to between 1 and 100 numbers.");
        TakesFromTo(value => Good with { Priority = value }, 0, 1_000_000, "The priority is between 0 and 1000000.");
        TakesFromTo(
            value => Good with { Validity = TimeSpan.FromMinutes(value) }, 1, 7 * 24 * 60,
            "The validity is between 1 minute and 7 days.");
        TakesFromTo(
            value => Good with { Note = new string('x', value) }, 0, 200,
            "The note is one line of at most 200 characters.", hasMin: false);
    }

    [Fact]
    public void What_else_may_be_wrong_has_a_sentence()
    {
        AssertMistake(Good with { Note = "two\nlines" }, "The note is one line of at most 200 characters.");
        AssertMistake(Good with { DefaultRegion = "UK" }, "The default region is not one: use an ISO code such as GB.");
        AssertMistake(Good with { Notices = (NoticeSetting)7 }, "Notices are never, failures or always.");
        Assert.True((Good with { DefaultRegion = " gb " }).TryBecomeRule(out SenderRule? rule, out _));
        Assert.Equal("GB", rule.DefaultRegion);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var draft = new SenderRuleDraft { PartsMax = 0, RecipientsMax = 0 };
        Assert.False(draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes));
        Assert.Null(rule);
        Assert.Equal(5, mistakes.Count); // sender, networks, destinations, parts, recipients
    }

    private static void TakesFromTo(
        Func<int, SenderRuleDraft> draft, int min, int max, string sentence, bool hasMin = true)
    {
        Assert.True(draft(min).TryBecomeRule(out _, out _));
        Assert.True(draft(max).TryBecomeRule(out _, out _));
        AssertMistake(draft(max + 1), sentence);
        if (hasMin) AssertMistake(draft(min - 1), sentence);
    }

    private static void AssertMistake(SenderRuleDraft draft, string sentence)
    {
        Assert.False(draft.TryBecomeRule(out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(sentence, Assert.Single(mistakes));
    }
}
