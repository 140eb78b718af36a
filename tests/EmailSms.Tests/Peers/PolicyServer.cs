using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>
/// What Postfix asks at RCPT, as greylisting and SPF are done beside it (SMTPD_POLICY_README): lines of
/// <c>name=value</c> and an empty one, answered by an action.
/// </summary>
internal sealed class PolicyServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _asked = new();

    public PolicyServer() => _server = new LoopbackServer(TalkAsync);

    public int Port => _server.Port;

    /// <summary>The action for a question.</summary>
    public Func<IReadOnlyDictionary<string, string>, string> Answer { get; set; } = NoOpinion;

    public static string NoOpinion(IReadOnlyDictionary<string, string> question) => "DUNNO";

    /// <summary>What was asked of a recipient.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> AskedOf(string recipient) =>
        [.. _asked.Where(one => one.GetValueOrDefault("recipient") == recipient)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TalkAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        Dictionary<string, string> question = [];
        while (await reader.ReadLineAsync() is { } line)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                question[line[..equals]] = line[(equals + 1)..];
                continue;
            }

            _asked.Enqueue(question);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"action={Answer(question)}\n\n"));
            question = [];
        }
    }
}
