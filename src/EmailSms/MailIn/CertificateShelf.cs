using EmailSms.Messages;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>The certificate files in use, each loaded and looked after once, however many listeners show it.</summary>
internal sealed class CertificateShelf(ILoggerFactory loggers, TimeProvider time)
{
    private readonly Dictionary<string, SmtpCertificateFile> _files = [];

    /// <summary>
    /// Lets a listener show these: to a client that names a host (SNI) the one for it, to others the first. None: it
    /// keeps what it has.
    /// </summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Give(IReadOnlyList<CertificateOptions> certificates, SmtpServerOptions listener)
    {
        if (certificates.Count == 0) return;
        SmtpCertificateFile[] files = [.. certificates.Select(Take)];
        listener.Certificate = files[0].Current;
        listener.CertificateByName = files.Length > 1 ? SmtpCertificateFile.ByName(files) : null;
    }

    /// <summary>Loads a certificate.</summary>
    public static SmtpCertificateFile Load(
        CertificateOptions options, ILoggerFactory loggers, TimeProvider time) =>
        new(
            options.File,
            options.KeyFile.Length > 0 ? options.KeyFile : null,
            SecretFile.Read(options.Password, options.PasswordFile),
            loggers, time);

    private SmtpCertificateFile Take(CertificateOptions options)
    {
        if (!_files.TryGetValue(options.File, out SmtpCertificateFile? file))
        {
            _files.Add(options.File, file = Load(options, loggers, time));
        }

        return file;
    }
}
