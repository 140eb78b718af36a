using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>A request or a reply as a person reads it.</summary>
internal static class HttpTrace
{
    /// <summary>A request that was written with stars for its secrets.</summary>
    public static string Of(HttpRequest masked, AuthPart auth)
    {
        var text = new StringBuilder($"> {masked.Method} {masked.Url}\n");
        foreach ((string name, string value) in masked.Headers)
        {
            bool isAuth = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
            text.Append("> ").Append(name).Append(": ").Append(isAuth ? Auth(value) : value).Append('\n');
        }

        if (auth.Kind is "oauth2") text.Append("> Authorization: Bearer ***\n");
        if (auth.Kind is "aws") text.Append("> Authorization: AWS4-HMAC-SHA256 ***\n");
        if (masked.ContentType is { } type) text.Append("> Content-Type: ").Append(type).Append('\n');
        if (masked.Body.Length > 0) text.Append(">\n> ").Append(Encoding.UTF8.GetString(masked.Body)).Append('\n');
        return text.ToString();
    }

    public static string Of(HttpReply reply)
    {
        if (reply.Trouble is { } trouble)
        {
            return $"< nothing: {trouble}; it {(reply.MayBeSent ? "may have been" : "was not")} sent\n";
        }

        var text = new StringBuilder($"< {reply.Status}\n");
        foreach (string name in new[] { "Content-Type", "Retry-After", "Location" })
        {
            if (reply.Said.Header(name) is { } value) text.Append("< ").Append(name).Append(": ").Append(value)
                .Append('\n');
        }

        if (reply.Said.Body.Length > 0) text.Append("<\n< ").Append(reply.Said.Body.Trim()).Append('\n');
        return text.ToString();
    }

    // The scheme says what kind of secret it is; the rest says the secret.
    private static string Auth(string value) => value.Split(' ') is [var scheme, _, ..] ? $"{scheme} ***" : "***";
}
