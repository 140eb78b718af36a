using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EmailSms.Smtp.Tests;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// Kannel's bearerbox and smsbox as ordinary processes, with a configuration and a folder of their own: the bearerbox
/// is bound to an SMSC, the smsbox takes requests over HTTP and hands on what people write.
/// </summary>
internal sealed class KannelBoxes : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kannel-").FullName;
    private readonly List<Process> _processes = [];
    private readonly int _boxPort = LoopbackPort.Free();

    /// <summary>Whether both programs are on this machine (Debian: kannel).</summary>
    public static bool AreInstalled => Find("bearerbox") is not null && Find("smsbox") is not null;

    /// <summary>Where smsbox takes requests: known before it is started.</summary>
    public int SendPort { get; } = LoopbackPort.Free();

    /// <summary>Starts both against an SMSC, which lets the user kannel in; waits until both listen.</summary>
    /// <param name="smscPort">Where the SMSC listens on loopback.</param>
    /// <param name="getUrl">What is asked for each text of a person, with Kannel's own signs (<c>%p</c>).</param>
    /// <param name="deadline">For both to listen.</param>
    public async Task StartAsync(int smscPort, string getUrl, CancellationToken deadline)
    {
        string file = Path.Combine(_folder, "kannel.conf");
        await File.WriteAllTextAsync(file, Configuration(smscPort, getUrl), deadline);
        Run("bearerbox", file);
        await UntilOpenAsync(_boxPort, deadline); // smsbox gives up at once when nobody listens there
        Run("smsbox", file);
        await UntilOpenAsync(SendPort, deadline);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes.AsEnumerable().Reverse())
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task UntilOpenAsync(int port, CancellationToken deadline)
    {
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, deadline);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, deadline);
            }
        }
    }

    private string Configuration(int smscPort, string getUrl) =>
        $"""
            group = core
            sms-combine-concatenated-mo = true
            admin-port = {LoopbackPort.Free()}
            admin-password = secret
            smsbox-port = {_boxPort}
            box-allow-ip = "127.0.0.1"
            dlr-storage = internal
            log-file = "{_folder}/bearerbox.log"
            log-level = 0

            group = smsc
            smsc = smpp
            smsc-id = emailsms
            host = 127.0.0.1
            port = {smscPort}
            transceiver-mode = true
            smsc-username = kannel
            smsc-password = secret
            system-type = ""
            max-pending-submits = 10

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = {SendPort}
            log-file = "{_folder}/smsbox.log"
            log-level = 0

            group = sendsms-user
            username = tester
            password = secret
            max-messages = 10
            concatenation = true

            group = sms-service
            keyword = default
            catch-all = true
            omit-empty = true
            max-messages = 0
            get-url = "{getUrl}"
            """ + "\n";

    private void Run(string program, string configuration)
    {
        Process process = Process.Start(new ProcessStartInfo(Find(program)!, ["-v", "4", configuration])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.BeginOutputReadLine(); // its log is in the folder
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':')
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
