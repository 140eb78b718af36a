using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailSms.Carriers.Http;

/// <summary>What came to a hook of ours, as it came.</summary>
/// <param name="Method">GET, POST or another.</param>
/// <param name="Url">The whole address as the carrier called it: with our public name, and with its query.</param>
/// <param name="ContentType">Of the body; empty for none.</param>
/// <param name="Body">The body, octet by octet.</param>
/// <param name="Header">A header by its name; null where there is none.</param>
/// <param name="Remote">Who called.</param>
internal sealed record HookCall(
    string Method, string Url, string ContentType, byte[] Body, Func<string, string?> Header, IPAddress? Remote)
{
    /// <summary>The query without its question mark.</summary>
    public string Query => Url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? Url[(at + 1)..] : "";

    /// <summary>The address without the query.</summary>
    public string UrlWithoutQuery => Url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? Url[..at] : Url;

    public bool IsForm =>
        ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>The fields of the query, in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> QueryFields =>
        Parse(Encoding.UTF8.GetBytes(Query), Encoding.UTF8);

    /// <summary>The fields of a form; none where the body is something else.</summary>
    public IReadOnlyList<(string Name, string Value)> FormFields => IsForm ? Parse(Body, Encoding.UTF8) : [];

    /// <summary>
    /// The body if it is JSON; else query and form together as an object, read in the character set that one of their
    /// fields names. Null: neither.
    /// </summary>
    public Said ToSaid(string charsetName)
    {
        if (!IsForm && Body.Length > 0)
        {
            string body = Said.WithoutMark(BodyCharset.GetString(Body));
            return new Said(body, Said.Parse(body), Header);
        }

        byte[] query = Encoding.UTF8.GetBytes(Query);
        Encoding? named = charsetName.Length == 0
            ? null
            : Named([.. Parse(query, Encoding.UTF8), .. FormFields], charsetName);
        var root = new JsonObject();
        if (charsetName.Length > 0)
        {
            // What a name cannot say, a condition can: a definition may read the octets in its own way.
            foreach ((string name, string value) in Parse(query, Encoding.Latin1)
                .Concat(IsForm ? Parse(Body, Encoding.Latin1) : []))
            {
                root[$"hex:{name}"] = Convert.ToHexStringLower(Encoding.Latin1.GetBytes(value));
            }
        }

        foreach ((string name, string value) in Parse(query, named ?? Encoding.UTF8)
            .Concat(IsForm ? Parse(Body, named ?? BodyCharset) : []))
        {
            if (!root.TryGetPropertyValue(name, out JsonNode? known)) root[name] = value;
            else if (known is JsonArray many) many.Add(value);
            else root[name] = new JsonArray(known!.DeepClone(), value);
        }

        return new Said(
            IsForm ? Encoding.UTF8.GetString(Body) : Query, JsonSerializer.SerializeToElement(root), Header);
    }

    // Most say nothing and mean UTF-8.
    private Encoding BodyCharset => Named(
        MediaTypeHeaderValue.TryParse(ContentType, out MediaTypeHeaderValue? type) ? type.CharSet?.Trim('"') : null);

    private static Encoding Named(IReadOnlyList<(string Name, string Value)> fields, string name) =>
        Named(fields.FirstOrDefault(field => field.Name == name).Value);

    private static Encoding Named(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? Encoding.UTF8 : Encoding.GetEncoding(name);
        }
        catch (Exception trouble) when (trouble is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8; // a name that nobody knows: most are UTF-8 all the same
        }
    }

    // Octets first, letters after: %E4 is an ä in Latin-1 and nothing in UTF-8.
    private static List<(string Name, string Value)> Parse(ReadOnlySpan<byte> text, Encoding charset)
    {
        List<(string, string)> fields = [];
        foreach (Range range in text.Split((byte)'&'))
        {
            ReadOnlySpan<byte> field = text[range];
            if (field.IsEmpty) continue;
            int equals = field.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? field : field[..equals];
            ReadOnlySpan<byte> value = equals < 0 ? [] : field[(equals + 1)..];
            fields.Add((Unescape(name, Encoding.UTF8), Unescape(value, charset)));
        }

        return fields;
    }

    private static string Unescape(ReadOnlySpan<byte> text, Encoding charset)
    {
        byte[] octets = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte octet = text[i];
            if (octet == '+') octet = (byte)' ';
            else if (octet == '%' && i + 2 < text.Length && IsHex(text[i + 1]) && IsHex(text[i + 2]))
            {
                octet = Convert.FromHexString(Encoding.ASCII.GetString(text.Slice(i + 1, 2)))[0];
                i += 2;
            }

            octets[length++] = octet;
        }

        return charset.GetString(octets, 0, length);
    }

    private static bool IsHex(byte octet) => char.IsAsciiHexDigit((char)octet);
}
