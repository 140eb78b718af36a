using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// A certificate in files that somebody renews. A change is seen at the next handshake, without a restart; files that
/// cannot be read leave the certificate that was, so that a renewal gone wrong is an error in the log and no outage.
/// </summary>
public sealed class SmtpCertificateFile
{
    // A renewal is rare and a handshake may not be: a look at the disk every ten seconds is soon enough.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _certificateFile;
    private readonly string? _keyFile;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private SslStreamCertificateContext _current;
    private (DateTime, DateTime) _written;
    private long _looked;

    /// <summary>Loads the certificate, or throws: a server that cannot start says so at the start.</summary>
    /// <param name="certificateFile">PEM, the chain behind the certificate; or PKCS #12 (.pfx, .p12).</param>
    /// <param name="keyFile">The PEM key; null: it is in <paramref name="certificateFile"/>.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <param name="loggers">The category is <c>EmailSms.Smtp</c>.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <exception cref="CryptographicException">A file holds no certificate with a private key.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public SmtpCertificateFile(
        string certificateFile, string? keyFile, string? password, ILoggerFactory loggers, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificateFile);
        ArgumentNullException.ThrowIfNull(loggers);
        _certificateFile = certificateFile;
        _keyFile = keyFile;
        _password = password;
        _time = time ?? TimeProvider.System;
        _log = loggers.CreateLogger("EmailSms.Smtp");
        _written = Written();
        _looked = _time.GetTimestamp();
        _current = Load();
    }

    /// <summary>The certificate for the next handshake, for <see cref="SmtpServerOptions.Certificate"/>.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) < LookEvery) return _current;
            _looked = _time.GetTimestamp();
            try
            {
                (DateTime, DateTime) written = Written();
                if (written == _written) return _current;
                _current = Load();
                _written = written; // only now: files that are half written are read again
                _log.CertificateLoaded(_current.TargetCertificate.Subject, _current.TargetCertificate.NotAfter);
            }
            catch (Exception trouble) when (
                trouble is IOException or UnauthorizedAccessException or CryptographicException)
            {
                _log.CertificateFailed(trouble, _certificateFile);
            }

            return _current;
        }
    }

    private (DateTime, DateTime) Written() => (
        File.GetLastWriteTimeUtc(_certificateFile),
        _keyFile is null ? default : File.GetLastWriteTimeUtc(_keyFile));

    private SslStreamCertificateContext Load()
    {
        var chain = new X509Certificate2Collection();
        X509Certificate2 certificate;
        if (Path.GetExtension(_certificateFile).ToUpperInvariant() is ".PFX" or ".P12")
        {
            chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(_certificateFile, _password);
            certificate = chain.FirstOrDefault(one => one.HasPrivateKey)
                ?? throw new CryptographicException("The file holds no certificate with a private key.");
        }
        else
        {
            certificate = _password is null
                ? X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile)
                : X509Certificate2.CreateFromEncryptedPemFile(_certificateFile, _password, _keyFile);
            chain.ImportFromPemFile(_certificateFile);
            if (OperatingSystem.IsWindows())
            {
                // Schannel takes no key that lives in memory only.
                certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            }
        }

        chain.Remove(certificate);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
