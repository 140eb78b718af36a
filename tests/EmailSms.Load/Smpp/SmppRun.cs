using System.ComponentModel;
using System.Globalization;

namespace EmailSms.Load.Smpp;

/// <summary>Submits side by side: <c>smpp</c>. <see cref="SmppLoadOptions.Help"/> says what each figure is.</summary>
internal sealed class SmppRun(SmppLoadOptions options)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(5); // for the compilers of .NET and node

    private readonly Dictionary<SubmitWay, double> _ours = [];
    private readonly Claims _claims = new();

    /// <summary>
    /// The command; its exit code is 0 when every submit was taken, and every aim met that is to be kept.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["smsc"]) return await OurPeers.ServeAsync();
        if (args is ["esme"]) return await OurPeers.SubmitAsync();
        try
        {
            SmppLoadOptions options = SmppLoadOptions.Parse(args);
            if (options.WantsHelp)
            {
                Say(SmppLoadOptions.Help);
                return 0;
            }

            var run = new SmppRun(options);
            await run.MakeAsync();
            return run._claims.ExitCode;
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }
        catch (Exception trouble) when (trouble is IOException or OperationCanceledException or Win32Exception)
        {
            Console.Error.WriteLine(trouble.Message);
            return 1;
        }
    }

    private async Task MakeAsync()
    {
        List<SmppPeer> smscs = [];
        List<SmppPeer> esmes = [];
        try
        {
            smscs.Add(await SmppPeer.OurSmscAsync());
            esmes.Add(SmppPeer.OurEsme());
            if (await NodeFolder.WithAsync("smpp") is { } node)
            {
                smscs.Add(await SmppPeer.NodeSmscAsync(node));
                esmes.Add(SmppPeer.NodeEsme(node));
            }
            else
            {
                Say("left out: node-smpp (npm smpp) is not installed");
            }

            // Each with itself first; then, for whose share it is, each with the other.
            (SmppPeer Esme, SmppPeer Smsc)[] pairs =
            [
                .. esmes.Zip(smscs), .. esmes.SelectMany((_, i) => smscs.Where((_, k) => k != i), (e, s) => (e, s)),
            ];
            foreach ((SmppPeer esme, SmppPeer smsc) in pairs)
                await esme.SubmitAsync(smsc, new SubmitWay(10, 1), FirstWarmUp, WarmUp);
            Say(string.Create(
                CultureInfo.InvariantCulture, $"{options.Seconds} s each, {Environment.ProcessorCount} cores"));
            Say($"{"ESME to SMSC",-24} {"submits/s",10} {"ratio",7} {"ESME us",10} {"SMSC us",10}");
            foreach (int binds in options.Binds)
                foreach (int window in options.Windows) await MeasureAsync(new SubmitWay(window, binds), pairs);
        }
        finally
        {
            foreach (SmppPeer peer in esmes.Concat(smscs)) await peer.DisposeAsync();
        }

        Say("");
        Aim(10_000, new SubmitWay(1, 1));
        Aim(25_000, new SubmitWay(10, 1));
        Aim(35_000, new SubmitWay(64, 1));
    }

    private async Task MeasureAsync(SubmitWay way, (SmppPeer Esme, SmppPeer Smsc)[] pairs)
    {
        Say($"window {way.Window}, {way.Binds} bind{(way.Binds == 1 ? "" : "s")}");
        foreach ((SmppPeer esme, SmppPeer smsc) in pairs)
        {
            SmppReading reading =
                await esme.SubmitAsync(smsc, way, WarmUp, TimeSpan.FromSeconds(options.Seconds));
            double? ratio = _ours.TryGetValue(way, out double ours) ? ours / reading.SubmitsPerSecond : null;
            _ours.TryAdd(way, reading.SubmitsPerSecond); // the first pair is ours
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"  {$"{esme.Name} to {smsc.Name}",-22} {reading.SubmitsPerSecond,10:#,0} {ratio,7:0.00} "
                + $"{reading.EsmeUs,10:0.0} {reading.SmscUs,10:0.0}"));
        }
    }

    private void Aim(double aim, SubmitWay way)
    {
        if (!_ours.TryGetValue(way, out double got)) return;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"aim: window {way.Window,2}, one bind {aim,8:#,0} got {got,8:#,0} {(got >= aim ? "met" : "missed")}"));
        _claims.Keep(
            got >= aim || !options.KeepsAims, $"{got:0} submits/s with a window of {way.Window}, not {aim:0}.");
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
