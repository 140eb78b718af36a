using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// Kannel as the ESME, and a listener for what its smsbox reports over HTTP.
/// </summary>
internal sealed class KannelPeer : IAsyncDisposable
{
    private readonly KannelBoxes _boxes = new();
    private readonly HttpClient _http = new();
    private readonly Channel<IQueryCollection> _receipts = Channel.CreateUnbounded<IQueryCollection>();
    private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();
    private WebApplication? _web;
    private string _reports = "";

    private KannelPeer()
    {
    }

    /// <summary>Starts both boxes against an SMSC.</summary>
    public static async Task<KannelPeer> StartAsync(int smscPort)
    {
        if (!KannelBoxes.AreInstalled) ForeignPeer.Missing("Kannel (Debian: kannel) is not installed.");
        var kannel = new KannelPeer();
        await kannel.ListenAsync();
        await kannel._boxes.StartAsync(
            smscPort, $"{kannel._reports}/mo?from=%p&to=%P&coding=%c&text=%a", Deadline.Token);
        return kannel;
    }

    /// <summary>Has a text sent.</summary>
    public async Task<string> SendAsync(string text, string from, string to)
    {
        string report = Uri.EscapeDataString($"{_reports}/dlr?type=%d&receiver=%p&answer=%A");
        string request = $"http://127.0.0.1:{_boxes.SendPort}/cgi-bin/sendsms?username=tester&password=secret"
            + $"&from={from}&to={to}&charset=UTF-8&coding={(text.All(char.IsAscii) ? 0 : 2)}"
            + $"&text={Uri.EscapeDataString(text)}&dlr-mask=31&dlr-url={report}";
        CancellationToken deadline = Deadline.Token;
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(request), deadline);
        return await answer.Content.ReadAsStringAsync(deadline);
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
        await _boxes.DisposeAsync();
        if (_web is not null) await _web.DisposeAsync();
        _http.Dispose();
    }

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
}
