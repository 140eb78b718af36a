using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>A request that a provider got.</summary>
internal sealed record Asked(string Method, string Path, string Query, IHeaderDictionary Headers, string Body)
{
    /// <summary>Such as HTTP/2.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Which connection it came over.</summary>
    public string Connection { get; init; } = "";

    public Dictionary<string, string> Form => Fields(Body);

    public Dictionary<string, string> QueryFields => Fields(Query.TrimStart('?'));

    /// <summary>The name and the password of its Basic header.</summary>
    public string Basic =>
        Headers.Authorization.ToString() is { } header && header.StartsWith("Basic ", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..]))
        : "";

    private static Dictionary<string, string> Fields(string text) => text
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Split('=', 2))
        .GroupBy(field => Plain(field[0]), field => field.Length > 1 ? Plain(field[1]) : "")
        .ToDictionary(group => group.Key, group => string.Join(",", group));

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>What a provider answers. Status 0: it breaks the connection; -1: it says nothing for ever.</summary>
internal sealed record Reply(
    int Status, string Body, string ContentType = "application/json", string? RetryAfter = null)
{
    public static Reply Broken { get; } = new(0, "");

    public static Reply Silence { get; } = new(-1, "");

    /// <summary>How long it thinks first.</summary>
    public TimeSpan Delay { get; init; }
}

/// <summary>A provider's API on loopback: Kestrel that answers as it is told, and keeps what it was asked.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly CancellationTokenSource _over = new();

    private Provider(WebApplication host) => _host = host;

    /// <summary>The answer to the request of that number, counted from 1.</summary>
    public Func<Asked, int, Task<Reply>> Answer { get; set; } = (_, _) => Task.FromResult(new Reply(500, ""));

    public IReadOnlyList<Asked> Requests => [.. _asked];

    public string Url { get; private set; } = "";

    /// <param name="certificate">Speaks TLS, as whoever this says.</param>
    public static async Task<Provider> StartAsync(X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        WebApplication host = builder.Build();
        var provider = new Provider(host);
        host.Run(provider.TakeAsync);
        await host.StartAsync();
        provider.Url = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _host.DisposeAsync();
        _over.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var asked = new Asked(
            context.Request.Method, context.Request.Path, context.Request.QueryString.ToString(),
            new HeaderDictionary(context.Request.Headers.ToDictionary()), await reader.ReadToEndAsync())
        {
            Protocol = context.Request.Protocol,
            Connection = context.Connection.Id,
        };
        _asked.Enqueue(asked);
        Reply reply = await Answer(asked, _asked.Count);
        switch (reply.Status)
        {
            case 0:
                context.Abort();
                return;
            case -1:
                await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(
                    _over.Token, context.RequestAborted).Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                return;
        }

        if (reply.Delay > TimeSpan.Zero) await Task.Delay(reply.Delay);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        if (reply.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds;
        await context.Response.WriteAsync(reply.Body);
    }
}
