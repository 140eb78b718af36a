using System.Globalization;
using EmailSms.Smtp.Tests;

namespace EmailSms.Load;

/// <summary>One measurement, from an empty data folder to the figures.</summary>
internal sealed class Run(LoadOptions options, string folder)
{
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(10);

    private readonly Claims _claims = new();

    /// <summary>The exit code: 1 when something was missed.</summary>
    public async Task<int> MakeAsync()
    {
        using var deadline = new CancellationTokenSource(RunMax);
        double[] fsync = Yardstick.FsyncMs(folder);
        Say("fsync of this disk (4 KiB)", $"p50 {At(fsync, 50)} ms, p99 {At(fsync, 99)} ms");
        await (options.Mode is LoadMode.Backlog ? BacklogAsync(deadline.Token) : SteadyAsync(deadline.Token));
        return _claims.ExitCode;
    }

    private async Task SteadyAsync(CancellationToken deadline)
    {
        await using var phones = new Phones(options.AnswerMs);
        await phones.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(folder, phones.Port, options);
        await WarmUpAsync(gateway, phones, deadline);

        var journal = new Journal("run", options.Count);
        phones.Follow(journal);
        long receiptsBefore = phones.Receipts;
        Usage before = gateway.Use();
        await MailSession.SendAllAsync(
            gateway.Smtp, journal, options, options.Mode is LoadMode.Paced ? options.Rate : null, deadline);
        await journal.AllSeenAsync(deadline);
        long receipts = await phones.ReceiptsAsync(receiptsBefore + options.Count, deadline);
        Usage after = gateway.Use();

        Rate("mails answered 250", journal.FirstSent, journal.LastKept);
        KeepRate(Rate("SMS at the SMSC", journal.FirstSent, journal.LastSeen));
        Rate("receipts on disk", journal.FirstSent, receipts);
        Latency("final dot to 250", journal.ToKeptMs());
        Latency("final dot to submit_sm", journal.ToSeenMs());
        Cost(before, after, gateway);
        await EndAsync(gateway, journal);
    }

    private async Task BacklogAsync(CancellationToken deadline)
    {
        int port = LoopbackPort.Free();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(folder, port, options);
        var journal = new Journal("run", options.Count);
        Usage before = gateway.Use();
        await MailSession.SendAllAsync(gateway.Smtp, journal, options, rate: null, deadline);
        Usage waiting = gateway.Use();
        Rate("mails answered 250, carrier away", journal.FirstSent, journal.LastKept);
        Latency("final dot to 250", journal.ToKeptMs());
        Say("resident with all waiting", $"{Mib(waiting.ResidentBytes)}, peak {Mib(waiting.ResidentPeakBytes)}");

        await using var phones = new Phones(options.AnswerMs);
        phones.Follow(journal);
        await phones.StartAsync(port);
        await journal.AllSeenAsync(deadline);
        long receipts = await phones.ReceiptsAsync(options.Count, deadline);
        KeepRate(Rate("drained to the SMSC", journal.FirstSeen, journal.LastSeen));
        Rate("receipts on disk", journal.FirstSeen, receipts);
        Cost(before, gateway.Use(), gateway);
        await EndAsync(gateway, journal);
    }

    // The first thousands of mails pay for the compiler.
    private async Task WarmUpAsync(GatewayProcess gateway, Phones phones, CancellationToken deadline)
    {
        if (options.WarmUp == 0) return;
        var journal = new Journal("warm", options.WarmUp);
        phones.Follow(journal);
        await MailSession.SendAllAsync(gateway.Smtp, journal, options, rate: null, deadline);
        await journal.AllSeenAsync(deadline);
        await phones.ReceiptsAsync(options.WarmUp, deadline);
    }

    private async Task EndAsync(GatewayProcess gateway, Journal journal)
    {
        Say("SMS that came twice", $"{journal.Repeats}");
        _claims.Keep(journal.Repeats == 0, $"{journal.Repeats} SMS came twice.");
        int code = await gateway.StopAsync();
        if (code != 0) throw new IOException($"The gateway ended with {code}.");
    }

    private void Cost(Usage before, Usage after, GatewayProcess gateway)
    {
        double each = (after.Processor - before.Processor).TotalMicroseconds / options.Count;
        Say("processor time of the gateway", $"{each:0} us an SMS");
        Say("peak resident memory", Mib(after.ResidentPeakBytes));
        long resident = after.ResidentPeakBytes >> 20;
        _claims.Keep(
            options.ResidentMax == 0 || resident <= options.ResidentMax,
            $"the gateway took {resident} MiB, not {options.ResidentMax}.");
        Say("log written", $"{gateway.LogBytes / 1024} KiB");
    }

    private double Rate(string what, long from, long to)
    {
        double rate = options.Count / Journal.Seconds(from, to);
        Say(what, $"{rate:0}/s");
        return rate;
    }

    private void KeepRate(double rate) =>
        _claims.Keep(rate >= options.RateMin, $"{rate:0} SMS/s arrived at the SMSC, not {options.RateMin}.");

    private static void Latency(string what, double[] sorted) =>
        Say(what, $"p50 {At(sorted, 50)} ms, p99 {At(sorted, 99)} ms, max {At(sorted, 100)} ms");

    private static string At(double[] sorted, double percent) =>
        Yardstick.Percentile(sorted, percent).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Mib(long bytes) => $"{bytes / 1024 / 1024} MiB";

    private static void Say(string what, string value) => Console.Out.WriteLine($"{what,-34} {value}");
}
