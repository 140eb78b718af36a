using System.Net;
using EmailSms.Cli;
using EmailSms.Composing;
using EmailSms.Delivery;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailIn;

/// <summary>
/// What is owed to the person behind a number, whole tables of it against evaluators that are written straight down:
/// opt-outs of every scope by consents by classes, and quiet hours by purpose, class, country, weekday and zone. Asked
/// is what RCPT asks, and of quiet hours what is asked again before an SMS leaves.
/// </summary>
public sealed class DutyTablesTests : IAsyncDisposable
{
    private const string Shop = "+447700900999"; // in the pool shop
    private const string Lab = "LAB"; // in the pool lab

    private static readonly string[] OptOutStates =
        ["none", Shop, Lab, "pool:shop", "pool:lab", OptOuts.Everything, "erased"];

    private static readonly string[] ConsentStates =
        ["never", "given", "by hand", "by stop", "given anew", "by hand after a stop", "for news"];

    private static readonly string[][] Demands =
        [[], ["marketing"], ["flash:marketing"], ["urgent:alerts", "normal:marketing"]];

    private static readonly string[] SenderIds = [Shop, Lab, ""];

    private static readonly string[] Classes = ["normal", "urgent", "flash"];

    // A number, the country of it by hand, and how far the clock of its person is ahead in November.
    private static readonly (string Number, string Country, int Hours, string? Zone)[] Places =
        [("+447700900100", "GB", 0, null), ("+447700900101", "GB", 9, "Asia/Tokyo"), ("+12025550100", "US", -5, null)];

    private static readonly string[] Days = ["mon-sun", "mon-fri", "sat sun", "fri"];

    private static readonly (int From, int To)[] Spans = [(8, 21), (10, 12), (22, 6), (0, 24), (14, 16)];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly SenderRules _rules;

