using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Carriers.Http;

public sealed class TwilioTests : HttpCarrierContract
{
    protected override string Definition => "twilio";

    protected override Dictionary<string, string> Values => new() { ["AccountSid"] = "AC1", ["AuthToken"] = "12345" };

    protected override (HttpStatusCode Status, string Body) InboundAnswer => (HttpStatusCode.OK, "<Response/>");

    private protected override (Reply, double?)? Throttled =>
        (new Reply(429, """{"code":20429,"message":"Too Many Requests","status":429}""", RetryAfter: "7"), 7);

    [Fact]
    public Task A_carrier_that_says_slower_of_one_sender_goes_on_with_the_others() =>
        AssertGoesOnWithOtherSendersAsync(new Reply(400, Error(21611)));

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, Error(21211), FailureClass.Permanent, "5.1.1"),
        new(400, Error(21614), FailureClass.Permanent, "5.1.1"),
        new(400, Error(21617), FailureClass.Permanent, "5.6.0"),
        new(400, Error(21212), FailureClass.Permanent, "5.1.7"),
        new(400, Error(99999), FailureClass.Permanent, "5.0.0"),
        new(400, Error(21610), FailureClass.OptedOut),
        new(401, Error(20003), FailureClass.Authentication),
        new(400, Error(21408), FailureClass.Temporary, "4.7.1"),
        new(403, "<html>blocked</html>", FailureClass.Temporary, Type: "text/html"),
        new(429, Error(20429), FailureClass.Throttled),
        new(503, Error(20503), FailureClass.Temporary),
        new(500, "", FailureClass.Uncertain),
        new(429, "<html>slow down</html>", FailureClass.Uncertain, Type: "text/html"),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(201, $$"""{"sid":"{{id}}","status":"queued","error_code":null,"num_segments":"1"}""");

    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal(("POST", "/2010-04-01/Accounts/AC1/Messages.json"), (asked.Method, asked.Path));
        Assert.Equal("AC1:12345", asked.Basic);
        Assert.Equal("application/x-www-form-urlencoded", asked.Headers.ContentType.ToString());
        Assert.Equal((Phone, Own, SmsText), (asked.Form["To"], asked.Form["From"], asked.Form["Body"]));
        Assert.InRange(int.Parse(asked.Form["ValidityPeriod"]), 3590, 3600);
        Assert.DoesNotContain("MessagingServiceSid", asked.Form.Keys);
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Form(
        ("MessageSid", id), ("MessageStatus", state == "expired" ? "undelivered" : state), ("To", Phone), ("From", Own),
        ("ErrorCode", state == "expired" ? "30036" : state == "undelivered" ? "30003" : ""));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("MessageSid", id), ("SmsStatus", "received"), ("From", Phone), ("To", Own), ("Body", text), ("NumMedia", "0"));

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        IEnumerable<string> fields = new Asked("", "", "", null!, sample.Body).Form
            .OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value);
        byte[] data = Encoding.UTF8.GetBytes(sample.Url(hook) + string.Concat(fields));
#pragma warning disable CA5350 // What they sign with is not ours to choose.
        byte[] hash = HMACSHA1.HashData(Encoding.UTF8.GetBytes("12345"), data);
#pragma warning restore CA5350
        return sample.With("X-Twilio-Signature", Convert.ToBase64String(hash));
    }

    private static string Error(int code) => $$"""{"code":{{code}},"message":"No","status":400}""";
}

public sealed class VonageSmsTests : HttpCarrierContract
{
    private const string Secret = "my_secret_key_for_testing";

    protected override string Definition => "vonage-sms";

    protected override Dictionary<string, string> Values =>
        new() { ["ApiKey"] = "key", ["ApiSecret"] = "secret", ["SignatureSecret"] = Secret };

