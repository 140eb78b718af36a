using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>What those that speak JSON have in common.</summary>
public abstract class JsonCarrierContract : HttpCarrierContract
{
    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal("POST", asked.Method);
        using JsonDocument json = JsonDocument.Parse(asked.Body);
        AssertJson(asked, json.RootElement);
    }

    private protected abstract void AssertJson(Asked asked, JsonElement json);

    private protected static string Text(JsonElement json, params object[] path)
    {
        foreach (object step in path) json = step is int index ? json[index] : json.GetProperty((string)step);
        return json.ToString();
    }
}

public sealed class TelnyxTests : JsonCarrierContract
{
    private static readonly byte[] Seed = new byte[32];

    protected override string Definition => "telnyx";

    protected override Dictionary<string, string> Values =>
        new() { ["ApiKey"] = "KEY1", ["PublicKey"] = Convert.ToBase64String(PublicKey()) };

    private protected override (Reply, double?)? Throttled => (new Reply(429, Error("10011"), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(422, Error("40310"), FailureClass.Permanent, "5.1.1"),
        new(400, Error("40302"), FailureClass.Permanent, "5.6.0"),
        new(403, Error("40300"), FailureClass.OptedOut),
        new(401, Error("10009"), FailureClass.Authentication),
        new(403, Error("20100"), FailureClass.Authentication),
        new(422, Error("40318"), FailureClass.Throttled),
        new(500, Error("10007"), FailureClass.Temporary),
        new(422, Error("49999"), FailureClass.Permanent, "5.0.0"),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(200, $$$"""{"data":{"id":"{{{id}}}","to":[{"phone_number":"{{{Phone}}}","status":"queued"}]}}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v2/messages", "Bearer KEY1"), (asked.Path, asked.Headers.Authorization.ToString()));
        Assert.Equal((Phone, Own, SmsText), (Text(json, "to"), Text(json, "from"), Text(json, "text")));
        Assert.False(json.TryGetProperty("messaging_profile_id", out _));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        (string type, string word) = state switch
        {
            "sent" => ("message.sent", "sent"),
            "undelivered" => ("message.finalized", "delivery_failed"),
            _ => ("message.finalized", state),
        };
        string errors = state == "undelivered" ? """[{"code":"40008"}]""" : "[]";
        return Event(type, id, $$"""
            "to":[{"phone_number":"{{Phone}}","status":"{{word}}"}],"errors":{{errors}}
            """);
    }

    private protected override HookSample Inbound(string id, string text) => Event(
        "message.received", id,
        $$"""
        "from":{"phone_number":"{{Phone}}"},"to":[{"phone_number":"{{Own}}"}],"text":{{JsonSerializer.Serialize(text)}}
        """);

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        string time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] message = Encoding.UTF8.GetBytes($"{time}|{sample.Body}");
        byte[] signature = new byte[64];
        Ed25519.Sign(Seed, 0, message, 0, message.Length, signature, 0);
        return sample.With("telnyx-signature-ed25519", Convert.ToBase64String(signature))
            .With("telnyx-timestamp", time);
    }

    private static byte[] PublicKey()
    {
        byte[] key = new byte[32];
        Ed25519.GeneratePublicKey(Seed, 0, key, 0);
        return key;
    }

    private static HookSample Event(string type, string id, string payload) => HookSample.Json(
        $$$"""{"data":{"id":"evt","event_type":"{{{type}}}","payload":{"id":"{{{id}}}",{{{payload}}} } } }""");

    private static string Error(string code) => $$"""{"errors":[{"code":"{{code}}","title":"No"}]}""";
}

public sealed class VonageMessagesTests : JsonCarrierContract
{
    private const string Secret = "vonage-signature-secret";

    protected override string Definition => "vonage-messages";

    protected override Dictionary<string, string> Values =>
        new() { ["ApiKey"] = "k", ["ApiSecret"] = "s", ["SignatureSecret"] = Secret };

    private protected override (Reply, double?)? Throttled =>
        (new Reply(429, Problem("throttled"), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(422, Problem("1430"), FailureClass.Permanent, "5.1.1"),
        new(422, Problem("1090"), FailureClass.Permanent, "5.6.0"),
        new(422, """{"type":"https://x.example","title":"1050","detail":"barred"}""", FailureClass.Permanent, "5.7.1"),
        new(422, Problem("1240"), FailureClass.OptedOut),
        new(401, Problem("UNAUTHORIZED"), FailureClass.Authentication),
        new(402, Problem("1070"), FailureClass.Authentication),
        new(429, Problem("1000"), FailureClass.Throttled),
        new(500, Problem("1100"), FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(202, $$"""{"message_uuid":"{{id}}"}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v1/messages", "k:s"), (asked.Path, asked.Basic));
        Assert.Equal(("447700900123", "447700900999"), (Text(json, "to"), Text(json, "from")));
        Assert.Equal(("sms", "text", SmsText), (Text(json, "channel"), Text(json, "message_type"), Text(json, "text")));
        Assert.Equal(("v1", "auto"), (Text(json, "webhook_version"), Text(json, "sms", "encoding_type")));
        Assert.Equal(JsonValueKind.Number, json.GetProperty("ttl").ValueKind);
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        string word = state switch { "sent" => "submitted", "undelivered" => "undeliverable", var same => same };
        return HookSample.Json(
            $$"""{"message_uuid":"{{id}}","to":"447700900123","status":"{{word}}","channel":"sms"}""");
    }

    private protected override HookSample Inbound(string id, string text) => HookSample.Json(JsonSerializer.Serialize(
        new { message_uuid = id, from = "447700900123", to = "447700900999", text, channel = "sms" }));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        sample.With("Authorization", "Bearer " + Tokens.Of(Secret, sample.Body, "Vonage", url: null));

    private static string Problem(string code) =>
        $$"""{"type":"https://developer.vonage.com/api-errors/messages#{{code}}","title":"No","detail":"no"}""";
}

public sealed class InfobipTests : JsonCarrierContract
{
    protected override string Definition => "infobip";

    protected override Dictionary<string, string> Values =>
        new() { ["ApiKey"] = "key", ["HookUser"] = "u", ["HookPassword"] = "p" };

    protected override bool Deduplicates => true;

    protected override bool HasIds => false;

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, Fault("TOO_MANY_REQUESTS"), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(200, Status(5, 8, "REJECTED_PREFIX_MISSING"), FailureClass.Permanent, "5.1.1"),
        new(200, Status(5, 25, "REJECTED_MESSAGE_TOO_LONG"), FailureClass.Permanent, "5.6.0"),
        new(200, Status(5, 10, "REJECTED_DND"), FailureClass.OptedOut),
        new(200, Status(5, 12, "REJECTED_NOT_ENOUGH_CREDITS"), FailureClass.Authentication),
        new(200, Status(5, 20, "REJECTED_FLOODING_FILTER"), FailureClass.Throttled),
        new(200, Status(5, 21, "REJECTED_SYSTEM_ERROR"), FailureClass.Temporary),
        new(401, Fault("UNAUTHORIZED"), FailureClass.Authentication),
        new(400, Fault("BAD_REQUEST"), FailureClass.Permanent),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(200, Status(1, 26, "MESSAGE_ACCEPTED", IdOf(asked)));

    private protected override string CarrierIdOf(Asked asked, int number) => IdOf(asked);

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/sms/3/messages", "App key"), (asked.Path, asked.Headers.Authorization.ToString()));
        JsonElement message = json.GetProperty("messages")[0];
        Assert.Equal(("447700900123", "447700900999", SmsText), (
            Text(message, "destinations", 0, "to"), Text(message, "sender"), Text(message, "content", "text")));
        Assert.Equal(("60", "MINUTES"), (
            Text(message, "options", "validityPeriod", "amount"),
                Text(message, "options", "validityPeriod", "timeUnit")));
        Assert.False(message.GetProperty("options").TryGetProperty("regional", out _));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        (string group, int number) = state switch
        {
            "delivered" => ("DELIVERED", 5),
            "undelivered" => ("UNDELIVERABLE", 9),
            "expired" => ("EXPIRED", 15),
            _ => ("DELIVERED", 2), // to the operator: not yet to the phone
        };
        return HookSample.Json($$"""
            {"results":[{"messageId":"{{id}}","to":"447700900123","status":{"groupName":"{{group}}","id":{{number}}},
            "error":{"id":0,"permanent":false},"callbackData":"{{reference}}"}]}
            """);
    }

    private protected override HookSample Inbound(string id, string text) =>
        HookSample.Json(JsonSerializer.Serialize(new
        {
            results =
                new[] { new { messageId = id, from = "447700900123", to = "447700900999", text, cleanText = text } },
            messageCount = 1,
        }));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        sample.With("Authorization", "Basic dTpw");

    private static string IdOf(Asked asked)
    {
        using JsonDocument json = JsonDocument.Parse(asked.Body);
        return Text(json.RootElement, "messages", 0, "destinations", 0, "messageId");
    }

    private static string Status(int group, int id, string name, string message = "x") => $$$"""
        {"messages":[{"messageId":"{{{message}}}","destination":"4",
        "status":{"groupId":{{{group}}},"id":{{{id}}},"name":"{{{name}}}"}}]}
        """;

    private static string Fault(string id) =>
        $$$"""{"requestError":{"serviceException":{"messageId":"{{{id}}}","text":"no"} } }""";
}

public sealed class PlivoTests : JsonCarrierContract
{
    protected override string Definition => "plivo";

