using System.Text;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Tests.Tidy;

namespace EmailSms.Tests.Carriers.Http;

public sealed class DefinitionTests
{
    private const string Everything = """
        {
          "about": "a", "source": "b", "deduplicates": true, "charset": "c",
          "values": { "NAME": { "about": "a", "default": "d", "required": true, "secret": true } },
          "send": {
            "method": "PUT", "url": "https://x.example/", "auth": { "type": "none" }, "headers": {}, "query": {},
            "body": "json", "content": {}, "accepted": { "status": [200], "when": [] }, "ids": "id", "retryAfter": "x",
            "retryAfterUnit": "seconds",
            "price": { "amount": "a", "plus": "p", "parts": "n", "currency": "c", "otherwise": "EUR" }
          },
          "errors": {
            "code": "c", "text": "t", "codes": {}, "texts": {}, "status": {}, "sentences": {}, "trustsStatus": true
          },
          "receipt": {
            "inside": "Message", "items": "$.x[*]", "when": [], "id": "id", "reference": "r", "phone": "p",
                "state": "s",
            "states": {}, "error": "e", "codes": {}, "sentences": {}, "answer": { "status": 200 },
            "price": { "amount": "a", "plus": "p", "parts": "n", "currency": "c", "otherwise": "EUR" }
          },
          "inbound": {
            "inside": "Message", "items": "$.x[*]", "when": [], "id": "id", "from": "f", "to": "t", "text": "x",
            "part": { "reference": "r", "number": "n", "total": "t" }, "answer": { "status": 200 }
          },
          "ignore": [], "answer": { "status": 200, "type": "t", "body": "b" }, "verify": []
        }
        """;

