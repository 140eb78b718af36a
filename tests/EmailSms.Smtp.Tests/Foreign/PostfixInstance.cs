using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>
/// Debian's Postfix as an instance of its own: configuration, queue and port are of one folder and end with it. It
/// listens on the loopback interface alone. Only root can start it.
/// </summary>
internal sealed class PostfixInstance : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postfix/sbin";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly Process _master;
    private readonly string _folder;

    private PostfixInstance(Process master, string folder, int port)
    {
        _master = master;
        _folder = folder;
        Smtp = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint Smtp { get; }

    /// <summary>The process that starts and holds all others.</summary>
    public int MasterId => _master.Id;

    public string Log => Path.Combine(_folder, "mail.log");

    /// <summary>Why it cannot run here; null: it can.</summary>
    public static string? Missing() =>
        !File.Exists(Path.Combine(Programs, "master")) ? "Postfix is not installed."
        : Environment.IsPrivilegedProcess ? null
        : "Postfix can only be started by root.";

    /// <summary>Starts it with these lines in main.cf, after the ones that keep it to itself.</summary>
    public static async Task<PostfixInstance> StartAsync(params string[] main)
    {
        string folder = Directory.CreateTempSubdirectory("emailsms-postfix-").FullName;
        await RunAsync("chmod", "755", folder); // its daemons run under a name of their own
        string config = Directory.CreateDirectory(Path.Combine(folder, "config")).FullName;
        string queue = Directory.CreateDirectory(Path.Combine(folder, "queue")).FullName;
        string data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        await RunAsync("chown", "postfix", data);
        int port = LoopbackPort.Free();
        await File.WriteAllLinesAsync(Path.Combine(config, "main.cf"),
        [
            "compatibility_level = 3.6", "myhostname = relay.example", "mydestination =", "mynetworks = 127.0.0.0/8",
            "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4", "disable_dns_lookups = yes", "alias_maps =",
            "alias_database =", "local_recipient_maps =", "biff = no", "smtputf8_enable = no",
            "smtpd_relay_restrictions = permit_mynetworks, reject", "smtpd_peername_lookup = no",
            $"queue_directory = {queue}", $"data_directory = {data}", $"daemon_directory = {Programs}",
            "command_directory = /usr/sbin", "meta_directory = /etc/postfix", "mail_owner = postfix",
            "setgid_group = postdrop", $"maillog_file = {Path.Combine(folder, "mail.log")}",
            $"maillog_file_prefixes = {folder}", .. main,
        ]);
        await File.WriteAllTextAsync(Path.Combine(config, "master.cf"), Services(port));
        await RunAsync("/usr/sbin/postfix", "-c", config, "check"); // makes the folders of the queue
        Process master = Process.Start(new ProcessStartInfo(Path.Combine(Programs, "master"), ["-c", config, "-d"])
        {
            Environment = { ["MAIL_CONFIG"] = config },
        })!;
        var instance = new PostfixInstance(master, folder, port);
        try
        {
            await instance.ListeningAsync();
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_master.HasExited)
        {
            using Process stop = Process.Start("kill", [_master.Id.ToString(CultureInfo.InvariantCulture)]);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _master.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_master.HasExited) _master.Kill(entireProcessTree: true);
        }

        _master.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A daemon wrote a last line. The folder is the system's to clean.
        }
    }

    private static string Services(int port) =>
        $"""
        127.0.0.1:{port} inet n - n - 100 smtpd
        pickup  unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr    unix n - n 300 1 qmgr
        tlsmgr  unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce  unix - - n - 0 bounce
        defer   unix - - n - 0 bounce
        trace   unix - - n - 0 bounce
        verify  unix - - n - 1 verify
        flush   unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        smtp    unix - - n - - smtp
        relay   unix - - n - - smtp
        virtual unix - n n - - virtual
        error   unix - - n - - error
        retry   unix - - n - - error
        discard unix - - n - - discard
        anvil   unix - - n - 1 anvil
        scache  unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(StartMax);
        string said = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        if (process.ExitCode != 0) throw new IOException($"{program} ended with {process.ExitCode}: {said}");
    }

    private async Task ListeningAsync()
    {
        using var deadline = new CancellationTokenSource(StartMax);
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(Smtp, deadline.Token);
                return;
            }
            catch (SocketException) when (!_master.HasExited)
            {
                await Task.Delay(20, deadline.Token);
            }
            catch (SocketException)
            {
                string log = File.Exists(Log) ? await File.ReadAllTextAsync(Log, deadline.Token) : "no log";
                throw new IOException($"Postfix did not start: {log}");
            }
        }
    }
}
