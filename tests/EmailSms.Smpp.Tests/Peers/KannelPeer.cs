using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// Kannel as the ESME: bearerbox and smsbox as ordinary processes with a configuration of their own in a temporary
/// folder, and a listener for what smsbox reports over HTTP.
/// </summary>
internal sealed class KannelPeer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kannel-").FullName;
    private readonly HttpClient _http = new();
    private readonly Channel<IQueryCollection> _receipts = Channel.CreateUnbounded<IQueryCollection>();
    private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();
    private readonly List<Process> _processes = [];
    private readonly int _sendPort = FreePort();
    private readonly int _boxPort = FreePort();
    private WebApplication? _web;
    private string _reports = "";

    private KannelPeer()
    {
    }

    /// <summary>Starts both boxes against an SMSC.</summary>
    public static async Task<KannelPeer> StartAsync(int smscPort)
    {
        string? bearerbox = Find("bearerbox");
        string? smsbox = Find("smsbox");
        if (bearerbox is null || smsbox is null) ForeignPeer.Missing("Kannel (Debian: kannel) is not installed.");
        var kannel = new KannelPeer();
        await kannel.ListenAsync();
        string configuration = Path.Combine(kannel._folder, "kannel.conf");
        await File.WriteAllTextAsync(configuration, kannel.Configuration(smscPort), Deadline.Token);
        kannel.Run(bearerbox!, configuration);
        await kannel.UntilBoxIsOpenAsync();
        kannel.Run(smsbox!, configuration);
        return kannel;
    }

    /// <summary>Has a text sent; waits until smsbox is up.</summary>
    public async Task<string> SendAsync(string text, string from, string to)
    {
        string report = Uri.EscapeDataString($"{_reports}/dlr?type=%d&receiver=%p&answer=%A");
        string request = $"http://127.0.0.1:{_sendPort}/cgi-bin/sendsms?username=tester&password=secret"
            + $"&from={from}&to={to}&charset=UTF-8&coding={(text.All(char.IsAscii) ? 0 : 2)}"
            + $"&text={Uri.EscapeDataString(text)}&dlr-mask=31&dlr-url={report}";
        CancellationToken deadline = Deadline.Token;
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await _http.GetAsync(new Uri(request), deadline);
                return await answer.Content.ReadAsStringAsync(deadline);
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                await Task.Delay(50, deadline); // it does not listen yet
            }
        }
    }

    /// <summary>The type of the next delivery report: 1 delivered, 2 failed, 8 taken by the SMSC, 16 refused.</summary>
    public async Task<int> NextReportAsync() =>
        int.Parse((await _receipts.Reader.ReadAsync(Deadline.Token))["type"].ToString(), null);

    /// <summary>The next text of a person, as Kannel hands it on.</summary>
    public async Task<(string From, string To, string Text)> NextTextAsync()
    {
        Dictionary<string, byte[]> query = (await _texts.Reader.ReadAsync(Deadline.Token)).TrimStart('?').Split('&')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecodeToBytes(
                Encoding.ASCII.GetBytes(pair[1]), 0, pair[1].Length));
        string Text(string name) => Encoding.UTF8.GetString(query[name]);
        bool isUcs2 = Text("coding") == "2"; // then %a is UTF-16, as it came
        return (Text("from"), Text("to"), isUcs2 ? Encoding.BigEndianUnicode.GetString(query["text"]) : Text("text"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes.AsEnumerable().Reverse())
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync(Deadline.Token);
            process.Dispose();
        }

        if (_web is not null) await _web.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>smsbox gives up at once when bearerbox does not listen.</summary>
    private async Task UntilBoxIsOpenAsync()
    {
        CancellationToken deadline = Deadline.Token;
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _boxPort, deadline);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, deadline);
            }
        }
    }

    private string Configuration(int smscPort) =>
        $"""
            group = core
            sms-combine-concatenated-mo = true
            admin-port = {FreePort()}
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
            sendsms-port = {_sendPort}
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
            get-url = "{_reports}/mo?from=%p&to=%P&coding=%c&text=%a"
            """ + "\n";

    private async Task ListenAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.MapGet("/dlr", (HttpRequest request) => Take(_receipts, request.Query));
        _web.MapGet("/mo", (HttpRequest request) => Take(_texts, request.QueryString.Value ?? ""));
        await _web.StartAsync(Deadline.Token);
        _reports = _web.Urls.First();
    }

    private static string Take<T>(Channel<T> where, T what)
    {
        where.Writer.TryWrite(what);
        return "";
    }

    private void Run(string program, string configuration)
    {
        Process process = Process.Start(new ProcessStartInfo(program, ["-v", "4", configuration])
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

    private static int FreePort() // Kannel cannot be told to choose
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
