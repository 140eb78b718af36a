using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>
/// Signs mails as a domain does: with MimeKit, or by hand where a signature is wanted that no honest program makes.
/// </summary>
internal sealed class MailSigner
{
    private static readonly RSA SharedKey = RSA.Create(2048);
    private readonly Ed25519PrivateKeyParameters? _ed25519;

    private MailSigner(string domain, string selector, RSA key, Ed25519PrivateKeyParameters? ed25519) =>
        (Domain, Selector, Key, _ed25519) = (domain, selector, key, ed25519);

    public string Domain { get; }

    public string Selector { get; }

    public RSA Key { get; }

    /// <summary>The line of the zone that has the key; tags go before <c>p=</c>.</summary>
    public string ZoneLine(string tags = "v=DKIM1; ") => $"{Selector}._domainkey.{Domain} TXT {tags}{KeyTags}";

    public string KeyTags => _ed25519 is { } key
        ? $"k=ed25519; p={Convert.ToBase64String(key.GeneratePublicKey().GetEncoded())}"
        : $"k=rsa; p={Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo())}";

    public static MailSigner Of(string domain, string selector = "k1", int? bits = null) =>
        new(domain, selector, bits is { } some ? RSA.Create(some) : SharedKey, null);

    public static MailSigner OfEd25519(string domain) =>
        new(domain, "ed", SharedKey, new Ed25519PrivateKeyParameters(new SecureRandom()));

    /// <summary>Signs with MimeKit.</summary>
    public string Sign(string mail, bool isRelaxed = true, params string[] fields)
    {
        MimeMessage message = Load(mail);
        DkimSigner signer = _ed25519 is { } key
            ? new DkimSigner(key, Domain, Selector, DkimSignatureAlgorithm.Ed25519Sha256)
            : new DkimSigner(Pem(), Domain, Selector, DkimSignatureAlgorithm.RsaSha256);
        signer.HeaderCanonicalizationAlgorithm = signer.BodyCanonicalizationAlgorithm =
            isRelaxed ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple;
        signer.Sign(message, fields.Length > 0 ? fields : ["From", "Subject", "Date", "To"]);
        return Text(message);
    }

    /// <summary>
    /// Signs by hand, <c>c=relaxed/simple</c>, with tags as they are given, such as <c>x=1; </c>, and only so many
    /// octets of the body.
    /// </summary>
    public string SignByHand(
        string mail, string tags = "", string fields = "from:subject:date:to", int? octets = null,
        string algorithm = "rsa-sha256", string version = "v=1; ")
    {
        int end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string body = mail[(end + 4)..].TrimEnd('\r', '\n') + "\r\n";
        HashAlgorithmName hash = algorithm.EndsWith("sha1", StringComparison.Ordinal)
            ? HashAlgorithmName.SHA1
            : HashAlgorithmName.SHA256;
        byte[] signed = Encoding.UTF8.GetBytes(body)[..(octets ?? Encoding.UTF8.GetByteCount(body))];
        string bodyHash = Convert.ToBase64String(CryptographicOperations.HashData(hash, signed));
        string value = $"{version}a={algorithm}; c=relaxed/simple; d={Domain}; s={Selector}; {tags}"
            + $"{(octets is { } some ? $"l={some}; " : "")}h={fields}; bh={bodyHash}; b=";
        List<string> header = [.. mail[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n")];
        var data = new StringBuilder();
        foreach (string field in fields.Split(':'))
        {
            int at = header.FindLastIndex(
                line => line.StartsWith(field + ":", StringComparison.OrdinalIgnoreCase));
            if (at < 0) continue;
            data.Append(Relaxed(header[at])).Append("\r\n");
            header.RemoveAt(at);
        }

        data.Append(Relaxed($"DKIM-Signature: {value}"));
        byte[] signature = Key.SignData(Encoding.UTF8.GetBytes(data.ToString()), hash, RSASignaturePadding.Pkcs1);
        return $"DKIM-Signature: {value}{Convert.ToBase64String(signature)}\r\n{mail}";
    }

    /// <summary>Adds a hop of ARC (RFC 8617) that says what it had verified.</summary>
    public string Seal(string mail, string authservId, string results)
    {
        MimeMessage message = Load(mail);
        var signer = new Sealer(Pem(), Domain, Selector, $"{authservId}; {results}");
        signer.Sign(message, ["From", "Subject", "Date", "To"]);
        return Text(message);
    }

    public static MimeMessage Load(string mail) =>
        MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)), TestContext.Current.CancellationToken);

    private MemoryStream Pem() => new(Encoding.ASCII.GetBytes(Key.ExportRSAPrivateKeyPem()));

    private static string Text(MimeMessage message)
    {
        FormatOptions options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        message.WriteTo(options, stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Relaxed(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string value = string.Join(' ', line[(colon + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return $"{line[..colon].TrimEnd().ToLowerInvariant()}:{value}";
    }

    private sealed class Sealer(Stream key, string domain, string selector, string results)
        : ArcSigner(key, domain, selector, DkimSignatureAlgorithm.RsaSha256)
    {
        protected override AuthenticationResults GenerateArcAuthenticationResults(
            FormatOptions options, MimeMessage message, CancellationToken cancellationToken = default) =>
            AuthenticationResults.Parse(Encoding.ASCII.GetBytes(results));

        protected override Task<AuthenticationResults> GenerateArcAuthenticationResultsAsync(
            FormatOptions options, MimeMessage message, CancellationToken cancellationToken = default) =>
            Task.FromResult(GenerateArcAuthenticationResults(options, message, cancellationToken));
    }
}
