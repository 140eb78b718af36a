using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmailSms.Carriers.Http;

/// <summary>Reads a definition out of JSON, or says everything that is wrong with it.</summary>
internal sealed class DefinitionReader
{
    private static readonly string[] Given = // what every SMS has, besides the values of the settings
    [
        "to", "from", "text", "id", "reference", "callback", "validity", "expires", "class", "urgent", "flash",
        "unicode", "gsmText", "ucs2Text", "parts", "campaign", "dltEntity", "dltTemplate", "dltTelemarketer",
    ];

    private static readonly string[] States =
        ["accepted", "sent", "delivered", "undelivered", "expired", "rejected", "unknown"];

    private static readonly Dictionary<string, string[]> AuthKinds = new()
    {
        ["none"] = [],
        ["basic"] = ["user", "password"],
        ["bearer"] = ["token"],
        ["header"] = ["name", "value"],
        ["query"] = ["name", "value"],
        ["oauth2"] = ["url", "client", "secret"],
        ["aws"] = ["service", "region", "key", "secret"],
    };

    private readonly List<string> _wrong = [];
    private readonly HashSet<string> _names = new(Given, StringComparer.Ordinal);

    private DefinitionReader()
    {
    }

    /// <summary>The names that every template may take.</summary>
    public static IReadOnlyList<string> GivenNames => Given;