    [Fact]
    public void Every_definition_of_the_program_is_valid_and_says_where_it_is_known_from()
    {
        Assert.NotEmpty(DefinitionShelf.Names);
        Assert.All(DefinitionShelf.Names, name =>
        {
            Assert.True(
                DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out IReadOnlyList<string> wrong),
                string.Join("\n", wrong));
            Assert.NotEmpty(definition.About);
            Assert.NotEmpty(definition.Source);
            Assert.All(definition.Values, value => Assert.NotEmpty(value.About));
        });
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_and_where()
    {
        const string json = """
            {
              "values": { "Key": { "secret": "yes" }, "to": {} },
              "sned": {},
              "send": {
                "method": "PATCH", "url": "{Adress}/x", "body": "form", "content": { "to": "{to:digit}", "x": "{to" },
                "auth": { "type": "basic", "user": "{Key}" }, "ids": "$.messages[", "accepted": { "status": ["ok"] }
              },
              "errors": { "codes": { "never": ["1"] }, "texts": { "(": "temporary" },
                  "status": { "4xx": "permanent" } },
              "receipt": { "states": { "DONE": "done" }, "sentences": { "7": "5.1.1" } },
              "inbound": { "from": "from" },
              "verify": { "type": "hmac", "secret": "{Key}" }
            }
            """;
        Assert.False(DefinitionReader.TryRead(json, out _, out IReadOnlyList<string> wrong));
        string all = string.Join('\n', wrong);
        foreach (string word in new[]
        {
            "values.Key.secret: needs true or false", "values.to: is the name of something",
                "sned: there is no such key",
            "send.method: 'PATCH' is not one of POST, GET, PUT", "send.url: '{Adress}' is no value; there are to,",
            "send.content.to: has {to:digit}, and there is no 'digit'; there are digits",
            "send.content.x: has a { without its }", "send.auth.password: is missing",
            "send.ids: '$.messages[' is no path", "send.accepted.status[0]: needs a status such as 202",
            "errors.codes: 'never' is no meaning; those are number", "errors.texts: is no regular expression",
            "errors.status: '4xx' is no status", "receipt.states: 'done' is no state; those are accepted",
            "receipt.sentences.7: A sentence stands behind the status 5.1.1",
            "receipt.state: is missing", "inbound.text: is missing", "verify.header: is missing",
        })
        {
            Assert.Contains(word, all, StringComparison.Ordinal);
        }

        Assert.False(DefinitionReader.TryRead("{", out _, out wrong));
        Assert.Contains("is no JSON", Assert.Single(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_extend_one_of_the_program()
    {
        using var folder = new TestFolder();
        string file = folder.File("mine.json");
        File.WriteAllText(file, """
            { "extends": "twilio", /* all but */ "send": { "content": { "MaxPrice": "0.05" } },
                "answer": { "status": 202 } }
            """);
        Assert.True(DefinitionShelf.TryLoad(file, out HttpDefinition? mine, out _));
        Assert.Equal(202, mine.Answer.Status);
        IEnumerable<string> names = mine.Send.Content!.Object!.Select(one => one.Name);
        Assert.Equal(["To", "MaxPrice"], names.Where(name => name is "To" or "MaxPrice"));

        File.WriteAllText(file, """{ "extends": "twillio" }""");
        Assert.False(DefinitionShelf.TryLoad(file, out _, out IReadOnlyList<string> wrong));
        Assert.Contains("there is no definition twillio; there are", Assert.Single(wrong), StringComparison.Ordinal);
        Assert.False(DefinitionShelf.TryLoad(folder.File("none.json"), out _, out wrong));
        Assert.Contains("cannot be read", Assert.Single(wrong), StringComparison.Ordinal);
        Assert.False(DefinitionShelf.TryLoad("acme", out _, out wrong));
        Assert.Contains("there is no definition acme", Assert.Single(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_looked_for_in_settings_files_and_defaults()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("token"), "t0ken\n");
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "TWILIO",
            Values = new() { ["accountsid"] = "AC1" },
            ValueFiles = new() { ["AuthToken"] = folder.File("token") },
        };
        HttpTerms terms = HttpTerms.Read(options);
        Assert.Empty(terms.Wrong);
        Assert.Equal(("AC1", "t0ken", "https://api.twilio.com"), (
            terms.Settings!.Value("AccountSid"), terms.Settings.Value("AuthToken"), terms.Settings.Value("Url")));
        Assert.Equal(
            ("AC1", "***"), (terms.Settings.Value("AccountSid", true), terms.Settings.Value("AuthToken", true)));

        options.Values = new() { ["AccountSid"] = "", ["Token"] = "x", ["Url"] = "api.twilio.com" };
        options.ValueFiles = new() { ["AuthToken"] = folder.File("none") };
        options.Errors = new() { ["30003"] = "Never" };
        Assert.Equal(
            ["Errors:30003", "Values:Token", "Values:AccountSid", "ValueFiles:AuthToken", "Values:AuthToken"],
            HttpTerms.Read(options).Wrong.Select(one => one.Key).Order(StringComparer.Ordinal)
                .OrderBy(key => Array.IndexOf(
                    ["Errors:30003", "Values:Token", "Values:AccountSid", "ValueFiles:AuthToken", "Values:AuthToken"],
                        key)));
    }

    [Theory]
    [InlineData(
        """{ "a": "{to}", "b": "{none}", "c": { "d": "{none}" }, "e": ["{none}"], "f": {}, "g": 5, "h": true }""",
        """{"a":"+447700900123","f":{},"g":5,"h":true}""")]
    [InlineData(
        """{ "n": "{validity:seconds}", "t": "{validity:seconds:text}", "m": "{validity:minutes:atmost(10)}" }""",
        """{"n":90,"t":"90","m":2}""")]
    [InlineData("""{ "x": "{none:else(y)}", "z": "{to:then(yes)}", "w": "{none|to:digits}", "b": "a{{b}}c" }""",
        """{"x":"y","z":"yes","w":"447700900123","b":"a{b}c"}""")]
    [InlineData("""{ "s": "{to:00}", "n": "{to:national}", "c": "{text:cut(3)}", "u": "{text:hex-utf16be}" }""",
        """{"s":"00447700900123","n":"7700900123","c":"grü","u":"0067007200fc00df0065"}""")]
    [InlineData("""{ "e": "{expires:iso8601}", "u": "{expires:unix}", "f": "{expires:time(yyyyMMddHHmm)}" }""",
        """{"e":"2026-11-25T09:00:00Z","u":1795597200,"f":"202611250900"}""")]
    [InlineData("""{ "b": "{flag:boolean}", "n": "{digits:number}", "s": "{text:sha256}" }""",
        """{"b":true,"n":42,"s":"8285d1ad84c6b6e475d3b50dbf90389c8c7a07a278d9ae46d5698cbe872e3834"}""")]
    public void A_body_is_filled_in(string content, string json)
    {
        HttpRequest request = Write("json", content);
        string written = Encoding.UTF8.GetString(request.Body);
        Assert.Equal(json, written);
        Assert.Equal("application/json", request.ContentType);
    }

    [Fact]
    public void Forms_queries_XML_and_text_are_written_too()
    {
        Assert.Equal("to=%2B447700900123&x=1&x=2&text=gr%C3%BC%C3%9Fe", Encoding.ASCII.GetString(
            Write("form", """{ "to": "{to}", "none": "{none}", "x": ["1", "2"], "text": "{text}" }""").Body));
        Assert.Equal(
            "<sms id=\"42\"><to>+447700900123</to><to>x</to><text kind=\"a\">grüße &lt;&amp;</text></sms>",
            Encoding.UTF8.GetString(Write("xml", """
                { "sms": { "@id": "{digits}", "to": ["{to}", "x"], "none": "{none}",
                    "text": { "@kind": "a", "#": "{text} <&" } } }
                """).Body));
        Assert.Equal("To: +447700900123", Encoding.UTF8.GetString(Write("text", "\"To: {to}\"").Body));
        HttpRequest get = Write(
            "none", null, "'method': 'GET', 'query': { 'to': '{to}', 'none': '{none}' },".Replace('\'', '"'));
        Assert.Equal(("https://x.example/send?to=%2B447700900123", 0), (get.Url, get.Body.Length));
    }

    [Fact]
    public void Number_like_paths_and_brackets_are_found()
    {
        System.Text.Json.JsonElement json = Said.Parse("""
            {"a":[{"b":1,"x-y":"q"},{"b":2}],"c":{"d":null,"e":true}}
            """)!.Value;
        Assert.Equal("1,2", Find("$.a[*].b"));
        Assert.Equal("2", Find("a[1].b"));
        Assert.Equal("q", Find("$['a'][0]['x-y']"));
        Assert.Equal(",True", Find("c.*"));
        Assert.Equal("", Find("a[7].b"));
        Assert.Equal("", Find("a.b"));
        Assert.All(
            new[] { "$.", "a[", "a[]", "a[-1]", "$x", "a..b", "['a'" },
            wrong => Assert.False(JsonPath.TryParse(wrong, out _), wrong));

        string Find(string text)
        {
            Assert.True(JsonPath.TryParse(text, out JsonPath? path), text);
            return string.Join(',', path.Find(json).Select(one => one.ToString()));
        }
    }

    [Fact]
    public void The_page_of_definitions_has_every_key_and_every_word()
    {
        HashSet<string> asked = [];
        Assert.True(
            DefinitionReader.TryRead(Everything, out _, out IReadOnlyList<string> wrong, asked),
                string.Join('\n', wrong));
        DocPage page = DocPage.Read("docs/reference/carrier-definition.md");
        asked.RemoveWhere(key => key.Contains("t.answer.", StringComparison.Ordinal)
            || key.Contains("inbound.answer.", StringComparison.Ordinal)); // as answer
        Assert.Equal(asked.Order(StringComparer.Ordinal), Column("Keys"));
        Assert.Equal(
            DefinitionReader.GivenNames.Concat(Transform.Names).Order(StringComparer.Ordinal), Column("Templates"));
        Assert.Equal(CodeTable.Words.Order(StringComparer.Ordinal), Column("Meanings"));
        Assert.Equal(
            HookVerifiers.Kinds.Select(kind => $"{kind.Key}: {string.Join(", ", kind.Value.Select(one => one.Name))}")
                .Order(StringComparer.Ordinal),
            page.RowsBelow("Verifiers").Select(row => $"{row[0]}: {row[1]}").Order(StringComparer.Ordinal));

        IEnumerable<string> Column(string heading) =>
            page.RowsBelow(heading).Select(row => row[0]).Order(StringComparer.Ordinal);
    }

    private static HttpRequest Write(string body, string? content, string more = "")
    {
        string json = $$"""
            {
              "values": { "none": { "about": "" }, "digits": { "about": "" }, "flag": { "about": "" } },
              "send": { {{more}} "url": "https://x.example/send",
                  "body": "{{body}}" {{(content is null ? "" : $", \"content\": {content}")}} }
            }
            """;
        Assert.True(
            DefinitionReader.TryRead(json, out HttpDefinition? definition, out IReadOnlyList<string> wrong),
            string.Join('\n', wrong));
        return HttpRequest.Write(definition.Send, name => name switch
        {
            "to" => "+447700900123",
            "text" => "grüße",
            "validity" => TimeSpan.FromSeconds(90),
            "expires" => new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero),
            "digits" => "42",
            "flag" => "true",
            _ => null,
        });
    }
}
