using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// The server's half of one TLS handshake: which certificate it shows, and what it believes of the client's.
/// </summary>
internal sealed class TlsHandshake(SmtpServerOptions options, SmtpSessionInfo session, ILogger log)
{
    private SslStreamCertificateContext? _certificate;

    /// <summary>Asks for the certificate beforehand, so that a missing one can be told. False: there is none.</summary>
    public bool FindCertificate()
    {
        _certificate = Ask(static (options, _) => options.Certificate!(), "");
        return _certificate is not null;
    }

    /// <summary>Puts TLS on the wire, and forgets what the client said before.</summary>
    /// <exception cref="SmtpHangUp">Half a handshake leaves no language in which to say so.</exception>
    public async ValueTask RunAsync(SmtpWire wire)
    {
        try
        {
            if (_certificate is null) throw new AuthenticationException("There is no certificate.");
            SslStream tls = await wire.SecureAsync(Options);
            session.Tls = tls.SslProtocol;
            session.TlsCipherSuite = tls.NegotiatedCipherSuite;
            session.ChannelBinding = options.OffersChannelBinding ? ChannelBindingToken.Of(tls.LocalCertificate) : null;
        }
        catch (Exception trouble) when (trouble is AuthenticationException or IOException
            or OperationCanceledException or ConnectionAbortedException)
        {
            SmtpTelemetry.HandshakeEnded(options, "none");
            log.TlsFailed(session.Id, session.Remote, trouble.Message);
            throw new SmtpHangUp(null);
        }

        // RFC 3207 4.2: what was said in the clear may have been said by somebody else.
        session.Helo = null;
        session.IsExtended = false;
        session.Identity = null;
        SmtpTelemetry.HandshakeEnded(options, Version(session.Tls));
        log.TlsBegan(session.Id, session.Tls);
    }

    // As OpenTelemetry writes it.
    private static string Version(SslProtocols version) => version switch
    {
        SslProtocols.Tls13 => "1.3",
        SslProtocols.Tls12 => "1.2",
        _ => "older",
    };

    private SslServerAuthenticationOptions Options(string serverName)
    {
        session.TlsServerName = serverName.Length > 0 ? serverName : null;
        SslStreamCertificateContext? named = serverName.Length == 0 || options.CertificateByName is null
            ? null
            : Ask(static (options, name) => options.CertificateByName!(name), serverName);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = named ?? _certificate,
            EnabledSslProtocols = SmtpServerOptionsLimits.TlsVersions(options.TlsVersionMin),
            ClientCertificateRequired = options.ClientCertificates is not SmtpClientCertificates.NotAsked,
            RemoteCertificateValidationCallback = Believe,
        };
    }

    private bool Believe(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (options.ClientCertificates is SmtpClientCertificates.NotAsked) return true;
        bool isBelieved = shown is X509Certificate2 certificate && IsGood(certificate, chain, errors);
        if (isBelieved) session.ClientCertificate = X509CertificateLoader.LoadCertificate(shown!.GetRawCertData());
        return isBelieved || options.ClientCertificates is SmtpClientCertificates.Requested;
    }

    private bool IsGood(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (options.ClientCertificateValidator is not { } validator) return errors is SslPolicyErrors.None;
        try
        {
            return validator(certificate, chain, errors);
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session.Id, "client certificate");
            return false;
        }
    }

    private SslStreamCertificateContext? Ask(
        Func<SmtpServerOptions, string, SslStreamCertificateContext?> ask, string serverName)
    {
        try
        {
            return ask(options, serverName);
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session.Id, "certificate");
            return null;
        }
    }
}
