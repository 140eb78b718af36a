using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// Signature Version 4 of AWS: HMAC-SHA256 over the request, with a key made of the secret, day and place.
/// </summary>
internal static class AwsSignature
{
    /// <summary>Adds the headers that say who we are.</summary>
    public static HttpRequest Sign(
        HttpRequest request, string service, string region, string key, string secret, DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string day = time[..8];
        var url = new Uri(request.Url);
        SortedDictionary<string, string> signed = new(StringComparer.Ordinal)
        {
            ["host"] = url.Authority,
            ["x-amz-date"] = time,
        };
        if (request.ContentType is { } type) signed["content-type"] = type;
        foreach ((string name, string value) in request.Headers) signed[name.ToLowerInvariant()] = value.Trim();

        string names = string.Join(';', signed.Keys);
        string canonical = string.Join(
            '\n',
            request.Method.Method, url.AbsolutePath, Query(url),
                string.Concat(signed.Select(h => $"{h.Key}:{h.Value}\n")),
            names, Hex(SHA256.HashData(request.Body)));
        string scope = $"{day}/{region}/{service}/aws4_request";
        string text = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] made = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (string step in new[] { day, region, service, "aws4_request", text })
        {
            made = HMACSHA256.HashData(made, Encoding.UTF8.GetBytes(step));
        }

        return request with
        {
            Headers =
            [
                .. request.Headers,
                ("X-Amz-Date", time),
                ("Authorization",
                    $"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={Hex(made)}"),
            ],
        };
    }

    private static string Query(Uri url) => string.Join(
        '&', url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(octets);
}
