using System.Net;
using System.Text;
using EmailSms.Carriers.Http;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>The vectors of the carriers' own libraries, and what is a little off them.</summary>
public sealed class SignatureTests
{
    private const string TwilioUrl = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string TwilioForm = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212"
        + "&Caller=%2B14158675309";

    private const string PlivoForm = "Direction=outbound&From=19792014278&ALegUUID=3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"
        + "&RequestUUID=3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36&ALegRequestUUID=3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"
        + "&CallUUID=3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36&SessionStart=2020-04-08%2011%3A34%3A33.238707&BillRate=0.002"
        + "&ParentAuthID=MANWVLYTK4ZWU1YTY4QA&To=sip%3APlivoSignature382029104058171078704104%40phone"
        + "-qa.voice.plivodev.com"
        + "&SIP-H-To=%3Csip%3APlivoSignature382029104058171078704104%4052.9.11.55%3Btransport%3Dudp%3E%3Btag%3D1"
        + "&CallStatus=in-progress&Event=StartApp";

    private const string PlivoUrl = "https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml";
    private const string PlivoToken = "Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4";
    private const string MessageBirdSecret = "36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb";

    private static readonly string SinchBody = (
        "{'app_id':'','accepted_time':'2021-10-18T17:49:13.813615Z','project_id':'e2df3a34-a71b-444"
            + "8-9db5-a8d2baad28e4',"
        + "'contact_create_notification':{'contact':{'id':'01FJA8B466Y0R2GNXD78MD9SM1','channel_ident"
        + "ities':[{'channel':"
        + "'SMS','identity':'48123456789','app_id':''}],'display_name':'New Test Contact','email':'ne"
        + "w.contact@email.com',"
        + "'external_id':'','metadata':'','language':'EN_US'}},'message_metadata':''}").Replace('\'', '"');

    [Theory]
    [InlineData(TwilioUrl, TwilioForm, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true)]
    [InlineData(TwilioUrl, TwilioForm, "kvajT1Ptam85bY51eRf/AJRuM3w=", true)] // with the port
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2", TwilioForm, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true)]
    [InlineData(TwilioUrl, "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
        "IK+Dwps556ElfBT0I3Rgjkr1wJU=", true)]
    [InlineData(TwilioUrl, TwilioForm + "&More=1", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false)]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=3", TwilioForm, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false)]
    [InlineData("https://mycompany.co/myapp.php?foo=1&bar=2", TwilioForm, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false)]
    [InlineData(TwilioUrl, TwilioForm, "", false)]
    public void Twilio_signs_address_and_form(string url, string form, string signature, bool isTheirs) => Assert.Equal(
        isTheirs,
        TwilioSignature.IsOf(Call("POST", url, form, ("X-Twilio-Signature", signature)), "12345"));

    [Theory]
    [InlineData("""{"property": "value", "boolean": true}""", true)]
    [InlineData("""{"property": "value", "boolean": false}""", false)]
    public void Twilio_signs_the_hash_of_another_body(string body, bool isTheirs)
    {
        HookCall call = Call(
            "POST", $"{TwilioUrl}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", body,
            ("X-Twilio-Signature", "a9nBmqA0ju/hNViExpshrM61xv4=")) with
        { ContentType = "application/json" };
        Assert.Equal(isTheirs, TwilioSignature.IsOf(call, "12345"));
    }

