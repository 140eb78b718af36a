using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailSms.Messages;

namespace EmailSms.Tests.Carriers.Http;

public sealed class MessageBirdTests : JsonCarrierContract
{
    protected override string Definition => "messagebird";

    protected override Dictionary<string, string> Values => new() { ["AccessKey"] = "live", ["SigningKey"] = "sign" };

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"errors":[{"code":0,"description":"Too many"}]}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(422, """{"errors":[{"code":10,"description":"recipient is invalid"}]}""", FailureClass.Permanent),
        new(401, """{"errors":[{"code":2,"description":"Request not allowed"}]}""", FailureClass.Authentication),
        new(422, """{"errors":[{"code":25,"description":"Not enough balance"}]}""", FailureClass.Authentication),
        new(500, """{"errors":[{"code":99,"description":"Internal"}]}""", FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(201, $$"""{"id":"{{id}}","direction":"mt"}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/messages", "AccessKey live"), (asked.Path, asked.Headers.Authorization.ToString()));
        Assert.Equal(("447700900123", "447700900999", SmsText, "auto"), (
            Text(json, "recipients", 0), Text(json, "originator"), Text(json, "body"), Text(json, "datacoding")));
        Assert.InRange(json.GetProperty("validity").GetInt32(), 3590, 3600);
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Get(
        ("id", id), ("reference", reference), ("recipient", "447700900123"),
        ("status", state == "undelivered" ? "delivery_failed" : state),
            ("statusErrorCode", state == "undelivered" ? "27" : "0"));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("id", id), ("originator", "447700900123"), ("recipient", "447700900999"), ("body", text));

    private protected override HookSample Sign(HookSample sample, string hook) => sample.With(
        "MessageBird-Signature-JWT", Tokens.Of("sign", sample.Body, "MessageBird", sample.Url(hook)));
}

public sealed class ClickatellTests : JsonCarrierContract
{
    protected override string Definition => "clickatell";

    protected override Dictionary<string, string> Values =>
        new() { ["ApiKey"] = "rawkey", ["HookUser"] = "u", ["HookPassword"] = "p" };

    protected override bool TakesCallback => false;

    private protected override (Reply, double?)? Throttled => (new Reply(202, Error(43), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(202, Error(25), FailureClass.Permanent, "5.1.1"),
        new(202, Error(24), FailureClass.Permanent, "5.6.0"),
        new(202, Error(26), FailureClass.OptedOut),
        new(401, """{"messages":[],"error":{"code":1,"description":"bad key"}}""", FailureClass.Authentication),
        new(202, Error(20), FailureClass.Authentication),
        new(202, Error(19), FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(202, $$"""{"messages":[{"apiMessageId":"{{id}}","accepted":true,"to":"4","error":null}],"error":null}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v1/message", "rawkey"), (asked.Path, asked.Headers.Authorization.ToString()));
        JsonElement message = json.GetProperty("messages")[0];
        Assert.Equal(("sms", "447700900123", "447700900999", SmsText), (
            Text(message, "channel"), Text(message, "to"), Text(message, "from"), Text(message, "content")));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        int code = state switch { "delivered" => 5, "undelivered" => 23, "expired" => 20, _ => 4 };
        return HookSample.Json($$$"""
            {"integrationId":"1","event":{"messageStatusUpdate":[{"channel":"sms","messageId":"{{{id}}}",
            "clientMessageId":"{{{reference}}}","timestamp":1506607698000,"statusCode":{{{code}}}}]}}
            """);
    }

    private protected override HookSample Inbound(string id, string text) =>
        HookSample.Json(JsonSerializer.Serialize(new
        {
            integrationId = "1",
            @event = new
            {
                moText = new[]
            {
                new { channel = "sms", messageId = id, from = "447700900123", to = "447700900999", content = text },
            },
            },
        }));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        sample.With("Authorization", "Basic dTpw");

    private static string Error(int code) => $$$"""
        {"messages":[{"apiMessageId":null,"accepted":false,"error":{"code":{{{code}}},"description":"no"}}],
        "error":null}
        """;
}

public sealed class BandwidthTests : JsonCarrierContract
{
    protected override string Definition => "bandwidth";

    protected override Dictionary<string, string> Values => new()
    {
        ["AccountId"] = "9",
        ["ApplicationId"] = "app",
        ["User"] = "u",
        ["Password"] = "p",
        ["HookUser"] = "u",
        ["HookPassword"] = "p",
    };

