using System.Net;
using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Smtp.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Whatever a carrier does, what got a 250 arrives, or its sender is told.</summary>
public sealed class A_carrier_is_in_trouble
{
    [Fact]
    public async Task It_refuses_for_now_and_takes_it_later()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { RejectStatus = CommandStatus.SystemError });
        await test.SendAsync(TestGateway.Mail("Hello"));
        Guid sms = (await test.SmsInStateAsync(SmsState.Queued)).Id;
        await TestGateway.UntilAsync(() => test.Kinds(sms).Count(kind => kind == Timeline.Retry) >= 2);
        test.Phones.Behaviour.RejectStatus = CommandStatus.Ok;

        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        SmsRecord record = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.InRange(record.Attempts, 3, int.MaxValue);
        Assert.Equal([Timeline.Accepted, Timeline.Retry], test.Kinds(sms).Distinct().Take(2));
        Assert.DoesNotContain(Timeline.Notice, test.Kinds(sms));
    }

    [Fact]
    public async Task It_throttles_and_every_SMS_keeps_its_place()
    {
        const int Mails = 60;
        await using TestGateway test =
            await TestGateway.StartAsync(behaviour: new SmscBehaviour { ThrottleEvery = 10 });
        await Task.WhenAll(Enumerable.Range(0, Mails).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));
        HashSet<string> texts = [];
        while (texts.Count < Mails) texts.Add((await test.NextSmsAsync()).Text);

        await TestGateway.UntilAsync(() => test.CountIn("delivered") == Mails);
        Assert.True(test.Phones.Counts.Throttled > 0, "Nothing was throttled.");
        List<SmsRecord> all = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch(Limit: 1000)));
        Assert.All(all, sms => Assert.Equal(1, sms.Attempts)); // a pause at the carrier, not a failed attempt
        Assert.Equal(Mails, test.Phones.Counts.Accepted);
    }

    [Fact]
    public async Task Its_queue_for_one_phone_is_full_and_the_others_go_on()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Window = 1, // a phone that kept its place would stop the other
            behaviour: new SmscBehaviour
            {
                Rules = [new SmscRule { Destinations = "*123", Statuses = [new(CommandStatus.MessageQueueFull)] }],
            });
        await test.SendAsync(TestGateway.Mail("To the full one"));
        Guid full = (await test.SmsInStateAsync(SmsState.Queued)).Id;
        await TestGateway.UntilAsync(() => test.Kinds(full).Contains(Timeline.Retry));
        await test.SendAsync(TestGateway.Mail("To another", to: "447700900124"));

        Assert.Equal("To another", (await test.NextSmsAsync()).Text);
        Assert.Equal(100, test.Gateway.Carriers.All[0].Status.Binds[0].RatePercent);
        test.Phones.Behaviour.Rules = [];
        Assert.Equal("To the full one", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);
    }

    [Fact]
    public async Task It_is_down_at_the_start_and_what_was_taken_waits_on_disk()
    {
        var address = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free());
        await using TestGateway test =
            await TestGateway.StartAsync(settings => settings.Carriers["main"].Port = address.Port);
        for (int i = 0; i < 5; i++) await test.SendAsync(TestGateway.Mail($"Number {i}"));
        Assert.Equal(5, test.CountIn("queued"));
        Assert.Equal(0, test.Leased());

        await using var late = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance);
        await late.StartAsync(address);
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        for (int i = 0; i < 5; i++) Assert.Equal($"Number {i}", (await late.NextAsync(deadline.Token)).Text);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 5);
    }

    [Fact]
    public async Task It_goes_away_under_load_and_nothing_stays_in_memory()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("First"));
        await test.SmsInStateAsync(SmsState.Delivered);
        test.Phones.Behaviour.BindStatus = CommandStatus.SystemError;
        test.Phones.HangUp();
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.FirstReady() is null);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));

        // On disk they expire in time and survive; one that is leased by nobody's work does neither.
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        Assert.Equal(100, test.CountIn("queued"));
        test.Phones.Behaviour.BindStatus = CommandStatus.Ok;
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 101);
        Assert.Equal(101, test.Phones.Counts.Accepted);
    }

    [Fact]
    public async Task It_hangs_up_in_mid_window_and_every_SMS_arrives_at_least_once()
    {
        const int Mails = 60;
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Window = 10, behaviour: new SmscBehaviour { HangUpAfter = 25 });
        await Task.WhenAll(Enumerable.Range(0, Mails).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));
        await TestGateway.UntilAsync(() => test.CountIn("delivered") + test.CountIn("sent") == Mails);
        test.Phones.Behaviour.HangUpAfter = 0;

        Dictionary<string, int> texts = [];
        for (long left = test.Phones.Counts.Accepted; left > 0; left--)
        {
            string text = (await test.NextSmsAsync()).Text;
            texts[text] = texts.GetValueOrDefault(text) + 1;
        }

        Assert.Equal(Mails, texts.Count);
        long hangUps = test.Phones.Counts.Submits / 25;
        Assert.InRange(hangUps, 2, Mails);
        Assert.InRange(texts.Values.Sum() - Mails, 0, hangUps * 10); // only what was in a window may come twice
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == Mails);
    }

    [Theory]
    [InlineData("an HTTP server", "HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("a length of 4 GB", "\xff\xff\xff\xff\0\0\0\x05\0\0\0\0\0\0\0\x01")]
    [InlineData("a length under its own header", "\0\0\0\x08\0\0\0\x05\0\0\0\0\0\0\0\x01")]
    [InlineData("a deliver_sm cut off in its text",
        "\0\0\0\x1e\0\0\0\x05\0\0\0\0\0\0\0\x01\0\x01\x01\x34\0\x01\x01\x34\0\x04\0\0\0\0")]
    public async Task It_sends_what_is_no_SMPP_and_the_next_SMS_goes_out(string what, string octets)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await TestGateway.UntilAsync(() => test.Phones.Sessions.Count == 1);
        test.Phones.SendGarbage(System.Text.Encoding.Latin1.GetBytes(octets));
        await test.SendAsync(TestGateway.Mail(what));

        // It may have been on its way when the connection ended, and then comes twice; never not at all.
        Assert.Equal(what, (await test.NextSmsAsync()).Text);
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("And back");
        Assert.StartsWith("And back", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_answer_and_the_SMS_is_sent_again_for_it_may_be_lost()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].AnswerMax = TimeSpan.FromSeconds(1),
            behaviour: new SmscBehaviour { Silent = true });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.NextSmsAsync();
        Guid sms = (await test.SmsInStateAsync(SmsState.Queued)).Id;
        await TestGateway.UntilAsync(() => test.Kinds(sms).Contains(Timeline.Retry));
        test.Phones.Behaviour.Silent = false;

        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        await test.SmsInStateAsync(SmsState.Delivered);
        TimelineEvent retry = test.Store.Read(db => Timeline.Of(db, sms)).First(line => line.Kind == Timeline.Retry);
        using JsonDocument detail = JsonDocument.Parse(retry.Detail);
        Assert.True(detail.RootElement.GetProperty("mayHaveBeenSent").GetBoolean());
        Assert.StartsWith("unknown:", detail.RootElement.GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_know_our_password_and_nothing_is_lost_or_counted()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { BindStatus = CommandStatus.InvalidPassword });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All[0].Status.State == "waiting");
        Assert.Equal(0, (await test.SmsInStateAsync(SmsState.Queued)).Attempts);
        CaughtMail told = await test.NextMailAsync();
        Assert.Equal("Carrier main refuses our account", told.Mail.Subject);
        Assert.Contains("ESME_RINVPASWD", told.Mail.TextBody, StringComparison.Ordinal);
        await test.StopGatewayAsync();
        test.Phones.Behaviour.BindStatus = CommandStatus.Ok; // the password was mended
        await test.StartGatewayAsync();

        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal([Timeline.Accepted, Timeline.Sent, Timeline.Delivered], test.Kinds(sms.Id));
        Assert.Equal(1, sms.Attempts);
    }

    [Fact]
    public async Task It_stays_away_until_the_SMS_is_worth_nothing_and_the_sender_is_told()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { BindStatus = CommandStatus.SystemError });
        await test.SendAsync(TestGateway.Mail("Hello"));
        Guid id = (await test.SmsInStateAsync(SmsState.Queued)).Id;
        long soon = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 300;
        await test.Store.WriteAsync(db => db.Execute("update sms set expires_ms = @soon", ("@soon", soon)));
        test.Gateway.Queue.Ring(); // a rule's validity is a minute or more, so the row was changed behind its back

        CaughtMail told = await test.NextMailAsync();
        Assert.StartsWith("Not delivered", told.Mail.Subject, StringComparison.Ordinal);
        Assert.Contains("before its validity ended", told.Mail.TextBody, StringComparison.Ordinal);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Expired);
        Assert.InRange(sms.StateMs, soon, soon + 10_000);
        Assert.Equal((id, "expired"), (sms.Id, sms.Reason));

        test.Phones.Behaviour.BindStatus = CommandStatus.Ok;
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.FirstReady() is not null);
        await test.SendAsync(TestGateway.Mail("Fresh"));
        Assert.Equal("Fresh", (await test.NextSmsAsync()).Text); // and the stale one never goes
    }

    [Fact]
    public async Task It_is_away_and_the_next_one_takes_its_SMS()
    {
        await using var spare = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance);
        await spare.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using TestGateway test = await TestGateway.StartAsync(settings => settings.Carriers["spare"] =
            new CarrierOptions { Host = "127.0.0.1", Port = spare.Endpoint.Port, SystemId = "s", Password = "s" });
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
        await test.SendAsync(TestGateway.Mail("By the first"));
        await test.SmsInStateAsync(SmsState.Delivered); // its receipt comes before the carrier goes for good
        test.Phones.Behaviour.BindStatus = CommandStatus.SystemError;
        test.Phones.HangUp();
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.FirstReady()?.Name == "spare");
        await test.SendAsync(TestGateway.Mail("By the spare"));

        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.Equal("By the spare", (await spare.NextAsync(deadline.Token)).Text);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);
        SmsRecord sms = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))[0];
        Assert.Equal(("By the spare", "spare"), (sms.Body, sms.Carrier));
    }
}
