using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>What a signed token at a hook has to be like.</summary>
/// <param name="Header">Where it is; <c>Bearer</c> in front is taken off.</param>
/// <param name="Issuer">Its <c>iss</c>; empty: any.</param>
/// <param name="Algorithms">HS256, HS384, HS512, parted by spaces; empty: HS256.</param>
/// <param name="NeedsUrl">It must name the hash of the address.</param>
/// <param name="Tolerance">How old a token without an end of its own may be.</param>
internal sealed record SignedTokenTerms(
    string Header, string Issuer, string Algorithms, bool NeedsUrl, TimeSpan Tolerance);

/// <summary>
/// A JSON Web Token (RFC 7519) signed with a shared secret (RFC 7518 3.2) that names the hash of the body, and with
/// some carriers that of the address.
/// </summary>
internal static class SignedToken
{
    private const int LeewaySeconds = 1;

    public static bool IsOf(HookCall call, string secret, SignedTokenTerms terms, DateTimeOffset now)
    {
        string token = call.Header(terms.Header) ?? "";
        if (token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) token = token["Bearer ".Length..];
        string[] parts = token.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } head || Read(parts[1]) is not { } claims) return false;

        // Only what was agreed: "none" and public keys are how such tokens are forged.
        string algorithm = Text(head, "alg");
        string agreed = terms.Algorithms.Length == 0 ? "HS256" : terms.Algorithms;
        if (!agreed.Split(' ').Contains(algorithm)) return false;
        byte[] hash = HookVerifiers.HashHmac(
            "sha" + algorithm[2..], Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        if (!HookVerifiers.Same(Base64Url.EncodeToString(hash), parts[2].TrimEnd('='))) return false;
        return (terms.Issuer.Length == 0 || Text(claims, "iss") == terms.Issuer)
            && IsInTime(claims, terms, now)
            && IsOfBody(claims, call.Body)
            && IsOfAddress(claims, call.Url, terms.NeedsUrl);
    }

    private static bool IsInTime(JsonElement claims, SignedTokenTerms terms, DateTimeOffset now)
    {
        long at = now.ToUnixTimeSeconds();
        if (Seconds(claims, "nbf") is { } begin && at + LeewaySeconds < begin) return false;
        if (Seconds(claims, "exp") is { } end) return at - LeewaySeconds <= end;
        return Seconds(claims, "iat") is { } made && Math.Abs(at - made) <= terms.Tolerance.TotalSeconds;
    }

    private static bool IsOfBody(JsonElement claims, byte[] body)
    {
        string hash = Text(claims, "payload_hash");
        if (body.Length == 0) return hash.Length == 0;
        return HookVerifiers.Same(Convert.ToHexStringLower(SHA256.HashData(body)), hash.ToLowerInvariant());
    }

    private static bool IsOfAddress(JsonElement claims, string url, bool isNeeded)
    {
        string hash = Text(claims, "url_hash");
        if (hash.Length == 0) return !isNeeded;
        return HookVerifiers.Same(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url))), hash.ToLowerInvariant());
    }

    private static JsonElement? Read(string part)
    {
        try
        {
            return Said.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Text(JsonElement claims, string name) =>
        claims.ValueKind is JsonValueKind.Object && claims.TryGetProperty(name, out JsonElement value)
        && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private static long? Seconds(JsonElement claims, string name) =>
        claims.ValueKind is JsonValueKind.Object && claims.TryGetProperty(name, out JsonElement value)
        && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out long seconds) ? seconds : null;
}
