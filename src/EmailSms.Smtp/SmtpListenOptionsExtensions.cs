using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>SMTP on an endpoint of a Kestrel that a host has already.</summary>
public static class SmtpListenOptionsExtensions
{
    /// <summary>
    /// Speaks SMTP on this endpoint. Logger and clock come from the host's services. The host's shutdown timeout is the
    /// bound for mails in flight, if it is shorter than <see cref="SmtpServerOptions.DrainMax"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public static ListenOptions UseSmtp(
        this ListenOptions listen, SmtpServerOptions options, Func<ISmtpHandler> handlers)
    {
        ArgumentNullException.ThrowIfNull(listen);
        return listen.UseSmtp(new SmtpConnectionHandler(
            options,
            handlers,
            listen.ApplicationServices.GetRequiredService<ILoggerFactory>(),
            listen.ApplicationServices.GetService<TimeProvider>()));
    }

    /// <summary>Speaks SMTP on this endpoint and shares the limits of <paramref name="smtp"/> with others.</summary>
    public static ListenOptions UseSmtp(this ListenOptions listen, SmtpConnectionHandler smtp)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(smtp);
        SmtpServerOptionsLimits.Check(smtp.Options, listen.EndPoint);
        listen.Protocols = HttpProtocols.Http1; // never reached, but a default of HTTP/2 without TLS makes Kestrel warn
        listen.Run(smtp.OnConnectedAsync);
        return listen;
    }
}
