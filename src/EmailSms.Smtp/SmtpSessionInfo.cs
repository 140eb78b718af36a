using System.Net;
using System.Security.Authentication;

namespace EmailSms.Smtp;

/// <summary>Who is at the other end of a session. One instance lives as long as the session.</summary>
public sealed class SmtpSessionInfo
{
    internal SmtpSessionInfo(string id, string listener, IPEndPoint remote, IPEndPoint local)
    {
        Id = id;
        Listener = listener;
        Remote = remote;
        Local = local;
    }

    /// <summary>The connection's id, as in Kestrel's own log.</summary>
    public string Id { get; }

    /// <summary><see cref="SmtpServerOptions.ListenerName"/> of the endpoint it came in by.</summary>
    public string Listener { get; }

    /// <summary>The client. An IPv4 client is an IPv4 address, on a dual-stack socket, too.</summary>
    public IPEndPoint Remote { get; }

    /// <summary>Where the client came in.</summary>
    public IPEndPoint Local { get; }

    /// <summary>What the client calls itself in EHLO or HELO; null before. Nobody has checked it.</summary>
    public string? Helo { get; internal set; }

    /// <summary>The client said EHLO, not HELO (RFC 5321 3.2).</summary>
    public bool IsExtended { get; internal set; }

    /// <summary>The version of TLS; <see cref="SslProtocols.None"/>: everybody on the way can read along.</summary>
    public SslProtocols Tls { get; internal set; }

    /// <summary>The account that has proven its password; null: nobody has.</summary>
    public string? Identity { get; internal set; }
}
