using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Carriers.Http;

public sealed class TheSmsWorksTests : JsonCarrierContract
{
    protected override string Definition => "the-sms-works";

    protected override Dictionary<string, string> Values => new() { ["Token"] = "JWT abc" };

    protected override bool Signs => false; // the secret address is all they have

    private protected override (Reply, double?)? Throttled =>
        (new Reply(429, Error(9, false, "slow"), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, Error(1, true, "bad destination"), FailureClass.Permanent),
        new(400, Error(2, false, "network trouble"), FailureClass.Temporary),
        new(401, Error(3, true, "bad token"), FailureClass.Authentication),
        new(402, Error(4, true, "insufficient credits"), FailureClass.Authentication),
        new(502, "<html>\"message\"</html>", FailureClass.Uncertain, Type: "text/html"),
    ];

    private protected override Reply Accept(Asked asked, string id) =>
        new(201, $$"""{"messageid":"{{id}}","status":"SENT","credits":9,"creditsUsed":1}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal(("/v1/message/send", "JWT abc"), (asked.Path, asked.Headers.Authorization.ToString()));
        Assert.Equal(("447700900123", "447700900999", SmsText, "60"), (
            Text(json, "destination"), Text(json, "sender"), Text(json, "content"), Text(json, "validity")));
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Json($$"""
        {"messageid":"{{id}}","destination":"447700900123","tag":"{{reference}}",
        "status":"{{(state == "undelivered" ? "UNDELIVERABLE" : state.ToUpperInvariant())}}"}
        """);

    private protected override HookSample Inbound(string id, string text) => HookSample.Json(JsonSerializer.Serialize(
        new
        {
            messageid = id,
            sender = "447700900123",
            destination = "447700900999",
            content = text,
            status =
            "INCOMING"
        }));

    [Fact]
    public async Task A_receipt_repeats_the_text_and_is_no_text()
    {
        await using TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        HookSample receipt = HookSample.Json(
            """
            {"messageid":"m-1","status":"DELIVERED","sender":"447700900999","destination":447700900123,
            "content":"What we sent","tag":"","created":"","modified":"","schedule":"","customerid":"c"}
            """);
        Assert.Equal(HttpStatusCode.OK, (await receipt.CallAsync(test.Gateway.WebAddresses[0], hook)).Status);
        await Inbound("in-1", "What they answered").CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.StartsWith(
            "What they answered", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(1L, test.Store.Read(db => db.Scalar("select count(*) from inbound")));
    }

    // The slow one comes as temporary, too; its status says what it is.
    private static string Error(int code, bool isPermanent, string text) => code == 9
        ? $$"""{"message":"{{text}}","errorCode":{{code}}}"""
        : $$"""{"message":"{{text}}","errorCode":{{code}},"permanent":{{(isPermanent ? "true" : "false")}}}""";
}

public sealed class JasminTests : HttpCarrierContract
{
    protected override string Definition => "jasmin";

    protected override Dictionary<string, string> Values =>
        new() { ["User"] = "u", ["Password"] = "p", ["AllowedNetworks"] = "127.0.0.0/8" };

    protected override bool Signs => false; // networks guard it

    protected override (HttpStatusCode Status, string Body) InboundAnswer => (HttpStatusCode.OK, "ACK/Jasmin");

    private protected override (Reply, double?)? Throttled => (
        new Reply(403, "Error \"User throughput exceeded\"", "text/plain", "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        Plain(400, "Error \"Argument [to] has an invalid value: [x].\"", FailureClass.Permanent),
        Plain(403, "Error \"Authentication failure for username:u\"", FailureClass.Authentication),
        Plain(403, "Error \"Cannot charge submit_sm, check RouterPB log file for details\"",
            FailureClass.Authentication),
        Plain(412, "Error \"No route found\"", FailureClass.Temporary),
        Plain(500, "Error \"Cannot send submit_sm, check SMPPClientManagerPB log file for details\"",
            FailureClass.Temporary),
        Plain(500, "<html></html>", FailureClass.Uncertain),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(200, $"Success \"{id}\"", "text/plain");

    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal(("POST", "/send"), (asked.Method, asked.Path));
        Assert.Equal(("u", "p", "447700900123", "447700900999"), (
            asked.Form["username"], asked.Form["password"], asked.Form["to"], asked.Form["from"]));
        string hex = Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(SmsText));
        Assert.Equal(("8", hex), (asked.Form["coding"], asked.Form["hex-content"]));
        Assert.DoesNotContain("content", asked.Form.Keys);
        Assert.Equal(("yes", "3", "POST"), (asked.Form["dlr"], asked.Form["dlr-level"], asked.Form["dlr-method"]));
    }

    private protected override HookSample? Receipt(string state, string id, string reference) => HookSample.Form(
        ("id", id), ("level", state == "sent" ? "1" : "2"), ("connector", "c"), ("err", "027"),
        ("message_status", state switch
        {
            "delivered" => "DELIVRD",
            "undelivered" => "UNDELIV",
            "expired" => "EXPIRED",
            _ => "ESME_ROK",
        }));

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("id", id), ("from", "447700900123"), ("to", "447700900999"), ("coding", "0"), ("content", text),
        ("origin-connector", "c"));

    [Fact]
    public Task Character_sets_are_read() => AssertBecomeAsync("Grüße", HookSample.Form(
        ("id", "ucs2"), ("from", "447700900123"), ("to", "447700900999"), ("coding", "8"), ("content", "?"),
        ("binary", Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes("Grüße")))));

    private static Refusal Plain(int status, string body, FailureClass meaning) =>
        new(status, body, meaning, Type: "text/plain");
}

public sealed class SmsEagleTests : HttpCarrierContract
{
    protected override string Definition => "smseagle";

    protected override Dictionary<string, string> Values => new() { ["AccessToken"] = "t", ["HookKey"] = "s3cret" };

    private protected override (Reply, double?)? Throttled => null;

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(200, "Invalid login or password", FailureClass.Authentication, Type: "text/plain"),
        new(200, "Wrong phone number", FailureClass.Permanent, "5.1.1", "text/plain"),
        new(502, "<html>Bad gateway</html>", FailureClass.Uncertain, Type: "text/html"),
    ];

    private protected override Reply Accept(Asked asked, string id) => new(200, $"OK; ID=1{id[^1]}", "text/plain");

    private protected override void AssertAsked(Asked asked)
    {
        Assert.Equal(("GET", "/http_api/send_sms"), (asked.Method, asked.Path));
        Assert.Equal(("t", Phone, SmsText, "1"), (
            asked.QueryFields["access_token"], asked.QueryFields["to"], asked.QueryFields["message"],
            asked.QueryFields["unicode"]));
        Assert.Equal(36, asked.QueryFields["oid"].Length);
        Assert.Equal("close", asked.Headers.Connection.ToString()); // or it might be repeated behind our back
    }

    protected override string IdWord => "11";

    private protected override HookSample? Receipt(string state, string id, string reference) => null;

    private protected override HookSample Inbound(string id, string text) => HookSample.Form(
        ("sender", Phone), ("timestamp", "20261125090000"), ("text", text), ("msgid", id), ("apikey", "none"));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        hook.StartsWith("https://sms.example", StringComparison.Ordinal)
            ? sample with { Body = sample.Body.Replace("apikey=none", "apikey=s3cret", StringComparison.Ordinal) }
            : sample;
}

public sealed class AwsTests : JsonCarrierContract
{
    private const string Topic = "arn:aws:sns:eu-west-1:1:sms";
    private readonly RSA _key = RSA.Create(2048);
    private Provider _amazon = null!;

    protected override string Definition => "aws";

    protected override Dictionary<string, string> Values => new()
    {
        ["Region"] = "eu-west-1",
        ["AccessKeyId"] = "AKID",
        ["SecretAccessKey"] = "s",
        ["Topics"] = Topic,
        ["CertificateHosts"] = new Uri(_amazon.Url).Authority,
    };

    protected override bool TakesCallback => false;

    private protected override (Reply, double?)? Throttled =>
        (new Reply(400, Error("ThrottlingException"), RetryAfter: "7"), 7);

    private protected override IEnumerable<Refusal> Refusals =>
    [
        new(400, Error("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"), FailureClass.OptedOut),
        new(400, Error("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
            FailureClass.Permanent),
        new(400, Error("ValidationException", "INVALID_PARAMETER"), FailureClass.Permanent),
        new(400, Error("AccessDeniedException", "ACCOUNT_DISABLED"), FailureClass.Authentication),
        new(400, Error("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
            FailureClass.Authentication),
        new(500, Error("InternalServerException"), FailureClass.Temporary),
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _amazon = await Provider.StartAsync();
        using X509Certificate2 certificate = new CertificateRequest(
            "CN=sns.amazonaws.com", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        string pem = certificate.ExportCertificatePem();
        _amazon.Answer = (_, _) => Task.FromResult(new Reply(200, pem, "text/plain"));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _amazon.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task A_subscription_to_one_of_our_topics_is_confirmed()
    {
        await using EndToEnd.TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        Dictionary<string, string> notice = new()
        {
            ["Type"] = "SubscriptionConfirmation",
            ["MessageId"] = "1",
            ["Token"] = "t",
            ["TopicArn"] = Topic,
            ["Message"] = "m",
            ["SubscribeURL"] = $"{_amazon.Url}/confirm?Token=t",
            ["Timestamp"] = "2026-11-25T09:00:00Z",
        };
        (HttpStatusCode status, _, _) = await Signed(notice).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("/confirm", _amazon.Requests[^1].Path);

        notice["TopicArn"] = "arn:aws:sns:eu-west-1:2:theirs";
        int asked = _amazon.Requests.Count;
        (status, _, _) = await Signed(notice).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal((HttpStatusCode.Forbidden, asked), (status, _amazon.Requests.Count));
    }

    private protected override Reply Accept(Asked asked, string id) => new(200, $$"""{"MessageId":"{{id}}"}""");

    private protected override void AssertJson(Asked asked, JsonElement json)
    {
        Assert.Equal("PinpointSMSVoiceV2.SendTextMessage", asked.Headers["X-Amz-Target"].ToString());
        Assert.Equal("application/x-amz-json-1.0", asked.Headers.ContentType.ToString());
        Assert.StartsWith(
            "AWS4-HMAC-SHA256 Credential=AKID/", asked.Headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, ", asked.Headers.Authorization.ToString(),
            StringComparison.Ordinal);
        Assert.Equal((Phone, Own, SmsText, "TRANSACTIONAL"), (
            Text(json, "DestinationPhoneNumber"), Text(json, "OriginationIdentity"), Text(json, "MessageBody"),
            Text(json, "MessageType")));
    }

    private protected override HookSample? Receipt(string state, string id, string reference)
    {
        string type = state switch
        {
            "delivered" => "TEXT_DELIVERED",
            "undelivered" => "TEXT_UNREACHABLE",
            "expired" => "TEXT_TTL_EXPIRED",
            _ => "TEXT_SENT",
        };
        return Notice(JsonSerializer.Serialize(new
        {
            eventType = type,
            messageId = id,
            destinationPhoneNumber = Phone,
            context = new { reference },
        }));
    }

    private protected override HookSample Inbound(string id, string text) => Notice(JsonSerializer.Serialize(
        new { originationNumber = Phone, destinationNumber = Own, messageBody = text, inboundMessageId = id }));

    private protected override HookSample Sign(HookSample sample, string hook) =>
        hook.StartsWith("https://sms.example", StringComparison.Ordinal)
            ? Signed(JsonSerializer.Deserialize<Dictionary<string, string>>(sample.Body)!)
            : sample;

    private HookSample Signed(Dictionary<string, string> notice)
    {
        string text = string.Concat(notice.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Where(one => one.Key is not ("SigningCertURL" or "Signature" or "SignatureVersion"))
            .Select(one => $"{one.Key}\n{one.Value}\n"));
        byte[] signature = _key.SignData(
            Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return HookSample.Json(JsonSerializer.Serialize(new Dictionary<string, string>(notice)
        {
            ["Signature"] = Convert.ToBase64String(signature),
            ["SignatureVersion"] = "2",
            ["SigningCertURL"] = $"{_amazon.Url}/cert.pem",
        })) with
        { ContentType = "text/plain; charset=UTF-8" };
    }

    private static HookSample Notice(string message) => HookSample.Json(JsonSerializer.Serialize(
        new Dictionary<string, string>
        {
            ["Type"] = "Notification",
            ["MessageId"] = "1",
            ["TopicArn"] = Topic,
            ["Message"] = message,
            ["Timestamp"] = "2026-11-25T09:00:00Z",
        }));

    private static string Error(string type, string reason = "") => reason.Length == 0
        ? $$"""{"__type":"com.amazonaws.pinpointsmsvoicev2#{{type}}","Message":"no"}"""
        : $$"""{"__type":"{{type}}","Message":"no","Reason":"{{reason}}"}""";
}
