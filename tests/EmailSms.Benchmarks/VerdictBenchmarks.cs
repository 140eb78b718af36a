using System.Net;
using BenchmarkDotNet.Attributes;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Benchmarks;

/// <summary>
/// May this sender text that number: the rule, its destinations, and the opt-outs, with 10,000 rules and a million
/// opt-outs on disk.
/// </summary>
[MemoryDiagnoser]
public class VerdictBenchmarks
{
    private const int Rules = 10_000;
    private const int OptedOut = 1_000_000;
    private static readonly Origin Origin = new(IPAddress.Parse("10.1.2.3"));

    private readonly EmailAddress[] _senders =
        [.. Enumerable.Range(0, Rules).Select(i => EmailAddress.Parse($"device{i}@plant{i % 100}.example"))];

    private string _folder = "";
    private SqliteStore _store = null!;
    private SenderRules _rules = null!;
    private OptOuts _optOuts = null!;
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("emailsms-bench-").FullName;
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder }, TimeProvider.System, NullLogger<SqliteStore>.Instance);
        _rules = new SenderRules(_store, TimeProvider.System);
        _optOuts = new OptOuts(_store);
        _store.WriteAsync(db =>
        {
            foreach (EmailAddress sender in _senders) _rules.Add(db, RuleFor(sender));
        }).GetAwaiter().GetResult();
        foreach (int[] some in Enumerable.Range(0, OptedOut).Chunk(50_000))
        {
            _store.WriteAsync(db =>
            {
                foreach (int i in some)
                {
                    OptOuts.Record(db, PhoneNumber.FromE164($"+4478{i:00000000}"), OptOuts.Everything, "stop", null, 0);
                }
            }).GetAwaiter().GetResult();
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A hundred devices that write all the time, each to another number.</summary>
    [Benchmark]
    public bool BusySenders() => Decide(_senders[_next % 100]);

    /// <summary>All ten thousand in turn: more than are kept.</summary>
    [Benchmark]
    public bool AllSenders() => Decide(_senders[_next % Rules]);

    /// <summary>Somebody whom no rule is for.</summary>
    [Benchmark]
    public bool Strangers() => Decide(EmailAddress.Parse($"spam{_next}@elsewhere.example"));

    private bool Decide(EmailAddress sender)
    {
        PhoneNumber to = PhoneNumber.FromE164($"+4477{_next++ % 100_000_000:00000000}");
        return _rules.Decide(sender, Origin, to) is Verdict.Allowed && _optOuts.Find(to) is null;
    }

    private static SenderRule RuleFor(EmailAddress sender)
    {
        var draft = new SenderRuleDraft
        {
            Sender = sender.ToString(),
            Networks = "10.0.0.0/8",
            Destinations = "+44* !+4470*",
            Limits = new RuleLimitsDraft { InAll = "100/day" },
        };
        return draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes)
            ? rule
            : throw new InvalidOperationException(string.Join(' ', mistakes));
    }
}
