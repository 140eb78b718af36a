using System.Collections.Concurrent;
using System.Net;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_rule_is_paused
{
    [Fact]
    public async Task Its_SMS_wait_through_a_restart_and_those_of_others_go()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "*",
            Networks = "127.0.0.0/8",
            Destinations = "*",
        });
        using var config = new CarrierConfig(test);
        await DoneAsync(config, "Rule 1: paused.", "pause", "rule", "1", "--reason", "looks stolen");
        await test.SendAsync(TestGateway.Mail("waits"));
        await test.SendAsync(TestGateway.Mail("goes", from: "bob@office.example"));
        Assert.Equal("goes", (await test.NextSmsAsync()).Text);

        await test.StopGatewayAsync();
        (_, string pauses) = await config.RunAsync("pause");
        Assert.Contains("rule:1", pauses, StringComparison.Ordinal);
        Assert.Contains("looks stolen", pauses, StringComparison.Ordinal);
        await test.StartGatewayAsync();
        await test.SendAsync(TestGateway.Mail("goes too", from: "bob@office.example"));
        Assert.Equal("goes too", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("queued") == 1);

        await DoneAsync(config, "Rule 1: resumed.", "resume", "rule", "1");
        Assert.Equal("waits", (await test.NextSmsAsync()).Text);
        (int code, string no) = await config.RunAsync("resume", "rule", "1");
        Assert.Equal((1, "Rule 1: there is no such pause."), (code, no.Trim()));
    }

    [Fact]
    public async Task What_is_in_memory_and_on_disk_waits_too()
    {
        const int mails = 30;
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers["main"].SubmitsPerSecondMax = 5;
            settings.Queue.ReadyMax = 10;
        });
        for (int i = 0; i < mails; i++) await test.SendAsync(TestGateway.Mail($"{i}"));
        using var config = new CarrierConfig(test);
        await DoneAsync(config, "Rule 1: paused.", "pause", "rule", "1");
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        long left = test.CountIn("queued");
        Assert.InRange(left, 1, mails); // else the pause came too late for this machine
        await test.SendAsync(TestGateway.Mail("one more"));
        Assert.Equal(left + 1, test.CountIn("queued"));

        await DoneAsync(config, "Rule 1: resumed.", "resume", "rule", "1");
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == mails + 1);
    }

    [Fact]
    public async Task A_sender_is_refused_until_resumed()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        using var config = new CarrierConfig(test);
        await DoneAsync(config, "Sender ann@clinic.example: paused.", "pause", "sender", "Ann@clinic.example");
        SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("Hello"));
        Assert.Equal(
            "5.7.1 This sender was stopped, and no mail of it is taken until the admin resumes it", no.Message);
        await test.SendAsync(TestGateway.Mail("Hello", from: "bob@clinic.example"));
        await DoneAsync(config, "Sender ann@clinic.example: resumed.", "resume", "sender", "ann@clinic.example");
        await test.SendAsync(TestGateway.Mail("Hello"));
    }

    [Theory]
    [InlineData("pause", "everything")]
    [InlineData("pause", "carrier")]
    [InlineData("pause", "rule", "seven")]
    [InlineData("pause", "sender", "nobody")]
    [InlineData("resume", "all", "of", "them")]
    public async Task Wrong_words_are_2(params string[] words)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        using var config = new CarrierConfig(test);
        Assert.Equal(2, (await config.RunAsync(words)).Code);
    }

    [Fact]
    public async Task Its_carriers_alone_get_its_SMS_and_they_wait_while_those_are_away()
    {
        var submits = new ConcurrentQueue<string>();
        await using SmppServer main = Smsc("main", submits);
        await using SmppServer spare = Smsc("spare", submits);
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Carriers["main"].Port = main.Endpoint.Port;
                settings.Carriers["spare"] = new()
                {
                    Host = "127.0.0.1",
                    Port = spare.Endpoint.Port,
                    SystemId = "test",
                    ReconnectMax = TimeSpan.FromSeconds(1),
                };
            },
            rule: draft => draft with { Sending = new SendingRulesDraft { Carriers = ["spare"] } });
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
        await test.AddRuleAsync(new SenderRuleDraft { Sender = "*", Networks = "127.0.0.0/8", Destinations = "*" });
        await test.SendAsync(TestGateway.Mail("one"));
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 1);

        using var config = new CarrierConfig(test);
        await DoneAsync(config, "Carrier spare: paused.", "pause", "carrier", "spare");
        await test.SendAsync(TestGateway.Mail("two"));
        await test.SendAsync(TestGateway.Mail("three", from: "bob@office.example"));
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 2);
        SmsRecord waiting = await test.SmsInStateAsync(SmsState.Queued);
        Assert.Equal("two", waiting.Body);

        await DoneAsync(config, "Carrier spare: resumed.", "resume", "carrier", "spare");
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 3);
        Assert.Equal(["spare", "main", "spare"], submits);
    }

    private static SmppServer Smsc(string name, ConcurrentQueue<string> submits)
    {
        int number = 0;
        var server = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = (_, _, _) =>
            {
                submits.Enqueue(name);
                return ValueTask.FromResult(SubmitReply.Accept($"{name}{Interlocked.Increment(ref number)}"));
            },
        };
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static async Task DoneAsync(CarrierConfig config, string says, params string[] words)
    {
        (int code, string output) = await config.RunAsync(words);
        Assert.True(code == 0, output);
        Assert.Equal(says, output.Trim());
    }
}
