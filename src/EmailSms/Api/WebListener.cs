using System.Net;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Smtp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EmailSms.Api;

/// <summary>The HTTP listener: Kestrel, with the hooks of carriers.</summary>
internal sealed class WebListener(
    WebOptions options, HookDesk hooks, ILoggerFactory loggers, KeptSockets? sockets = null) : IAsyncDisposable
{
    private const int BodyBytesMax = 64 * 1024;
    private static readonly TimeSpan BodyMax = TimeSpan.FromSeconds(10);

    private readonly ILogger _log = loggers.CreateLogger<WebListener>();
    private readonly List<IPNetwork> _proxies = [.. options.ProxyNetworks.Select(IPNetwork.Parse)];
    private WebApplication? _host;

    /// <summary>Where it listens, with the ports that were chosen.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Begins to listen, if the settings say where.</summary>
    public async Task StartAsync(CancellationToken stopping)
    {
        if (options.Listen.Count == 0) return;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        SmtpCertificateFile? certificate = options.CertificateFile.Length == 0
            ? null
            : new SmtpCertificateFile(
                options.CertificateFile, Null(options.CertificateKeyFile),
                SecretFile.Read(options.CertificatePassword, options.CertificatePasswordFile), loggers);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.RequestHeadersTimeout = BodyMax;
            foreach (string address in options.Listen)
            {
                WebOptions.TryEndPoint(address, out IPEndPoint endPoint);
                kestrel.Listen(endPoint, listen =>
                {
                    if (certificate is null) return;
                    listen.UseHttps(
                        (_, _, _, _) => ValueTask.FromResult(new System.Net.Security.SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = certificate.Current(),
                        }), state: new object());
                });
            }
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        if (sockets is not null) builder.Services.AddSingleton<IConnectionListenerFactory>(sockets);
        _host = builder.Build();
        _host.UseRouting();
        _host.MapMethods(
            HookAddresses.Path + "/{carrier}/{token}/{reference?}", ["GET", "POST"], (RequestDelegate)HookAsync);
        await _host.StartAsync(stopping).ConfigureAwait(false);
        Addresses =
        [
            .. _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
                .Select(one => new Uri(one)),
        ];
        _log.WebListens(string.Join(", ", Addresses), options.PublicUrl.Length > 0 ? options.PublicUrl : "-");
    }

    /// <summary>Takes no more calls, and ends those that are here.</summary>
    public Task StopAsync(CancellationToken deadline) => _host?.StopAsync(deadline) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync().ConfigureAwait(false);
    }

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private async Task HookAsync(HttpContext context)
    {
        Microsoft.AspNetCore.Http.HttpRequest request = context.Request;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(BodyMax);
        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, deadline.Token).ConfigureAwait(false);
        }
        catch (BadHttpRequestException trouble) // longer than it may be, or not as long as it said
        {
            context.Response.StatusCode = trouble.StatusCode;
            return;
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return;
        }

        var call = new HookCall(
            request.Method, UrlOf(request), request.ContentType ?? "", body.ToArray(),
            name => request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value)
                ? value.ToString()
                : null,
            Caller(context));
        HookAnswer answer = await hooks.TakeAsync(
            Segment(context, "carrier"), Segment(context, "token"), Segment(context, "reference"), call, deadline.Token)
            .ConfigureAwait(false);
        context.Response.StatusCode = answer.Status;
        if (answer.Status == 503) context.Response.Headers.RetryAfter = "5";
        if (answer.ContentType is { } type) context.Response.ContentType = type;
        if (answer.Body.Length > 0) await context.Response.WriteAsync(answer.Body, deadline.Token)
            .ConfigureAwait(false);
    }

    private static string Segment(HttpContext context, string name) =>
        context.Request.RouteValues[name] as string ?? "";

    // The address as the carrier knows it, letter by letter, for it is what signatures are made over.
    private string UrlOf(Microsoft.AspNetCore.Http.HttpRequest request)
    {
        string target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget
            ?? request.GetEncodedPathAndQuery();
        if (options.PublicUrl.Length > 0)
        {
            // A proxy may have taken the path of the public address away.
            return options.PublicUrl.TrimEnd('/') + target;
        }

        bool isProxy = IsProxy(request.HttpContext.Connection.RemoteIpAddress);
        string scheme = isProxy && request.Headers["X-Forwarded-Proto"].ToString() is { Length: > 0 } proto
            ? proto
            : request.Scheme;
        string host = isProxy && request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } forwarded
            ? forwarded
            : request.Host.Value ?? "";
        return $"{scheme}://{host}{target}";
    }

    // From right to left, as far as proxies of ours wrote it: what is further left anybody may have written.
    private IPAddress? Caller(HttpContext context)
    {
        IPAddress? caller = context.Connection.RemoteIpAddress;
        string[] written = context.Request.Headers["X-Forwarded-For"].ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (int i = written.Length - 1; i >= 0 && IsProxy(caller); i--)
        {
            if (!IPAddress.TryParse(written[i], out IPAddress? before)) break;
            caller = before;
        }

        return caller;
    }

    private bool IsProxy(IPAddress? address)
    {
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return _proxies.Exists(network => network.Contains(address));
    }
}
