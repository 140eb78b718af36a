using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmailSms.Cli;

/// <summary>
/// How commands reach the running service: HTTP on a Unix domain socket in the data folder, which only its owner may
/// open. Wishes are written to the store by the command itself, so that they hold without a service too; what comes
/// here is the bell that makes them true at once, and questions about what is only in memory. It stays while another
/// gateway takes the place of the one that runs; who asks meanwhile waits.
/// </summary>
internal sealed class ControlSocket(string folder, ILogger<ControlSocket> log) : IAsyncDisposable
{
    private const int PathOctetsMax = 103; // sun_path has 104 on some systems, with its NUL

    private WebApplication? _host;
    private TaskCompletionSource<ControlDesk> _desk = NoDesk();

    /// <summary>Takes the settings anew in somebody's name; null: what runs here cannot.</summary>
    public Func<string, Task<ReloadAnswer>>? Reload { get; set; }

    /// <summary>Where it is, for a data folder.</summary>
    public static string PathIn(string folder) => Path.GetFullPath(Path.Combine(folder, "control.sock"));

    /// <summary>A gateway is there to answer.</summary>
    public void Open(ControlDesk desk) => Volatile.Read(ref _desk).TrySetResult(desk);

    /// <summary>It ends; who asks from now on waits for the next.</summary>
    public void Close()
    {
        if (Volatile.Read(ref _desk).Task.IsCompleted) Volatile.Write(ref _desk, NoDesk()); // else somebody waits at it
    }

    /// <summary>
    /// Begins to listen, if it does not yet. Where that cannot be, the service runs without it and says so.
    /// </summary>
    public async Task StartAsync(CancellationToken stopping)
    {
        if (_host is not null) return;
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
            host.MapGet("/carriers", CarriersAsync);
            host.MapGet("/text-key", TextKeyAsync);
            host.MapPost("/wake", WakeAsync);
            host.MapPost("/reload", ReloadAsync);
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
        Volatile.Read(ref _desk).TrySetCanceled(CancellationToken.None); // nobody is to wait for a gateway any longer
        if (_host is null) return;
        await _host.StopAsync(deadline).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync().ConfigureAwait(false);
    }

    private static TaskCompletionSource<ControlDesk> NoDesk() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<ControlDesk> DeskAsync(HttpContext context) =>
        Volatile.Read(ref _desk).Task.WaitAsync(context.RequestAborted);

    private async Task CarriersAsync(HttpContext context)
    {
        ControlDesk desk = await DeskAsync(context).ConfigureAwait(false);
        await context.Response.WriteAsync(JsonOutput.Text(desk.Carriers())).ConfigureAwait(false);
    }

    private async Task TextKeyAsync(HttpContext context)
    {
        ControlDesk desk = await DeskAsync(context).ConfigureAwait(false);
        await context.Response.WriteAsync(JsonOutput.Text(desk.TextKey())).ConfigureAwait(false);
    }

    private async Task WakeAsync(HttpContext context)
    {
        ControlDesk desk = await DeskAsync(context).ConfigureAwait(false);
        await desk.WakeAsync().ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // Whoever may open the socket may write the trail itself, so the actor is taken as it is said.
    private async Task ReloadAsync(HttpContext context)
    {
        string actor = context.Request.Query["actor"].ToString();
        ReloadAnswer answer = Reload is { } reload
            ? await reload(actor).ConfigureAwait(false)
            : ReloadAnswer.Failed("What runs there was not started with emailsms run, and cannot read settings anew.");
        await context.Response.WriteAsync(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web))
            .ConfigureAwait(false);
    }
}
