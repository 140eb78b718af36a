using System.ComponentModel.DataAnnotations;
using System.Net;

namespace EmailSms.Api;

/// <summary>The section <c>Http</c>: where carriers call us.</summary>
internal sealed class WebOptions : IValidatableObject
{
    public const string Section = "Http";

    /// <summary>Addresses and ports, such as 127.0.0.1:8080. Empty: nobody listens.</summary>
    public List<string> Listen { get; set; } = [];

    /// <summary>
    /// A certificate with its chain (PEM or PKCS #12): with it TLS is spoken, without it a proxy has to.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Its key (PEM), where it lies in a file of its own.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>The password of the key, or of the PKCS #12 file.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>A file that has it in its first line.</summary>
    public string CertificatePasswordFile { get; set; } = "";

    /// <summary>
    /// Where the internet finds this listener, such as https://sms.example.com. Receipts are asked for at addresses
    /// below it, and signatures are checked against it. Empty: no receipts are asked for.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Networks of proxies whose X-Forwarded-For is believed.</summary>
    public List<string> ProxyNetworks { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string address in Listen)
        {
            if (TryEndPoint(address, out _)) continue;
            yield return new ValidationResult(
                $"'{address}' is no address with a port, such as 127.0.0.1:8080 or [::]:8080.", [nameof(Listen)]);
        }

        foreach (string network in ProxyNetworks)
        {
            if (IPNetwork.TryParse(network, out _)) continue;
            yield return new ValidationResult(
                $"'{network}' is no network such as 10.0.0.0/8 or 127.0.0.1/32.", [nameof(ProxyNetworks)]);
        }

        foreach (string file in new[] { CertificateFile, CertificateKeyFile })
        {
            if (file.Length == 0 || File.Exists(file)) continue;
            yield return new ValidationResult($"There is no file {file}.", [nameof(CertificateFile)]);
        }

        if (PublicUrl.Length == 0) yield break;
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")
            || url.Query.Length > 0)
        {
            yield return new ValidationResult(
                $"'{PublicUrl}' is no address such as https://sms.example.com.", [nameof(PublicUrl)]);
        }
        else if (Listen.Count == 0)
        {
            yield return new ValidationResult(
                "Carriers would call there, and Http:Listen is empty: nobody listens.", [nameof(PublicUrl)]);
        }
    }

    /// <summary>Reads an address with a port.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint) =>
        IPEndPoint.TryParse(text, out endPoint!) && text.Contains(':', StringComparison.Ordinal)
        && (endPoint.Port > 0 || text.EndsWith(":0", StringComparison.Ordinal));
}
