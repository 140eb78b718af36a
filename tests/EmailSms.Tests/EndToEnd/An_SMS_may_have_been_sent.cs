using System.Net;
using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A carrier that says "hold" never gets an SMS twice, whatever happens to the answer or to us.</summary>
public sealed class An_SMS_may_have_been_sent : IAsyncDisposable
{
    private readonly SmppServer _smsc;
    private readonly SemaphoreSlim _came = new(0);
    private int _submits;
    private volatile bool _answers;

    public An_SMS_may_have_been_sent()
    {
        _smsc = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = async (_, _, stopping) =>
            {
                int number = Interlocked.Increment(ref _submits);
                _came.Release();
                if (!_answers) await Task.Delay(Timeout.Infinite, stopping);
                return SubmitReply.Accept($"{number}");
            },
        };
        _smsc.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public async ValueTask DisposeAsync()
    {
        await _smsc.DisposeAsync();
        _came.Dispose();
    }

    [Fact]
    public async Task And_is_held_until_somebody_sends_it_again()
    {
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Held);
        Assert.StartsWith("unknown:", sms.Reason, StringComparison.Ordinal);
        Assert.Equal([Timeline.Accepted, Timeline.Held], test.Kinds(sms.Id));
        Assert.Equal(1, _submits);

        _answers = true;
        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync("sms", "resend", sms.Id.ToString());
        Assert.True(code == 0, output);
        await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal([Timeline.Accepted, Timeline.Held, Timeline.Resend, Timeline.Sent], test.Kinds(sms.Id));
        Assert.Equal(2, _submits);
        (int again, string why) = await config.RunAsync("sms", "resend", sms.Id.ToString());
        Assert.Equal(1, again);
        Assert.Contains("is not held: it is sent", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_its_sender_is_told_when_somebody_gives_it_up()
    {
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Held);
        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync("sms", "fail", sms.Id.ToString());
        Assert.True(code == 0, output);
        await test.SmsInStateAsync(SmsState.Failed);
        string report = (await test.NextMailAsync()).Mail.Body!.ToString();
        Assert.Contains("may have been sent", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_over_one_bind_the_next_to_the_same_phone_waits_until_it_is_known()
    {
        await using var main = new Accepting { AnswersMax = 0 };
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            CarrierOptions carrier = settings.Carriers["main"];
            (carrier.Port, carrier.Unknown, carrier.AnswerMax) = (main.Port, UnknownFate.Hold, TimeSpan.FromMinutes(5));
        });
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SendAsync(TestGateway.Mail("Two")); // each is written down first, so they could change places
        for (int others = 1; others <= 5; others++)
        {
            await test.SendAsync(TestGateway.Mail("Hello", to: $"+44770090020{others}"));
            await TestGateway.UntilAsync(() => main.Asked == 1 + others);
        }

        Assert.Equal(6, main.Asked);
    }

    [Fact]
    public async Task Or_the_process_was_killed_which_is_the_same_case()
    {
        using var service = new ServiceProcess(_smsc.Endpoint.Port, window: 10, UnknownFate.Hold);
        (int code, string output) = await service.CommandAsync(
            "senders", "add", "--from", "*", "--to", "*", "--notices", "never");
        Assert.True(code == 0, output);
        await service.StartAsync();
        var client = new StubbornClient("hold");
        Task sending = client.SendUntilGoneAsync(service.Smtp);
        Assert.True(await _came.WaitAsync(TestGateway.Patience, TestContext.Current.CancellationToken));
        await service.KillAsync();
        await sending;

        _answers = true;
        int before = _submits;
        await service.StartAsync();
        await TestGateway.UntilAsync(() => Count(service, SmsState.Queued) == 0);
        Assert.Equal(0, await service.TerminateAsync());
        int held = Count(service, SmsState.Held);
        Assert.InRange(held, before, 10); // each that was written, and what was marked and not yet written
        Assert.Equal(Count(service, SmsState.Sent), _submits - before); // the others are sent, and none of these again
    }

    private static int Count(ServiceProcess service, SmsState state)
    {
        using var db = new StoreSession(
            new StoreOptions { Folder = service.DataFolder }.DatabaseFile, readOnly: true);
        return (int)SmsRecord.Count(db).GetValueOrDefault(SmsRecord.StateText(state));
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(settings =>
    {
        CarrierOptions main = settings.Carriers["main"];
        (main.Port, main.Unknown) = (_smsc.Endpoint.Port, UnknownFate.Hold);
        main.AnswerMax = TimeSpan.FromSeconds(1);
    });
}
