using System.Net;
using EmailSms.Smpp.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmailSms.Samples.Smsc;

/// <summary>What can be done with a simulator over HTTP, by a script or a test in another language.</summary>
internal sealed class HttpDesk : IAsyncDisposable
{
    /// <summary>What can be asked for.</summary>
    public const string Help =
        """
        POST /messages  application/json     {"from": "+447700900123", "to": "447700900999", "text": "Hello"}
                                             and coding, dataCoding, parts, order, reference, lockingShift,
                                             singleShift, elements, binary, dataSm, account
        POST /console   application/x-console   a line as it would be typed
        GET  /received?after=N, /messages/ID (its state), /counts, /sessions
        """;

    private const int BodyOctetsMax = 1024 * 1024;

    private readonly WebApplication _web;

    private HttpDesk(WebApplication web) => _web = web;

    /// <summary>Where it listens.</summary>
    public string Address => _web.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The port is taken, or not allowed.</exception>
    public static async Task<HttpDesk> StartAsync(
        SmscSimulator simulator, RecentSms recent, IPEndPoint endpoint, CancellationToken stopping)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(endpoint);
            kestrel.Limits.MaxRequestBodySize = BodyOctetsMax;
        });
        WebApplication web = builder.Build();
        var console = new SimulatorConsole(simulator);

        // A page in a browser cannot send this content type to another origin without asking first.
        web.MapPost("/messages", (HttpRequest request, CancellationToken gone) => SendAsync(simulator, request, gone));
        web.MapPost("/console", (HttpRequest request, CancellationToken gone) => DoAsync(console, request, gone));
        web.MapGet("/", () => Results.Text(Help));
        web.MapGet("/messages/{id}", (string id) => simulator.StateOf(id) is { } state
            ? Results.Ok(new { id, state = $"{state}" })
            : Refusal($"No message has the id '{id}'.", StatusCodes.Status404NotFound));
        web.MapGet("/counts", () => simulator.Counts);
        web.MapGet("/received", (long? after) => recent.After(after ?? 0));
        web.MapGet("/sessions", () => simulator.Sessions.Select(session => new
        {
            session.SystemId,
            BindType = $"{session.BindType}",
            Peer = $"{session.Peer}",
            session.InFlight,
        }));
        await web.StartAsync(stopping);
        return new HttpDesk(web);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private static async Task<IResult> SendAsync(
        SmscSimulator simulator, HttpRequest request, CancellationToken gone)
    {
        if (!request.HasJsonContentType()) return WrongType("application/json");
        MobileMessage? message = MobileMessage.Parse(await ReadAsync(request, gone), out IReadOnlyList<string> errors);
        if (message is null) return Results.BadRequest(new { errors });
        bool isThere = simulator.Sessions.Any(
            session => session.IsReceiver && (message.SystemId is null || session.SystemId == message.SystemId));
        if (!isThere)
            return Refusal("Nobody is bound to take it.", StatusCodes.Status409Conflict);
        try
        {
            return Results.Ok(new { taken = await simulator.InjectAsync(message, gone) });
        }
        catch (ArgumentException wrong)
        {
            return Refusal(wrong.Message, StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> DoAsync(SimulatorConsole console, HttpRequest request, CancellationToken gone)
    {
        // Not text/plain, which any page in a browser may send here.
        if (request.ContentType?.StartsWith("application/x-console", StringComparison.Ordinal) != true)
            return WrongType("application/x-console");
        string line = (await ReadAsync(request, gone)).Trim();
        int status = SimulatorConsole.IsCommand(line) ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return Results.Text(await console.DoAsync(line, gone), statusCode: status);
    }

    private static IResult WrongType(string wanted) =>
        Refusal($"The content type has to be {wanted}.", StatusCodes.Status415UnsupportedMediaType);

    private static IResult Refusal(string sentence, int status) =>
        Results.Json(new { errors = (string[])[sentence] }, statusCode: status);

    private static async Task<string> ReadAsync(HttpRequest request, CancellationToken gone)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(gone);
    }
}

/// <summary>The last SMS that came, each with a number to ask for the next ones by.</summary>
internal sealed class RecentSms
{
    private const int KeptMax = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<NumberedSms> _kept = [];
    private long _last;

    public void Add(SimulatedSms sms)
    {
        lock (_gate)
        {
            _kept.Enqueue(new NumberedSms(
                ++_last, sms.ReceivedAt, sms.SystemId, sms.From, sms.To, sms.Text, $"{sms.Encoding}", sms.Parts,
                sms.MessageIds));
            if (_kept.Count > KeptMax) _kept.Dequeue();
        }
    }

    public IReadOnlyList<NumberedSms> After(long number)
    {
        lock (_gate) return [.. _kept.Where(sms => sms.Number > number)];
    }
}

/// <summary>One of them.</summary>
internal sealed record NumberedSms(
    long Number, DateTimeOffset ReceivedAt, string Account, string From, string To, string Text, string Encoding,
    int Parts, IReadOnlyList<string> MessageIds);
