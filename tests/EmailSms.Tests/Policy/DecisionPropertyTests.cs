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
        ["ann@x.example", "ANN@x.example", "bob@x.example", "ann@y.example", "ann@sub.x.example", "a@xx.example"];

    private static readonly string[] Patterns =
        ["ann@x.example", "bob@x.example", "@x.example", "@y.example", "@.x.example", "@.sub.x.example", "*"];

    private static readonly string?[] Fors = [null, null, "anna", "alarm-*", "*@b.example", "*a*"];

    private static readonly (string Target, string Domain)[] Written =
        [("anna", "a.example"), ("alarm-7", "b.example"), ("+447700900123", "b.example")];

    private static readonly string?[] Users = [null, null, "pump"];

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
        ["GB", "JE", "US", "*", "+4477*", "+1*", "+447700900123", "!+4477*", "!JE", "!+447700900123*", "!US",
        "correspondents", "correspondents:domain"];

    // Nobody, a colleague, the sender: whoever has written with the number.
    private static readonly string[][] Pasts =
        [[], ["correspondents:domain"], ["correspondents:domain", "correspondents"]];

    private static readonly Gen<Row> AnyRow = Gen.Select(
        Gen.Int[1, 3], Gen.OneOf(Patterns), Gen.OneOf(Networks).Array[1, 2], Gen.OneOf(Opens).Array[1, 3],
        Gen.OneOf(Fors), Gen.OneOf(Users), Gen.Bool,
        (priority, pattern, networks, opens, written, user, inHeader) =>
            new Row(priority, pattern, networks, opens, written, user, inHeader))
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
                foreach (Question asked in Questions()) Agree(rules, rows, ids, asked);
            },
            iter: 15, threads: 1);
    }

    private static IEnumerable<Question> Questions() =>
        from sender in Senders
        from header in (string?[])[null, "ann@x.example", "bob@sub.x.example"]
        from client in Clients
        from user in (string?[])[null, "pump"]
        from written in Written
        from number in Numbers
        where number.Region is "GB" or "US" || written.Target == "anna" // or there are too many
        from past in written.Target == "anna" && number.Region is "GB" or "FR" ? Pasts : Pasts[..1]
        select new Question(sender, header, client, user, written, number.Number, number.Region, past);

    private static void Agree(SenderRules rules, List<Row> rows, List<long> ids, Question asked)
    {
        EmailAddress from = EmailAddress.Parse(asked.Sender);
        var to = new WrittenRecipient(asked.Written.Target, asked.Written.Domain);
        PhoneNumber number = PhoneNumber.FromE164(asked.Number);
        var origin = new Origin(IPAddress.Parse(asked.Client), asked.User)
        {
            IsHeaderRead = true,
            HeaderFrom = asked.Header is null ? null : EmailAddress.Parse(asked.Header),
        };
        (int? row, bool allowed) = Expect(rows, asked);
        Verdict verdict = rules.DecideSender(from, origin, to: to);
        if (verdict is Verdict.Allowed { Rule: var rule }) verdict = SenderRules.Decide(rule, number, asked.Past);
        Assert.Equal(allowed, verdict is Verdict.Allowed);
        Assert.Equal(row is { } at ? ids[at] : null, RuleOf(verdict)?.Id);

        // Before the header is there, the one that will decide is among those that may.
        IReadOnlyList<SenderRule> open = rules.Candidates(
            from, new Origin(origin.Client, origin.User), null, to, out Verdict.Refused? none);
        Assert.Equal(open.Count == 0, none is not null);
        if (row is { } decides) Assert.Contains(ids[decides], open.Select(one => one.Id));

        if (asked.Header is null && asked.User is null) return; // an explanation reads the whole table
        RuleExplanation? deciding = rules.Explain(from, origin, number, to, _ => asked.Past)
            .FirstOrDefault(e => e.Step is RuleStep.Allows or RuleStep.Refuses);
        Assert.Equal(RuleOf(verdict)?.Id, deciding?.Rule.Id);
        Assert.Equal(allowed, deciding?.Step is RuleStep.Allows);
    }

    private static SenderRule? RuleOf(Verdict verdict) =>
        verdict is Verdict.Allowed allowed ? allowed.Rule : ((Verdict.Refused)verdict).Rule;

    private static (int? Row, bool Allowed) Expect(List<Row> rows, Question asked)
    {
        (string number, string region) = (asked.Number, asked.Region);
        int? best = null;
        for (int i = 0; i < rows.Count; i++)
        {
            string? sender = rows[i].InHeader ? asked.Header : asked.Sender;
            bool fits = sender is not null && Precision(rows[i].Pattern, sender) < 9
                && rows[i].Networks.Any(n => Holds(n, asked.Client))
                && (rows[i].User is null || rows[i].User == asked.User)
                && IsFor(rows[i].For, asked.Written.Target, asked.Written.Domain);
            if (!fits) continue;
            if (best is not { } b || Rank(rows[i]) < Rank(rows[b])) best = i;
        }

        if (best is not { } decides) return (null, false);
        string[] opens = rows[decides].Opens;
        bool denied = opens.Any(o => o[0] == '!' && Covers(o[1..], number, region));
        bool knows = asked.Past.Length switch
        {
            2 => opens.Contains("correspondents") || opens.Contains("correspondents:domain"),
            1 => opens.Contains("correspondents:domain"),
            _ => false,
        };
        return (decides, !denied && (knows || opens.Any(o => o[0] != '!' && Covers(o, number, region))));
    }

    // The order of two rules does not depend on who asks: what fits at all, fits by its own breadth.
    private static int Rank(Row row) => (row.Priority * 10) + row.Pattern switch
    {
        "*" => 8,
        "@.x.example" => 6,
        "@.sub.x.example" => 5,
        ['@', ..] => 1,
        _ => 0,
    };

    private static int Precision(string pattern, string sender)
    {
        sender = sender.ToLowerInvariant();
        string domain = sender[(sender.IndexOf('@') + 1)..];
        bool fits = pattern switch
        {
            "*" => true,
            ['@', '.', .. var below] => domain == below || domain.EndsWith("." + below, StringComparison.Ordinal),
            ['@', .. var whole] => domain == whole,
            _ => pattern == sender,
        };
        return fits ? 0 : 9;
    }

    private static bool IsFor(string? pattern, string target, string domain) => pattern switch
    {
        null => true,
        "anna" => target == "anna",
        "alarm-*" => target.StartsWith("alarm-", StringComparison.Ordinal),
        "*@b.example" => domain == "b.example",
        _ => target.Contains('a', StringComparison.Ordinal),
    };

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

    private sealed record Question(
        string Sender, string? Header, string Client, string? User, (string Target, string Domain) Written,
        string Number, string Region, string[] Past);

    private sealed record Row(
        int Priority, string Pattern, string[] Networks, string[] Opens, string? For, string? User, bool InHeader)
    {
        public SenderRule ToRule()
        {
            var draft = new SenderRuleDraft
            {
                Priority = Priority,
                Sender = Pattern,
                Networks = string.Join(' ', Networks),
                Destinations = string.Join(' ', Opens),
                For = For,
                User = User,
                MatchesHeader = InHeader,
            };
            Assert.True(
                draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes),
                string.Join('\n', mistakes));
            return rule;
        }

        public override string ToString() =>
            $"{Priority} {Pattern} from {string.Join(' ', Networks)} to {string.Join(' ', Opens)} "
            + $"for {For} as {User}{(InHeader ? " in From" : "")}";
    }
}
