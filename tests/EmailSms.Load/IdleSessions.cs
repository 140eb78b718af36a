using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EmailSms.Smtp;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailSms.Load;

/// <summary>
/// What an idle session costs: <c>idle [sessions]</c>. A server in a process of its own is measured before and after
/// clients have connected, said EHLO and fallen silent; once with a bare connection handler, which is Kestrel's own
/// share, and once with the SMTP listener. It fails when a session has more heap than it may have.
/// </summary>
internal static class IdleSessions
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var kind]) return await ServeAsync(kind);
        (int count, int octetsMax) = (10_000, int.MaxValue);
        if (args.Length > 2 || !IsNumber(0, ref count) || !IsNumber(1, ref octetsMax))
        {
            Console.Error.WriteLine(
                "idle needs a number of sessions, and the octets of heap that one may have; or neither.");
            return 2;
        }

        (long bareHeap, long bareResident) = await MeasureAsync("bare", count);
        (long heap, long resident) = await MeasureAsync("smtp", count);
        Console.Out.WriteLine($"{count} idle sessions, octets a session of heap and of resident memory");
        Console.Out.WriteLine($"a bare handler on Kestrel  {bareHeap,8} {bareResident,8}");
        Console.Out.WriteLine($"the SMTP listener          {heap,8} {resident,8}");
        Console.Out.WriteLine($"the listener's own share   {heap - bareHeap,8} {resident - bareResident,8}");
        var claims = new Claims();
        claims.Keep(heap <= octetsMax, $"a session has {heap} octets of heap, not {octetsMax}.");
        return claims.ExitCode;

        bool IsNumber(int at, ref int number) => at >= args.Length
            || (int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0);
    }

    private static async Task<(long Heap, long Resident)> MeasureAsync(string kind, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using Process server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["idle", "serve", kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var clients = new List<Socket>(count);
        try
        {
            long[] start = await AskAsync(server, deadline.Token);
            var at = new IPEndPoint(IPAddress.Loopback, (int)start[0]);
            byte[] heard = new byte[1024];
            for (int i = 0; i < count; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(at, deadline.Token);
                await client.ReceiveAsync(heard, deadline.Token);
                await client.SendAsync("EHLO client.example\r\n"u8.ToArray(), deadline.Token);
                await client.ReceiveAsync(heard, deadline.Token);
            }

            long[] end = await AskAsync(server, deadline.Token);
            Console.Out.WriteLine($"{kind}: {end[1]} octets of heap, {end[2]} resident with {count} sessions");
            return ((end[1] - start[1]) / count, (end[2] - start[2]) / count);
        }
        finally
        {
            foreach (Socket client in clients) client.Dispose();
            server.StandardInput.Close();
            if (!server.WaitForExit(Patience)) server.Kill();
        }
    }

    private static async Task<long[]> AskAsync(Process server, CancellationToken deadline)
    {
        await server.StandardInput.WriteLineAsync("measure".AsMemory(), deadline);
        await server.StandardInput.FlushAsync(deadline);
        string answer = await server.StandardOutput.ReadLineAsync(deadline)
            ?? throw new IOException("The server of the idle sessions has ended.");
        return [.. answer.Split(' ').Select(one => long.Parse(one, CultureInfo.InvariantCulture))];
    }

    private static async Task<int> ServeAsync(string kind)
    {
        Func<int> port = kind == "smtp" ? await ListenAsync() : await ListenBareAsync();
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var self = Process.GetCurrentProcess();
            Console.Out.WriteLine($"{port()} {GC.GetTotalMemory(false)} {self.WorkingSet64}");
        }

        return 0;
    }

    private static async Task<Func<int>> ListenAsync()
    {
        var options = new SmtpServerOptions
        {
            ConnectionsMax = 100_000,
            ConnectionsPerAddressMax = 100_000,
            ConnectionsPerMinuteMax = 1_000_000,
        };
        var server = new SmtpServer(options, static () => new Discard(), NullLoggerFactory.Instance);
        await server.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)]);
        return () => server.Endpoints[0].Port;
    }

    private static async Task<Func<int>> ListenBareAsync()
    {
        var options = new KestrelServerOptions();
        ListenOptions? listening = null;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listening = listen;
            listen.Run(static connection => EchoAsync(connection.Transport));
        });
        var server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        await server.StartAsync(new NoHttp(), CancellationToken.None);
        return () => listening!.IPEndPoint!.Port;
    }

    private static async Task EchoAsync(IDuplexPipe pipe)
    {
        await pipe.Output.WriteAsync("220 bare\r\n"u8.ToArray());
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync();
            pipe.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
            await pipe.Output.WriteAsync("250 bare\r\n"u8.ToArray());
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

    /// <summary>What Kestrel wants to be given.</summary>
    private sealed class NoHttp : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(object context) => Task.CompletedTask;

        public void DisposeContext(object context, Exception? exception)
        {
        }
    }
}
