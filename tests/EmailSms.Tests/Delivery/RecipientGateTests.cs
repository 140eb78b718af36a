using EmailSms.Delivery;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
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
            _disk.Store, new OptOuts(_disk.Store), new Consents(_disk.Store),
            new QuietHours(new QuietHoursOptions { Open = [new OpenHoursOptions()] }), _rules,
            new SmtpUsers(_disk.Store, _time), _ => null, _time);
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
        Assert.Equal(("rule-removed", "5.7.1"), (_gate.Refuse(waits)?.Code, _gate.Refuse(waits)?.EnhancedStatus));
        Assert.Null(_gate.Refuse(waits with { RuleId = null }));
        Assert.Null(_gate.Refuse(Sms(rule.Id))); // it was let in a moment ago
    }

    [Fact]
    public async Task What_an_account_submitted_waits_no_longer_than_it_may_submit()
    {
        SenderRule rule = await AddRuleAsync(new ComplianceRules());
        var users = new SmtpUsers(_disk.Store, _time);
        Assert.True(SmtpUser.TryCreate("Ann", null, null, out SmtpUser? user, out _));
        var queue = new SmsQueue(_disk.Store, new QueueOptions(), _time);
        (Guid Mail, Guid Sms) ids = (TimeOrderedId.Next(_time), TimeOrderedId.Next(_time));
        await _disk.Store.WriteAsync(db =>
        {
            users.Add(db, user, "credential");
            queue.AddMail(db, new NewMail(ids.Mail, "ann@x.example", null, null, "", rule.Id, "smtp-auth", "", 1)
            {
                User = user.Name,
            });
            queue.Enqueue(
                db,
                new NewSms(
                    ids.Sms, ids.Mail, Number, "", "ann@x.example", "Hello", "gsm7", 1, rule.Id, NoticeSetting.Never,
                    long.MaxValue),
                new { });
        });
        OutgoingSms waits = Sms(rule.Id) with { Id = ids.Sms };
        _time.Advance(TimeSpan.FromHours(8));
        Assert.Null(_gate.Refuse(waits));
        await _disk.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ann", isEnabled: false));
        Assert.Equal(("user-disabled", "5.7.1"), (_gate.Refuse(waits)?.Code, _gate.Refuse(waits)?.EnhancedStatus));
        await _disk.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ann", isEnabled: true));
        Assert.Null(_gate.Refuse(waits));
        await _disk.Store.WriteAsync(db => SmtpUsers.Remove(db, "ann"));
        Assert.Equal("user-disabled", _gate.Refuse(waits)?.Code);
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

    private async Task<SenderRule> AddRuleAsync(ComplianceRules? compliance = null)
    {
        var draft = new SenderRuleDraft
        {
            Sender = "ann@x.example",
            Networks = "127.0.0.1",
            Destinations = "*",
            Compliance = compliance ?? new ComplianceRules { Consents = ["normal:marketing"] },
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        return await _disk.Store.WriteAsync(db => _rules.Add(db, rule));
    }
}
