namespace EmailSms.Smtp;

/// <summary>The one message of the mechanisms that show a token. It knows octets and no wire.</summary>
internal readonly record struct BearerMessage(string User, string Token)
{
    private const char Separator = '\u0001';

    /// <summary>What a client is told before the refusal (RFC 7628 3.2.2); it answers with anything at all.</summary>
    public const string Refusal = """{"status":"invalid_token","schemes":"bearer"}""";

    /// <summary>XOAUTH2: <c>user=name^Aauth=Bearer token^A^A</c>.</summary>
    public static BearerMessage? ParseXOAuth2(string message)
    {
        string[] parts = message.Split(Separator);
        return parts is [var user, var auth, "", ""] && user.StartsWith("user=", StringComparison.Ordinal)
            ? Make(user[5..], Value(auth, "auth="))
            : null;
    }

    /// <summary>OAUTHBEARER (RFC 7628 3.1): <c>n,a=name,^Aauth=Bearer token^A^A</c>, other keys ignored.</summary>
    public static BearerMessage? ParseOAuthBearer(string message)
    {
        string[] parts = message.Split(Separator);
        if (parts.Length < 4 || parts[^1].Length > 0 || parts[^2].Length > 0) return null;
        string[] header = parts[0].Split(',');
        // The mechanism binds no channel, so "p" is wrong; "y" says only that the client could have.
        if (header is not ["n" or "y", var user, ""]) return null;
        if (user.Length > 0 && !user.StartsWith("a=", StringComparison.Ordinal)) return null;
        string[] auths = [.. parts[1..^2].Where(part => part.StartsWith("auth=", StringComparison.Ordinal))];
        string? name = user.Length == 0 ? "" : ScramExchange.UnescapeName(user[2..]);
        return auths.Length == 1 && name is not null ? Make(name, Value(auths[0], "auth=")) : null;
    }

    private static BearerMessage? Make(string user, string? credentials)
    {
        // RFC 6750 2.1; RFC 7628 3.1: the scheme is compared without case.
        if (credentials is null || !credentials.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return null;
        string token = credentials[7..].Trim(' ');
        bool isToken = token.Length > 0 && token.All(c => c is > ' ' and < '\x7f');
        return isToken && !user.Any(char.IsControl) ? new BearerMessage(user, token) : null;
    }

    private static string? Value(string pair, string key) =>
        pair.StartsWith(key, StringComparison.Ordinal) ? pair[key.Length..] : null;
}
