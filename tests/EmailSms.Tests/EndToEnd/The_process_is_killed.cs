using System.Collections.Concurrent;
using System.Net;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>250 means kept: whatever moment the process dies in, what it said yes to arrives.</summary>
public sealed class The_process_is_killed
{
    private const int Kills = 20;
    private const int Sessions = 4;
    private const int Window = 10;

    private static readonly TimeSpan LastDeliveryMax = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, int> _arrived = [];

    [Fact]
    public async Task At_any_moment_and_nothing_it_took_is_lost_and_no_more_than_was_in_flight_is_repeated()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using SmscSimulator phones = Phones(TimeSpan.FromMilliseconds(5));
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using ServiceProcess service = await AllowingServiceAsync(phones);
        List<StubbornClient> clients = Clients();

        // Of each text, how often it was unsettled when the process died: so often may it come again, and no more.
        Dictionary<string, int> unsettled = [];
        HashSet<string> inFlight = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            if (kill % 4 == 3) await DieAtTheStartAsync(service, random);
            else await DieAtWorkAsync(service, clients, random);
            await TestGateway.UntilAsync(() => phones.Sessions.Count == 0);

            List<string> queued = await QueuedAsync(service);
            foreach (string text in queued) unsettled[text] = unsettled.GetValueOrDefault(text) + 1;
            HashSet<string> now = [.. queued.Where(_arrived.ContainsKey)];
            int fresh = now.Except(inFlight).Count();
            Assert.True(fresh <= Window, $"Kill {kill} left {fresh} in flight over a window of {Window}, seed {seed}.");
            inFlight = now;
        }

        await service.StartAsync();
        await Task.WhenAll(clients.Select(client => client.SendPendingAsync(service.Smtp)));
        await AllDeliveredAsync(service, $"seed {seed}");
        Assert.Equal(0, await service.TerminateAsync());

        List<string> taken = [.. clients.SelectMany(client => client.Taken)];
        Assert.True(taken.Count > Kills * Sessions, $"Only {taken.Count} mails were taken, seed {seed}.");
        AssertNone(taken.Where(text => !_arrived.ContainsKey(text)), "was answered 250 and never came", seed);
        AssertNone(_arrived.Keys.Except(clients.SelectMany(client => client.Offered)), "was never sent", seed);
        AssertNone(
            _arrived.Where(one => one.Value - 1 > unsettled.GetValueOrDefault(one.Key)).Select(one => one.Key),
            "came again after it was settled on disk", seed);
    }

    [Fact]
    public async Task Or_asked_to_stop_and_then_nothing_is_repeated_either()
    {
        var log = new RecordedLog<SmppServer>();
        await using SmscSimulator phones = Phones(TimeSpan.FromMilliseconds(20), log);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using ServiceProcess service = await AllowingServiceAsync(phones);
        List<StubbornClient> clients = Clients();
        for (int stop = 1; stop <= 3; stop++)
        {
            await service.StartAsync();
            Task sending = Task.WhenAll(clients.Select(client => client.SendUntilGoneAsync(service.Smtp)));
            int before = _arrived.Count;
            await TestGateway.UntilAsync(() => _arrived.Count > before + 20);
            Assert.Equal(0, await service.TerminateAsync());
            await sending;

            await TestGateway.UntilAsync(() => Goodbyes(log) == stop);
            AssertNone((await QueuedAsync(service)).Where(_arrived.ContainsKey), "is sent and still queued", stop);
        }

        await service.StartAsync();
        await Task.WhenAll(clients.Select(client => client.SendPendingAsync(service.Smtp)));
        await AllDeliveredAsync(service, "after three stops");
        Assert.Equal(0, await service.TerminateAsync());

        Assert.Equal(clients.SelectMany(client => client.Taken).Order(), _arrived.Keys.Order());
        Assert.All(_arrived, one => Assert.Equal(1, one.Value));
    }

    private static List<StubbornClient> Clients() =>
        [.. Enumerable.Range(0, Sessions).Select(number => new StubbornClient($"session {number}"))];

    private static int Goodbyes(RecordedLog<SmppServer> log) =>
        log.Lines.Count(line => line.Text.Contains("the peer unbound", StringComparison.Ordinal));

    private static async Task<ServiceProcess> AllowingServiceAsync(SmscSimulator phones)
    {
        var service = new ServiceProcess(phones.Endpoint.Port, Window);
        (int code, string output) = await service.CommandAsync(
            "senders", "add", "--from", "*", "--to", "*", "--notices", "never");
        Assert.True(code == 0, output);
        return service;
    }

    // In the migration, in the reclaim of leases, before the bind or just after it.
    private static async Task DieAtTheStartAsync(ServiceProcess service, Random random)
    {
        service.Launch();
        await Task.Delay(random.Next(0, 1000), TestContext.Current.CancellationToken);
        await service.KillAsync();
    }

    private static async Task DieAtWorkAsync(ServiceProcess service, List<StubbornClient> clients, Random random)
    {
        await service.StartAsync();
        int before = clients.Sum(client => client.Taken.Count);
        Task sending = Task.WhenAll(clients.Select(client => client.SendUntilGoneAsync(service.Smtp)));

        // A cold program takes its first mail slowly; from there on any moment is as good as another.
        await TestGateway.UntilAsync(() => clients.Sum(client => client.Taken.Count) > before);
        await Task.Delay(random.Next(0, 400), TestContext.Current.CancellationToken);
        await service.KillAsync();
        await sending;
    }

    // What the next start will send: asked of the disk that the dead process left.
    private static async Task<List<string>> QueuedAsync(ServiceProcess service)
    {
        await using SqliteStore store = service.OpenStore();
        return store.Read(db => SmsRecord.Search(db, new SmsSearch(State: SmsState.Queued, Limit: int.MaxValue)))
            .ConvertAll(sms => sms.Body);
    }

    private static void AssertNone(IEnumerable<string> wrong, string how, int seed)
    {
        List<string> texts = [.. wrong];
        Assert.True(texts.Count == 0, $"{texts.Count} {how}, such as '{texts.FirstOrDefault()}'; seed {seed}.");
    }

    // Every mail that was kept is one SMS, it is delivered, and nothing else is in the store: receipts, too, survived.
    private async Task AllDeliveredAsync(ServiceProcess service, string when)
    {
        await using SqliteStore store = service.OpenStore();
        long started = TimeProvider.System.GetTimestamp();
        Dictionary<string, long> states;
        while ((states = store.Read(SmsRecord.Count)).Keys.Any(
            state => state != SmsRecord.StateText(SmsState.Delivered)))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < LastDeliveryMax,
                $"Not all are delivered: {string.Join(", ", states)}; {when}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(_arrived.Count, states.Values.Sum());
    }

    private SmscSimulator Phones(TimeSpan submitDelay, RecordedLog<SmppServer>? log = null) => new(
        new SmscSimulatorOptions { Behaviour = new SmscBehaviour { SubmitDelay = submitDelay } },
        log is null ? NullLoggerFactory.Instance : new OneLog(log))
    {
        SmsReceived = sms => _arrived.AddOrUpdate(sms.Text, 1, (_, times) => times + 1),
    };

    /// <summary>Gives everybody the same log.</summary>
    private sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
