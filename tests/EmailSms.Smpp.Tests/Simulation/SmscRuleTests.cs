using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>Rules by destination and account: each kind does what it says.</summary>
public sealed class SmscRuleTests
{
    [Fact]
    public async Task The_first_rule_that_fits_counts_and_the_others_do_not()
    {
        await using SmscSimulator smsc = await SmscAsync(
            new SmscRule { Accounts = "nobody", Statuses = [new(CommandStatus.SystemError)] },
            new SmscRule { Destinations = "4477009001*", Statuses = [new(CommandStatus.Prohibited)] },
            new SmscRule { Destinations = "44*", Statuses = [new(CommandStatus.MessageQueueFull)] });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);

        Assert.Equal(new SubmitResult.Rejected(CommandStatus.Prohibited), await SubmitAsync(client, "447700900123"));
        Assert.Equal(
            new SubmitResult.Rejected(CommandStatus.MessageQueueFull), await SubmitAsync(client, "447700900923"));
        Assert.IsType<SubmitResult.Accepted>(await SubmitAsync(client, "4915112345678"));
        Assert.Equal((1, 1, 1), (smsc.Counts.Accepted, smsc.Counts.Rejected, smsc.Counts.Throttled));
    }

    [Fact]
    public async Task Statuses_come_by_their_weight_and_the_same_seed_gives_them_again()
    {
        var rule = new SmscRule
        {
            Statuses = [new(CommandStatus.Ok, 3), new(CommandStatus.SystemError), new((CommandStatus)0x4FF, 0)],
        };
        List<string> runs = [];
        for (int run = 0; run < 2; run++)
        {
            await using SmscSimulator smsc = await SmscAsync(rule);
            await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 1);
            string results = "";
            for (int i = 0; i < 200; i++)
                results += await SubmitAsync(client, "447700900123") is SubmitResult.Accepted ? '.' : 'x';
            runs.Add(results);
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.InRange(runs[0].Count(c => c == 'x'), 30, 70); // 50 expected, a deviation of 6
    }

    [Fact]
    public async Task A_rule_throttles_above_its_rate_with_its_own_status()
    {
        await using SmscSimulator smsc = await SmscAsync(
            new SmscRule { Destinations = "44*", RateMax = 3, ThrottleStatus = CommandStatus.MessageQueueFull });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 50);
        SubmitResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => SubmitAsync(client, "447700900123")));
        Assert.InRange(results.Count(r => r is SubmitResult.Accepted), 3, 6); // a new second may begin between
        Assert.All(
            results.OfType<SubmitResult.Rejected>(), r => Assert.Equal(CommandStatus.MessageQueueFull, r.Status));
        Assert.IsType<SubmitResult.Accepted>(await SubmitAsync(client, "33612345678"));
    }

    [Fact]
    public async Task Answers_overtake_each_other_when_the_latency_varies()
    {
        await using SmscSimulator smsc = await SmscAsync(new SmscRule
        {
            Latency = Delay.Uniform(TimeSpan.Zero, TimeSpan.FromMilliseconds(300)),
        });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 30);
        List<int> order = [];
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            await client.SubmitAsync(Esme.Submit(i), Deadline.Token);
            lock (order) order.Add(i);
        }));
        Assert.NotEqual(order.Order(), order);
    }

    [Theory]
    [InlineData("50ms", 50, 50, 50)]
    [InlineData("uniform 10ms 20ms", 10, 20, 15)]
    [InlineData("normal 100ms 10ms", 40, 160, 100)]
    [InlineData("exponential 100ms", 0, 2000, 100)]
    public void Delays_are_drawn_from_their_distribution(string text, double least, double most, double mean)
    {
        Assert.True(Delay.TryParse(text, out Delay delay));
        double[] drawn = [.. Enumerable.Range(0, 4000).Select(i =>
        {
            var dice = new Dice(seed: 1, number: i);
            return delay.Draw(ref dice).TotalMilliseconds;
        })];
        Assert.InRange(drawn.Min(), least, most);
        Assert.InRange(drawn.Max(), least, most);
        Assert.InRange(drawn.Average(), mean * 0.94, mean * 1.06);
        Assert.True(Delay.TryParse(delay.ToString(), out Delay again));
        Assert.Equal(delay, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("uniform 20ms 10ms")]
    [InlineData("normal 10ms")]
    [InlineData("41d")]
    public void What_is_no_delay_is_refused(string text) => Assert.False(Delay.TryParse(text, out _));

    [Fact]
    public async Task A_message_without_an_answer_is_of_unknown_fate_and_the_phone_has_it()
    {
        await using SmscSimulator smsc = await SmscAsync(new SmscRule { Answer = AnswerKind.None });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        Assert.IsType<SubmitResult.Unknown>(
            await client.SubmitAsync(Esme.Submit(7), Deadline.In(TimeSpan.FromMilliseconds(300))));
        Assert.Equal("7", (await smsc.NextAsync(Deadline.Token)).Text);
        Assert.Equal(1, smsc.Counts.Unanswered);
    }

    [Fact]
    public async Task A_drop_in_the_middle_of_the_window_leaves_no_slot_behind()
    {
        await using SmscSimulator smsc = await SmscAsync(
            new SmscRule { Destinations = "*13", Answer = AnswerKind.HangUp },
            new SmscRule { Latency = TimeSpan.FromMilliseconds(200) });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 8);
        Task<SubmitResult>[] window = [.. Enumerable.Range(0, 7).Select(_ => SubmitAsync(client, "447700900123"))];

        Assert.IsType<SubmitResult.Unknown>(await SubmitAsync(client, "447700900013"));

        Assert.All(await Task.WhenAll(window), r => Assert.IsType<SubmitResult.Unknown>(r));
        await client.WaitUntilBoundAsync(Deadline.Token);
        Assert.Equal((0, 0), (client.InFlight, client.Waiting));
        Assert.IsType<SubmitResult.Accepted>(await SubmitAsync(client, "447700900123"));
    }

    [Fact]
    public async Task A_person_answers()
    {
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using SmscSimulator smsc = await SmscAsync(
            new SmscRule { Reply = "Yes", ReplyDelay = TimeSpan.FromMilliseconds(1) });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            came.Writer.TryWrite(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        await client.SubmitAsync(
            Esme.Submit() with { Source = SmppAddress.FromE164("+447700900999") }, Deadline.Token);

        DeliverSm reply = await came.Reader.ReadAsync(Deadline.Token);
        Assert.Equal(("447700900123", "447700900999"), (reply.Source.Digits, reply.Destination.Digits));
        Assert.Equal("Yes"u8.ToArray(), reply.ShortMessage.ToArray());
    }

    [Theory]
    [InlineData("81", MessageState.Undeliverable)]
    [InlineData("82", MessageState.Expired)]
    [InlineData("83", MessageState.Rejected)]
    [InlineData("84", MessageState.Deleted)]
    [InlineData("85", MessageState.Unknown)]
    [InlineData("88", MessageState.Delivered)]
    [InlineData("23", MessageState.Delivered)]
    public async Task The_last_digits_of_a_sandbox_number_are_its_fate(string ending, MessageState state)
    {
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using SmscSimulator smsc = await SmscAsync([.. SandboxNumbers.Rules]);
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            came.Writer.TryWrite(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        Assert.IsType<SubmitResult.Accepted>(await SubmitAsync(client, $"4477009000{ending}"));

        Assert.True(DeliveryReceipt.TryParse(await came.Reader.ReadAsync(Deadline.Token), out var receipt));
        Assert.Equal(state, receipt.State);
    }

    [Theory]
    [InlineData("90", CommandStatus.InvalidDestinationAddress)]
    [InlineData("91", CommandStatus.Prohibited)]
    [InlineData("93", CommandStatus.SystemError)]
    public async Task Some_sandbox_numbers_are_refused(string ending, CommandStatus status)
    {
        await using SmscSimulator smsc = await SmscAsync([.. SandboxNumbers.Rules]);
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        Assert.Equal(new SubmitResult.Rejected(status), await SubmitAsync(client, $"121255501{ending}"));
    }

    private static Task<SmscSimulator> SmscAsync(params SmscRule[] rules) =>
        Esme.SimulatorAsync(new SmscBehaviour { Rules = rules });

    private static Task<SubmitResult> SubmitAsync(SmppClient client, string to) => client.SubmitAsync(
        Esme.Submit(1, RegisteredDelivery.Final) with { Destination = new SmppAddress(1, 1, to) }, Deadline.Token);
}
