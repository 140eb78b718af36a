namespace EmailSms.Composing;

/// <summary>What a link adds to its text: its address, where a person can use it and the text lacks it.</summary>
internal static class HtmlLink
{
    private const string SafeLinksHost = ".safelinks.protection.outlook.com";

    /// <summary>The address to write after <paramref name="text"/>, or null for none.</summary>
    public static string? AddressBeside(string text, string href)
    {
        if (text.Length == 0) return null; // a picture: its address says nothing
        if (!Uri.TryCreate(href.Trim(), UriKind.Absolute, out Uri? uri)) return null;
        if (uri.Scheme is not ("http" or "https")) return null;

        string address = Unwrap(uri) ?? href.Trim();
        if (address.Length > MailLimits.LinkCharsMax || address.Any(c => c <= ' ')) return null;
        return Bare(text).Contains(Bare(address), StringComparison.OrdinalIgnoreCase) ? null : address;
    }

    /// <summary>Microsoft's filter puts its own address in front of the one that was written.</summary>
    private static string? Unwrap(Uri uri)
    {
        if (!uri.Host.EndsWith(SafeLinksHost, StringComparison.OrdinalIgnoreCase)) return null;
        foreach (string pair in uri.Query.TrimStart('?').Split('&'))
        {
            if (!pair.StartsWith("url=", StringComparison.OrdinalIgnoreCase)) continue;
            string address = Uri.UnescapeDataString(pair["url=".Length..]);
            return address.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? address : null;
        }

        return null;
    }

    /// <summary>The address as people say it, without scheme, www and the slash at the end.</summary>
    private static string Bare(string address)
    {
        ReadOnlySpan<char> bare = address.AsSpan().Trim();
        int scheme = bare.IndexOf("://");
        if (scheme >= 0) bare = bare[(scheme + 3)..];
        if (bare.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) bare = bare[4..];
        return bare.TrimEnd('/').ToString();
    }
}
