using System.Net;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;

namespace EmailSms.Cli.Demo;

/// <summary>
/// The demo's house: a gateway, a phone network and a mailbox on loopback, and a screen that shows what happens.
/// </summary>
internal sealed class DemoHouse
{
    private static readonly TimeSpan BindMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(20);

    private readonly DemoOptions _options;
    private readonly DemoScreen _screen;
    private readonly TimeProvider _time = TimeProvider.System;

    private DemoHouse(DemoOptions options)
    {
        _options = options;
        _screen = new DemoScreen(options.Json);
    }

    /// <summary>Runs until the round trip is done (<c>--once</c>) or Ctrl+C.</summary>
    public static async Task<int> RunAsync(DemoOptions options)
    {
        string folder = options.Folder ?? Directory.CreateTempSubdirectory("emailsms-demo-").FullName;
        try
        {
            return await new DemoHouse(options).RunAsync(folder).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is StoreException or IOException or FormatException)
        {
            Console.Error.WriteLine(trouble.Message); // a port that is taken, a folder in use, an --allow that is none
            return CommandLine.Failed;
        }
        finally
        {
            if (options.Folder is null) Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(string folder)
    {
        using var stop = new StopSignals();
        using ILoggerFactory loggers = LoggerFactory.Create(builder => builder
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddProvider(new DemoLog(_screen)));
        await using CatchAllMailbox? mailbox = _options.SmartHost is null ? new CatchAllMailbox(loggers, _time) : null;
        if (mailbox is not null) await mailbox.StartAsync(stop.First).ConfigureAwait(false);
        (string Host, int Port) smartHost = mailbox is not null
            ? (mailbox.Endpoint.Address.ToString(), mailbox.Endpoint.Port)
            : (_options.SmartHost!.Host, _options.SmartHost.Port);

        await using Gateway gateway = await Gateway
            .CreateAsync(DemoSettings.Create(_options, folder, smartHost), loggers, _time).ConfigureAwait(false);
        await DemoSettings.WriteDataAsync(_options, gateway.Store, _time).ConfigureAwait(false);

        SmscSimulator? phones = gateway.Carriers.Sandboxes.Count > 0 ? gateway.Carriers.Sandboxes[0] : null;
        var tail = new TimelineTail(gateway.Store, _time);
        using var over = new CancellationTokenSource();
        var tour = new DemoTour(_options, _screen, phones, mailbox, tail);
        Task following = tail.FollowAsync(_screen, over.Token);
        await gateway.StartAsync(stop.First).ConfigureAwait(false);
        await WaitForBindAsync(gateway, stop.First).ConfigureAwait(false);

        string listening = gateway.SmtpEndpoints[0].ToString();
        _screen.Ready(
            listening,
            phones?.Endpoint.ToString() ?? $"{_options.Smsc!.Host}:{_options.Smsc.Port}",
            $"{smartHost.Host}:{smartHost.Port}", folder);
        bool done = await RunTourAsync(tour, gateway.SmtpEndpoints[0], stop).ConfigureAwait(false);

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop.Second);
        deadline.CancelAfter(StopMax);
        await gateway.StopAsync(deadline.Token).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await following.ConfigureAwait(false);
        return done ? CommandLine.Done : CommandLine.Failed;
    }

    // True: it was asked only to go once and did, or it was ended by hand.
    private async Task<bool> RunTourAsync(DemoTour tour, IPEndPoint smtp, StopSignals stop)
    {
        bool done;
        try
        {
            string? trouble = await tour.RunAsync(smtp, stop.First).ConfigureAwait(false);
            done = trouble is null;
            _screen.End(done, trouble ?? (_options.Once || _options.Smsc is null
                ? "That was the whole way there and back."
                : "The SMSC has the alarm. Text from a phone to +447700900999 and see the mail come."));
        }
        catch (OperationCanceledException) when (stop.First.IsCancellationRequested)
        {
            return !_options.Once;
        }

        if (_options.Once) return done;
        _screen.Invite(smtp.ToString());
        await tour.ShowOnAsync(stop.First).ConfigureAwait(false);
        return true;
    }

    private async Task WaitForBindAsync(Gateway gateway, CancellationToken stopping)
    {
        long started = _time.GetTimestamp();
        while (gateway.Carriers.FirstReady() is null && _time.GetElapsedTime(started) < BindMax)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested) return;
        }
    }
}
