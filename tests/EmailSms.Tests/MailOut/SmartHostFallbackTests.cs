using EmailSms.MailOut;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.MailOut;

/// <summary>Several smart hosts in order: the next while the first takes nothing, and back again.</summary>
public sealed class SmartHostFallbackTests : IAsyncLifetime
{
    private readonly OutboxRig _rig = new();
    private readonly SmtpSink _first = SmtpSink.Open();
    private readonly SmtpSink _second = SmtpSink.Open();

    public ValueTask InitializeAsync()
    {
        _rig.Options.Fallbacks.Add(
            new SmartHostAddress { Host = "127.0.0.1", Port = _second.Port, Tls = SmartHostTls.None });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task While_the_first_takes_mail_the_second_gets_none()
    {
        await _rig.StartAsync(_first.Port);
        await _rig.EnqueueAsync("a");
        await _rig.AllSentAsync();
        Assert.Equal(["a"], OutboxRig.Bodies(_first));
        Assert.Equal(0, _second.Connections);
    }

    [Fact]
    public async Task The_second_takes_over_at_once_and_the_first_comes_back()
    {
        await _first.StopAsync();
        await _rig.StartAsync(_first.Port);
        await _rig.EnqueueAsync("a");
        await _rig.EnqueueAsync("b");
        await Eventually.IsAsync(() => _second.Mails.Count == 2); // the clock stands still: nobody waited
        Assert.Equal(1, _rig.Log.Count(1504)); // the first rests meanwhile, and is not asked for every mail

        _first.Start();
        _rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await _rig.EnqueueAsync("c");
        await _rig.AllSentAsync();
        Assert.Equal(["c"], OutboxRig.Bodies(_first));
        Assert.Equal(["a", "b"], OutboxRig.Bodies(_second));
        await Eventually.IsAsync(() => _rig.Log.Count(1507) == 1); // told when the mail is settled
    }

    [Fact]
    public async Task With_all_of_them_away_no_mail_is_touched()
    {
        await _first.StopAsync();
        await _second.StopAsync();
        await _rig.StartAsync(_first.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Log.Count(1504) >= 6, _rig.Clock, TimeSpan.FromMinutes(1));
        Assert.Equal(0L, _rig.Disk.Store.Read(db => db.Scalar("select attempts from outbox")));
        _second.Start();
        await _rig.AllSentAsync();
        Assert.Equal(["a"], OutboxRig.Bodies(_second));
    }

    [Fact]
    public async Task A_mail_that_broke_off_at_its_end_is_not_handed_to_the_next_at_once()
    {
        _first.Answer = (at, _) => at is SinkStage.EndOfData ? SmtpSink.HangUp : null;
        await _rig.StartAsync(_first.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Log.Count(1502) == 1);
        Assert.Empty(_second.Mails);
        await _rig.EnqueueAsync("b");
        await Eventually.IsAsync(() => _second.Mails.Count == 1);
        Assert.Equal(["b"], OutboxRig.Bodies(_second));
    }

    [Fact]
    public async Task What_the_first_refuses_for_good_is_refused()
    {
        _first.Answer = (at, _) => at is SinkStage.Recipient ? "550 5.1.1 no such mailbox" : null;
        await _rig.StartAsync(_first.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Outbox.Count().Failed == 1);
        Assert.Equal(0, _second.Connections);
    }
}
