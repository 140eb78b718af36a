using System.Net;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailSms.Carriers.Http;

/// <summary>
/// The proofs that a carrier may give at a hook, each under its name in a definition. All compare in constant time. One
/// whose secret is not set proves nothing and refuses nothing: what guards the hook then is its address alone.
/// </summary>
internal static class HookVerifiers
{
    private const int ToleranceSecondsDefault = 300;

    /// <summary>What each takes, and what it must have.</summary>
    public static IReadOnlyDictionary<string, (string Name, bool IsRequired)[]> Kinds { get; } =
        new Dictionary<string, (string, bool)[]>
        {
            ["none"] = [],
            ["shared-token"] = [("name", true), ("secret", true)],
            ["basic"] = [("user", true), ("password", true)],
            ["bearer"] = [("secret", true)],
            ["ip-allow"] = [("networks", true)],
            ["hmac"] =
            [
                ("secret", true), ("header", true), ("message", false), ("algorithm", false), ("encoding", false),
                ("prefix", false), ("timestamp", false), ("nonce", false), ("tolerance", false),
            ],
            ["twilio"] = [("secret", true)],
            ["vonage"] = [("secret", true), ("algorithm", false), ("tolerance", false)],
            ["jwt-hs"] =
            [
                ("secret", true), ("header", true), ("issuer", false), ("algorithms", false), ("url", false),
                ("tolerance", false),
            ],
            ["plivo-v2"] = [("secret", true)],
            ["plivo-v3"] = [("secret", true)],
            ["ed25519"] =
            [
                ("key", true), ("header", true), ("message", true), ("timestamp", false), ("nonce", false),
                ("tolerance", false),
            ],
            ["standard-webhooks"] = [("secret", true), ("tolerance", false)],
            ["aws-sns"] = [("topics", false), ("hosts", false)],
        };

    /// <summary>What the templates of a signed message may take besides.</summary>
    public static IReadOnlyList<string> MessageNames { get; } = ["body", "timestamp", "nonce", "url"];