    private protected override (Reply, double?)? Throttled =>
        (new Reply(200, Status(1, "Throughput Rate Exceeded - please wait [ 7000 ] and retry")), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(200, Status(6, "Invalid message"), FailureClass.Permanent, "5.1.1"),
        new(200, Status(7, "Number barred"), FailureClass.Permanent, "5.7.1"),
        new(200, Status(12, "Message too long"), FailureClass.Permanent, "5.6.0"),
        new(200, Status(4, "Invalid credentials"), FailureClass.Authentication),
        new(200, Status(9, "Partner quota exceeded"), FailureClass.Authentication),
        new(200, Status(1, "Throttled"), FailureClass.Throttled),
        new(200, Status(5, "Internal error"), FailureClass.Temporary),
        new(200, "<html>Welcome to the hotel</html>", FailureClass.Uncertain, Type: "text/html"),
        new(200, """{"messages":[{"status":"0","message-id":"a"},{"status":"5"}]}""", FailureClass.Uncertain),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(
        200, $$"""{"message-count":"1","messages":[{"to":"447700900123","message-id":"{{id}}","status":"0"}]}""");

    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal(("POST", "/sms/json"), (asked.Method, asked.Path));
        Assert.Equal(("key", "secret"), (asked.Form["api_key"], asked.Form["api_secret"]));
        Assert.Equal(("447700900123", "447700900999"), (asked.Form["to"], asked.Form["from"]));
        Assert.Equal((SmsText, "unicode"), (asked.Form["text"], asked.Form["type"]));
        Assert.InRange(asked.Form["client-ref"].Length, 34, 40);
        Assert.InRange(int.Parse(asked.Form["ttl"]), 3_590_000, 3_600_000);
        Assert.DoesNotContain("message-class", asked.Form.Keys);
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Get(
        ("msisdn", "447700900123"), ("to", "447700900999"), ("messageId", id), ("client-ref", reference),
        ("status", state switch { "sent" => "accepted", "undelivered" => "failed", var same => same }),
        ("err-code", state == "undelivered" ? "2" : "0"), ("timestamp", Now()));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("msisdn", "447700900123"), ("to", "447700900999"), ("messageId", id), ("text", text), ("type", "unicode"),
        ("timestamp", Now()));

    [Fact]
    public Task Parts_are_put_together() => AssertBecomeAsync(
        "First and second", Part("p-2", "2", "and second"), Part("p-1", "1", "First "));

    [Fact]
    public async Task A_binary_message_is_taken_and_left()
    {
        await using TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        HookSample binary = HookSample.Form(
            ("msisdn", "447700900123"), ("to", "447700900999"), ("messageId", "b-1"), ("type", "binary"),
            ("data", "0102"), ("udh", "050003010101"), ("timestamp", Now()));
        (HttpStatusCode status, _, _) = await Sign(binary, hook).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        string fields = sample.Method == "GET" ? sample.Query : sample.Body;
        string sig = VonageSignature.Sign(new Asked("", "", "", null!, fields).Form, Secret, "sha256");
        string signed = hook.StartsWith("https://sms.example", StringComparison.Ordinal) ? $"{fields}&sig={sig}"
            : fields;
        return sample.Method == "GET" ? sample with { Query = signed } : sample with { Body = signed };
    }

    private static HookSample Part(string id, string number, string text) => HookSample.Form(
        ("msisdn", "447700900123"), ("to", "447700900999"), ("messageId", id), ("text", text), ("type", "text"),
        ("concat", "true"), ("concat-ref", "08B2"), ("concat-total", "2"), ("concat-part", number),
            ("timestamp", Now()));

    private static string Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();

    private static string Status(int status, string text) =>
        $$"""{"message-count":"1","messages":[{"status":"{{status}}","error-text":"{{text}}"}]}""";
}

public sealed class KannelDefinitionTests : HttpCarrierContract
{
    protected override string Definition => "kannel";

    protected override Dictionary<string, string> Values =>
        new() { ["User"] = "u", ["Password"] = "p", ["AllowedNetworks"] = "127.0.0.0/8" };

    protected override bool HasIds => false;

    protected override bool Signs => false; // its address guards it; another test is of networks

    private protected override (Reply, double?)? Throttled => null;

