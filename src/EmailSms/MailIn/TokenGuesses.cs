using System.Net;
using System.Runtime.InteropServices;
using EmailSms.Messages;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// Counts the wrong tokens of each address, and in a mailbox that is polled of each sender. Who has had too many is
/// told "later", and no token is looked at meanwhile: a right one found that way would not be known for right. An IPv6
/// /64 is one address.
/// </summary>
internal sealed class TokenGuesses(TimeProvider time)
{
    /// <summary>More than a device makes that was given an old token and tries once a minute.</summary>
    public const int WrongMax = 20;

    /// <summary>The time in which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _wrong = new(StringComparer.OrdinalIgnoreCase);
    private long _began = time.GetTimestamp();

    /// <summary>Told of each wrong token: the listener, the address, and whether that is barred now.</summary>
    public Action<string, IPAddress, bool>? Wrong { get; set; }

    /// <summary>What such an address is told.</summary>
    public static SmtpReply Barred { get; } = new(
        451, "4.7.1", "Too many wrong tokens from your address, try again in a quarter of an hour");

    /// <summary>What the sender of a mail that was fetched is told.</summary>
    public static SmtpReply BarredInMailbox { get; } = new(
        451, "4.7.1", "Too many wrong tokens from this sender, its mails wait a quarter of an hour");

    /// <summary>Whether an address may hold a token; one that only looks so is barred with the others.</summary>
    public static bool HasToken(string localPart) => localPart.Contains("token", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether no token of this address is looked at now.</summary>
    public bool IsBarred(IPAddress client) => IsBarred(KeyOf(client));

    /// <summary>Whether no token of this sender is looked at now in this mailbox.</summary>
    public bool IsBarred(string mailbox, string sender) => IsBarred(KeyOf(mailbox, sender));

    /// <summary>Counts a wrong token of an address.</summary>
    public void Note(IPAddress client, string listener)
    {
        int count = Count(KeyOf(client));
        Wrong?.Invoke(listener, client, count == WrongMax);
    }

    /// <summary>Counts a wrong token of a sender in a mailbox.</summary>
    public void Note(string mailbox, string sender) => Count(KeyOf(mailbox, sender));

    private static string KeyOf(IPAddress client) => ClientPrefix.Of(client).ToString();

    private static string KeyOf(string mailbox, string sender) => $"{mailbox} {sender}";

    private bool IsBarred(string key)
    {
        lock (_lock)
        {
            Turn();
            return _wrong.GetValueOrDefault(key) >= WrongMax;
        }
    }

    private int Count(string key)
    {
        lock (_lock)
        {
            Turn();
            return ++CollectionsMarshal.GetValueRefOrAddDefault(_wrong, key, out _);
        }
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_began) < Window) return;
        _began = time.GetTimestamp();
        _wrong.Clear(); // so it never holds more than those of a window
    }
}
