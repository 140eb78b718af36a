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
    private (DateTime, DateTime) _refused;
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

    /// <summary>
    /// Why the files that are there now are not used; null: they are. For a health check: as long as this is set, the
    /// certificate from before is shown, and it will expire.
    /// </summary>
    public Exception? Trouble { get; private set; }

    /// <summary>
    /// Chooses among several for a host name (SNI), for <see cref="SmtpServerOptions.CertificateByName"/>: the first
    /// whose names match, wildcards understood (RFC 6125). Each is seen again when it is renewed.
    /// </summary>
    public static Func<string, SslStreamCertificateContext?> ByName(params IReadOnlyList<SmtpCertificateFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return name =>
        {
            foreach (SmtpCertificateFile file in files)
            {
                SslStreamCertificateContext current = file.Current();
                if (current.TargetCertificate.MatchesHostname(name)) return current;
            }

            return null;
        };
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
                SslStreamCertificateContext renewed = Load();
                CheckIsValid(renewed.TargetCertificate);
                _current = renewed;
                _written = written; // only now: files that are half written are read again
                Trouble = null;
                _log.CertificateLoaded(_current.TargetCertificate.Subject, _current.TargetCertificate.NotAfter);
            }
            catch (Exception trouble) when (
                trouble is IOException or UnauthorizedAccessException or CryptographicException)
            {
                Refuse(trouble);
            }

            return _current;
        }
    }

    // One that clients refuse is worse than the one before; if that has expired as well, there is nothing to lose.
    private void CheckIsValid(X509Certificate2 renewed)
    {
        DateTime now = _time.GetLocalNow().DateTime;
        bool isValid = renewed.NotBefore <= now && now < renewed.NotAfter;
        if (!isValid && now < _current.TargetCertificate.NotAfter)
        {
            throw new CryptographicException(
                $"The new certificate is valid from {renewed.NotBefore:u} to {renewed.NotAfter:u}, and it is {now:u}.");
        }
    }

    // Tried again at each look, told once for each change of the files.
    private void Refuse(Exception trouble)
    {
        (DateTime, DateTime) written = Written();
        if (Trouble is null || written != _refused)
        {
            SmtpTelemetry.CertificateFailed();
            _log.CertificateFailed(trouble, _certificateFile);
        }

        _refused = written;
        Trouble = trouble;
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
