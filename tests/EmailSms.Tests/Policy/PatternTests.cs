using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class PatternTests
{
    [Theory]
    [InlineData("ann@x.example", "Ann@X.example", true)]
    [InlineData("@x.example", "ann@x.example", true)]
    [InlineData("@x.example", "ann@sub.x.example", false)]
    [InlineData("@.x.example", "ann@x.example", true)]
    [InlineData("@.x.example", "ann@a.b.sub.x.example", true)]
    [InlineData("@.x.example", "ann@xx.example", false)]
    [InlineData("@.x.example", "ann@x.example.org", false)]
    [InlineData("@.sub.x.example", "ann@x.example", false)]
    [InlineData("*", "ann@x", true)]
    public void A_pattern_takes_its_senders_and_the_store_finds_them(string written, string sender, bool isOne)
    {
        Assert.True(SenderPattern.TryParse(written, out SenderPattern pattern, out _));
        EmailAddress address = EmailAddress.Parse(sender);
        Assert.Equal(isOne, pattern.Matches(address));
        Assert.Equal(isOne, SenderPattern.KeysOf(address).Contains(pattern.Key));
    }

    [Theory]
    [InlineData("@*.x.example", "written @.x.example")]
    [InlineData("@.com", "2 to 10 parts")]
    [InlineData("@.", "neither an address")]
    [InlineData("@.a.b.c.d.e.f.g.h.i.x.example", "2 to 10 parts")]
    public void A_pattern_that_is_none_says_so(string written, string part)
    {
        Assert.False(SenderPattern.TryParse(written, out _, out string? mistake));
        Assert.Contains(part, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sender_far_below_has_few_keys()
    {
        string deep = string.Concat(Enumerable.Repeat("a.", 100)) + "x.example";
        IReadOnlyList<string> keys = SenderPattern.KeysOf(EmailAddress.Parse($"ann@{deep}"));
        Assert.Equal(12, keys.Count);
        Assert.Contains("@.x.example", keys);
    }

    [Theory]
    [InlineData("@gmail.com", "gmail.com")]
    [InlineData("@.gmail.com", "gmail.com")]
    [InlineData("@.co.uk", "hotmail.co.uk")] // a public provider lies below
    [InlineData("@.plant.example", null)]
    [InlineData("ann@gmail.com", null)]
    public void What_anybody_can_have_is_no_domain_for_a_rule(string written, string? found)
    {
        Assert.True(SenderPattern.TryParse(written, out SenderPattern pattern, out _));
        string? one = PublicMailDomains.Find(pattern);
        Assert.Equal(found is null, one is null);
        if (found is "gmail.com") Assert.Equal(found, one);
    }

    [Theory]
    [InlineData("alarm-*", "alarm-7", "a.example", true)]
    [InlineData("alarm-*", "ALARM-", "a.example", true)]
    [InlineData("alarm-*", "no-alarm-7", "a.example", false)]
    [InlineData("*@a.example", "+447700900123", "A.example", true)]
    [InlineData("*@a.example", "+447700900123", "b.example", false)]
    [InlineData("*", "anna", "b.example", true)]
    [InlineData("a*b*c", "aXbXbXc", "b.example", true)]
    [InlineData("a*b*c", "aXbXbX", "b.example", false)]
    [InlineData("anna", "annab", "b.example", false)]
    [InlineData("***a", "bbba", "b.example", true)]
    public void A_recipient_is_known_by_how_it_is_written(string written, string target, string domain, bool isOne)
    {
        Assert.True(RecipientPattern.TryParse(written, out RecipientPattern? pattern, out _));
        Assert.Equal(isOne, pattern.Matches(new WrittenRecipient(target, domain)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@a.example")]
    [InlineData("a@b@c")]
    [InlineData("a b")]
    [InlineData("a@")]
    public void A_recipient_pattern_that_is_none_says_so(string written)
    {
        Assert.False(RecipientPattern.TryParse(written, out _, out string? mistake));
        Assert.Contains("such as alarm-*", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10/minute 100/hour 500/day", "10/minute 100/hour 500/day")]
    [InlineData("500/day, 10/Minute", "10/minute 500/day")]
    [InlineData("", "")]
    public void Limits_are_read_and_written(string written, string again)
    {
        Assert.True(Allowances.TryParseParts(written, out Allowances? parts, out _));
        Assert.Equal(again, parts.ToString());
    }

    [Theory]
    [InlineData("5/day 49.50/month", "5/day 49.5/month")]
    [InlineData("0.000001/day", "0.000001/day")]
    public void Budgets_are_read_and_written(string written, string again)
    {
        Assert.True(Allowances.TryParseMoney(written, out Allowances? money, out _));
        Assert.Equal(again, money.ToString());
    }

    [Theory]
    [InlineData("0/day", false)]
    [InlineData("10", false)]
    [InlineData("10/month", false)]
    [InlineData("1.5/day", false)]
    [InlineData("-1/day", false)]
    [InlineData("1/day 2/day", false)]
    [InlineData("5/minute", true)]
    [InlineData("0/day", true)]
    [InlineData("0.0000001/day", true)]
    [InlineData("1,5/day", true)]
    public void What_is_no_limit_says_what_would_be(string written, bool isMoney)
    {
        bool isOne = isMoney
            ? Allowances.TryParseMoney(written, out _, out string? mistake)
            : Allowances.TryParseParts(written, out _, out mistake);
        Assert.False(isOne);
        Assert.NotEmpty(mistake!);
    }
}
