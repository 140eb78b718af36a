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

    // Two stops and two starts: it was stopped, could not start, and takes the old settings up again.
    private static readonly TimeSpan ReloadMax = TimeSpan.FromMinutes(4);

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
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The carriers as they are now; null: no service runs on this folder.</summary>
    public async Task<IReadOnlyList<CarrierStatus>?> CarriersAsync()
    {
        try
        {
            string json = await GetAsync("carriers").ConfigureAwait(false);
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
            string json = await GetAsync("text-key").ConfigureAwait(false);
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
            using HttpResponseMessage answer = await PostAsync("wake", AnswerMax).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception trouble) when (IsAway(trouble))
        {
            return false;
        }
    }

    /// <summary>Lets the service read its settings anew; null: no service runs on this folder.</summary>
    /// <param name="actor">Who asks for it.</param>
    public async Task<ReloadAnswer?> ReloadAsync(string actor)
    {
        try
        {
            using HttpResponseMessage answer =
                await PostAsync($"reload?actor={Uri.EscapeDataString(actor)}", ReloadMax).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            string json = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
            return JsonSerializer.Deserialize<ReloadAnswer>(json, JsonSerializerOptions.Web);
        }
        catch (Exception trouble) when (trouble is ArgumentOutOfRangeException
            || trouble.InnerException is SocketException or ArgumentOutOfRangeException)
        {
            return null; // nobody listens, or its path is longer than one may be
        }
        catch (Exception trouble) when (trouble is HttpRequestException or OperationCanceledException)
        {
            return ReloadAnswer.Failed($"The service has not said how it ended; its log does. {trouble.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> GetAsync(string what)
    {
        using var deadline = new CancellationTokenSource(AnswerMax);
        return await _http.GetStringAsync(new Uri(what, UriKind.Relative), deadline.Token).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> PostAsync(string what, TimeSpan answerMax)
    {
        using var deadline = new CancellationTokenSource(answerMax);
        return await _http.PostAsync(new Uri(what, UriKind.Relative), content: null, deadline.Token)
            .ConfigureAwait(false);
    }

    private static bool IsAway(Exception trouble) =>
        trouble is HttpRequestException or TaskCanceledException or SocketException or ArgumentOutOfRangeException;
}