    protected override Dictionary<string, string> Values => new() { ["AuthId"] = "MA1", ["AuthToken"] = "t" };

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"error":"Too many requests, rate limited"}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, """{"api_id":"1","error":"dst is not valid"}""", FailureClass.Permanent),
        new(401, """{"api_id":"1","error":"authentication failed"}""", FailureClass.Authentication),
        new(400, """{"api_id":"1","error":"Insufficient Credit"}""", FailureClass.Authentication),
        new(500, """{"api_id":"1","error":"server error"}""", FailureClass.Temporary),
        new(500, "", FailureClass.Uncertain),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(202, $$"""{"message":"message(s) queued","message_uuid":["{{id}}"],"api_id":"1"}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v1/Account/MA1/Message/", "MA1:t"), (asked.Path, asked.Basic));
        Assert.Equal(("447700900123", "447700900999", SmsText), (
            Text(json, "dst"), Text(json, "src"), Text(json, "text")));
        Assert.Equal("POST", Text(json, "method"));
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Form(
        ("MessageUUID", id), ("ParentMessageUUID", id), ("To", "447700900123"), ("From", "447700900999"),
        ("Status", state == "expired" ? "undelivered" : state),
        ("ErrorCode", state switch { "expired" => "420", "undelivered" => "080", _ => "000" }));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("MessageUUID", id), ("From", "447700900123"), ("To", "447700900999"), ("Text", text), ("Type", "sms"));

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        string fields = string.Concat(new Asked("", "", "", null!, sample.Body).Form
            .OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value));
        byte[] hash = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("t"), Encoding.UTF8.GetBytes($"{sample.Url(hook)}?{fields}.77"));
        return sample.With("X-Plivo-Signature-V3-Nonce", "77")
            .With("X-Plivo-Signature-V3", Convert.ToBase64String(hash));
    }
}

public sealed class SinchTests : JsonCarrierContract
{
    protected override string Definition => "sinch";

    protected override Dictionary<string, string> Values =>
        new() { ["ServicePlanId"] = "plan", ["ApiToken"] = "t", ["HookSecret"] = "foo_secret1234" };

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"code":"too_many_requests","text":"slow"}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, """{"code":"syntax_invalid_parameter_format","text":"to"}""", FailureClass.Permanent),
        new(403, """{"code":"unknown_group","text":"no"}""", FailureClass.Authentication),
        new(401, """{"code":"unauthorized","text":"no"}""", FailureClass.Authentication),
        new(500, """{"code":"internal","text":"not processed"}""", FailureClass.Temporary),
        new(503, "", FailureClass.Uncertain),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(201, $$"""{"id":"{{id}}","canceled":false}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/xms/v1/plan/batches", "Bearer t"), (asked.Path, asked.Headers.Authorization.ToString()));
        Assert.Equal(("447700900123", "447700900999", SmsText, "per_recipient"), (
            Text(json, "to", 0), Text(json, "from"), Text(json, "body"), Text(json, "delivery_report")));
        Assert.False(json.TryGetProperty("flash_message", out _));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        (string word, int code) = state switch
        {
            "delivered" => ("Delivered", 0),
            "undelivered" => ("Failed", 404),
            "expired" => ("Expired", 406),
            _ => ("Dispatched", 401),
        };
        return HookSample.Json($$"""
            {"type":"recipient_delivery_report_sms","batch_id":"{{id}}","recipient":"447700900123","code":{{code}},
            "status":"{{word}}","client_reference":"{{reference}}"}
            """);
    }

    [Theory]
    [InlineData("mo_binary")]
    [InlineData("mo_media")]
    [InlineData("delivery_report_sms")]
    public async Task What_is_no_text_is_taken_and_left(string type)
    {
        await using TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        HookSample other = HookSample.Json(JsonSerializer.Serialize(
            new { type, id = "1", from = "447700900123", to = "447700900999" }));
        (HttpStatusCode status, _, _) = await Sign(other, hook).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private protected override HookSample Inbound(string id, string text) => HookSample.Json(JsonSerializer.Serialize(
        new { type = "mo_text", id, from = "447700900123", to = "447700900999", body = text }));

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        string time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] hash = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("foo_secret1234"), Encoding.UTF8.GetBytes($"{sample.Body}.n1.{time}"));
        return sample.With("x-sinch-webhook-signature", Convert.ToBase64String(hash))
            .With("x-sinch-webhook-signature-nonce", "n1").With("x-sinch-webhook-signature-timestamp", time);
    }
}

/// <summary>Tokens as carriers sign them.</summary>
internal static class Tokens
{
    public static string Of(string secret, string body, string issuer, string? url)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string claims = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 60,
            [body.Length > 0 ? "payload_hash" : "jti"] = body.Length > 0 ? Hash(body) : "1",
            [url is null ? "api_key" : "url_hash"] = url is null ? "k" : Hash(url),
        });
        string both = $"{Base64("""{"alg":"HS256","typ":"JWT"}""")}.{Base64(claims)}";
        byte[] hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(both));
        return $"{both}.{System.Buffers.Text.Base64Url.EncodeToString(hash)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Base64(string text) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
