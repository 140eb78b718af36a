using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// A mail client as they are in the field: a mail without a reply is offered again, the same with the same Message-ID,
/// until it is answered.
/// </summary>
internal sealed class StubbornClient(string name)
{
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly ConcurrentQueue<string> _offered = [];
    private string? _pending;

    /// <summary>Between two mails.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The texts that were answered 250.</summary>
    public IReadOnlyCollection<string> Taken => _taken;

    /// <summary>The texts that were sent, answered or not.</summary>
    public IReadOnlyCollection<string> Offered => _offered;

    /// <summary>Sends mail after mail on one session until the server is gone.</summary>
    public Task SendUntilGoneAsync(IPEndPoint server) => SendAsync(server, int.MaxValue);

    /// <summary>Sends once more what was not answered, and hears the answer to it.</summary>
    public async Task SendPendingAsync(IPEndPoint server)
    {
        if (_pending is null) return;
        await SendAsync(server, 1);
        Assert.Null(_pending);
    }

    private async Task SendAsync(IPEndPoint server, int mails)
    {
        try
        {
            await using RawSmtp smtp = await RawSmtp.OpenAsync(server);
            for (int i = 0; i < mails; i++)
            {
                if (_pending is null) _offered.Enqueue(_pending = $"{name}, mail {_offered.Count}");
                string id = _pending.Replace(", mail ", ".", StringComparison.Ordinal).Replace(' ', '-');
                if (!await TryOfferAsync(smtp, id)) return;
                _taken.Enqueue(_pending);
                _pending = null;
                await Task.Delay(Pause);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException
            or Xunit.Sdk.XunitException)
        {
            // The server went away under it: the mail without an answer waits for the next session.
        }
    }

    private async Task<bool> TryOfferAsync(RawSmtp smtp, string id)
    {
        string[] commands =
        [
            "MAIL FROM:<ups@plant.example>",
            $"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>",
            "DATA",
            $"From: ups@plant.example\r\nMessage-ID: <{id}@plant.example>\r\n\r\n{_pending}\r\n.",
        ];
        foreach (string command in commands)
        {
            if ((await smtp.AskAsync(command))[0] is not ('2' or '3')) return false; // 421: it stops
        }

        return true;
    }
}
