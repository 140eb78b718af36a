using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmailSms.Load.Http;

/// <summary>
/// The API of a provider on loopback, in this process: takes every SMS and gives it an id, or takes the request and
/// never says a word.
/// </summary>
internal sealed class LocalProvider : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly bool _isSilent;
    private Journal? _journal;
    private long _taken;

    private LocalProvider(WebApplication host, bool isSilent) => (_host, _isSilent) = (host, isSilent);

    public string Url { get; private set; } = "";

    /// <summary>Requests so far.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public static async Task<LocalProvider> StartAsync(bool isSilent = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication host = builder.Build();
        var provider = new LocalProvider(host, isSilent);
        host.Run(provider.TakeAsync);
        await host.StartAsync();
        provider.Url = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return provider;
    }

    /// <summary>From now on SMS belong to this run.</summary>
    public void Follow(Journal journal) => Volatile.Write(ref _journal, journal);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _host.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        long number = Interlocked.Increment(ref _taken);
        if (_isSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using (JsonDocument sms = await JsonDocument.ParseAsync(http.Request.Body))
        {
            Volatile.Read(ref _journal)?.See(sms.RootElement.GetProperty("text").GetString()!);
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"m{number}\"}}"));
    }
}
