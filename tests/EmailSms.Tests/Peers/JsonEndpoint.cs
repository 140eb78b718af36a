using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>HTTP on a bare socket of loopback that answers in JSON, so that what is asked is seen as it is.</summary>
internal sealed class JsonEndpoint : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly Func<string, string, (int Status, string Json)> _answer;
    private readonly ConcurrentQueue<string> _bodies = new();

    /// <summary>The answer is made of the request's first line and its body.</summary>
    public JsonEndpoint(Func<string, string, (int Status, string Json)> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(client => AnswerAsync(client.GetStream()));
    }

    public int Port => _server.Port;

    /// <summary>The bodies of all requests.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync() is not { } request) return; // a connection that was opened for later
        int length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            string[] halves = line.Split(": ", 2);
            if (!halves[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            length = int.Parse(halves[1], CultureInfo.InvariantCulture);
        }

        char[] body = new char[length];
        if (length > 0) await reader.ReadBlockAsync(body); // for none it would wait for more
        _bodies.Enqueue(new string(body));
        (int status, string json) = _answer(request, new string(body));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n"
            + $"Connection: close\r\n\r\n{json}"));
    }
}
