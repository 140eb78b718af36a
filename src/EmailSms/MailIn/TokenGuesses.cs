using System.Net;
using System.Runtime.InteropServices;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// Counts the wrong tokens of each address. Who has had too many is told "later", and no token is looked at meanwhile:
/// a right one found that way would not be known for right. An IPv6 /64 is one address.
/// </summary>
internal sealed class TokenGuesses(TimeProvider time)
{
    /// <summary>More than a device makes that was given an old token and tries once a minute.</summary>
    public const int WrongMax = 20;

    /// <summary>The time in which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _wrong = [];
    private long _began = time.GetTimestamp();

    /// <summary>What such an address is told.</summary>
    public static SmtpReply Barred { get; } = new(
        451, "4.7.1", "Too many wrong tokens from your address, try again in a quarter of an hour");

    /// <summary>Whether no token of this address is looked at now.</summary>
    public bool IsBarred(IPAddress client)
    {
        lock (_lock)
        {
            Turn();
            return _wrong.GetValueOrDefault(MailPace.Prefix(client)) >= WrongMax;
        }
    }

    /// <summary>Counts a wrong token.</summary>
    public void Note(IPAddress client)
    {
        lock (_lock)
        {
            Turn();
            CollectionsMarshal.GetValueRefOrAddDefault(_wrong, MailPace.Prefix(client), out _)++;
        }
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_began) < Window) return;
        _began = time.GetTimestamp();
        _wrong.Clear(); // so it never holds more than the addresses of a window
    }
}
