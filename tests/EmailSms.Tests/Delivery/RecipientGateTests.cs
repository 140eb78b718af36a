using EmailSms.Delivery;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>What is looked at once more before an SMS leaves; its hours are in <c>DutyTablesTests</c>.</summary>
public sealed class RecipientGateTests : IAsyncDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164("+447700900123");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 23, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly SenderRules _rules;
    private readonly RecipientGate _gate;

    public RecipientGateTests()
    {
        _disk = new TemporaryStore(_time);
        _rules = new SenderRules(_disk.Store, _time);
        _gate = new RecipientGate(
            new OptOuts(_disk.Store), new Consents(_disk.Store),
            new QuietHours(new QuietHoursOptions { Open = [new OpenHoursOptions()] }), _rules, _ => null, _time);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_consent_that_ends_while_an_SMS_waits_stops_it()
    {
        SenderRule rule = await AddRuleAsync();
        await _disk.Store.WriteAsync(
            db => Consents.Add(db, new Consent(Number, "marketing", 1, "paper", null, null, null)));
        OutgoingSms waits = Sms(rule.Id);
        _time.Advance(TimeSpan.FromHours(8));
        Assert.Null(_gate.Refuse(waits));

        await _disk.Store.WriteAsync(db => Consents.Withdraw(db, Number, null, "by hand", 2));
        Assert.Equal(("no-consent", "5.7.1"), (_gate.Refuse(waits)?.Code, _gate.Refuse(waits)?.EnhancedStatus));
        Assert.Null(_gate.Refuse(waits with { Class = SmsClass.Flash })); // of which none is demanded
        Assert.Null(_gate.Refuse(waits with { RuleId = null }));

        await _disk.Store.WriteAsync(db => SenderRules.Remove(db, rule.Id));
        Assert.Null(_gate.Refuse(waits));
    }

    [Fact]
    public async Task A_STOP_stops_it_too_unless_it_goes_all_the_same()
    {
        OutgoingSms sms = Sms(null);
        Assert.Null(_gate.Refuse(sms));
        await _disk.Store.WriteAsync(db => OptOuts.Record(db, Number, OptOuts.Everything, "stop", null, 1));
        Assert.Equal("opted-out", _gate.Refuse(sms)?.Code);
        Assert.Null(_gate.Refuse(sms with { DespiteOptOut = true }));
    }

    [Fact]
    public async Task At_night_an_answer_of_our_own_goes_to_whoever_has_just_written()
    {
        SenderRule rule = await AddRuleAsync();
        Assert.Equal(_time.GetUtcNow().AddHours(9).ToUnixTimeMilliseconds(), _gate.OpensMs(Sms(rule.Id)));
        Assert.Null(_gate.OpensMs(Sms(null)));
    }

    private OutgoingSms Sms(long? rule) => new(
        TimeOrderedId.Next(_time), Number, "", "Hello", 1, 1, 0, long.MaxValue, [], false)
    { RuleId = rule };

    private async Task<SenderRule> AddRuleAsync()
    {
        var draft = new SenderRuleDraft
        {
            Sender = "ann@x.example",
            Networks = "127.0.0.1",
            Destinations = "*",
            Compliance = new ComplianceRules { Consents = ["normal:marketing"] },
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        return await _disk.Store.WriteAsync(db => _rules.Add(db, rule));
    }
}