    protected override bool TakesCallback => false;

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"type":"max-message-queue-size-exceeded","description":"full"}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, """{"type":"request-validation","description":"to is invalid"}""", FailureClass.Permanent),
        new(401, """{"type":"authentication","description":"no"}""", FailureClass.Authentication),
        new(403, """{"type":"x","description":"no"}""", FailureClass.Authentication),
        new(500, """{"type":"internal","description":"no"}""", FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(202, $$"""{"id":"{{id}}","segmentCount":1,"direction":"out"}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/api/v2/users/9/messages", "u:p"), (asked.Path, asked.Basic));
        Assert.Equal((Phone, Own, SmsText, "app"), (
            Text(json, "to", 0), Text(json, "from"), Text(json, "text"), Text(json, "applicationId")));
        Assert.False(json.TryGetProperty("priority", out _));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        (string type, string error) = state switch
        {
            "delivered" => ("message-delivered", ""),
            "undelivered" => ("message-failed", ",\"errorCode\":4700"),
            "expired" => ("message-failed", ",\"errorCode\":4360"),
            _ => ("message-sending", ""),
        };
        return HookSample.Json($$$"""
            [{"type":"{{{type}}}","to":"{{{Phone}}}"{{{error}}},"message":{"id":"{{{id}}}","tag":"{{{reference}}}"}}]
            """);
    }

    private protected override HookSample Inbound(string id, string text) => HookSample.Json(JsonSerializer.Serialize(
        new[] { new { type = "message-received", message = new { id, from = Phone, owner = Own, text } } }));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        sample.With("Authorization", "Basic dTpw");
}

public sealed class ClickSendTests : JsonCarrierContract
{
    protected override string Definition => "clicksend";

    protected override Dictionary<string, string> Values => new() { ["User"] = "u", ["ApiKey"] = "k" };

    protected override bool TakesCallback => false;

    protected override bool Signs => false; // the secret address is all they have

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"http_code":429,"response_code":"TOO_MANY_REQUESTS"}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(200, Status("INVALID_RECIPIENT"), FailureClass.Permanent, "5.1.1"),
        new(200, Status("INVALID_SENDER_ID"), FailureClass.Permanent, "5.1.7"),
        new(200, Status("INSUFFICIENT_CREDIT"), FailureClass.Authentication),
        new(401, """{"http_code":401,"response_code":"UNAUTHORIZED"}""", FailureClass.Authentication),
        new(200, Status("THROTTLED"), FailureClass.Throttled),
        new(500, """{"http_code":500,"response_code":"INTERNAL"}""", FailureClass.Temporary),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(200, Status("SUCCESS", id));

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v3/sms/send", "u:k"), (asked.Path, asked.Basic));
        JsonElement message = json.GetProperty("messages")[0];
        Assert.Equal((Phone, Own, SmsText), (Text(message, "to"), Text(message, "from"), Text(message, "body")));
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => state == "expired"
        ? null
        : HookSample.Form(
            ("message_id", id), ("custom_string", reference), ("status", "x"),
            ("status_code", state switch { "delivered" => "201", "undelivered" => "301", _ => "200" }));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("message_id", id), ("from", Phone), ("to", Own), ("body", text));

    private static string Status(string status, string id = "x") => $$$"""
        {"http_code":200,"response_code":"SUCCESS",
        "data":{"messages":[{"message_id":"{{{id}}}","status":"{{{status}}}"}]}}
        """;
}

public sealed class AndroidGatewayTests : JsonCarrierContract
{
    protected override string Definition => "android-sms-gateway";

    protected override Dictionary<string, string> Values =>
        new() { ["User"] = "sms", ["Password"] = "p", ["SimNumber"] = "2", ["SigningKey"] = "test-signing-key" };

    protected override bool TakesCallback => false;

    protected override bool Deduplicates => true;

    protected override bool HasIds => false;

    private protected override (Reply, double?)? Throttled => (
        new Reply(429, """{"message":"too many"}""", RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, """{"message":"invalid phone number"}""", FailureClass.Permanent),
        new(401, """{"message":"unauthorized"}""", FailureClass.Authentication),
        new(500, """{"message":"failed"}""", FailureClass.Temporary),
        new(401, "", FailureClass.Authentication),
    ];

    private protected override Reply Accept(Asked asked, string id) => IdOf(asked).EndsWith('0')
        ? new Reply(409, """{"message":"duplicate id"}""") // it has it: so it was said before, and that is a yes
        : new Reply(202, $$"""{"id":"{{IdOf(asked)}}","state":"Pending","recipients":[]}""");

    private protected override string CarrierIdOf(Asked asked, int number) => IdOf(asked);

    private protected override string ReferenceOf(Asked asked) => IdOf(asked);

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/messages", "sms:p"), (asked.Path, asked.Basic));
        Assert.Equal((Phone, SmsText, "2", "True"), (
            Text(json, "phoneNumbers", 0), Text(json, "textMessage", "text"), Text(json, "simNumber"),
            Text(json, "withDeliveryReport")));
        Assert.Equal(JsonValueKind.Number, json.GetProperty("simNumber").ValueKind);
        Assert.Equal(36, IdOf(asked).Length);
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        string name = state switch { "delivered" => "sms:delivered", "sent" => "sms:sent", _ => "sms:failed" };
        if (state == "expired") return null;
        return HookSample.Json($$$"""
            {"id":"e-{{{state}}}","event":"{{{name}}}","payload":{"messageId":"{{{id}}}","recipient":"{{{Phone}}}",
            "reason":"RESULT_ERROR_NO_SERVICE"}}
            """);
    }

    private protected override HookSample Inbound(string id, string text) =>
        HookSample.Json(JsonSerializer.Serialize(new
        {
            id,
            @event = "sms:received",
            payload = new { messageId = "same", sender = Phone, recipient = Own, message = text },
        }));

    private protected override HookSample Sign(HookSample sample, string hook)
    {
        string time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] hash = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("test-signing-key"), Encoding.UTF8.GetBytes(sample.Body + time));
        return sample.With("X-Signature", Convert.ToHexStringLower(hash)).With("X-Timestamp", time);
    }

    private static string IdOf(Asked asked)
    {
        using JsonDocument json = JsonDocument.Parse(asked.Body);
        return Text(json.RootElement, "id");
    }
}
