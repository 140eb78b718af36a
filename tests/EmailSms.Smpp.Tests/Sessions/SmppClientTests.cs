using System.Collections.Concurrent;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The client and the simulator, over a real socket, when all goes well and when the SMSC says no.</summary>
public sealed class SmppClientTests
{
    [Fact]
    public async Task A_text_reaches_the_phone_and_its_receipt_comes_back()
    {
        var came = new TaskCompletionSource<DeliveryReceipt>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? parsed)) came.TrySetResult(parsed);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        SubmitResult result = await client.SubmitAsync(Esme.Submit(7, RegisteredDelivery.Final), Deadline.Token);

        string id = Assert.IsType<SubmitResult.Accepted>(result).MessageId;
        SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
        Assert.Equal(("ACME", "447700900123", "7"), (sms.From, sms.To, sms.Text));
        Assert.Equal([id], sms.MessageIds);
        DeliveryReceipt receipt = await came.Task.WaitAsync(Deadline.Token);
        Assert.Equal((id, MessageState.Delivered, "000"), (receipt.MessageId, receipt.State, receipt.Error));
    }

    [Fact]
    public async Task A_long_text_is_put_together_on_the_phone()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        string text = string.Concat(Enumerable.Repeat("Naïve café — 10 € 👩‍⚕️ ", 20));

        foreach (SubmitSm part in SmsSegmenter.ToSubmits(Esme.Submit(), SmsSegmenter.Split(text), 0x1234))
            Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(part, Deadline.Token));

        SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
        Assert.Equal(text, sms.Text);
        Assert.True(sms.Parts > 1);
        Assert.Equal(sms.Parts, sms.MessageIds.Distinct().Count());
    }

    [Fact]
    public async Task A_long_reply_comes_in_parts_that_fit_together()
    {
        var parts = new ConcurrentDictionary<int, string>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            Concatenation part = Concatenation.TryRead(message)!;
            parts[part.Sequence] = MessageText.Read(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        string text = new('x', 400);

        Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", text, deadline: Deadline.Token));

        Assert.Equal(text, string.Concat(parts.OrderBy(p => p.Key).Select(p => p.Value)));
        Assert.Equal(3, smsc.Counts.TextsTaken);
    }

    [Theory]
    [InlineData(CommandStatus.InvalidDestinationAddress)]
    [InlineData((CommandStatus)0x417)] // a vendor's own
    public async Task A_refusal_is_a_value_with_its_status(CommandStatus status)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(
            new SmscBehaviour { RejectStatus = status, RejectDestinations = "4477*" });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);

        SubmitResult refused = await client.SubmitAsync(Esme.Submit(), Deadline.Token);
        SubmitResult taken = await client.SubmitAsync(
            Esme.Submit() with { Destination = SmppAddress.FromE164("4915112345678") }, Deadline.Token);

        Assert.Equal(new SubmitResult.Rejected(status), refused);
        Assert.IsType<SubmitResult.Accepted>(taken);
    }

    [Fact]
    public async Task Every_third_submit_throttled_is_every_third_result_throttled()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { ThrottleEvery = 3 });
        await using var client = new SmppClient(
            Esme.Options(smsc.Endpoint.Port) with { AdaptRate = false },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClient>.Instance);
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);

        SubmitResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));

        Assert.Equal(10, results.Count(r => r is SubmitResult.Rejected { Status: CommandStatus.Throttled }));
        Assert.Equal(20, results.Count(r => r is SubmitResult.Accepted));
        Assert.Equal(CommandStatusClass.Throttled, CommandStatus.Throttled.Class());
    }

    [Fact]
    public async Task Submits_leave_in_the_order_of_the_calls_even_through_a_narrow_window()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 3);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));

        for (int i = 0; i < 500; i++) Assert.Equal($"{i}", (await smsc.NextAsync(Deadline.Token)).Text);
    }

    [Fact]
    public async Task A_rate_is_kept()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        SmppClientOptions options = Esme.Options(smsc.Endpoint.Port) with { Window = 50, SubmitsPerSecondMax = 100 };
        await using var client = new SmppClient(
            options, Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClient>.Instance);
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);

        long since = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));

        // 10 at once, the other 50 at 100 a second.
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(480));
    }

    [Fact]
    public async Task The_other_requests_are_answered_too()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);

        var accepted = Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        var query = Assert.IsType<RequestOutcome.Answered>(
            await client.RequestAsync(new QuerySm(accepted.MessageId, SmppAddress.None), Deadline.Token));
        var multi = Assert.IsType<RequestOutcome.Answered>(await client.RequestAsync(
            new SubmitMulti { Destinations = [MultiDestination.Of("nurses")] }, Deadline.Token));

        Assert.Equal(MessageState.Delivered, Assert.IsType<QuerySmResp>(query.Response).State);
        Assert.Equal(CommandStatus.InvalidCommandId, multi.Status);
    }

    [Fact]
    public async Task Stopping_waits_for_answers_unbinds_and_takes_nothing_more()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(
            new SmscBehaviour { SubmitDelay = TimeSpan.FromMilliseconds(300) });
        SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 2);
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 3)
            .Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token))];

        await client.StopAsync(Deadline.Token);

        SubmitResult[] results = await Task.WhenAll(submits);
        Assert.IsType<SubmitResult.Accepted>(results[0]);
        Assert.IsType<SubmitResult.Accepted>(results[1]);
        Assert.IsType<SubmitResult.NotSent>(results[2]); // had no slot yet
        Assert.IsType<SubmitResult.NotSent>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        Assert.Equal(SmppClientState.Stopped, client.State);
        await Deadline.UntilAsync(() => smsc.Sessions.Count == 0, "the session is gone");
    }

    [Fact]
    public async Task A_client_that_is_not_started_says_that_nothing_was_sent()
    {
        await using SmppClient client = Esme.Client(1);
        Assert.Equal(new SubmitResult.NotSent("not bound"), await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        Assert.False(client.IsBound);
    }

    [Fact]
    public async Task A_deadline_while_waiting_for_a_slot_is_not_sent_and_after_it_has_left_is_unknown()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { Silent = true });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 1);

        Task<SubmitResult> first = client.SubmitAsync(Esme.Submit(1), Deadline.In(TimeSpan.FromMilliseconds(300)));
        Task<SubmitResult> second = client.SubmitAsync(Esme.Submit(2), Deadline.In(TimeSpan.FromMilliseconds(300)));

        Assert.IsType<SubmitResult.Unknown>(await first);
        Assert.IsType<SubmitResult.NotSent>(await second);
        Assert.Equal(1, client.InFlight); // the peer is still at it
        Assert.Equal("1", (await smsc.NextAsync(Deadline.Token)).Text);
        Assert.Equal(1, smsc.Counts.Submits);
    }

    [Fact]
    public async Task A_message_that_does_not_fit_the_standard_is_the_callers_mistake_and_costs_no_slot()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 1);

        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => client.SubmitAsync(Esme.Submit() with { ShortMessage = new byte[255] }, Deadline.Token));
        }

        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
    }
}
