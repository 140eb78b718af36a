using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// The parameter <c>sig</c> of Vonage's SMS API: a hash over all other parameters in the order of their names, with the
/// letters that part them made harmless.
/// </summary>
internal static class VonageSignature
{
    public static bool IsOf(HookCall call, string secret, string algorithm, DateTimeOffset now, TimeSpan tolerance)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        if (call.ToSaid("").Json is { ValueKind: System.Text.Json.JsonValueKind.Object } json)
        {
            foreach (System.Text.Json.JsonProperty field in json.EnumerateObject())
            {
                if (field.Value.ValueKind is not System.Text.Json.JsonValueKind.Null)
                {
                    fields[field.Name] = field.Value.ToString();
                }
            }
        }

        return fields.Remove("sig", out string? given)
            && HookVerifiers.IsFresh(fields.GetValueOrDefault("timestamp"), now, tolerance)
            && HookVerifiers.Same(Sign(fields, secret, algorithm), Case(given, algorithm));
    }

    /// <summary>The signature of some parameters.</summary>
    public static string Sign(IEnumerable<KeyValuePair<string, string>> fields, string secret, string algorithm)
    {
        string text = string.Concat(fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"&{Harmless(field.Key)}={Harmless(field.Value)}"));
        if (algorithm == "md5hash")
        {
#pragma warning disable CA5351 // What a carrier signs with is not ours to choose.
            return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret)));
#pragma warning restore CA5351
        }

        return Convert.ToHexString(HookVerifiers.HashHmac(
            algorithm, Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
    }

    private static string Case(string signature, string algorithm) =>
        algorithm == "md5hash" ? signature.ToLowerInvariant() : signature.ToUpperInvariant();

    private static string Harmless(string text) => text.Replace('&', '_').Replace('=', '_');
}