    /// <summary>
    /// The definition, if nothing is wrong with it; all mistakes, each with its place, if something is. The test of its
    /// documentation is told every key that was asked for.
    /// </summary>
    public static bool TryRead(
        string json, [NotNullWhen(true)] out HttpDefinition? definition, out IReadOnlyList<string> wrong,
        HashSet<string>? asked = null)
    {
        definition = null;
        var reader = new DefinitionReader();
        wrong = reader._wrong;
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json, new JsonDocumentOptions
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas =
                    true
                });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                reader._wrong.Add("needs to be an object.");
                return false;
            }

            HttpDefinition read = reader.Read(new JsonWalk(document.RootElement.Clone(), "", reader._wrong, asked));
            if (reader._wrong.Count == 0) definition = read;
            return definition is not null;
        }
        catch (JsonException trouble)
        {
            reader._wrong.Add($"is no JSON: {trouble.Message}");
            return false;
        }
    }

    private HttpDefinition Read(JsonWalk root)
    {
        root.Any("extends"); // put under it before
        IReadOnlyList<NamedValue> values = ReadValues(root);
        SendPart send = ReadSend(root);
        var definition = new HttpDefinition
        {
            About = root.Text("about") ?? "",
            Source = root.Text("source") ?? "",
            Values = values,
            Deduplicates = root.Flag("deduplicates"),
            Send = send,
            Errors = ReadErrors(root),
            Receipt = root.Object("receipt") is { } receipt ? ReadReceipt(receipt) : null,
            Inbound = root.Object("inbound") is { } inbound ? ReadInbound(inbound) : null,
            CharsetName = root.Text("charset") ?? "",
            Ignore = Condition.ReadAll(root, "ignore"),
            Answer = root.Object("answer") is { } answer ? ReadAnswer(answer) : HookAnswer.Default,
            Verify = ReadVerify(root),
        };
        root.Done();
        return definition;
    }

    private List<NamedValue> ReadValues(JsonWalk root)
    {
        List<NamedValue> values = [];
        foreach ((string name, JsonElement value) in root.Map("values"))
        {
            if (value.ValueKind is not JsonValueKind.Object)
            {
                root.Wrong("needs an object.", $"values.{name}");
                continue;
            }

            if (Given.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                root.Wrong("is the name of something that every SMS has.", $"values.{name}");
            }

            JsonWalk walk = root.At(value, $"values.{name}");
            values.Add(new NamedValue(
                name, walk.Text("about") ?? "", walk.Text("default")
                    ?? "", walk.Flag("required"), walk.Flag("secret")));
            walk.Done();
            _names.Add(name);
        }

        return values;
    }

    private SendPart ReadSend(JsonWalk root)
    {
        JsonWalk send = root.Object("send", isRequired: true) ?? root.At(JsonDocument.Parse("{}").RootElement, "send");
        var kind = Enum.Parse<BodyKind>(send.Choice("body", "none", "form", "json", "xml", "text"), ignoreCase: true);
        JsonElement? content = send.Any("content");
        if ((content is null) != (kind is BodyKind.None))
        {
            send.Wrong("and body belong together: one says how, the other what.", "content");
        }

        JsonWalk accepted = send.Object("accepted") ?? root.At(JsonDocument.Parse("{}").RootElement, "send.accepted");
        var part = new SendPart
        {
            Method = new HttpMethod(send.Choice("method", "POST", "GET", "PUT")),
            Url = Template(send, "url", isRequired: true),
            Auth = ReadAuth(send),
            Headers = Templates(send, "headers"),
            Query = Templates(send, "query"),
            Body = kind,
            Content = content is { } tree ? ReadContent(tree, "send.content", send) : null,
            Statuses = [.. Statuses(accepted, "status")],
            When = Condition.ReadAll(accepted, "when"),
            Ids = Fields.Read(send, "ids"),
            Price = PricePart.Read(send),
            RetryAfter = Fields.Read(send, "retryAfter"),
            RetryUnit = send.Choice("retryAfterUnit", "seconds", "milliseconds") == "seconds"
                ? TimeSpan.FromSeconds(1)
                : TimeSpan.FromMilliseconds(1),
        };
        accepted.Done();
        send.Done();
        if (kind is BodyKind.Form && part.Content is { Object: null }) send.Wrong("of a form is an object.", "content");
        if (kind is BodyKind.Xml && part.Content is not { Object.Count: 1 })
        {
            send.Wrong("of XML is an object with one key, the root element.", "content");
        }

        return part;
    }

    private AuthPart ReadAuth(JsonWalk send)
    {
        if (send.Object("auth") is not { } auth) return AuthPart.None;
        string kind = auth.Choice("type", [.. AuthKinds.Keys]);
        Dictionary<string, Template> parts = [];
        foreach (string name in AuthKinds[kind]) parts[name] = Template(auth, name, isRequired: true);
        if (kind == "oauth2") parts["scope"] = Template(auth, "scope");
        auth.Done();
        return new AuthPart(kind, parts);
    }

    private static ErrorPart ReadErrors(JsonWalk root)
    {
        JsonWalk errors = root.Object("errors") ?? root.At(JsonDocument.Parse("{}").RootElement, "errors");
        List<(Regex, CodeMeaning)> texts = [];
        Dictionary<int, CodeMeaning> statuses = [];
        foreach ((string pattern, string word) in errors.TextMap("texts"))
        {
            if (!CodeTable.TryMeaning(word, out CodeMeaning meaning)) NoMeaning(errors, "texts", word);
            else if (errors.Pattern(pattern, "texts") is { } regex) texts.Add((regex, meaning));
        }

        foreach ((string status, string word) in errors.TextMap("status"))
        {
            if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                errors.Wrong($"'{status}' is no status such as 429.", "status");
            }
            else if (!CodeTable.TryMeaning(word, out CodeMeaning meaning)) NoMeaning(errors, "status", word);
            else statuses[number] = meaning;
        }

        var part = new ErrorPart
        {
            Code = Fields.Read(errors, "code"),
            Text = Fields.Read(errors, "text"),
            Codes = CodeTable.Read(errors, "codes"),
            Texts = texts,
            Statuses = statuses,
            Sentences = ReadSentences(errors),
            TrustsStatus = errors.Flag("trustsStatus"),
        };
        errors.Done();
        return part;
    }

    private static Dictionary<string, ErrorSentence> ReadSentences(JsonWalk walk)
    {
        Dictionary<string, ErrorSentence> sentences = [];
        foreach ((string code, string written) in walk.TextMap("sentences"))
        {
            if (ErrorSentence.TryRead(written, out ErrorSentence? read, out string? wrong)) sentences[code] = read;
            else walk.Wrong(wrong, $"sentences.{code}");
        }

        return sentences;
    }

    private static ReceiptPart ReadReceipt(JsonWalk walk)
    {
        Dictionary<string, string> states = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string word, string state) in walk.TextMap("states"))
        {
            if (!States.Contains(state))
            {
                walk.Wrong($"'{state}' is no state; those are {string.Join(", ", States)}.", "states");
            }

            states[word] = state;
        }

        var part = new ReceiptPart
        {
            Inside = Path(walk, "inside"),
            Items = Path(walk, "items"),
            When = Condition.ReadAll(walk, "when"),
            Id = Fields.Read(walk, "id"),
            Reference = Fields.Read(walk, "reference"),
            Phone = Fields.Read(walk, "phone"),
            State = Fields.Read(walk, "state"),
            States = states,
            Error = Fields.Read(walk, "error"),
            Codes = CodeTable.Read(walk, "codes"),
            Sentences = ReadSentences(walk),
            Price = PricePart.Read(walk),
            Network = NetworkPart.Read(walk),
            Answer = walk.Object("answer") is { } answer ? ReadAnswer(answer) : null,
        };
        walk.Done();
        if (part.State.IsNone) walk.Wrong("is missing: where the state of the SMS is.", "state");
        return part;
    }

    private static TextPart ReadInbound(JsonWalk walk)
    {
        JsonWalk part = walk.Object("part") ?? walk.At(JsonDocument.Parse("{}").RootElement, "inbound.part");
        var text = new TextPart
        {
            Inside = Path(walk, "inside"),
            Items = Path(walk, "items"),
            When = Condition.ReadAll(walk, "when"),
            Id = Fields.Read(walk, "id"),
            From = Fields.Read(walk, "from"),
            To = Fields.Read(walk, "to"),
            Text = Fields.Read(walk, "text"),
            PartReference = Fields.Read(part, "reference"),
            PartNumber = Fields.Read(part, "number"),
            PartTotal = Fields.Read(part, "total"),
            Network = NetworkPart.Read(walk),
            Answer = walk.Object("answer") is { } answer ? ReadAnswer(answer) : null,
        };
        part.Done();
        walk.Done();
        if (text.From.IsNone) walk.Wrong("is missing: where the number of the phone is.", "from");
        if (text.Text.IsNone) walk.Wrong("is missing: where the text is.", "text");
        return text;
    }

    private static HookAnswer ReadAnswer(JsonWalk walk)
    {
        var answer = new HookAnswer(walk.Number("status", 200, 299) ?? 200, walk.Text("type"), walk.Text("body") ?? "");
        walk.Done();
        return answer;
    }

    private List<VerifyPart> ReadVerify(JsonWalk root)
    {
        List<VerifyPart> all = [];
        foreach ((JsonElement value, string path) in root.Many("verify"))
        {
            JsonWalk walk = root.At(value, path);
            if (value.ValueKind is not JsonValueKind.Object)
            {
                walk.Wrong("needs an object.");
                continue;
            }

            string kind = walk.Choice("type", [.. HookVerifiers.Kinds.Keys]);
            Dictionary<string, Template> parts = [];
            foreach ((string name, bool isRequired) in HookVerifiers.Kinds[kind])
            {
                parts[name] = Template(walk, name, isRequired, HookVerifiers.MessageNames);
            }

            walk.Done();
            all.Add(new VerifyPart(kind, parts));
        }

        return all;
    }

    private Content ReadContent(JsonElement value, string path, JsonWalk walk) => value.ValueKind switch
    {
        JsonValueKind.Object => new Content(
            [.. value.EnumerateObject().Select(one => (one.Name, ReadContent(one.Value, $"{path}.{one.Name}", walk)))],
            null, null, null),
        JsonValueKind.Array => new Content(
            null, [.. value.EnumerateArray().Select((one, i) => ReadContent(one, $"{path}[{i}]", walk))], null, null),
        JsonValueKind.String => new Content(null, null, Template(walk.At(value, path), value.GetString()!, null), null),
        _ => new Content(null, null, null, value),
    };

    private static JsonPath? Path(JsonWalk walk, string name)
    {
        if (walk.Text(name) is not { } text) return null;
        if (JsonPath.TryParse(text, out JsonPath? path)) return path;
        walk.Wrong($"'{text}' is no path such as $.results[*].", name);
        return null;
    }

    private static IEnumerable<int> Statuses(JsonWalk walk, string name)
    {
        foreach ((JsonElement value, string path) in walk.Many(name))
        {
            if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int status)) yield return status;
            else walk.At(value, path).Wrong("needs a status such as 202.");
        }
    }

    private List<(string, Template)> Templates(JsonWalk walk, string name) =>
        [.. walk.TextMap(name).ToList().Select(one => (one.Key, Template(walk, one.Value, $"{name}.{one.Key}")))];

    private Template Template(
        JsonWalk walk, string name, bool isRequired = false, IReadOnlyList<string>? more = null) =>
        Template(walk, walk.Text(name, isRequired) ?? "", name, more);

    private Template Template(JsonWalk walk, string text, string? name, IReadOnlyList<string>? more = null)
    {
        if (!Http.Template.TryParse(text, out Template? template, out string? mistake))
        {
            walk.Wrong(mistake, name);
            return Http.Template.Empty;
        }

        foreach (string one in template.Names.Where(one => !_names.Contains(one) && more?.Contains(one) is not true))
        {
            walk.Wrong($"'{{{one}}}' is no value; there are {string.Join(", ", _names.Concat(more ?? []))}.", name);
        }

        return template;
    }

    private static void NoMeaning(JsonWalk walk, string name, string word) =>
        walk.Wrong($"'{word}' is no meaning; those are {string.Join(", ", CodeTable.Words)}.", name);
}