    /// <summary>Why the call is refused; null: it is the carrier's.</summary>
    public static string? Refusal(VerifyPart part, HookCall call, Func<string, object?> get, DateTimeOffset now)
    {
        string Of(string name) => part.Parts.TryGetValue(name, out Template? template) ? template.TextOf(get) : "";
        return part.Kind switch
        {
            "shared-token" => Unless(Of("secret"), secret => Same(secret, Token(call, Of("name")))),
            "basic" => Unless(Of("password"), password => Same(
                "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Of("user")}:{password}")),
                call.Header("Authorization"))),
            "bearer" => Unless(Of("secret"), secret => Same($"Bearer {secret}", call.Header("Authorization"))),
            "ip-allow" => Unless(Of("networks"), networks => IsIn(call.Remote, networks)),
            "hmac" => Unless(Of("secret"), secret => Hmac(part, secret, call, get, now)),
            "twilio" => Unless(Of("secret"), secret => TwilioSignature.IsOf(call, secret)),
            "vonage" => Unless(Of("secret"), secret => VonageSignature.IsOf(
                call, secret, Of("algorithm") is { Length: > 0 } algorithm ? algorithm : "sha256", now,
                Tolerance(Of("tolerance")))),
            "jwt-hs" => Unless(Of("secret"), secret => SignedToken.IsOf(
                call, secret, new SignedTokenTerms(
                    Of("header"), Of("issuer"), Of("algorithms"), Of("url") == "required",
                    Tolerance(Of("tolerance"))),
                now)),
            "plivo-v2" => Unless(Of("secret"), secret => PlivoSignature.IsOfV2(call, secret)),
            "plivo-v3" => Unless(Of("secret"), secret => PlivoSignature.IsOfV3(call, secret)),
            "ed25519" => Unless(Of("key"), key => Ed25519Of(part, key, call, get, now)),
            "standard-webhooks" => Unless(Of("secret"), secret => StandardWebhook(
                call, secret, now, Tolerance(Of("tolerance")))),
            _ => null, // none; and aws-sns, which has to ask for a certificate first
        } is false ? part.Kind : null;
    }

    /// <summary>In constant time, for all but the length.</summary>
    public static bool Same(string expected, string? given) => given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    /// <summary>Whether a time in seconds is near enough to now for its call to be no replay.</summary>
    public static bool IsFresh(string? seconds, DateTimeOffset now, TimeSpan tolerance) =>
        long.TryParse(seconds, out long at)
        && Math.Abs(now.ToUnixTimeSeconds() - at) <= tolerance.TotalSeconds;

    public static byte[] HashHmac(string algorithm, byte[] key, byte[] message) => algorithm switch
    {
#pragma warning disable CA5350, CA5351 // What a carrier signs with is not ours to choose.
        "md5" => HMACMD5.HashData(key, message),
        "sha1" => HMACSHA1.HashData(key, message),
#pragma warning restore CA5350, CA5351
        "sha384" => HMACSHA384.HashData(key, message),
        "sha512" => HMACSHA512.HashData(key, message),
        _ => HMACSHA256.HashData(key, message),
    };

    private static bool? Unless(string secret, Func<string, bool> isSo) => secret.Length == 0 ? null : isSo(secret);

    private static TimeSpan Tolerance(string written) =>
        TimeSpan.FromSeconds(int.TryParse(written, out int seconds) ? seconds : ToleranceSecondsDefault);

    private static string? Token(HookCall call, string name)
    {
        foreach ((string key, string value) in call.QueryFields.Concat(call.FormFields))
        {
            if (key == name) return value;
        }

        if (call.Header(name) is { } header) return header;
        return JsonPath.TryParse(name, out JsonPath? path) && call.ToSaid("").Json is { } json
            ? path.Find(json).Select(one => one.ToString()).FirstOrDefault()
            : null;
    }

    private static bool IsIn(IPAddress? remote, string networks)
    {
        if (remote is null) return false;
        if (remote.IsIPv4MappedToIPv6) remote = remote.MapToIPv4();
        return networks.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Any(one =>
            IPNetwork.TryParse(one, out IPNetwork network) ? network.Contains(remote)
                : IPAddress.TryParse(one, out IPAddress? alone) && alone.Equals(remote));
    }

    private static bool Hmac(
        VerifyPart part, string secret, HookCall call, Func<string, object?> get, DateTimeOffset now)
    {
        string Of(string name) => part.Parts[name].TextOf(get);
        if (Message(part, call, get, now) is not { } message) return false;
        if (call.Header(Of("header")) is not { } given) return false;
        string prefix = Of("prefix");
        if (!given.StartsWith(prefix, StringComparison.Ordinal)) return false;
        byte[] hash = HashHmac(Of("algorithm"), Encoding.UTF8.GetBytes(secret), message);
        return Of("encoding") == "base64"
            ? Same(Convert.ToBase64String(hash), given[prefix.Length..])
            : Same(Convert.ToHexStringLower(hash), given[prefix.Length..].ToLowerInvariant());
    }

    // Null: the time is missing or too far away.
    private static byte[]? Message(VerifyPart part, HookCall call, Func<string, object?> get, DateTimeOffset now)
    {
        string Of(string name) => part.Parts[name].TextOf(get);
        string? Signed(string name) => Of(name) is { Length: > 0 } header ? call.Header(header) : null;
        if (Of("timestamp").Length > 0 && !IsFresh(Signed("timestamp"), now, Tolerance(Of("tolerance")))) return null;
        Template written = part.Parts["message"];
        if (written.Text.Length == 0) return call.Body;
        string message = written.TextOf(name => name switch
        {
            "body" => Encoding.Latin1.GetString(call.Body), // octets as letters, and back: what was signed is octets
            "timestamp" => Signed("timestamp"),
            "nonce" => Signed("nonce"),
            "url" => call.Url,
            _ => get(name),
        });
        return Encoding.Latin1.GetBytes(message);
    }

    private static bool Ed25519Of(
        VerifyPart part, string key, HookCall call, Func<string, object?> get, DateTimeOffset now)
    {
        if (Message(part, call, get, now) is not { } message) return false;
        byte[] publicKey = new byte[Ed25519.PublicKeySize];
        byte[] signature = new byte[Ed25519.SignatureSize];
        return Convert.TryFromBase64String(key, publicKey, out int keyLength) && keyLength == publicKey.Length
            && Convert.TryFromBase64String(
                call.Header(part.Parts["header"].TextOf(get)) ?? "", signature, out int length)
            && length == signature.Length
            && Ed25519.Verify(signature, 0, publicKey, 0, message, 0, message.Length);
    }

    // The specification of that name: "v1," and base64 of HMAC-SHA256 over id.timestamp.body; several, parted by
    // spaces.
    private static bool StandardWebhook(HookCall call, string secret, DateTimeOffset now, TimeSpan tolerance)
    {
        string? time = call.Header("webhook-timestamp");
        if (!IsFresh(time, now, tolerance) || call.Header("webhook-id") is not { } id) return false;
        string bare = secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret;
        byte[] key = new byte[bare.Length];
        if (!Convert.TryFromBase64String(bare, key, out int length)) return false;
        byte[] message = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. call.Body];
        string expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key[..length], message));
        return (call.Header("webhook-signature") ?? "").Split(' ').Any(given => Same(expected, given));
    }
}