    private protected override IEnumerable<Refusal> Refusals =>
    [
        Plain(403, "Authorization failed for sendsms", FailureClass.Authentication),
        Plain(403, "Not routable. Do not try again.", FailureClass.Permanent),
        Plain(400, "Empty receiver number not allowed, rejected", FailureClass.Permanent),
        Plain(500, "Sending failed.", FailureClass.Temporary),
        Plain(503, "Temporal failure, try again later.", FailureClass.Temporary),
        Plain(502, "<html>Bad Gateway</html>", FailureClass.Uncertain),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(202, "0: Accepted for delivery", "text/html");

    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal(("GET", "/cgi-bin/sendsms"), (asked.Method, asked.Path));
        Assert.Equal(("u", "p"), (asked.QueryFields["username"], asked.QueryFields["password"]));
        Assert.Equal(
            (Phone, Own, SmsText), (asked.QueryFields["to"], asked.QueryFields["from"], asked.QueryFields["text"]));
        Assert.Equal(("2", "UTF-8", "60"),
            (asked.QueryFields["coding"], asked.QueryFields["charset"], asked.QueryFields["validity"]));
        Assert.Equal("27", asked.QueryFields["dlr-mask"]);
        Assert.EndsWith("?st=%d&ans=%A&fid=%F&to=%p", asked.QueryFields["dlr-url"], StringComparison.Ordinal);
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Get(
        ("st", state switch { "delivered" => "1", "sent" => "8", _ => "2" }),
        ("ans", state switch
        {
            "expired" =>
                "id:1 sub:001 dlvrd:000 submit date:2611250900 done date:2611250901 stat:EXPIRED err:031 text:",
            "undelivered" =>
                "id:1 sub:001 dlvrd:000 submit date:2611250900 done date:2611250901 stat:UNDELIV err:027 text:",
            _ => "",
        }),
        ("fid", "1"), ("to", Phone));

    private protected override HookSample Inbound(string id, string text) =>
        HookSample.Get(("from", Phone), ("to", Own), ("text", text), ("id", id), ("coding", "0"), ("charset", "UTF-8"));

    [Fact]
    public Task Character_sets_are_read() => AssertBecomeAsync("Grüße", new HookSample(
        "GET", $"from=%2B447700900123&to=%2B447700900999&text=Gr%FC%DFe&id=latin&charset=ISO-8859-1", "", ""));

    private static Refusal Plain(int status, string body, FailureClass meaning) =>
        new(status, body, meaning, Type: "text/html");
}

public sealed class PlainJsonTests : HttpCarrierContract
{
    private const string Secret = "hook-secret";

    protected override string Definition => "json";

    protected override Dictionary<string, string> Values => new() { ["Token"] = "t0ken", ["HookSecret"] = Secret };

    protected override bool Deduplicates => true;

    private protected override (Reply, double?)? Throttled => (new Reply(429, "", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(422, """{"code":"invalid-number","message":"no"}""", FailureClass.Permanent, "5.1.1"),
        new(400, "", FailureClass.Permanent, "5.0.0"),
        new(403, """{"code":"opted-out"}""", FailureClass.OptedOut),
        new(401, "", FailureClass.Authentication),
        new(429, "", FailureClass.Throttled),
        new(500, "", FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(202, $$"""{"id":"{{id}}"}""");

    private protected override void AssertAsked(Asked asked)
    {
        using JsonDocument json = JsonDocument.Parse(asked.Body);
        JsonElement root = json.RootElement;
        Assert.Equal("Bearer t0ken", asked.Headers.Authorization.ToString());
        Assert.Equal(root.GetProperty("id").GetString(), asked.Headers["Idempotency-Key"].ToString());
        Assert.Equal((Phone, Own, SmsText), (
            root.GetProperty("to").GetString(), root.GetProperty("from").GetString(),
                root.GetProperty("text").GetString()));
        Assert.Equal(1, root.GetProperty("parts").GetInt32());
    }

    private protected override HookSample? Receipt(string state, string id, string reference) =>
        HookSample.Json($$"""{"id":"{{id}}","state":"{{state}}","to":"{{Phone}}"}""");

    private protected override HookSample Inbound(string id, string text) =>
        HookSample.Json(JsonSerializer.Serialize(new { id, from = Phone, to = Own, text }));

    [Fact]
    public Task Parts_are_put_together() => AssertBecomeAsync(
        "First and second", Part("p2", 2, "and second"), Part("p1", 1, "First "));

    private protected override HookSample Sign(HookSample sample, string hook) => sample.With(
        "X-Signature", Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(sample.Body))));

    private static HookSample Part(string id, int number, string text) => HookSample.Json(JsonSerializer.Serialize(
        new { id, from = Phone, to = Own, text, part = new { reference = 9, number, total = 2 } }));
}
