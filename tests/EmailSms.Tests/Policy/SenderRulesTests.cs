using System.Net;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class SenderRulesTests : IAsyncDisposable
{
    private static readonly EmailAddress Ann = EmailAddress.Parse("ann@x.example");
    private static readonly PhoneNumber British = PhoneNumber.FromE164("+447700900123");
    private static readonly PhoneNumber American = PhoneNumber.FromE164("+12025550143");
    private static readonly IPAddress Inside = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress Outside = IPAddress.Parse("198.51.100.7");

    private readonly TemporaryStore _disk = new(new FakeTimeProvider());
    private readonly SenderRules _rules;

    public SenderRulesTests() => _rules = new SenderRules(_disk.Store, new FakeTimeProvider());

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public void Without_a_rule_nobody_texts_anybody()
    {
        Verdict.Refused refused = Assert.IsType<Verdict.Refused>(_rules.Decide(Ann, IPAddress.Loopback, British));
        Assert.Null(refused.Rule);
        Assert.Equal("No rule lets ann@x.example send SMS.", refused.Sentence);
        Assert.Equal((550, "5.7.1"), (refused.Code, refused.EnhancedCode));
        Assert.IsType<Verdict.Refused>(_rules.DecideSender(Ann, IPAddress.Loopback));
    }

    [Fact]
    public async Task A_rule_lets_its_sender_through_and_comes_back_as_it_was_written()
    {
        SenderRule written = await AddAsync(new SenderRuleDraft
        {
            Priority = 7,
            Sender = "ann@x.example",
            Networks = "192.0.2.0/24 2001:db8::/48",
            Destinations = "GB !+44909",
            Notices = NoticeSetting.Always,
            SenderId = "ACME",
            DefaultRegion = "GB",
            PartsMax = 5,
            Validity = TimeSpan.FromHours(2),
            RecipientsMax = 50,
            Note = "Ward 3",
        });
        await _disk.ReopenAsync();

        var rules = new SenderRules(_disk.Store, TimeProvider.System);
        SenderRule read = Assert.IsType<Verdict.Allowed>(rules.Decide(Ann, Inside, British)).Rule;
        Assert.Equal(written.Id, read.Id);
        Assert.Equal(7, read.Priority);
        Assert.Equal("ann@x.example", read.Sender.Key);
        Assert.Equal("192.0.2.0/24 2001:db8::/48", read.Networks?.ToString());
        Assert.Equal("!+44909* GB", read.Destinations.ToString());
        Assert.Equal(NoticeSetting.Always, read.Notices);
        Assert.Equal("ACME", read.SenderId);
        Assert.Equal("GB", read.DefaultRegion);
        Assert.Equal(5, read.PartsMax);
        Assert.Equal(TimeSpan.FromHours(2), read.Validity);
        Assert.Equal(50, read.RecipientsMax);
        Assert.Equal("Ward 3", read.Note);
    }

    [Fact]
    public async Task A_bounce_is_refused_even_where_anybody_may_send()
    {
        await AddAsync("*", "*");
        const string sentence = "A mail without a sender, such as a bounce, is never made into an SMS.";
        Assert.Equal(sentence, Assert.IsType<Verdict.Refused>(_rules.Decide(null, Inside, British)).Sentence);
        Assert.Equal(sentence, Assert.IsType<Verdict.Refused>(_rules.DecideSender(null, Inside)).Sentence);
    }

    [Fact]
    public async Task The_right_sender_from_another_network_is_refused()
    {
        await AddAsync("ann@x.example", "*");
        Assert.IsType<Verdict.Allowed>(_rules.DecideSender(Ann, Inside));
        Verdict.Refused refused = Assert.IsType<Verdict.Refused>(_rules.Decide(Ann, Outside, British));
        Assert.Equal("No rule lets ann@x.example send SMS from 198.51.100.7.", refused.Sentence);
        Verdict.Refused mapped = Assert.IsType<Verdict.Refused>(_rules.Decide(Ann, Outside.MapToIPv6(), British));
        Assert.Equal(refused.Sentence, mapped.Sentence);
    }

    [Fact]
    public async Task A_number_outside_the_rule_is_refused_and_no_wider_rule_is_asked()
    {
        SenderRule narrow = await AddAsync("ann@x.example", "GB");
        await AddAsync("*", "*");
        Verdict.Refused refused = Assert.IsType<Verdict.Refused>(_rules.Decide(Ann, Inside, American));
        Assert.Equal(narrow.Id, refused.Rule?.Id);
        Assert.Equal(
            $"Sender rule {narrow.Id} does not let you text this number: "
            + "it does not allow this number, which is in region US.",
            refused.Sentence);
    }

    [Fact]
    public async Task A_rule_for_another_network_is_passed_over()
    {
        await AddAsync("ann@x.example", "GB", networks: "198.51.100.0/24");
        SenderRule wide = await AddAsync("*", "US");
        Assert.Equal(wide.Id, Assert.IsType<Verdict.Allowed>(_rules.Decide(Ann, Inside, American)).Rule.Id);
    }

    [Fact]
    public async Task Priority_goes_before_precision_and_precision_before_age()
    {
        SenderRule anybody = await AddAsync("*", "*");
        Assert.Equal(anybody.Id, Deciding());
        SenderRule domain = await AddAsync("@X.example", "*");
        Assert.Equal(domain.Id, Deciding());
        SenderRule address = await AddAsync("Ann@x.example", "*");
        Assert.Equal(address.Id, Deciding());
        await AddAsync("ann@x.example", "GB");
        Assert.Equal(address.Id, Deciding()); // the older of two alike
        SenderRule urgent = await AddAsync("*", "*", priority: 1);
        Assert.Equal(urgent.Id, Deciding());

        long Deciding() => Assert.IsType<Verdict.Allowed>(_rules.Decide(Ann, Inside, British)).Rule.Id;
    }

    [Theory]
    [InlineData("ANN@X.EXAMPLE", true)]
    [InlineData("ann@sub.x.example", false)]
    [InlineData("ann@xx.example", false)]
    [InlineData("ann@x.example.org", false)]
    [InlineData("x@x.example@y.example", false)]
    public async Task A_domain_is_that_domain_and_no_other(string sender, bool allowed)
    {
        await AddAsync("@x.example", "*");
        Verdict verdict = _rules.DecideSender(EmailAddress.Parse(sender), Inside);
        Assert.Equal(allowed, verdict is Verdict.Allowed);
    }

    [Fact]
    public async Task A_rule_that_is_removed_no_longer_counts()
    {
        SenderRule rule = await AddAsync("ann@x.example", "*");
        Assert.True(await _disk.Store.WriteAsync(db => SenderRules.Remove(db, rule.Id)));
        Assert.False(await _disk.Store.WriteAsync(db => SenderRules.Remove(db, rule.Id)));
        Assert.IsType<Verdict.Refused>(_rules.Decide(Ann, Inside, British));
        SenderRule next = await AddAsync("ann@x.example", "*");
        Assert.NotEqual(rule.Id, next.Id); // an id in an old timeline never names another rule
    }

    [Fact]
    public async Task Every_rule_explains_itself_in_the_order_of_asking()
    {
        SenderRule bob = await AddAsync("bob@x.example", "*", priority: 1);
        SenderRule away = await AddAsync("@x.example", "*", priority: 2, networks: "198.51.100.0/24");
        SenderRule mine = await AddAsync("ann@x.example", "GB", priority: 3);
        SenderRule last = await AddAsync("*", "*", priority: 4);

        IReadOnlyList<RuleExplanation> told = _rules.Explain(Ann, Inside, American);
        Assert.Equal([bob.Id, away.Id, mine.Id, last.Id], told.Select(e => e.Rule.Id));
        Assert.Equal(
            [RuleStep.OtherSender, RuleStep.OtherNetwork, RuleStep.Refuses, RuleStep.NotReached],
            told.Select(e => e.Step));
        Assert.Equal(
            [
                "It is for bob@x.example, not for ann@x.example.",
                "192.0.2.7 is not in its networks, 198.51.100.0/24.",
                "It stops the SMS: it does not allow this number, which is in region US.",
                $"It is not asked: rule {mine.Id} has decided. It lets the SMS through: it allows every number.",
            ],
            told.Select(e => e.Sentence));
        RuleExplanation allows = _rules.Explain(Ann, Inside, British)[2];
        Assert.Equal(RuleStep.Allows, allows.Step);
        Assert.Equal("It lets the SMS through: it allows numbers in region GB.", allows.Sentence);
    }

    [Fact]
    public void A_decision_reads_rules_by_their_id_and_whom_they_are_for_from_an_index_alone()
    {
        string one = Assert.Single(_disk.Store.Read(db => db.Query(
            "explain query plan " + SenderRules.SelectOne, row => row.GetString(3), ("@id", 1L))));
        Assert.Equal("SEARCH sender_rule USING INTEGER PRIMARY KEY (rowid=?)", one);
        string all = Assert.Single(_disk.Store.Read(db => db.Query(
            "explain query plan " + SenderRuleIndex.SelectAll, row => row.GetString(3))));
        Assert.Equal("SCAN sender_rule USING COVERING INDEX sender_rule_pattern", all);
    }

    [Fact]
    public async Task More_senders_than_are_kept_find_their_rules_and_a_change_is_seen()
    {
        const int many = 1500; // more than are kept
        await _disk.Store.WriteAsync(db =>
        {
            for (int i = 0; i < many; i++)
            {
                var draft = new SenderRuleDraft
                {
                    Sender = $"device{i}@x.example",
                    Networks = "192.0.2.0/24",
                    Destinations = i % 2 == 0 ? "GB" : "US",
                };
                Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
                _rules.Add(db, rule);
            }
        });
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < many; i++)
            {
                Verdict verdict = _rules.Decide(EmailAddress.Parse($"Device{i}@x.example"), Inside, British);
                Assert.Equal(i % 2 == 0, verdict is Verdict.Allowed);
            }
        }

        SenderRule last = _rules.List()[^1];
        Assert.True(await _disk.Store.WriteAsync(db => SenderRules.Remove(db, last.Id)));
        Verdict.Refused gone = Assert.IsType<Verdict.Refused>(
            _rules.DecideSender(EmailAddress.Parse(last.Sender.ToString()), Inside));
        Assert.Equal($"No rule lets {last.Sender} send SMS.", gone.Sentence);
    }

    private Task<SenderRule> AddAsync(
        string sender, string destinations, int priority = 100, string networks = "192.0.2.0/24") =>
        AddAsync(new SenderRuleDraft
        {
            Sender = sender,
            Destinations = destinations,
            Priority = priority,
            Networks = networks,
        });

    private Task<SenderRule> AddAsync(SenderRuleDraft draft)
    {
        Assert.True(
            draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes), string.Join('\n', mistakes));
        return _disk.Store.WriteAsync(db => _rules.Add(db, rule));
    }
}
