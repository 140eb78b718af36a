using System.Net;
using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace EmailSms.Tests.MailIn;

/// <summary>
/// Who is let in by listener, user, token and what proves a sender: tables of rules against an evaluator that is
/// written straight down, through the calls that the intake makes at RCPT and at the end of DATA.
/// </summary>
public sealed class ProofTablesTests : IAsyncDisposable
{
    private const string Network = "192.0.2.0/24";
    private const string Inside = "192.0.2.7";
    private const string Outside = "198.51.100.7";
    private const string Secret = "secret-token";
    private const string Two = "two"; // a From with two addresses

    private static readonly string[] All = ["ip", "smtp-auth", "token", "spf", "dkim", "dmarc"];
    private static readonly string[] OfDomain = ["spf", "dkim", "dmarc"];

    private static readonly string[] OfProviders = ["@gmail.com", "@.gmail.com", "@GMX.de", "@.co.uk"]; // hotmail.co.uk

    private static readonly string[] Senders =
        ["ann@x.example", "Bob@X.example", "ann@y.example", "ann@sub.x.example", "ann@gmail.com"];

    // A hash takes its time, and one is as good as another.
    private static readonly RuleToken Token = RuleToken.Of(Secret);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly MailInParts _parts;
    private readonly SenderRules _rules;

    public ProofTablesTests()
    {
        _disk = new TemporaryStore(_time);
        var settings = new GatewaySettings();
        settings.Addresses.Domains = ["sms.example"];
        _parts = MailInParts.Of(settings, _disk.Store, NullLoggerFactory.Instance, _time);
        _rules = new SenderRules(_disk.Store, _time);
    }

    private enum Answer
    {
        Taken,
        Later,
        Never,
    }

