using System.Net;
using CsCheck;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

/// <summary>
/// The decisions against a second evaluator, written from the rules of the room on plain strings and without its types:
/// where both agree over thousands of tables, a mistake would have to be made twice.
/// </summary>
public sealed class DecisionPropertyTests
{
    private static readonly string[] Senders =
        ["ann@x.example", "ANN@x.example", "bob@x.example", "ann@y.example", "ann@sub.x.example"];

    private static readonly string[] Patterns = ["ann@x.example", "bob@x.example", "@x.example", "@y.example", "*"];

    private static readonly string[] Clients =
        ["10.1.0.1", "10.2.0.1", "::ffff:10.1.0.9", "2001:db8::1", "10.1.255.255"];

    private static readonly string[] Networks =
        ["10.1.0.0/16", "10.2.0.0/16", "10.0.0.0/8", "2001:db8::/32", "10.1.0.1"];

    /// <summary>The region is by hand, from the numbering plans.</summary>
    private static readonly (string Number, string Region)[] Numbers =
    [
        ("+447700900123", "GB"), ("+447911024680", "GB"), ("+447797712345", "JE"), ("+12025550143", "US"),
        ("+33639981234", "FR"),
    ];

    private static readonly string[] Opens =
        ["GB", "JE", "US", "*", "+4477*", "+1*", "+447700900123", "!+4477*", "!JE", "!+447700900123*", "!US"];

    private static readonly Gen<Row> AnyRow = Gen.Select(
        Gen.Int[1, 3], Gen.OneOf(Patterns), Gen.OneOf(Networks).Array[1, 2], Gen.OneOf(Opens).Array[1, 3],
        (priority, pattern, networks, opens) => new Row(priority, pattern, networks, opens))
        .Where(row => row.Opens.Any(open => open[0] != '!'));

    [Fact]
    public async Task A_table_of_rules_decides_as_the_plain_reading_of_it_does()
    {
        await using var disk = new TemporaryStore(new FakeTimeProvider());
        var rules = new SenderRules(disk.Store, new FakeTimeProvider());
        await AnyRow.List[0, 8].SampleAsync(
            async rows =>
            {
                List<long> ids = await disk.Store.WriteAsync(db =>
                {
                    db.Execute("delete from sender_rule");
                    return rows.ConvertAll(row => rules.Add(db, row.ToRule()).Id);
                });
                foreach (string sender in Senders)
                    foreach (string client in Clients)
                        foreach ((string number, string region) in Numbers)
                        {
                            EmailAddress from = EmailAddress.Parse(sender);
                            IPAddress address = IPAddress.Parse(client);
                            Verdict verdict = rules.Decide(from, address, PhoneNumber.FromE164(number));
                            (int? row, bool allowed) = Expect(rows, sender, client, number, region);
                            Assert.Equal(allowed, verdict is Verdict.Allowed);
                            Assert.Equal(row is { } at ? ids[at] : null, RuleOf(verdict)?.Id);

                            RuleExplanation? deciding = rules.Explain(from, address, PhoneNumber.FromE164(number))
                                .FirstOrDefault(e => e.Step is RuleStep.Allows or RuleStep.Refuses);
                            Assert.Equal(RuleOf(verdict)?.Id, deciding?.Rule.Id);
                            Assert.Equal(allowed, deciding?.Step is RuleStep.Allows);
                        }
            },
            iter: 60, threads: 1);
    }

    private static SenderRule? RuleOf(Verdict verdict) =>
        verdict is Verdict.Allowed allowed ? allowed.Rule : ((Verdict.Refused)verdict).Rule;

    private static (int? Row, bool Allowed) Expect(
        List<Row> rows, string sender, string client, string number, string region)
    {
        int? best = null;
        for (int i = 0; i < rows.Count; i++)
        {
            bool fits = Precision(rows[i].Pattern, sender) < 3 && rows[i].Networks.Any(n => Holds(n, client));
            if (!fits) continue;
            if (best is not { } b || Rank(rows[i], sender) < Rank(rows[b], sender)) best = i;
        }

        if (best is not { } decides) return (null, false);
        string[] opens = rows[decides].Opens;
        bool denied = opens.Any(o => o[0] == '!' && Covers(o[1..], number, region));
        return (decides, !denied && opens.Any(o => o[0] != '!' && Covers(o, number, region)));
    }

    private static int Rank(Row row, string sender) => (row.Priority * 10) + Precision(row.Pattern, sender);

    private static int Precision(string pattern, string sender)
    {
        sender = sender.ToLowerInvariant();
        if (pattern == sender) return 0;
        if (pattern == sender[sender.IndexOf('@')..]) return 1;
        return pattern == "*" ? 2 : 3;
    }

    private static bool Holds(string network, string client)
    {
        string plain = client.Replace("::ffff:", "", StringComparison.Ordinal);
        return network switch
        {
            "10.1.0.0/16" => plain.StartsWith("10.1.", StringComparison.Ordinal),
            "10.2.0.0/16" => plain.StartsWith("10.2.", StringComparison.Ordinal),
            "10.0.0.0/8" => plain.StartsWith("10.", StringComparison.Ordinal),
            "2001:db8::/32" => plain.StartsWith("2001:db8:", StringComparison.Ordinal),
            _ => plain == network,
        };
    }

    private static bool Covers(string open, string number, string region) =>
        open == "*" || open == region || open == number
        || (open.EndsWith('*') && number.StartsWith(open[..^1], StringComparison.Ordinal));

    private sealed record Row(int Priority, string Pattern, string[] Networks, string[] Opens)
    {
        public SenderRule ToRule()
        {
            var draft = new SenderRuleDraft
            {
                Priority = Priority,
                Sender = Pattern,
                Networks = string.Join(' ', Networks),
                Destinations = string.Join(' ', Opens),
            };
            Assert.True(
                draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes),
                string.Join('\n', mistakes));
            return rule;
        }

        public override string ToString() =>
            $"{Priority} {Pattern} from {string.Join(' ', Networks)} to {string.Join(' ', Opens)}";
    }
}
