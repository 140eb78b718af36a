using System.Collections.Concurrent;
using System.Net;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>Several binds of one account, against a server that writes down what comes over which.</summary>
public sealed class SmppBindGroupTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Session, SubmitSm Submit)> _submits = [];
    private readonly SmppServer _server;
    private TaskCompletionSource? _hold;

    public SmppBindGroupTests()
    {
        int id = 0;
        _server = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = async (session, submit, stopping) =>
            {
                _submits.Enqueue((session.Name, submit));
                if (_hold is { } hold) await hold.Task.WaitAsync(stopping);
                return SubmitReply.Accept($"{Interlocked.Increment(ref id)}");
            },
        };
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public async Task Four_transceivers_are_bound_and_each_gets_its_share()
    {
        await using SmppBindGroup group = await BoundAsync(binds: 4);
        _hold = new TaskCompletionSource();
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 40)
            .Select(i => group.SubmitAsync(Esme.Submit(i), Deadline.Token))];
        await Deadline.UntilAsync(() => _submits.Count == 40, "all have come");

        Assert.Equal([10, 10, 10, 10], _submits.GroupBy(s => s.Session).Select(g => g.Count()));
        Assert.Equal((40, 0), (group.InFlight, group.Waiting));
        _hold.SetResult();
        Assert.All(await Task.WhenAll(submits), r => Assert.IsType<SubmitResult.Accepted>(r));
        Assert.Equal([10L, 10L, 10L, 10L], group.Status.Select(s => s.Traffic.Accepted));
    }

    [Fact]
    public async Task The_parts_of_one_text_go_over_one_bind_in_order_with_nothing_between()
    {
        await using SmppBindGroup group = await BoundAsync(binds: 3, window: 2);
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (text, _) =>
        {
            SubmitSm[] parts = [.. Enumerable.Range(0, 4).Select(part => Esme.Submit((text * 4) + part))];
            SubmitResult[] results = await Task.WhenAll(group.SubmitParts(parts, Deadline.Token));
            Assert.All(results, r => Assert.IsType<SubmitResult.Accepted>(r));
        });

        foreach (IGrouping<string, (string, SubmitSm Submit)> session in _submits.GroupBy(s => s.Session))
        {
            int[] numbers = [.. session.Select(s => Esme.NumberOf(s.Submit))];
            Assert.All(numbers.Chunk(4), text => Assert.Equal(Enumerable.Range(text[0] / 4 * 4, 4), text));
        }

        Assert.Equal(3, _submits.Select(s => s.Session).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_messages_to_send_is_said_of_all_parts_but_the_last_when_asked_for(bool asked)
    {
        SmppClientOptions bind = Esme.Options(_server.Endpoint.Port) with { MoreMessagesToSend = asked };
        await using SmppBindGroup group = await BoundAsync(new SmppBindGroupOptions { Bind = bind });
        IReadOnlyList<SubmitSm> parts = SmsSegmenter.ToSubmits(
            Esme.Submit(), SmsSegmenter.Split(new string('x', 400)), 7);

        await Task.WhenAll(group.SubmitParts(parts, Deadline.Token));

        Assert.Equal(
            asked ? [1u, 1u, null] : new uint?[] { null, null, null },
            _submits.Select(s => s.Submit.FindTlv(TlvTag.MoreMessagesToSend)?.Number));
    }

    [Fact]
    public async Task Pairs_send_over_the_transmitters_and_hear_over_the_receivers()
    {
        var came = new TaskCompletionSource<DeliverSm>();
        await using SmppBindGroup group = await BoundAsync(
            new SmppBindGroupOptions
            {
                Bind = Esme.Options(_server.Endpoint.Port),
                Binds = 2,
                Plan = BindPlan.Pairs,
            },
            (message, _) =>
            {
                came.TrySetResult(message);
                return ValueTask.FromResult(CommandStatus.Ok);
            });
        await Deadline.UntilAsync(() => _server.Sessions.Count == 4, "all four are bound");

        for (int i = 0; i < 4; i++)
            Assert.IsType<SubmitResult.Accepted>(await group.SubmitAsync(Esme.Submit(i), Deadline.Token));
        SmppServerSession[] receivers = [.. _server.Sessions.Where(s => s.BindType is BindType.Receiver)];
        await receivers[0].SendAsync(new DeliverSm { ShortMessage = "hi"u8.ToArray() }, Deadline.Token);

        Assert.Equal(2, receivers.Length);
        Assert.Equal("hi"u8.ToArray(), (await came.Task).ShortMessage.ToArray());
        Assert.Equal(2, _submits.Select(s => s.Session).Distinct().Count());
        Assert.DoesNotContain(_submits, s => receivers.Any(r => r.Name == s.Session));
    }

    [Fact]
    public async Task A_lost_bind_costs_its_own_messages_and_the_others_go_on()
    {
        await using SmppBindGroup group = await BoundAsync(binds: 2);
        _hold = new TaskCompletionSource();
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 4)
            .Select(i => group.SubmitAsync(Esme.Submit(i), Deadline.Token))];
        await Deadline.UntilAsync(() => _submits.Count == 4, "all have come");

        string lost = _submits.First().Session;
        int[] gone = [.. _submits.Where(s => s.Session == lost).Select(s => Esme.NumberOf(s.Submit))];
        _server.Sessions.First(s => s.Name == lost).HangUp();
        foreach (int number in gone) Assert.IsType<SubmitResult.Unknown>(await submits[number]);
        _hold.SetResult();

        SubmitResult[] results = await Task.WhenAll(submits);
        Assert.Equal((2, 2), (gone.Length, results.Count(r => r is SubmitResult.Accepted)));
        Assert.True(group.IsBound);
        await Deadline.UntilAsync(() => group.Status.Sum(s => s.Traffic.Binds) == 3, "the lost one is bound again");
    }

    [Fact]
    public async Task The_rate_of_the_account_holds_for_all_binds_together()
    {
        await using SmppBindGroup group = await BoundAsync(new SmppBindGroupOptions
        {
            Bind = Esme.Options(_server.Endpoint.Port, window: 50),
            Binds = 3,
            SubmitsPerSecondMax = 100,
        });

        long since = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => group.SubmitAsync(Esme.Submit(i), Deadline.Token)));

        // 10 at once, the other 50 at 100 a second.
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(480));
    }

    [Fact]
    public async Task The_status_of_a_bind_says_what_a_person_asks()
    {
        await using SmppBindGroup group = await BoundAsync(binds: 1);
        await group.SubmitAsync(Esme.Submit(), Deadline.Token);
        await Deadline.UntilAsync(() => group.Status[0].Traffic.PdusOut == 2, "what was written is counted");

        SmppClientStatus status = Assert.Single(group.Status);

        Assert.Equal((SmppClientState.Bound, BindType.Transceiver), (status.State, status.Type));
        Assert.Equal((10, 0, 0), (status.Window, status.InFlight, status.Waiting));
        Assert.Equal((null, 1d), (status.RateMax, status.RateFactor));
        Assert.Equal(("smsc", (byte)0x34), (status.PeerSystemId, status.PeerVersion));
        Assert.True(status.RoundTrip > TimeSpan.Zero);
        Assert.Equal((1L, 1L, 1L), (status.Traffic.Requests, status.Traffic.Accepted, status.Traffic.Binds));
        Assert.True(status.Traffic is { PdusIn: 2, PdusOut: 2, OctetsIn: > 32, OctetsOut: > 32 });
        Assert.Null(status.Trouble);
        Assert.DoesNotContain("secret", status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carrier_that_says_slower_is_sent_less()
    {
        await using SmppBindGroup group = await BoundAsync(binds: 1);
        await using var busy = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(busy.Port, window: 1);
        client.Start();
        ScriptedPeer peer = await busy.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<SubmitSm>();

        await peer.SayAsync(new SubmitSmResp(""), header.Sequence, CommandStatus.Throttled);

        Assert.Equal(new SubmitResult.Rejected(CommandStatus.Throttled), await submit);
        Assert.InRange(client.Status.RateFactor, 0.5, 0.75);
        Assert.Equal(1, client.Status.Traffic.Throttled);
        Assert.Equal(1, group.Status[0].RateFactor); // each bind by itself
    }

    [Fact]
    public async Task A_full_queue_of_one_phone_slows_nobody_and_those_of_three_do()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, window: 1);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        foreach (string phone in (string[])["1", "1", "1", "2", "1", "3"])
        {
            Assert.Equal(1, client.Status.RateFactor);
            SubmitSm sms = Esme.Submit() with { Destination = SmppAddress.FromE164($"+44770090012{phone}") };
            Task<SubmitResult> submit = client.SubmitAsync(sms, Deadline.Token);
            (PduHeader header, _) = await peer.HearAsync<SubmitSm>();
            await peer.SayAsync(new SubmitSmResp(""), header.Sequence, CommandStatus.MessageQueueFull);
            Assert.Equal(new SubmitResult.Rejected(CommandStatus.MessageQueueFull), await submit);
        }

        Assert.InRange(client.Status.RateFactor, 0.5, 0.75);
    }

    [Fact]
    public async Task Without_a_bind_nothing_is_sent()
    {
        await using var group = new SmppBindGroup(
            new SmppBindGroupOptions { Bind = Esme.Options(1), Binds = 2 }, NullLogger<SmppClient>.Instance);
        Assert.False(group.IsBound);
        Task<SubmitResult>[] results = group.SubmitParts([Esme.Submit(1), Esme.Submit(2)], Deadline.Token);
        Assert.All(await Task.WhenAll(results), r => Assert.Equal(new SubmitResult.NotSent("not bound"), r));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<SmppBindGroup> BoundAsync(int binds, int window = 10) => BoundAsync(
        new SmppBindGroupOptions { Bind = Esme.Options(_server.Endpoint.Port, window), Binds = binds });

    private static async Task<SmppBindGroup> BoundAsync(
        SmppBindGroupOptions options,
        Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? deliver = null)
    {
        var group = new SmppBindGroup(options, NullLogger<SmppClient>.Instance) { Deliver = deliver };
        group.Start();
        await group.WaitUntilBoundAsync(Deadline.Token);
        await Deadline.UntilAsync(() => group.Binds.All(b => b.IsBound), "all are bound");
        return group;
    }
}
