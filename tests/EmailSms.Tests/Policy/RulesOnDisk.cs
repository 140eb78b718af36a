using System.Net;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

/// <summary>Sender rules in a store of their own, and the people and places that tests of rules are about.</summary>
internal sealed class RulesOnDisk : IAsyncDisposable
{
    public static readonly EmailAddress Ann = EmailAddress.Parse("ann@x.example");
    public static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");
    public static readonly IPAddress Inside = IPAddress.Parse("192.0.2.7");
    public static readonly IPAddress Outside = IPAddress.Parse("198.51.100.7");

    private readonly TemporaryStore _disk = new(new FakeTimeProvider());

    public RulesOnDisk() => Rules = new SenderRules(_disk.Store, new FakeTimeProvider());

    public SenderRules Rules { get; }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    /// <summary>Adds a rule for every destination; a draft that is none fails the test with its mistakes.</summary>
    public async Task<SenderRule> AddAsync(SenderRuleDraft draft)
    {
        bool isRule = (draft with { Destinations = "*" })
            .TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes);
        Assert.True(isRule, string.Join('\n', mistakes));
        return await _disk.Store.WriteAsync(db => Rules.Add(db, rule!));
    }
}