    [Theory]
    [InlineData("md5hash", "d2e7b1dc968737c5998ad624e02f90b7")]
    [InlineData("md5", "DDEBD46008C2D4E93CCE578A332A52D5")]
    [InlineData("sha1", "27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A")]
    [InlineData("sha256", "DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330")]
    public void Vonage_signs_all_parameters(string algorithm, string signature)
    {
        const string secret = "my_secret_key_for_testing";
        string form = "message-timestamp=2013-11-21%2015%3A27%3A30&messageId=020000001B0FE827&msisdn=14843472194"
            + $"&text=Test+again&timestamp=1385047698&to=13239877404&type=text&sig={signature}";
        HookCall call = Call("POST", "https://us.example/", form);
        DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1385047698);
        TimeSpan tolerance = TimeSpan.FromMinutes(5);
        Assert.True(VonageSignature.IsOf(call, secret, algorithm, then, tolerance));
        Assert.False(VonageSignature.IsOf(call, secret, algorithm, then.AddMinutes(6), tolerance)); // a replay
        Assert.False(VonageSignature.IsOf(call, secret + "x", algorithm, then, tolerance));
        HookCall changed =
            Call("POST", "https://us.example/", form.Replace("again", "never", StringComparison.Ordinal));
        Assert.False(VonageSignature.IsOf(changed, secret, algorithm, then, tolerance));
    }

    [Fact]
    public void Vonage_signs_messages_with_a_token()
    {
        const string body = """{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","status":"delivered"}""";
        const string token =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE1ODc0OTQ5NjIsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGM"
            + "xMC1iZmRmLTNmYmU4Y2U1MTFiNSIsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6ImQ1ZWNiYzdhYjc3YjM3N"
            + "mIyY2Y2MzVhNjg2OW"
            + "Q0ZGJiMTUzMjIxNzVmOTViNWMxOTI2MGEyN2Y2MjE3ZTRlZmYiLCJhcGlfa2V5IjoiYTFiMmMzZCJ9.3gyWW538z04"
            + "uA-hYMZHwG3Cke8dx"
            + "FBKsa2U7g0NJHZ8";
        var terms = new SignedTokenTerms("Authorization", "Vonage", "HS256", NeedsUrl: false, TimeSpan.FromMinutes(5));
        DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1587494962);
        HookCall call = Json(body, ("Authorization", $"Bearer {token}"));
        Assert.True(SignedToken.IsOf(call, "vonage-signature-secret", terms, then));
        Assert.False(SignedToken.IsOf(call, "another", terms, then));
        Assert.False(SignedToken.IsOf(call, "vonage-signature-secret", terms, then.AddHours(1)));
        Assert.False(SignedToken.IsOf(call, "vonage-signature-secret", terms with { Issuer = "MessageBird" }, then));
        Assert.False(SignedToken.IsOf(
            Json(body + " ", ("Authorization", $"Bearer {token}")), "vonage-signature-secret", terms, then));

        // A head that says that there is no signature, and none.
        string none = $"{Base64("""{"alg":"none"}""")}.{token.Split('.')[1]}.";
        Assert.False(SignedToken.IsOf(
            Json(body, ("Authorization", $"Bearer {none}")), "vonage-signature-secret", terms, then));
    }

    [Theory]
    [InlineData("GET", "https://example.com/", "", true)]
    [InlineData("GET", "https://example.com/x", "", false)]
    [InlineData("POST", "https://example.com/", "more", false)]
    [InlineData("POST", "https://example.com/path?bar=1&foo=2", "Hello, World!", true)]
    [InlineData("POST", "https://example.com/path?foo=2&bar=1", "Hello, World!", false)]
    [InlineData("POST", "https://example.com/path?bar=1&foo=2", "", false)]
    public void MessageBird_signs_address_and_body(string method, string url, string body, bool isTheirs)
    {
        const string head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
        string token = !url.Contains("path", StringComparison.Ordinal)
            ? head + "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI1OWEyND"
                + "RkYy1lOWFkLTR"
                + "lMjMtOTc3OC0zNzFmYWEyMzhmNzIiLCJ1cmxfaGFzaCI6IjBmMTE1ZGIwNjJiN2MwZGQwMzBiMTY4NzhjOTlkZWE1Y"
                + "zM1NGI0OWRjMzdi"
                + "MzhlYjg4NDYxNzljNzc4M2U5ZDcifQ.6Fp0rVOsRr1fj9S2GidXAfkmPVofKr8_RTffC6G6r2E"
            : head + "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NT"
                + "AwNi1hMGU4LTQ"
                + "1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkO"
                + "WNlZmEyNTdlZDc0"
                + "YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYz"
                + "NhNTMxOTFkZDgxY"
                + "zdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I";
        var terms = new SignedTokenTerms(
            "MessageBird-Signature-JWT", "MessageBird", "HS256 HS384 HS512", NeedsUrl: true, TimeSpan.FromMinutes(5));
        DateTimeOffset then = DateTimeOffset.Parse(
            "2021-07-05T12:00:00+02:00", System.Globalization.CultureInfo.InvariantCulture);
        HookCall call =
            Call(method, url, body, ("MessageBird-Signature-JWT", token)) with { ContentType = "text/plain" };
        Assert.Equal(isTheirs, SignedToken.IsOf(call, MessageBirdSecret, terms, then));
        Assert.False(SignedToken.IsOf(call, MessageBirdSecret, terms, then.AddSeconds(62)));
        Assert.False(SignedToken.IsOf(call, MessageBirdSecret, terms, then.AddSeconds(-2)));
    }

    [Fact]
    public void Plivo_signs_in_two_ways()
    {
        HookCall two = Call(
            "POST", "https://answer.url?a=b", "",
                ("X-Plivo-Signature-V2", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="),
            ("X-Plivo-Signature-V2-Nonce", "12345"));
        Assert.True(PlivoSignature.IsOfV2(two, "my_auth_token"));
        Assert.False(PlivoSignature.IsOfV2(two, "my_other_token"));
        Assert.True(IsPlivo("POST", PlivoUrl, PlivoForm, "iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="));
        Assert.True(IsPlivo("POST", PlivoUrl, PlivoForm, "AAAA,iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="));
        Assert.True(IsPlivo("GET", $"{PlivoUrl}?{PlivoForm}", "", "i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc="));
        Assert.True(IsPlivo("POST", $"{PlivoUrl}/?a=b&c=d", PlivoForm, "k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c="));
        Assert.False(IsPlivo("POST", PlivoUrl, PlivoForm + "x", "iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="));
    }

    [Fact]
    public void Sinch_signs_body_nonce_and_time()
    {
        VerifyPart part = Part("hmac", ("secret", "foo_secret1234"), ("header", "x-sinch-webhook-signature"),
            ("message", "{body}.{nonce}.{timestamp}"), ("encoding", "base64"),
            ("timestamp", "x-sinch-webhook-signature-timestamp"), ("nonce", "x-sinch-webhook-signature-nonce"));
        HookCall call = Json(SinchBody, ("x-sinch-webhook-signature", "6bpJoRmFoXVjfJIVglMoJzYXxnoxRujzR4k2GOXewOE="),
            ("x-sinch-webhook-signature-nonce", "01FJA8B4A7BM43YGWSG9GBV067"),
            ("x-sinch-webhook-signature-timestamp", "1634579353"));
        DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1634579353);
        Assert.Null(Refusal(part, call, then));
        Assert.NotNull(Refusal(part, call, then.AddMinutes(6)));
        Assert.NotNull(Refusal(part, call with { Body = [.. call.Body, 32] }, then));
    }

    [Fact]
    public void The_Android_gateway_signs_body_and_time()
    {
        VerifyPart part = Part("hmac", ("secret", "test-signing-key"), ("header", "X-Signature"),
            ("message", "{body}{timestamp}"), ("timestamp", "X-Timestamp"));
        HookCall call = Json("""{"event":"sms:received"}""",
            ("X-Signature", "a5d6455ae644eeca4cd2cf6b8c0dfebf2f03aebd845dcc60fa1f510323e1b362"),
                ("X-Timestamp", "1700000000"));
        Assert.Null(Refusal(part, call, DateTimeOffset.FromUnixTimeSeconds(1700000000)));
        Assert.NotNull(Refusal(part, call, DateTimeOffset.FromUnixTimeSeconds(1700000301)));
    }

    [Fact]
    public void Telnyx_signs_with_a_key_of_its_own()
    {
        VerifyPart part = Part("ed25519", ("key", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
            ("header", "telnyx-signature-ed25519"), ("message", "{timestamp}|{body}"),
                ("timestamp", "telnyx-timestamp"));
        HookCall call = Json("""{"data":{"event_type":"message.finalized","id":"evt-1"}}""",
            ("telnyx-signature-ed25519",
                "EN9R50FgA8J3Mit6tuQaVDYiWsl/iU9dvxyMIl7nvNLDpY9PYmA+A+MRkX9kHi9KlxCt+xmRfP+YhnPeffb0Dw=="),
            ("telnyx-timestamp", "1718000000"));
        DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1718000000);
        Assert.Null(Refusal(part, call, then));
        Assert.NotNull(Refusal(part, call, then.AddMinutes(-6)));
        Assert.NotNull(Refusal(part, call with { Body = [.. call.Body, 32] }, then));
        Assert.NotNull(Refusal(
            Part("ed25519", ("key", "notakey"), ("header", "telnyx-signature-ed25519"), ("message", "{body}")), call,
                then));
    }

    [Fact]
    public void Standard_webhooks_are_read() // the vector of the specification's own libraries
    {
        VerifyPart part = Part("standard-webhooks", ("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        HookCall call = Json("""{"test": 2432232314}""", ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        Assert.Null(Refusal(part, call, DateTimeOffset.FromUnixTimeSeconds(1614265330)));
        Assert.NotNull(Refusal(part, call, DateTimeOffset.FromUnixTimeSeconds(1614266330)));
        Assert.NotNull(Refusal(part, call with { Body = [32] }, DateTimeOffset.FromUnixTimeSeconds(1614265330)));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    public void Networks_are_looked_at(string from, bool isTheirs)
    {
        HookCall call = Json("{}") with { Remote = IPAddress.Parse(from) };
        Assert.Equal(isTheirs, Refusal(Part("ip-allow", ("networks", "10.0.0.0/8, 192.0.2.7")), call) is null);
    }

    [Fact]
    public void Shared_secrets_are_found_wherever_they_stand()
    {
        VerifyPart token = Part("shared-token", ("name", "apikey"), ("secret", "s3cret"));
        Assert.Null(Refusal(token, Call("GET", "https://us.example/?apikey=s3cret", "")));
        Assert.Null(Refusal(token, Call("POST", "https://us.example/", "apikey=s3cret")));
        Assert.Null(Refusal(token, Json("""{"apikey":"s3cret"}""")));
        Assert.Null(Refusal(token, Json("{}", ("apikey", "s3cret"))));
        Assert.NotNull(Refusal(token, Json("""{"apikey":"S3cret"}""")));
        Assert.NotNull(Refusal(token, Json("{}")));
        VerifyPart basic = Part("basic", ("user", "u"), ("password", "p"));
        Assert.Null(Refusal(basic, Json("{}", ("Authorization", "Basic dTpw"))));
        Assert.NotNull(Refusal(basic, Json("{}", ("Authorization", "Basic dTpx"))));
        Assert.Null(Refusal(Part("bearer", ("secret", "x")), Json("{}", ("Authorization", "Bearer x"))));
        Assert.NotNull(Refusal(Part("bearer", ("secret", "x")), Json("{}")));
        Assert.Null(Refusal(Part("bearer", ("secret", "")), Json("{}"))); // not set: nothing is proved
    }

    [Fact]
    public void AWS_gets_a_signature_of_version_4() // the vector get-vanilla of its test suite
    {
        var request = new HttpRequest(HttpMethod.Get, "https://example.amazonaws.com/", [], null, []);
        HttpRequest signed = AwsSignature.Sign(
            request, "service", "us-east-1", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            + "SignedHeaders=host;x-amz-date, "
            + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            signed.Headers.Find(header => header.Name == "Authorization").Value);
    }

    private static bool IsPlivo(string method, string url, string form, string signature) => PlivoSignature.IsOfV3(
        Call(method, url, form, ("X-Plivo-Signature-V3", signature),
            ("X-Plivo-Signature-V3-Nonce", "31627761595286130198")),
        PlivoToken);

    private static string? Refusal(VerifyPart part, HookCall call, DateTimeOffset? now = null) =>
        HookVerifiers.Refusal(part, call, _ => null, now ?? DateTimeOffset.UnixEpoch);

    private static VerifyPart Part(string kind, params (string Name, string Value)[] parts) => new(
        kind, HookVerifiers.Kinds[kind].ToDictionary(one => one.Name, one =>
        {
            string value = parts.FirstOrDefault(part => part.Name == one.Name).Value ?? "";
            Assert.True(Template.TryParse(value, out Template? template, out _));
            return template;
        }));

    private static HookCall Json(string body, params (string Name, string Value)[] headers) =>
        Call("POST", "https://us.example/", body, headers) with { ContentType = "application/json" };

    private static HookCall Call(
        string method, string url, string body, params (string Name, string Value)[] headers) => new(
        method, url, "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(body),
        name => headers.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value, null);

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
