using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>250 means kept: whatever moment the process dies in, what it said yes to arrives.</summary>
public sealed class The_process_is_killed
{
    private const int Kills = 20;
    private const int Sessions = 4;
    private const int Window = 10;

    [Fact]
    public async Task At_any_moment_and_nothing_it_took_is_lost_and_no_more_than_was_in_flight_is_repeated()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var phones = new SmscSimulator(
            new SmscSimulatorOptions
            {
                ReceivedMax = 100_000,
                Behaviour = new SmscBehaviour { SubmitDelay = TimeSpan.FromMilliseconds(5) },
            },
            NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var service = new ServiceProcess(phones.Endpoint.Port, Window);
        (int code, string output) = await service.CommandAsync(
            "senders", "add", "--from", "*", "--to", "*", "--notices", "never");
        Assert.True(code == 0, output);

        ConcurrentBag<string> taken = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            await service.StartAsync();
            using var over = new CancellationTokenSource();
            Task sending = Task.WhenAll(Enumerable.Range(0, Sessions).Select(
                session => SendUntilAsync(service.Smtp, $"{kill}-{session}", taken, over.Token)));

            // A cold program takes its first mail slowly; from there on any moment is as good as another.
            int before = taken.Count;
            await TestGateway.UntilAsync(() => taken.Count > before);
            await Task.Delay(random.Next(0, 400), TestContext.Current.CancellationToken);
            await service.KillAsync();
            await over.CancelAsync();
            await sending;
        }

        await service.StartAsync();
        Dictionary<string, int> arrived = [];
        HashSet<string> missing = [.. taken];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (missing.Count > 0)
        {
            SimulatedSms sms = await NextAsync(phones, missing, seed, deadline.Token);
            arrived[sms.Text] = arrived.GetValueOrDefault(sms.Text) + 1;
            missing.Remove(sms.Text);
        }

        await AllDeliveredAsync(service, taken);
        Assert.Equal(0, await service.TerminateAsync());

        Assert.True(taken.Count > Kills * Sessions, $"only {taken.Count} mails were taken, seed {seed}");
        int repeats = arrived.Values.Sum(times => times - 1);
        Assert.True(repeats <= Kills * Window, $"{repeats} repeats after {Kills} kills, seed {seed}");
    }

    [Fact]
    public async Task Or_asked_to_stop_and_then_nothing_is_repeated_either()
    {
        await using var phones = new SmscSimulator(
            new SmscSimulatorOptions
            {
                ReceivedMax = 100_000,
                Behaviour = new SmscBehaviour { SubmitDelay = TimeSpan.FromMilliseconds(20) },
            },
            NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var service = new ServiceProcess(phones.Endpoint.Port, Window);
        await service.CommandAsync("senders", "add", "--from", "*", "--to", "*", "--notices", "never");

        ConcurrentBag<string> taken = [];
        for (int stop = 0; stop < 3; stop++)
        {
            await service.StartAsync();
            using var over = new CancellationTokenSource();
            Task sending = Task.WhenAll(Enumerable.Range(0, Sessions).Select(
                session => SendUntilAsync(service.Smtp, $"{stop}-{session}", taken, over.Token)));
            int before = taken.Count;
            await TestGateway.UntilAsync(() => taken.Count > before + 20);
            Assert.Equal(0, await service.TerminateAsync());
            await over.CancelAsync();
            await sending;
        }

        await service.StartAsync();
        await AllDeliveredAsync(service, taken);
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(taken.Order(), await AllAsync(phones, taken.Count));
    }

    // Sends mail after mail on one session until the server is gone. What was answered 250 is written down.
    private static async Task SendUntilAsync(
        IPEndPoint server, string name, ConcurrentBag<string> taken, CancellationToken over)
    {
        try
        {
            await using RawSmtp smtp = await RawSmtp.OpenAsync(server);
            for (int i = 0; !over.IsCancellationRequested; i++)
            {
                string text = $"mail {name}-{i}";
                await smtp.AskAsync("MAIL FROM:<ups@plant.example>");
                await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>");
                await smtp.AskAsync("DATA");
                string answer = await smtp.AskAsync(
                    $"From: ups@plant.example\r\nMessage-ID: <{name}-{i}@plant.example>\r\n\r\n{text}\r\n.");
                if (!answer.StartsWith("250", StringComparison.Ordinal)) return;
                taken.Add(text);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException
            or Xunit.Sdk.XunitException or OperationCanceledException)
        {
            // The server was killed under it: what was not answered was not taken.
        }
    }

    private static async Task<SimulatedSms> NextAsync(
        SmscSimulator phones, HashSet<string> missing, int seed, CancellationToken deadline)
    {
        try
        {
            return await phones.NextAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail(
                $"{missing.Count} mails were answered 250 and never came, such as {missing.First()}; seed {seed}");
            throw;
        }
    }

    // Every SMS that is in the store is delivered: receipts, too, survived all the deaths.
    private static async Task AllDeliveredAsync(ServiceProcess service, ConcurrentBag<string> taken)
    {
        await using SqliteStore store = SqliteStore.Open(
            new StoreOptions { Folder = service.DataFolder, DiskFreeBytesMin = 0 },
            TimeProvider.System, NullLogger<SqliteStore>.Instance);
        await TestGateway.UntilAsync(() =>
        {
            Dictionary<string, long> states = store.Read(SmsRecord.Count);
            return states.Keys.All(state => state == SmsRecord.StateText(SmsState.Delivered));
        });
        Assert.True(store.Read(SmsRecord.Count).Values.Sum() >= taken.Count);
    }

    private static async Task<IEnumerable<string>> AllAsync(SmscSimulator phones, int count)
    {
        List<string> texts = [];
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        while (texts.Count < count) texts.Add((await phones.NextAsync(deadline.Token)).Text);
        Assert.Equal(count, phones.Counts.Submits);
        return texts.Order();
    }
}
