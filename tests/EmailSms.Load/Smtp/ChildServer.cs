using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EmailSms.Smtp;
using EmailSms.Smtp.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.Smtp;

/// <summary>
/// A server that is one process: our listener with a handler that drops each mail, Postfix' smtp-sink, npm's
/// smtp-server.
/// </summary>
internal sealed class ChildServer : IServerUnderLoad
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly bool _tellsAllocations;

    private ChildServer(string name, Process process, int port, bool hasTls, bool tellsAllocations)
    {
        Name = name;
        _process = process;
        Smtp = new IPEndPoint(IPAddress.Loopback, port);
        HasTls = hasTls;
        _tellsAllocations = tellsAllocations;
    }

    public string Name { get; }

    public IPEndPoint Smtp { get; }

    public bool HasTls { get; }

    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ChildServer> OursAsync(string pem)
    {
        Process process = Run(Environment.ProcessPath!, ["smtp", "serve", pem]);
        return new ChildServer("emailsms listener", process, (int)await HearNumberAsync(process), true, true);
    }

    public static async Task<ChildServer> SmtpServerAsync(string folder, string pem)
    {
        Process process = Run("node", [Path.Combine(folder, "server.js"), pem]);
        return new ChildServer("npm smtp-server", process, (int)await HearNumberAsync(process), true, false);
    }

    public static async Task<ChildServer> SinkAsync()
    {
        int port = LoopbackPort.Free();
        string at = port.ToString(CultureInfo.InvariantCulture);
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "postfix"] : []; // it does not run as root
        Process process = Run("/usr/sbin/smtp-sink", [.. user, "127.0.0.1:" + at, "512"]);
        var server = new ChildServer("smtp-sink", process, port, hasTls: false, tellsAllocations: false);
        await server.AcceptingAsync();
        return server;
    }

    /// <summary>Is the listener, in the process that <see cref="OursAsync"/> starts.</summary>
    public static async Task ServeAsync(string pem)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(pem);
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        var options = new SmtpServerOptions
        {
            ConnectionsMax = 10_000,
            ConnectionsPerAddressMax = 10_000,
            ConnectionsPerMinuteMax = 1_000_000,
            MailsPerSessionMax = 1_000_000,
            Certificate = () => context,
        };
        await using var server = new SmtpServer(options, static () => new Discard(), NullLoggerFactory.Instance);
        await server.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)]);
        Console.Out.WriteLine(server.Endpoints[0].Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.Out.WriteLine(GC.GetTotalAllocatedBytes());
        }
    }

    public async ValueTask<long?> AllocatedAsync()
    {
        if (!_tellsAllocations) return null;
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return await HearNumberAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Run(string program, string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task<long> HearNumberAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(StartMax);
        string line = await process.StandardOutput.ReadLineAsync(deadline.Token)
            ?? throw new IOException("A server ended before it listened.");
        return long.Parse(line, CultureInfo.InvariantCulture);
    }

    private async Task AcceptingAsync()
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
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class Discard : ISmtpHandler
    {
        public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
            new(SmtpReply.Ok);

        public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) =>
            new(SmtpReply.SenderOk);

        public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) =>
            new(SmtpReply.RecipientOk);

        public ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping) =>
            new(SmtpReply.MailTaken);

        public void OnReset()
        {
        }
    }
}