    public async ValueTask DisposeAsync()
    {
        _parts.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public void What_is_written_down_is_a_rule_where_something_binds_the_sender_and_no_provider_is_opened()
    {
        string[] patterns = ["ann@x.example", "@x.example", "*", "ann@gmail.com", .. OfProviders];
        int taken = 0;
        var rows =
            from pattern in patterns
            from bits in Enumerable.Range(0, 64)
            from inHeader in (bool[])[false, true]
            from network in (bool[])[false, true]
            from user in (bool[])[false, true]
            from token in (bool[])[false, true]
            from relaxed in (bool[])[false, true]
            select new Row(
                1, pattern, inHeader, network, user, null, token,
                [.. All.Where((_, i) => (bits >> i & 1) == 1)], relaxed);
        foreach (Row row in rows)
        {
            bool isRule = row.Draft().TryBecomeRule(out _, out _);
            Assert.True(IsRule(row) == isRule, $"{row}: {isRule}");
            taken += isRule ? 1 : 0;
        }

        Assert.InRange(taken, 2_000, 8_000);
    }

    [Fact]
    public async Task One_rule_and_a_weaker_one_behind_it_with_every_proof_that_is_asked_for_and_every_one_there_is()
    {
        // Behind it stands a rule that would take anybody: it is never asked, whatever the first one misses.
        await AddUsersAsync();
        int taken = 0;
        foreach (int asked in Enumerable.Range(1, 63))
        {
            string[] proofs = [.. All.Where((_, i) => (asked >> i & 1) == 1)];
            List<Row> rows =
            [
                new(1, "@x.example", false, proofs.Contains("ip"), proofs.Contains("smtp-auth"), null,
                    proofs.Contains("token"), proofs, false),
                new(3, "*", false, true, false, null, false, [], false),
            ];
            await ReplaceAsync(rows);
            foreach (int there in Enumerable.Range(0, 64))
            {
                // Comparing a token takes milliseconds, so the others are not all told twice.
                bool hasToken = proofs.Contains("token") && (there & 4) != 0 && (there & 24) is 0 or 24;
                taken += Agree(rows, new Question(
                    "ann@x.example", "ann@x.example", (there & 1) != 0 ? Inside : Outside,
                    (there & 2) != 0 ? "pump" : null, "", hasToken ? Secret : null, (there & 8) != 0 ? "pass" : "fail",
                    (there & 16) != 0 ? "own" : "none", "pass", (there & 32) != 0 ? "yes" : "none")) ? 1 : 0;
            }
        }

        Assert.InRange(taken, 1_000, 4_000);
    }

    [Fact]
    public async Task Tables_of_rules_decide_as_the_plain_reading_of_them_does()
    {
        await AddUsersAsync();
        var random = new Random(20261125);
        Dictionary<Answer, int> answers = Enum.GetValues<Answer>().ToDictionary(one => one, _ => 0);
        for (int table = 0; table < 60; table++)
        {
            List<Row> rows = [];
            while (rows.Count < 1 + (table % 6))
            {
                Row row = AnyRow(random);
                if (IsRule(row)) rows.Add(row);
            }

            await ReplaceAsync(rows);
            for (int i = 0; i < 60; i++)
            {
                Question asked = AnyQuestion(random);
                Agree(rows, asked);
                answers[Expect(rows, asked).Answer]++;
            }
        }

        Assert.All(answers.Values, count => Assert.InRange(count, 50, 3_000));
    }

    [Fact]
    public async Task A_From_alone_opens_nothing_to_who_is_outside()
    {
        var random = new Random(7);
        for (int table = 0; table < 40; table++)
        {
            List<Row> rows = [];
            while (rows.Count < 4)
            {
                Row row = AnyRow(random) with { InHeader = random.Next(4) > 0 };
                if (IsRule(row)) rows.Add(row);
            }

            await ReplaceAsync(rows);
            foreach (string from in (string[])["ann@x.example", "bob@sub.x.example", "ann@gmail.com"])
            {
                var bare = new Question(
                    "eve@evil.example", from, Outside, null, "plant", null, "pass", "none", "pass", "yes");
                Assert.False(Agree(rows, bare), $"{bare}\n{string.Join('\n', rows)}");
            }
        }
    }

    private async Task AddUsersAsync() => await _disk.Store.WriteAsync(db =>
    {
        foreach (string name in (string[])["pump", "fan"])
        {
            Assert.True(SmtpUser.TryCreate(name, null, null, out SmtpUser? user, out _));
            new SmtpUsers(_disk.Store, _time).Add(db, user, "none");
        }
    });

    private async Task ReplaceAsync(List<Row> rows) => await _disk.Store.WriteAsync(db =>
    {
        db.Execute("delete from sender_rule");
        foreach (Row row in rows)
        {
            Assert.True(row.Draft().TryBecomeRule(out SenderRule? rule, out _), row.ToString());
            row.Id = _rules.Add(db, rule).Id;
        }
    });

    private static Row AnyRow(Random random) => new(
        random.Next(1, 4),
        Any(random, "ann@x.example", "@x.example", "@.x.example", "*", "@y.example", "ann@gmail.com", "@x.example"),
        random.Next(3) == 0, random.Next(2) == 0, random.Next(3) == 0, Any(random, null, null, null, "plant"),
        random.Next(8) == 0, [.. All.Where(kind => random.Next(kind == "token" ? 12 : 3) == 0)], random.Next(3) == 0);

    private static Question AnyQuestion(Random random)
    {
        string sender = Any(random, Senders);
        return new Question(
            sender,
            random.Next(2) == 0
                ? sender
                : Any(random, null, Two, "ann@x.example", "bob@sub.x.example", "ann@gmail.com", "ann@y.example"),
            Any(random, Inside, Outside), Any(random, null, null, "pump", "fan"), Any(random, "", "plant", "PLANT"),
            Any(random, null, null, null, null, null, null, Secret, "wrong-token"),
            Any(random, "pass", "fail", "fail", "open"), Any(random, "none", "own", "own", "below"),
            Any(random, "pass", "pass", "fail", "open"), Any(random, "none", "yes", "yes", "open"));
    }

    private static T Any<T>(Random random, params T[] all) => all[random.Next(all.Length)];

    private bool Agree(List<Row> rows, Question asked)
    {
        (Row? by, Answer answer) = Expect(rows, asked);
        (long? rule, int code) = Ask(asked);
        string told = $"{asked}\nwants {answer} by {by}\nand is {code} by {rule}\n{string.Join('\n', rows)}";
        Assert.True((answer is Answer.Taken) == (code == 250), told);
        Assert.True(code != 250 || rule == by?.Id, told);

        // What may be proven later is never refused for good. The other way round it is asked once more, in vain.
        Assert.True(answer is not Answer.Later || code is 451, told);
        Assert.True(answer is not Answer.Never || code is 550 || (code is 451 && asked.HasOpen), told);
        return code == 250;
    }

    // As the intake does: RCPT, with SPF where a rule asks; then the header, and the evidence where a rule asks.
    private (long? Rule, int Code) Ask(Question asked)
    {
        var origin = new MailOrigin(asked.Sender, IPAddress.Parse(asked.Client))
        {
            User = asked.User,
            Listener = asked.Listener,
        };
        if (_rules.NeedsSpf(origin.Address, origin.Origin)) origin = origin with { Spf = SpfOf(asked) };
        string local = "+447700900123" + (asked.Token is { } token ? $"+token={token}" : "");
        RecipientAnswer answer = _parts.Recipients.Decide(origin, local, "sms.example");
        if (answer.Recipients is not [var one]) return (null, answer.Reply.Code);
        if (one.Open is null) return (one.Rule.Id, answer.Reply.Code);
        using var mail = new MimeMessage();
        if (asked.From is not null and not Two) mail.From.Add(MailboxAddress.Parse(asked.From));
        if (asked.From is Two) mail.From.AddRange(InternetAddressList.Parse("ann@x.example, bob@x.example"));
        origin = origin.With(mail);
        if (one.AsksForProof) origin = origin with { Evidence = EvidenceOf(asked) };
        SettledRecipients settled = _parts.Recipients.Settle(origin, [one]);
        return settled.Recipients is [var last] ? (last.Rule.Id, 250) : (null, settled.Refused[0].Reply.Code);
    }

    private static SpfVerdict SpfOf(Question asked) => new(
        asked.Spf switch { "pass" => SpfResult.Pass, "open" => SpfResult.TempError, _ => SpfResult.Fail },
        DomainOf(asked.Sender), "reason");

    private static Evidence EvidenceOf(Question asked)
    {
        string? author = asked.Author;
        string domain = author is null ? "" : DomainOf(author);
        DkimResult result = asked.Signed switch
        {
            "pass" => DkimResult.Pass,
            "open" => DkimResult.TempError,
            _ => DkimResult.Fail,
        };
        return new Evidence
        {
            Author = author is null ? null : EmailAddress.Parse(author),
            AuthorDomain = author is null ? null : domain,
            AuthorWrong = author is null ? MailAuthor.NotOne : null,
            EnvelopeDomain = DomainOf(asked.Sender),
            Spf = SpfOf(asked),
            Dkim = author is null || asked.Signer == "none"
                ? []
                : [new DkimVerdict(result, asked.Signer == "own" ? domain : $"mail.{domain}", "k1", "reason")],
            Dmarc = asked.Policy switch
            {
                "yes" when author is not null => new DmarcAnswer(new DmarcPolicy(domain, "reject", false, false)),
                "open" => new DmarcAnswer(Policy: null, IsTemporary: true),
                _ => DmarcAnswer.None,
            },
        };
    }

    // From here on: what is right, on plain strings.
    private static (Row? By, Answer Answer) Expect(List<Row> rows, Question asked)
    {
        Row? by = rows.Where(row => Fits(row, asked)).MinBy(row => (row.Priority * 10) + Breadth(row.Pattern));
        if (by is null) return (null, Answer.Never);
        bool isWrongToken = asked.Token is not null && (!by.HasToken || asked.Token != Secret);
        if (isWrongToken) return (by, Answer.Never);
        if (by.HasToken && asked.Token is null && !by.Proofs.Contains("token")) return (by, Answer.Never);
        if (by.Proofs.Length == 0 || by.Proofs.Any(kind => IsThere(kind, by, asked))) return (by, Answer.Taken);
        return (by, by.Proofs.Any(kind => IsOpen(kind, by, asked)) ? Answer.Later : Answer.Never);
    }

    private static bool Fits(Row row, Question asked) =>
        (row.InHeader ? asked.Author : asked.Sender) is { } who && IsFor(row.Pattern, who)
        && (!row.HasNetwork || row.Proofs.Contains("ip") || asked.Client == Inside)
        && (!row.HasUser || row.Proofs.Contains("smtp-auth") || asked.User == "pump")
        && (row.Listener is null || row.Listener.Equals(asked.Listener, StringComparison.OrdinalIgnoreCase));

    private static bool IsThere(string kind, Row row, Question asked)
    {
        bool isAuthors = asked.Author is { } author && IsFor(row.Pattern, author);
        bool isSigned = asked.Signed == "pass" && (asked.Signer == "own" || (asked.Signer == "below" && row.IsRelaxed));
        return kind switch
        {
            "ip" => asked.Client == Inside,
            "smtp-auth" => asked.User == "pump",
            "token" => asked.Token == Secret,
            "spf" => asked.Spf == "pass",
            "dkim" => isAuthors && isSigned,
            _ => isAuthors && asked.Policy == "yes"
                && (isSigned || (asked.Spf == "pass" && IsAligned(asked.Sender, asked.Author!, row.IsRelaxed))),
        };
    }

    // A lookup without an answer, where its answer could be the proof.
    private static bool IsOpen(string kind, Row row, Question asked)
    {
        bool isAuthors = asked.Author is { } author && IsFor(row.Pattern, author);
        bool isKeyOpen = asked.Signed == "open" && asked.Signer != "none";
        return kind switch
        {
            "spf" => asked.Spf == "open",
            "dkim" => isAuthors && isKeyOpen,
            "dmarc" => isAuthors && asked.Policy != "none"
                && (asked.Policy == "open" || isKeyOpen || asked.Spf == "open"),
            _ => false,
        };
    }

    private static bool IsAligned(string sender, string author, bool isRelaxed)
    {
        (string one, string other) = (DomainOf(sender), DomainOf(author));
        return one == other || (isRelaxed && IsFor("@.x.example", sender) && IsFor("@.x.example", author));
    }

    private static bool IsFor(string pattern, string who)
    {
        string domain = DomainOf(who);
        return pattern switch
        {
            "*" => true,
            "@.x.example" => domain == "x.example" || domain.EndsWith(".x.example", StringComparison.Ordinal),
            ['@', ..] => "@" + domain == pattern,
            _ => pattern.Equals(who, StringComparison.OrdinalIgnoreCase),
        };
    }

    private static string DomainOf(string address) => address.ToLowerInvariant().Split('@')[1];

    private static int Breadth(string pattern) =>
        pattern == "*" ? 9 : pattern.StartsWith("@.", StringComparison.Ordinal) ? 5 : pattern[0] == '@' ? 1 : 0;

    private static bool IsRule(Row row)
    {
        bool Asks(string kind) => row.Proofs.Contains(kind);
        bool hasAny = row.HasNetwork || row.HasUser || row.Proofs.Length > 0;
        bool hasParts = (!Asks("ip") || row.HasNetwork) && (!Asks("smtp-auth") || row.HasUser)
            && (!Asks("token") || row.HasToken);
        bool isBound = (row.HasNetwork && !Asks("ip")) || (row.HasUser && !Asks("smtp-auth"))
            || (row.HasToken && !Asks("token"));
        return !OfProviders.Contains(row.Pattern) && hasAny && hasParts
            && !(row.InHeader && Asks("spf"))
            && !(row.IsRelaxed && !Asks("dkim") && !Asks("dmarc"))
            && !(row.Pattern == "*" && row.Proofs.Any(OfDomain.Contains) && !isBound);
    }

    private sealed record Question(
        string Sender, string? From, string Client, string? User, string Listener, string? Token, string Spf,
        string Signer, string Signed, string Policy)
    {
        /// <summary>The one that From names.</summary>
        public string? Author => From == Two ? null : From;

        public bool HasOpen => Spf == "open" || Signed == "open" || Policy == "open";
    }

    private sealed record Row(
        int Priority, string Pattern, bool InHeader, bool HasNetwork, bool HasUser, string? Listener, bool HasToken,
        string[] Proofs, bool IsRelaxed)
    {
        public long Id { get; set; }

        public SenderRuleDraft Draft() => new()
        {
            Priority = Priority,
            Sender = Pattern,
            MatchesHeader = InHeader,
            Networks = HasNetwork ? Network : null,
            User = HasUser ? "pump" : null,
            Listener = Listener,
            KeptToken = HasToken ? Token : null,
            Proofs = string.Join(' ', Proofs),
            IsRelaxed = IsRelaxed,
            Destinations = "*",
        };

        public override string ToString() =>
            $"{Id}: {Priority} {Pattern}{(InHeader ? " in From" : "")} network={HasNetwork} user={HasUser} "
            + $"listener={Listener} token={HasToken} relaxed={IsRelaxed} proofs={string.Join('+', Proofs)}";
    }
}
