using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace EmailSms.Carriers.Http;

/// <summary>A request as it will go out.</summary>
internal sealed record HttpRequest(
    HttpMethod Method, string Url, List<(string Name, string Value)> Headers, string? ContentType, byte[] Body)
{
    // For machines, not for pages of HTML: a plus sign may stay one.
    private static readonly JsonSerializerOptions Plainly = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Fills in a definition's templates.</summary>
    public static HttpRequest Write(SendPart send, Func<string, object?> get)
    {
        List<(string, string)> query = [];
        foreach ((string name, Template value) in send.Query) AddTo(query, name, value.Value(get));
        if (send.Auth.Kind == "query") query.Add((Auth("name"), Auth("value")));
        string url = send.Url.TextOf(get);
        if (query.Count > 0) url += (url.Contains('?', StringComparison.Ordinal) ? '&' : '?') + Form(query);

        List<(string Name, string Value)> headers = [];
        foreach ((string name, Template value) in send.Headers) AddTo(headers, name, value.Value(get));
        switch (send.Auth.Kind)
        {
            case "basic":
                string both = $"{Auth("user")}:{Auth("password")}";
                headers.Add(("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(both))));
                break;
            case "bearer":
                headers.Add(("Authorization", $"Bearer {Auth("token")}"));
                break;
            case "header":
                headers.Add((Auth("name"), Auth("value")));
                break;
        }

        (string? type, byte[] body) = WriteBody(send, get);
        int own = headers.FindIndex(one => one.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        if (own >= 0)
        {
            type = headers[own].Value;
            headers.RemoveAt(own);
        }

        return new HttpRequest(send.Method, url, headers, type, body);

        string Auth(string name) => send.Auth.Parts[name].TextOf(get);
    }

    /// <summary>Fields as a form or a query has them.</summary>
    public static string Form(IEnumerable<(string Name, string Value)> fields) => string.Join(
        '&', fields.Select(one => $"{Uri.EscapeDataString(one.Name)}={Uri.EscapeDataString(one.Value)}"));

    private static (string? Type, byte[] Body) WriteBody(SendPart send, Func<string, object?> get)
    {
        switch (send.Body)
        {
            case BodyKind.Form:
                List<(string, string)> fields = [];
                foreach ((string name, Content value) in send.Content!.Object!)
                {
                    foreach (Content one in value.List ?? [value]) AddTo(fields, name, Plain(one, get));
                }

                return ("application/x-www-form-urlencoded", Encoding.ASCII.GetBytes(Form(fields)));
            case BodyKind.Json:
                JsonNode tree = Json(send.Content!, get) ?? new JsonObject();
                return ("application/json", Encoding.UTF8.GetBytes(tree.ToJsonString(Plainly)));
            case BodyKind.Xml:
                (string root, Content inside) = send.Content!.Object![0];
                var document = new XDocument(Xml(root, inside, get));
                string text = document.Declaration + document.ToString(SaveOptions.DisableFormatting);
                return ("application/xml; charset=utf-8", Encoding.UTF8.GetBytes(text));
            case BodyKind.Text:
                return ("text/plain; charset=utf-8",
                    Encoding.UTF8.GetBytes(Transform.ToText(Plain(send.Content!, get))));
            default:
                return (null, []);
        }
    }

    private static object? Plain(Content value, Func<string, object?> get) =>
        value.Template is { } template ? template.Value(get)
        : value.Plain is { } plain ? plain.ValueKind is JsonValueKind.Null ? null : plain.GetRawText()
        : null;

    // What is empty is left out, and so is an object or a list of nothing but that.
    private static JsonNode? Json(Content value, Func<string, object?> get)
    {
        if (value.Object is { } named)
        {
            var made = new JsonObject();
            foreach ((string name, Content inner) in named)
            {
                if (Json(inner, get) is { } node) made[name] = node;
            }

            return made.Count > 0 || named.Count == 0 ? made : null;
        }

        if (value.List is { } listed)
        {
            var made = new JsonArray();
            foreach (Content inner in listed)
            {
                if (Json(inner, get) is { } node) made.Add(node);
            }

            return made.Count > 0 || listed.Count == 0 ? made : null;
        }

        if (value.Plain is { } plain) return JsonNode.Parse(plain.GetRawText());
        return value.Template!.Value(get) switch
        {
            null => null,
            bool yes => JsonValue.Create(yes),
            long number => JsonValue.Create(number),
            double number => JsonValue.Create(number),
            var other => JsonValue.Create(Transform.ToText(other)),
        };
    }

    private static XElement? Xml(string name, Content value, Func<string, object?> get)
    {
        var element = new XElement(name);
        if (value.Object is { } named)
        {
            foreach ((string inner, Content content) in named)
            {
                if (inner.StartsWith('@'))
                {
                    if (Transform.ToText(Plain(content, get)) is { Length: > 0 } text)
                    {
                        element.SetAttributeValue(inner[1..], text);
                    }
                }
                else if (inner == "#")
                {
                    element.Add(Transform.ToText(Plain(content, get)));
                }
                else
                {
                    foreach (Content one in content.List ?? [content]) element.Add(Xml(inner, one, get));
                }
            }

            return element.IsEmpty && !element.HasAttributes ? null : element;
        }

        if (Transform.ToText(Plain(value, get)) is not { Length: > 0 } own) return null;
        element.Add(own);
        return element;
    }

    private static void AddTo(List<(string Name, string Value)> fields, string name, object? value)
    {
        string text = value is IFormattable formattable and not (TimeSpan or DateTimeOffset)
            ? formattable.ToString(null, CultureInfo.InvariantCulture)
            : Transform.ToText(value);
        if (text.Length > 0) fields.Add((name, text));
    }
}
