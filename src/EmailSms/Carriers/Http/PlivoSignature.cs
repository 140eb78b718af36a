using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// Plivo's signatures, versions 2 and 3: base64 of HMAC-SHA256 with the account's token, over a nonce, too.
/// </summary>
internal static class PlivoSignature
{
    public static bool IsOfV2(HookCall call, string token) =>
        call.Header("X-Plivo-Signature-V2-Nonce") is { } nonce
        && IsAmong(call.Header("X-Plivo-Signature-V2"), Sign(call.UrlWithoutQuery + nonce, token));

    public static bool IsOfV3(HookCall call, string token)
    {
        if (call.Header("X-Plivo-Signature-V3-Nonce") is not { } nonce) return false;
        string expected = Sign($"{Signed(call)}.{nonce}", token);
        return IsAmong(call.Header("X-Plivo-Signature-V3"), expected)
            || IsAmong(call.Header("X-Plivo-Signature-Ma-V3"), expected); // of the main account
    }

    // GET: address?a=1&b=2. POST: address?a=1&b=2. and then the names and values of the form without anything between.
    private static string Signed(HookCall call)
    {
        string query = string.Join('&', Sorted(call.QueryFields).Select(field => $"{field.Name}={field.Value}"));
        string form = string.Concat(Sorted(call.FormFields).Select(field => field.Name + field.Value));
        if (call.Method == "GET" || form.Length == 0)
        {
            return query.Length == 0 ? call.UrlWithoutQuery : $"{call.UrlWithoutQuery}?{query}";
        }

        return query.Length == 0 ? $"{call.UrlWithoutQuery}?{form}" : $"{call.UrlWithoutQuery}?{query}.{form}";
    }

    private static IEnumerable<(string Name, string Value)> Sorted(IEnumerable<(string Name, string Value)> fields) =>
        fields.OrderBy(field => field.Name, StringComparer.Ordinal)
            .ThenBy(field => field.Value, StringComparer.Ordinal);

    private static string Sign(string text, string token) => Convert.ToBase64String(HookVerifiers.HashHmac(
        "sha256", Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));

    private static bool IsAmong(string? given, string expected) =>
        (given ?? "").Split(',').Any(one => HookVerifiers.Same(expected, one.Trim()));
}
