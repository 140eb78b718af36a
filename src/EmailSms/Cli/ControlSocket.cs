using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmailSms.Cli;

/// <summary>
/// How commands reach the running service: HTTP on a Unix domain socket in the data folder, which only its owner may
/// open. Wishes are written to the store by the command itself, so that they hold without a service too; what comes
/// here is the bell that makes them true at once, and questions about what is only in memory.
/// </summary>
internal sealed class ControlSocket(
    string folder, SqliteStore store, CarrierSet carriers, CarrierQuality quality, SmsQueue queue,
    Escalations escalations, Outbox outbox, NumberCarriers numbers, HookDesk hooks,
    ILogger<ControlSocket> log) : IAsyncDisposable
{
    private const int PathOctetsMax = 103; // sun_path has 104 on some systems, with its NUL

    private WebApplication? _host;

    /// <summary>Where it is, for a data folder.</summary>
    public static string PathIn(string folder) => Path.GetFullPath(Path.Combine(folder, "control.sock"));

    /// <summary>Begins to listen. Where that cannot be, the service runs without it and says so.</summary>
    public async Task StartAsync(CancellationToken stopping)
    {
        string path = PathIn(folder);
        try
        {
            if (System.Text.Encoding.UTF8.GetByteCount(path) > PathOctetsMax)
            {
                throw new IOException($"the path is longer than the {PathOctetsMax} octets a socket may have");
            }

            File.Delete(path); // of a process that is gone: the lock of the folder says that no other one is there
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
            builder.Services.AddRoutingCore();
            WebApplication host = builder.Build();
            host.UseRouting();
            host.MapGet("/carriers", Carriers);
            host.MapGet("/text-key", TextKey);
            host.MapPost("/wake", WakeAsync);
            _host = host;
            await host.StartAsync(stopping).ConfigureAwait(false);
            if (OperatingSystem.IsWindows()) return; // there the folder's rights are those of the socket
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException
                                            or System.Net.Sockets.SocketException)
        {
            log.NoControlSocket(path, trouble.Message);
        }
    }

    /// <summary>Ends it, and takes the file away.</summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        if (_host is null) return;
        await _host.StopAsync(deadline).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync().ConfigureAwait(false);
    }

    private Task Carriers(HttpContext context)
    {
        ILookup<string, QualityView> known = quality.All().ToLookup(view => view.Carrier);
        return context.Response.WriteAsync(JsonOutput.Text(carriers.Statuses.Select(
            carrier => carrier with { Quality = [.. known[carrier.Name]] })));
    }

    private Task TextKey(HttpContext context) =>
        context.Response.WriteAsync(JsonOutput.Text(new RunningTextKey(store.TextKey)));

    private async Task WakeAsync(HttpContext context)
    {
        List<Pause> pauses = store.Read(Pauses.List);
        queue.Apply(pauses);

        // Who waits for the carrier that a number had may now go over the one that has it.
        if (numbers.Refresh()) await queue.ReleaseAsync(carrier: null).ConfigureAwait(false);
        await carriers.ApplyAsync(pauses).ConfigureAwait(false);
        queue.Ring();
        hooks.Wake();
        escalations.Wake.Set(); // one that was given up hurries its alarm on
        await store.WriteAsync(_ => outbox.Ring()).ConfigureAwait(false); // a command may have put a notice there
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
