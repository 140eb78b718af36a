using System.Diagnostics;
using System.Globalization;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.Http;

/// <summary>The command <c>http</c>.</summary>
internal sealed class HttpRun(HttpLoadOptions options, string folder)
{
    private const int Looks = 10;
    private const int AimPerSecond = 3_000;

    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(10);

    private readonly Claims _claims = new();
    private int _runs;

    public static Task<int> RunAsync(IReadOnlyList<string> words) => FolderRun.RunAsync(
        "http", () => HttpLoadOptions.Parse(words), HttpLoadOptions.Help, async (options, folder) =>
        {
            var run = new HttpRun(options, folder);
            await run.MakeAsync();
            return run._claims.ExitCode;
        });

    private async Task MakeAsync()
    {
        await AloneAsync();
        double http = await OverHttpAsync();
        Say("the gateway over HTTP", $"{http:0} SMS/s");
        List<double> alone = [];
        List<double> beside = [];
        await using LocalProvider dead = await LocalProvider.StartAsync(isSilent: true);
        for (int round = 0; round < options.Rounds; round++)
        {
            alone.Add(await OverSmppAsync(null));
            beside.Add(await OverSmppAsync(dead.Url));
        }

        Say("the gateway over SMPP", Rates(alone));
        Say("the same behind a dead HTTP carrier", $"{Rates(beside)}; it was asked {dead.Taken} times");
        double ratio = Median(beside) / Median(alone);
        Say("ratio of the medians", Text(ratio, "0.00"));
        _claims.Keep(ratio >= options.RatioMin, $"{ratio:0.00} is left beside a dead carrier, not {options.RatioMin}.");
    }

    // The carrier and the API in this process, on the same cores.
    private async Task AloneAsync()
    {
        await using LocalProvider provider = await LocalProvider.StartAsync();
        await using var carrier = new HttpCarrier(
            "main",
            new CarrierOptions
            {
                Kind = CarrierKind.Http,
                Definition = "json",
                Values = new() { ["Url"] = provider.Url },
                Window = options.Window,
            },
            hooks: null, NullLoggerFactory.Instance, TimeProvider.System);
        await carrier.StartAsync();
        int warm = options.Alone / 10; // the compiler's share
        await SendAsync(carrier, warm);
        List<long> heap = [];
        double seconds = 0;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        for (int look = 0; look < Looks; look++)
        {
            seconds += await SendAsync(carrier, options.Alone / Looks);
            heap.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        double each = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / options.Alone;
        double rate = options.Alone / Looks * Looks / seconds;
        Say("the carrier alone", $"{rate:0} SMS/s (aim {AimPerSecond}), "
            + $"{each:0} us of processor time an SMS, the API's among them");
        Say("heap, at ten looks", string.Join(" ", heap.Select(bytes => $"{bytes >> 10}")) + " KiB");
        _claims.Keep(rate >= options.RateMin, $"the carrier alone does {rate:0} SMS/s, not {options.RateMin}.");
        long grown = heap.Max() - heap[0];
        _claims.Keep(grown <= Claims.HeapGrowthMax, $"its heap grew by {grown >> 10} KiB.");
        int asked = options.Alone / Looks * Looks;
        _claims.Keep(provider.Taken == asked + warm, $"the API had {provider.Taken - warm} SMS of {asked}.");
        await carrier.StopAsync(CancellationToken.None);
    }

    private async Task<double> SendAsync(HttpCarrier carrier, int count)
    {
        int next = -1;
        long started = Journal.Now();
        await Task.WhenAll(Enumerable.Range(0, options.Window).Select(_ => OneAsync()));
        return Journal.Seconds(started, Journal.Now());

        async Task OneAsync()
        {
            while (Interlocked.Increment(ref next) is int number && number < count)
            {
                Attempt attempt = await carrier.SendAsync(Sms(number), CancellationToken.None);
                if (attempt.Outcome is not Outcome.Accepted) throw new IOException($"It ended as {attempt.Outcome}.");
            }
        }
    }

    private static OutgoingSms Sms(int number) => new(
        Guid.CreateVersion7(),
        PhoneNumber.FromE164("+447700900123"), "+447700900999", Journal.Text("alone", number), Parts: 1, Reference: 1,
        Attempts: 0, TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);

    private async Task<double> OverHttpAsync()
    {
        await using LocalProvider provider = await LocalProvider.StartAsync();
        return await MeasureAsync(Load(provider.Url, null), smscPort: 1, provider.Follow);
    }

    private async Task<double> OverSmppAsync(string? deadUrl)
    {
        await using var phones = new Phones(answerMs: 0);
        await phones.StartAsync();
        return await MeasureAsync(Load(null, deadUrl), phones.Port, phones.Follow);
    }

    private LoadOptions Load(string? httpUrl, string? deadUrl) => new()
    {
        Count = options.Count,
        Sessions = options.Sessions,
        Window = options.Window,
        HttpUrl = httpUrl,
        DeadUrl = deadUrl,
    };

    private async Task<double> MeasureAsync(LoadOptions load, int smscPort, Action<Journal> follow)
    {
        using var deadline = new CancellationTokenSource(RunMax);
        string own = Directory.CreateDirectory(Path.Combine(folder, Text(_runs++, "0"))).FullName;
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(own, smscPort, load);
        var warm = new Journal("warm", Math.Max(1, options.Count / 5));
        follow(warm);
        await MailSession.SendAllAsync(gateway.Smtp, warm, load, rate: null, deadline.Token);
        await warm.AllSeenAsync(deadline.Token);

        var journal = new Journal("run", options.Count);
        follow(journal);
        await MailSession.SendAllAsync(gateway.Smtp, journal, load, rate: null, deadline.Token);
        await journal.AllSeenAsync(deadline.Token);
        double rate = options.Count / Journal.Seconds(journal.FirstSent, journal.LastSeen);
        int code = await gateway.StopAsync();
        if (code != 0) throw new IOException($"The gateway ended with {code}.");
        _claims.Keep(journal.Repeats == 0, $"{journal.Repeats} SMS came twice.");
        return rate;
    }

    private static string Rates(List<double> rates) =>
        $"{Median(rates):0} SMS/s ({string.Join(", ", rates.Select(rate => Text(rate, "0")))})";

    private static double Median(List<double> values) => Yardstick.Percentile([.. values.Order()], 50);

    private static string Text(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);

    private static void Say(string what, string value) => Console.Out.WriteLine($"{what,-38} {value}");
}
