using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smtp.Tests;

/// <summary>A real server on a port of its own, and everything its handlers were told.</summary>
internal sealed class Mailroom : IAsyncDisposable
{
    private readonly Channel<TakenMail> _arrivals = Channel.CreateUnbounded<TakenMail>();

    private Mailroom(SmtpServerOptions options, TimeProvider? time, ILoggerFactory? loggers) =>
        Server = new SmtpServer(options, () => new ScriptedHandler(this), loggers ?? NullLoggerFactory.Instance, time);

    public SmtpServer Server { get; }

    public IPEndPoint Address => Server.Endpoints[0];

    public ConcurrentQueue<string> Events { get; } = [];

    public ConcurrentQueue<TakenMail> Taken { get; } = [];

    public ConcurrentQueue<SmtpSessionInfo> Sessions { get; } = [];

    /// <summary>Holds each mail back before it is answered, until this is done.</summary>
    public Func<CancellationToken, Task> Hold { get; set; } = static _ => Task.CompletedTask;

    public Func<SmtpMessage, Task> Look { get; set; } = static _ => Task.CompletedTask;

    public static async Task<Mailroom> OpenAsync(
        Action<SmtpServerOptions>? set = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var options = new SmtpServerOptions { HostName = "mx.example" };
        set?.Invoke(options);
        var room = new Mailroom(options, time, loggers);
        await room.Server.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)]);
        return room;
    }

    /// <summary>A room for handlers that are given their connections by a test.</summary>
    public static Mailroom Unopened() => new(new SmtpServerOptions(), null, null);

    public async Task<TakenMail> NextMailAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _arrivals.Reader.ReadAsync(deadline.Token);
    }

    public void Keep(TakenMail mail)
    {
        Taken.Enqueue(mail);
        _arrivals.Writer.TryWrite(mail);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>A mail as the handler read it.</summary>
internal sealed record TakenMail(
    SmtpMailFrom From, IReadOnlyList<SmtpRcptTo> Recipients, byte[] Octets, long LongestLine)
{
    public string Text => Encoding.Latin1.GetString(Octets);
}

/// <summary>
/// Writes down what it is told, and does what an address says: <c>refused</c>, <c>later</c>, <c>throws</c>,
/// <c>hangup</c>; a mail with <c>X-Refuse</c> or <c>X-Throw</c> fares alike, and over LMTP <c>full</c> is full.
/// </summary>
internal sealed class ScriptedHandler(Mailroom room) : ISmtpHandler, IDisposable
{
    public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping)
    {
        room.Sessions.Enqueue(session);
        return new(SmtpReply.Ok);
    }

    public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping)
    {
        room.Events.Enqueue($"mail <{mail.Address}>");
        return new(Answer(mail.Address.Split('@')[0], SmtpReply.SenderOk));
    }

    public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping)
    {
        room.Events.Enqueue($"rcpt {recipient.LocalPart} at {recipient.Domain}");
        return new(Answer(recipient.LocalPart, SmtpReply.RecipientOk));
    }

    public async ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping)
    {
        await room.Look(message);
        await room.Hold(stopping);
        using var octets = new MemoryStream();
        await using Stream content = message.OpenRead();
        await content.CopyToAsync(octets, stopping);
        Assert.Equal(message.LengthBytes, octets.Length);
        var mail = new TakenMail(message.From, message.Recipients, octets.ToArray(), message.LongestLineBytes);

        string text = mail.Text.Replace("\r", "\\r").Replace("\n", "\\n");
        string to = string.Join(' ', mail.Recipients.Select(recipient => recipient.Address));
        room.Events.Enqueue($"message <{mail.From.Address}> to {to}: {text}");
        for (int i = 0; i < mail.Recipients.Count; i++)
        {
            if (mail.Recipients[i].LocalPart == "full") message.SetReply(i, new SmtpReply(452, "4.2.2", "Full"));
            if (mail.Recipients[i].LocalPart == "kept") message.SetReply(i, SmtpReply.MailTaken);
        }

        if (mail.Text.Contains("X-Throw", StringComparison.Ordinal)) throw new IOException("scripted");
        if (mail.Text.Contains("X-Refuse", StringComparison.Ordinal)) return new SmtpReply(554, "5.6.0", "Scripted");
        room.Keep(mail);
        return SmtpReply.MailTaken;
    }

    public void OnReset() => room.Events.Enqueue("reset");

    public void Dispose() => room.Events.Enqueue("disposed");

    private static SmtpReply Answer(string word, SmtpReply good) => word switch
    {
        "refused" => new SmtpReply(550, "5.7.1", "Scripted"),
        "nobody" => SmtpReply.UnknownRecipient,
        "later" => new SmtpReply(451, "4.7.1", "Scripted"),
        "throws" => throw new InvalidOperationException("scripted"),
        "hangup" => new SmtpReply(421, "4.7.0", "Scripted") { HangUp = true },
        "waits" => new SmtpReply(354, "", "A 3xx is no answer"),
        _ => good,
    };
}
