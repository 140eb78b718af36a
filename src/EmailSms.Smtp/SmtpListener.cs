using System.Net;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>
/// One endpoint of a server and how it behaves: a server that is a mail exchanger, takes submission and serves old
/// devices has three.
/// </summary>
public sealed class SmtpListener
{
    /// <summary>Takes a copy of the options, so that what a host changes later changes no session.</summary>
    /// <param name="endPoint">
    /// An address and port (port 0: the system chooses), or a
    /// <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>; a socket that a killed process left behind is removed
    /// at the start.
    /// </param>
    /// <param name="options">Limits and names.</param>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public SmtpListener(EndPoint endPoint, SmtpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
        Options = SmtpServerOptionsLimits.Check(options, endPoint);
    }

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>How it behaves. To change what is read here has no effect on a server that was started.</summary>
    public SmtpServerOptions Options { get; }
}
