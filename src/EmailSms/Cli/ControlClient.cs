using System.Net.Sockets;
using System.Text.Json;
using EmailSms.Carriers;

namespace EmailSms.Cli;

/// <summary>The key with which a service seals what it writes; null: with none.</summary>
internal sealed record RunningTextKey(string? Id);

/// <summary>A command's side of <see cref="ControlSocket"/>.</summary>
internal sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(60); // as long as unbinding may take

    private readonly HttpClient _http;

    /// <param name="folder">The data folder of the service.</param>
    public ControlClient(string folder)
    {
        string path = ControlSocket.PathIn(folder);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, deadline) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://emailsms/"),
            Timeout = AnswerMax,
        };
    }

    /// <summary>The carriers as they are now; null: no service runs on this folder.</summary>
    public async Task<IReadOnlyList<CarrierStatus>?> CarriersAsync()
    {
        try
        {
            string json = await _http.GetStringAsync(new Uri("carriers", UriKind.Relative)).ConfigureAwait(false);
            return JsonSerializer.Deserialize<List<CarrierStatus>>(json, JsonSerializerOptions.Web);
        }
        catch (Exception trouble) when (IsAway(trouble))
        {
            return null;
        }
    }

    /// <summary>What the service seals texts with; null: no service runs on this folder.</summary>
    public async Task<RunningTextKey?> TextKeyAsync()
    {
        try
        {
            string json = await _http.GetStringAsync(new Uri("text-key", UriKind.Relative)).ConfigureAwait(false);
            return JsonSerializer.Deserialize<RunningTextKey>(json, JsonSerializerOptions.Web);
        }
        catch (Exception trouble) when (IsAway(trouble))
        {
            return null;
        }
    }

    /// <summary>Makes what was written true at once. False: no service runs; it will be true when one does.</summary>
    public async Task<bool> WakeAsync()
    {
        try
        {
            using HttpResponseMessage answer =
                await _http.PostAsync(new Uri("wake", UriKind.Relative), content: null).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception trouble) when (IsAway(trouble))
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsAway(Exception trouble) =>
        trouble is HttpRequestException or TaskCanceledException or SocketException or ArgumentOutOfRangeException;
}
