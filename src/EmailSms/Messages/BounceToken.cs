namespace EmailSms.Messages;

/// <summary>How a bounce address is written: <c>bounce+TOKEN@domain</c>.</summary>
internal static class BounceToken
{
    private const string Prefix = "bounce+";

    public static string AddressOf(string token, string domain) => $"{Prefix}{token}@{domain}";

    /// <summary>The token of a local part; null: it is no bounce address.</summary>
    public static string? Read(string localPart) =>
        localPart.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? localPart[Prefix.Length..].ToLowerInvariant()
            : null;
}