    public DutyTablesTests()
    {
        _disk = new TemporaryStore(_time);
        _rules = new SenderRules(_disk.Store, _time);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task Opt_outs_and_consents_are_kept_as_the_plain_reading_of_them_says()
    {
        var numbers = new Dictionary<(string OptOut, string Consent), string>();
        foreach (string optOut in OptOutStates)
        {
            foreach (string consent in ConsentStates)
            {
                string number = $"+4477009{numbers.Count + 200:d5}";
                numbers[(optOut, consent)] = number;
                await _disk.Store.WriteAsync(db => Put(db, PhoneNumber.FromE164(number), optOut, consent));
            }
        }

        using MailInParts parts = PartsOf([]);
        Dictionary<string, int> counts = [];
        int place = 0;
        foreach (bool isExempt in (bool[])[false, true])
        {
            foreach (string[] demands in Demands)
            {
                foreach (string senderId in SenderIds)
                {
                    string sender = $"r{place++}@x.example";
                    await AddRuleAsync(sender, senderId, "transactional", "normal", isExempt, demands);
                    foreach (((string optOut, string consent), string number) in numbers)
                    {
                        foreach (string smsClass in Classes)
                        {
                            string expected = Owed(optOut, consent, isExempt, demands, senderId, smsClass);
                            string told = Ask(parts, sender, $"{number}+class={smsClass}").Told;
                            Assert.True(
                                told.Contains(expected, StringComparison.Ordinal),
                                $"{optOut}, consent {consent}, exempt {isExempt}, demands {string.Join(' ', demands)}, "
                                + $"{smsClass} from {senderId}: {expected} is right, and it says {told}");
                            counts[expected] = counts.GetValueOrDefault(expected) + 1;
                        }
                    }
                }
            }
        }

        Assert.Equal(7 * 7 * 2 * 4 * 3 * 3, counts.Values.Sum());
        Assert.All(counts.Values, count => Assert.InRange(count, 40, 2_500));
    }

    [Fact]
    public async Task Quiet_hours_are_kept_as_the_plain_reading_of_them_says()
    {
        await _disk.Store.WriteAsync(db => AddressBook.Put(
            db, new Contact("kenji", PhoneNumber.FromE164(Places[1].Number), null, Places[1].Zone, null), 0));
        List<Subject> subjects = [];
        foreach (string smsClass in Classes)
        {
            foreach (string purpose in (string[])["marketing", "transactional"])
            {
                string sender = $"{smsClass}-{purpose}@x.example";
                subjects.Add(new Subject(
                    sender, smsClass, purpose, await AddRuleAsync(sender, "", purpose, smsClass, false, [])));
            }
        }

        var random = new Random(20261125);
        List<Table> tables = [];
        while (tables.Count < 60)
        {
            List<Hours> all = [.. Enumerable.Range(0, 1 + (tables.Count % 4)).Select(_ => AnyHours(random))];
            tables.Add(new Table(all, PartsOf(all), GateOf(all)));
        }

        Dictionary<string, int> counts = [];
        foreach (double wait in (double[])[0, 3.5, 2, 7.25, 1, 24, 11, 9.5, 30])
        {
            _time.Advance(TimeSpan.FromHours(wait)); // over a week, by day and by night
            foreach ((List<Hours> table, MailInParts parts, RecipientGate gate) in tables)
            {
                foreach (Subject subject in subjects)
                {
                    foreach ((string number, string country, int ahead, _) in Places)
                    {
                        (string expected, DateTimeOffset? opens) = Quiet(table, subject, country, ahead);
                        string why = $"{_time.GetUtcNow():u} {subject} to {number} in {string.Join("; ", table)}";
                        (string told, DateTimeOffset? due) = Ask(parts, subject.Sender, number);
                        bool isSo = told.Contains(expected, StringComparison.Ordinal);
                        Assert.True(isSo, $"{why}: {expected}, not {told}");
                        if (expected == "Recipient OK") Assert.True(opens == due, $"{why}: {opens:u}, not {due:u}");
                        DateTimeOffset? late = OpensOf(gate, subject, number);
                        Assert.True(opens == late, $"{why}: a late one {opens:u}, not {late:u}");
                        string kind = opens is null ? "open" : expected;
                        counts[kind] = counts.GetValueOrDefault(kind) + 1;
                    }
                }
            }
        }

        tables.ForEach(one => one.Parts.Dispose());
        Assert.Equal(9 * 60 * 6 * 3, counts.Values.Sum());
        Assert.All(counts.Values, count => Assert.InRange(count, 500, 8_000));
    }

    private static void Put(StoreSession db, PhoneNumber number, string optOut, string consent)
    {
        if (optOut is not ("none" or "erased")) OptOuts.Record(db, number, optOut, "stop", null, 50);
        if (optOut == "erased")
        {
            db.Execute(
                "insert into opt_out (number, scope, since_ms, word) values (@hash, '*', 50, 'stop')",
                ("@hash", ErasedNumbers.Make(db, number.E164, 50)));
        }

        if (consent == "never") return;
        (long Given, long? Ended, string? How)[] records = consent switch
        {
            "by hand" => [(100, 200, "by hand")],
            "by stop" => [(100, 200, Consents.ByStop)],
            "given anew" => [(100, 200, "by hand"), (300, null, null)],
            "by hand after a stop" => [(100, 200, Consents.ByStop), (300, 400, "by hand")],
            _ => [(100, null, null)],
        };
        foreach (string purpose in consent == "for news" ? (string[])["news"] : ["marketing", "alerts"])
        {
            foreach ((long given, long? ended, string? how) in records)
            {
                Consents.Add(db, new Consent(number, purpose, given, "paper", null, null, null)
                {
                    WithdrawnMs = ended,
                    WithdrawnHow = how,
                });
            }
        }
    }

    private async Task<long> AddRuleAsync(
        string sender, string senderId, string purpose, string smsClass, bool isExempt, string[] demands)
    {
        var draft = new SenderRuleDraft
        {
            Sender = sender,
            Networks = "127.0.0.0/8",
            Destinations = "*",
            Options = "class",
            SenderId = senderId,
            Sending = new SendingRulesDraft { Class = smsClass },
            Compliance = new ComplianceRules
            {
                UrgentDespiteOptOut = isExempt,
                Purpose = purpose,
                Consents = demands,
            },
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> no), string.Join(' ', no));
        return (await _disk.Store.WriteAsync(db => _rules.Add(db, rule))).Id;
    }

    private MailInParts PartsOf(List<Hours> table)
    {
        var settings = new GatewaySettings { QuietHours = OptionsOf(table) };
        settings.Addresses.Domains = ["sms.example"];
        settings.OptOuts.Pools = new() { [Shop] = "Shop", [Lab] = "lab" };
        return MailInParts.Of(settings, _disk.Store, NullLoggerFactory.Instance, _time);
    }

    private RecipientGate GateOf(List<Hours> table) => new(
        _disk.Store, new OptOuts(_disk.Store), new Consents(_disk.Store), new QuietHours(OptionsOf(table)), _rules,
        new SmtpUsers(_disk.Store, _time), number => _disk.Store.Read(db => AddressBook.ZoneOf(db, number)), _time);

    private static QuietHoursOptions OptionsOf(List<Hours> table) => new()
    {
        Open =
        [
            .. table.Select(one => new OpenHoursOptions
            {
                Purpose = one.Purpose,
                Classes = [.. one.Classes],
                Country = one.Country,
                Days = one.Days,
                Hours = $"{one.From:d2}:00-{one.To:d2}:00",
                Action = one.Refuses ? QuietAction.Refuse : QuietAction.Delay,
            }),
        ],
    };

