using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// <c>X-Twilio-Signature</c>: base64 of HMAC-SHA1 over the address as it was called and the fields of the form in the
/// order of their names. A body that is no form is signed by its hash in the query.
/// </summary>
internal static class TwilioSignature
{
    public static bool IsOf(HookCall call, string token)
    {
        if (call.Header("X-Twilio-Signature") is not { } given) return false;
        if (call.QueryFields.FirstOrDefault(field => field.Name == "bodySHA256").Value is { } hash
            && !HookVerifiers.Same(Convert.ToHexStringLower(SHA256.HashData(call.Body)), hash.ToLowerInvariant()))
        {
            return false;
        }

        string fields = Fields(call.FormFields);

        // Whether the port was signed depends on which of their machines calls.
        return Addresses(call.Url).Any(url => HookVerifiers.Same(Sign(url + fields, token), given));
    }

    private static string Sign(string text, string token) => Convert.ToBase64String(
        HookVerifiers.HashHmac("sha1", Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));

    private static string Fields(IReadOnlyList<(string Name, string Value)> fields)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, string> field in fields
            .GroupBy(one => one.Name, one => one.Value, StringComparer.Ordinal)
            .OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            foreach (string value in field.Distinct().Order(StringComparer.Ordinal)) text.Append(field.Key)
                .Append(value);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Addresses(string url)
    {
        yield return url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed)) yield break;
        string start = $"{parsed.Scheme}://{parsed.Authority}";
        string host = $"{parsed.Scheme}://{parsed.Host}";
        if (!url.StartsWith(host, StringComparison.OrdinalIgnoreCase)) yield break;
        string bare = url.StartsWith($"{host}:{parsed.Port}", StringComparison.OrdinalIgnoreCase)
            ? url[$"{host}:{parsed.Port}".Length..]
            : url[start.Length..];
        yield return host + bare;
        yield return $"{host}:{parsed.Port}{bare}";
    }
}
