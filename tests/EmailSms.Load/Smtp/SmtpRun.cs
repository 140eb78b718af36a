using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSms.Smtp.Tests.Foreign;

namespace EmailSms.Load.Smtp;

/// <summary>What one server did with one way of sending.</summary>
internal readonly record struct Reading(double MailsPerSecond, double ServerUs, double ClientUs, double? AllocatedKb);

/// <summary>Servers side by side: <c>smtp</c>. <see cref="SmtpLoadOptions.Help"/> says what each figure is.</summary>
internal sealed class SmtpRun(SmtpLoadOptions options, string folder)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(15); // for the compilers of .NET and node

    private readonly Dictionary<(string Server, Traffic Traffic), Reading> _readings = [];
    private readonly Claims _claims = new();
    private int _troubles;

    /// <summary>
    /// The command; its exit code is 0 when every server took every mail, and every aim met that is to be kept.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var pem])
        {
            await ChildServer.ServeAsync(pem);
            return 0;
        }

        return await FolderRun.RunAsync(
            "smtp", () => SmtpLoadOptions.Parse(args), SmtpLoadOptions.Help, async (options, folder) =>
            {
                var run = new SmtpRun(options, folder);
                await run.MakeAsync();
                return run._troubles == 0 ? run._claims.ExitCode : 1;
            });
    }

    private async Task MakeAsync()
    {
        string pem = Path.Combine(folder, "mx.example.pem");
        await File.WriteAllTextAsync(pem, Certificate());
        double[] fsync = Yardstick.FsyncMs(folder);
        Say($"{options.Connections} connections, {options.Seconds} s each, {Environment.ProcessorCount} cores, "
            + $"fsync of this disk p50 {Yardstick.Percentile(fsync, 50):0.00} ms");
        if (options.WantsDropping)
        {
            await MeasureAsync("Dropping each mail",
            [
                () => Start(ChildServer.OursAsync(pem)),
                () => StartIf(File.Exists("/usr/sbin/smtp-sink"), "smtp-sink", ChildServer.SinkAsync),
                async () =>
                {
                    if (await NodeFolder.WithAsync("smtp-server") is { } node)
                        return await ChildServer.SmtpServerAsync(node, pem);
                    Say("left out: npm smtp-server is not installed");
                    return null;
                },
            ]);
        }

        if (options.WantsKeeping)
        {
            string? missing = PostfixInstance.Missing();
            await MeasureAsync("Keeping each mail on disk",
            [
                () => Start(GatewayServer.StartAsync(folder, pem)),
                () => StartIf(missing is null, missing ?? "", () => PostfixServer.StartAsync(pem)),
            ]);
        }

        Aims();
    }

    private async Task MeasureAsync(string title, IReadOnlyList<Func<Task<IServerUnderLoad?>>> starts)
    {
        var servers = new List<IServerUnderLoad>();
        try
        {
            foreach (Func<Task<IServerUnderLoad?>> start in starts)
            {
                if (await start() is not { } server) continue;
                servers.Add(server);
                await MeasureAsync(server, new Traffic(500, 100, IsPipelined: false, IsTls: false), FirstWarmUp);
            }

            Say("");
            Say($"{title,-24} {"mails/s",10} {"ratio",7} {"server us",10} {"client us",10} {"allocated",10}");
            foreach (Traffic traffic in Traffic.All().Where(t => t.IsTls ? options.WantsTls : options.WantsPlain))
            {
                Say(traffic.ToString());
                double? ours = null;
                foreach (IServerUnderLoad server in servers)
                {
                    if (traffic.IsTls && !server.HasTls) continue;
                    if (await MeasureAsync(server, traffic, WarmUp) is not { } reading) continue;
                    _readings[(server.Name, traffic)] = reading;
                    Say(Row(server.Name, reading, ours));
                    ours ??= server == servers[0] ? reading.MailsPerSecond : null;
                }
            }
        }
        finally
        {
            foreach (IServerUnderLoad server in servers) await server.DisposeAsync();
        }
    }

    private async Task<Reading?> MeasureAsync(IServerUnderLoad server, Traffic traffic, TimeSpan warmUp)
    {
        TrafficLane[] lanes =
            [.. Enumerable.Range(0, options.Connections).Select(_ => new TrafficLane(server.Smtp, traffic))];
        Thread[] threads = [.. lanes.Select(lane => new Thread(lane.Run, maxStackSize: 256 * 1024))];
        foreach (Thread thread in threads) thread.Start();

        await Task.Delay(warmUp);
        long? allocatedBefore = await server.AllocatedAsync();
        (long from, long mailsBefore) = (Journal.Now(), lanes.Sum(lane => lane.Mails));
        (TimeSpan serverBefore, TimeSpan clientBefore) = (server.Processor, Environment.CpuUsage.TotalTime);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        (long to, long mails) = (Journal.Now(), lanes.Sum(lane => lane.Mails) - mailsBefore);
        TimeSpan serverTime = server.Processor - serverBefore;
        TimeSpan clientTime = Environment.CpuUsage.TotalTime - clientBefore;
        long? allocated = await server.AllocatedAsync() - allocatedBefore;

        foreach (TrafficLane lane in lanes) lane.Stop();
        foreach (Thread thread in threads) thread.Join();
        if (lanes.Select(lane => lane.Trouble).FirstOrDefault(trouble => trouble is not null) is { } trouble)
        {
            _troubles++;
            Say($"  {server.Name,-22} {trouble.Message}");
            return null;
        }

        if (mails == 0)
        {
            _troubles++;
            Say($"  {server.Name,-22} took no mail in this time");
            return null;
        }

        return new Reading(
            mails / Journal.Seconds(from, to),
            serverTime.TotalMicroseconds / mails,
            clientTime.TotalMicroseconds / mails,
            allocated / 1024.0 / mails);
    }

    private void Aims()
    {
        Say("");
        Aim("listener, lock-step, mails/s", 13_000, Rate("emailsms listener", isPipelined: false));
        Aim("listener, pipelined, mails/s", 25_000, Rate("emailsms listener", isPipelined: true));
        Aim("gateway by Postfix, lock-step", 4,
            Rate("emailsms gateway", isPipelined: false) / Rate("Postfix smtpd", isPipelined: false));
        Aim("gateway by Postfix, pipelined", 4,
            Rate("emailsms gateway", isPipelined: true) / Rate("Postfix smtpd", isPipelined: true));
    }

    private double? Rate(string server, bool isPipelined) =>
        _readings.TryGetValue((server, new Traffic(500, 100, isPipelined, IsTls: false)), out Reading reading)
            ? reading.MailsPerSecond
            : null;

    private void Aim(string what, double aim, double? got)
    {
        if (got is not { } figure) return;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"aim: {what,-32} {aim,8:#,0} got {figure,10:#,0.0} {(figure >= aim ? "met" : "missed")}"));
        _claims.Keep(figure >= aim || !options.KeepsAims, $"{what}: {figure:0.0}, not {aim:0}.");
    }

    private static string Row(string name, Reading reading, double? ours)
    {
        string row = string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-22} {reading.MailsPerSecond,10:#,0} {ours / reading.MailsPerSecond,7:0.00} "
            + $"{reading.ServerUs,10:0.0} {reading.ClientUs,10:0.0}");
        return reading.AllocatedKb is { } kb
            ? string.Create(CultureInfo.InvariantCulture, $"{row} {kb,7:0.0} kB")
            : row;
    }

    private static async Task<IServerUnderLoad?> Start<T>(Task<T> start)
        where T : IServerUnderLoad => await start;

    private static async Task<IServerUnderLoad?> StartIf<T>(bool isHere, string why, Func<Task<T>> start)
        where T : IServerUnderLoad
    {
        if (isHere) return await start();
        Say($"left out: {why}");
        return null;
    }

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.example", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{made.ExportCertificatePem()}\n";
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