    private static (string Told, DateTimeOffset? Due) Ask(MailInParts parts, string sender, string localPart)
    {
        RecipientAnswer answer = parts.Recipients.Decide(
            new MailOrigin(sender, IPAddress.Loopback), localPart, "sms.example");
        Assert.Equal(answer.Recipients.Count == 0, answer.Reply.Code == 550);
        return (answer.Reply.Text, answer.Recipients is [{ DueMs: { } due }]
            ? DateTimeOffset.FromUnixTimeMilliseconds(due)
            : null);
    }

    private DateTimeOffset? OpensOf(RecipientGate gate, Subject subject, string number)
    {
        var sms = new OutgoingSms(
            TimeOrderedId.Next(_time), PhoneNumber.FromE164(number), "", "Hello", 1, 1, 0, long.MaxValue, [], false,
            Enum.Parse<SmsClass>(subject.Class, ignoreCase: true))
        {
            RuleId = subject.RuleId,
        };
        return gate.OpensMs(sms) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    private static Hours AnyHours(Random random)
    {
        (int from, int to) = Any(random, Spans);
        return new Hours(
            Any(random, "", "marketing"), Any<string[]>(random, [], [], ["normal"], ["flash"], ["Flash", "normal"]),
            Any(random, "", "", "GB", "US"), Any(random, Days), from, to, random.Next(3) == 0);
    }

    private static T Any<T>(Random random, params T[] all) => all[random.Next(all.Length)];

    // From here on: what is right, on plain words and whole hours.
    private static string Owed(
        string optOut, string consent, bool isExempt, string[] demands, string senderId, string smsClass)
    {
        bool passes = isExempt && smsClass == "urgent";
        bool isOut = optOut switch
        {
            "none" => false,
            OptOuts.Everything or "erased" => true,
            _ when senderId.Length == 0 => true, // the carrier may choose that one
            "pool:shop" => senderId == Shop,
            "pool:lab" => senderId == Lab,
            _ => senderId == optOut,
        };
        if (isOut && !passes) return "opted out";
        bool agrees = consent is "given" or "given anew" || (consent == "by stop" && passes);
        foreach (string demand in demands)
        {
            string[] words = demand.Split(':');
            if (words.Length == 2 && words[0] != smsClass) continue;
            if (!agrees) return $"consent to {words[^1]}";
        }

        return "Recipient OK";
    }

    private (string Expected, DateTimeOffset? Opens) Quiet(
        List<Hours> table, Subject subject, string country, int ahead)
    {
        if (subject.Class == "urgent") return ("Recipient OK", null);
        List<Hours> fit = table.FindAll(one => one.Purpose is "" or "marketing"
            && (one.Purpose == "" || one.Purpose == subject.Purpose)
            && (one.Classes.Length == 0 || one.Classes.Contains(subject.Class, StringComparer.OrdinalIgnoreCase))
            && (one.Country == "" || one.Country == country));
        int best = fit.Count == 0 ? 0 : fit.Max(one => one.Weight);
        fit.RemoveAll(one => one.Weight < best);
        if (fit.Count == 0) return ("Recipient OK", null);
        DateTimeOffset now = _time.GetUtcNow();
        if (IsOpen(fit, now, ahead)) return ("Recipient OK", null);
        DateTimeOffset at = new(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        do at = at.AddHours(1);
        while (!IsOpen(fit, at, ahead));
        return (fit[0].Refuses ? "It is quiet hours" : "Recipient OK", at);
    }

    private static bool IsOpen(List<Hours> fit, DateTimeOffset at, int ahead)
    {
        DateTimeOffset wall = at.AddHours(ahead);
        return fit.Exists(one => one.From < one.To
            ? IsOn(one.Days, wall) && wall.Hour >= one.From && wall.Hour < one.To
            : (IsOn(one.Days, wall) && wall.Hour >= one.From)
                || (IsOn(one.Days, wall.AddDays(-1)) && wall.Hour < one.To)); // the evening before has begun it
    }

    private static bool IsOn(string days, DateTimeOffset wall) => days switch
    {
        "mon-fri" => wall.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
        "sat sun" => wall.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday,
        "fri" => wall.DayOfWeek is DayOfWeek.Friday,
        _ => true,
    };

    private sealed record Table(List<Hours> Hours, MailInParts Parts, RecipientGate Gate);

    private sealed record Subject(string Sender, string Class, string Purpose, long RuleId);

    private sealed record Hours(
        string Purpose, string[] Classes, string Country, string Days, int From, int To, bool Refuses)
    {
        /// <summary>How much it says: of its purpose, its classes, its country, in this order.</summary>
        public int Weight =>
            (Purpose.Length > 0 ? 4 : 0) + (Classes.Length > 0 ? 2 : 0) + (Country.Length > 0 ? 1 : 0);

        public override string ToString() =>
            $"[{Purpose}] [{string.Join(' ', Classes)}] [{Country}] {Days} {From}-{To} refuses={Refuses}";
    }
}
