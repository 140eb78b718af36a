using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmailSms.Carriers.Http;

/// <summary>
/// Messages of Amazon SNS: signed with a certificate that is fetched, once, from an address of theirs. A subscription
/// that wants to be confirmed is confirmed here, after its signature and its topic were found right.
/// </summary>
internal static partial class AwsNotice
{
    private static readonly string[] OfNotification =
        ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];

    private static readonly string[] OfConfirmation =
        ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    private static readonly ConcurrentDictionary<string, X509Certificate2> Certificates = [];

    /// <summary>Why it is refused; null: it is theirs.</summary>
    public static async Task<string?> RefusalAsync(
        VerifyPart part, HookCall call, Func<string, object?> get, HttpConnection connection,
            CancellationToken deadline)
    {
        if (call.ToSaid("").Json is not { ValueKind: JsonValueKind.Object } json) return "aws-sns: no notice";
        string topics = part.Parts["topics"].TextOf(get);
        string hosts = part.Parts["hosts"].TextOf(get);
        if (topics.Length > 0 && !topics.Split(' ').Contains(Text(json, "TopicArn"))) return "aws-sns: another topic";
        if (!IsTheirs(Text(json, "SigningCertURL"), hosts)) return "aws-sns: a certificate from elsewhere";
        if (await CertificateAsync(Text(json, "SigningCertURL"), connection, deadline).ConfigureAwait(false)
            is not { } certificate)
        {
            return "aws-sns: no certificate";
        }

        if (!IsSigned(json, certificate)) return "aws-sns";
        if (Text(json, "Type") != "SubscriptionConfirmation") return null;
        string subscribe = Text(json, "SubscribeURL");
        if (!IsTheirs(subscribe, hosts)) return "aws-sns: an address from elsewhere";
        HttpReply reply = await connection
            .SendAsync(new HttpRequest(HttpMethod.Get, subscribe, [], null, []), deadline).ConfigureAwait(false);
        return reply.Status == 200 ? null : "aws-sns: the subscription could not be confirmed";
    }

    private static bool IsSigned(JsonElement json, X509Certificate2 certificate)
    {
        var text = new StringBuilder();
        foreach (string name in Text(json, "Type") == "Notification" ? OfNotification : OfConfirmation)
        {
            if (json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String)
            {
                text.Append(name).Append('\n').Append(value.GetString()).Append('\n');
            }
        }

        using RSA? key = certificate.GetRSAPublicKey();
        string written = Text(json, "Signature");
        byte[] signature = new byte[written.Length];
        HashAlgorithmName hash =
            Text(json, "SignatureVersion") == "2" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        return key is not null && Convert.TryFromBase64String(written, signature, out int length)
            && key.VerifyData(
                Encoding.UTF8.GetBytes(text.ToString()), signature.AsSpan(0, length), hash, RSASignaturePadding.Pkcs1);
    }

    private static async Task<X509Certificate2?> CertificateAsync(
        string url, HttpConnection connection, CancellationToken deadline)
    {
        if (Certificates.TryGetValue(url, out X509Certificate2? known)) return known;
        HttpReply reply = await connection
            .SendAsync(new HttpRequest(HttpMethod.Get, url, [], null, []), deadline).ConfigureAwait(false);
        if (reply.Status != 200) return null;
        try
        {
            return Certificates[url] = X509Certificate2.CreateFromPem(reply.Said.Body);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // Anybody could sign with a certificate from an address of their own.
    private static bool IsTheirs(string address, string hosts) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? url)
        && (hosts.Length > 0
            ? hosts.Split(' ').Contains(url.Authority)
            : url.Scheme == "https" && url.IsDefaultPort && TheirHosts().IsMatch(url.Host));

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()!
            : "";

    [GeneratedRegex(@"^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$")]
    private static partial Regex TheirHosts();
}
