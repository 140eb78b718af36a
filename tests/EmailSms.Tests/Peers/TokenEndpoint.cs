using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmailSms.Tests.Peers;

/// <summary>The token endpoint of an authority (RFC 6749), over real HTTP.</summary>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Dictionary<string, string>> _asked = new();

    private TokenEndpoint(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.Single() + "/token";

    /// <summary>What was asked for, form by form.</summary>
    public IReadOnlyList<Dictionary<string, string>> Asked => [.. _asked];

    /// <summary>Status and JSON of the answer to the nth question, from 1.</summary>
    public Func<int, (int Status, string Json)> Answer { get; set; } =
        n => (200, $$"""{"access_token":"access-{{n}}","token_type":"Bearer","expires_in":3600}""");

    public static async Task<TokenEndpoint> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var endpoint = new TokenEndpoint(app);
        app.Run(endpoint.AnswerAsync);
        await app.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        _asked.Enqueue(form.ToDictionary(one => one.Key, one => one.Value.ToString()));
        (int status, string json) = Answer(_asked.Count);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }
}
