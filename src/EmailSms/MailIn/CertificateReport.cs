using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.MailIn;

/// <summary>
/// A certificate as its files are now: whose it is and how long it is good, or why it cannot be read.
/// </summary>
/// <param name="Key">The setting that names it.</param>
/// <param name="File">The file.</param>
/// <param name="Subject">Whose it is; null: it cannot be read.</param>
/// <param name="NotAfter">How long it is good.</param>
/// <param name="Error">Why it cannot be read.</param>
/// <param name="Warning">What is wrong with it although it can.</param>
internal sealed record CertificateReport(
    string Key, string File, string? Subject, DateTimeOffset? NotAfter, string? Error, string? Warning)
{
    // Renewal tools begin a month before the end; when two weeks are left, theirs has failed for two weeks.
    private static readonly TimeSpan RenewalMin = TimeSpan.FromDays(14);

    /// <summary>Looks at every certificate of the configuration.</summary>
    public static IReadOnlyList<CertificateReport> Of(MailInOptions options, TimeProvider time) =>
        [.. options.CertificatesByKey.Select(one => Of(one.Key, one.Certificate, time))];

    private static CertificateReport Of(string key, CertificateOptions options, TimeProvider time)
    {
        try
        {
            X509Certificate2 certificate =
                CertificateShelf.Load(options, NullLoggerFactory.Instance, time).Current().TargetCertificate;
            DateTimeOffset notAfter = certificate.NotAfter;
            return new CertificateReport(
                key, options.File, certificate.Subject, notAfter, null,
                WarningOf(certificate.NotBefore, notAfter, time.GetUtcNow()));
        }
        catch (Exception trouble) when (
            trouble is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new CertificateReport(
                key, options.File, null, null, $"{options.File} cannot be read: {trouble.Message}", null);
        }
    }

    private static string? WarningOf(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now) =>
        notAfter <= now ? $"has expired on {Day(notAfter)}: clients refuse it."
        : notBefore > now ? $"is good only from {Day(notBefore)} on: until then clients refuse it."
        : notAfter - now < RenewalMin ? $"expires on {Day(notAfter)}: renew it."
        : null;

    private static string Day(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
