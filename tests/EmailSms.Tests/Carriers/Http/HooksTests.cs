using System.Net;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>What holds for the hooks of every carrier, and for what the dispatcher makes of HTTP.</summary>
public sealed class HooksTests : IAsyncLifetime
{
    private const string PublicUrl = "https://sms.example";

    private Provider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await Provider.StartAsync();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task A_call_that_is_too_long_or_not_understood_is_refused_and_nothing_is_kept()
    {
        await using TestGateway test = await StartAsync();
        string hook = await HookAsync(test);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(test, hook, new string('x', 65 * 1024)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(test, hook, """{"never":"seen"}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(test, hook, "{ no JSON"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(
            test, hook.Replace("/main/", "/other/", StringComparison.Ordinal),
                """{"text":"x","from":"+447700900123"}"""));
        Assert.Empty(test.Store.Read(db => db.Query("select id from webhook", row => row.GetInt64(0))));
        string ok = new string('x', 60 * 1024); // below the limit: a long text is one, too
        Assert.Equal(HttpStatusCode.OK, await PostAsync(
            test, hook, $$"""{"id":"1","from":"+447700900123","to":"+447700900999","text":"{{ok}}"}"""));
        Assert.StartsWith("xxx", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_taken_further_in_a_process_that_died_is_not_a_second_mail()
    {
        await using TestGateway test = await StartAsync();
        string hook = await HookAsync(test);
        var text = new WebhookItem
        {
            Text = new InboundText("main", TestGateway.Phone, TestGateway.OwnNumber, "No id has this one", null),
        };
        await test.Store.WriteAsync(db => Webhooks.Add(db, "main", text, 0));
        List<(long Id, string Item)> kept = test.Store.Read(db => db.Query(
            "select id, item from webhook", row => (row.GetInt64(0), row.GetString(1))));
        await SayAsync("1");
        Assert.StartsWith("No id", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.StartsWith("Text 1", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);

        // As it lies there when the process dies before it has struck it out.
        await test.Store.WriteAsync(db => db.Execute(
            "insert into webhook (id, carrier, received_ms, item, due_ms) values (@id, 'main', 0, @item, 0)",
            ("@id", kept[0].Id), ("@item", kept[0].Item)));
        await SayAsync("2");
        Assert.StartsWith("Text 2", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        await TestGateway.UntilAsync(
            () => test.Store.Read(db => db.Scalar("select 1 from webhook")) is null);

        async Task SayAsync(string id) => Assert.Equal(HttpStatusCode.OK, await PostAsync(
            test, hook, $$"""{"id":"{{id}}","from":"+447700900123","to":"+447700900999","text":"Text {{id}}"}"""));
    }

    [Fact]
    public async Task Only_proxies_of_ours_say_who_called()
    {
        await using TestGateway test = await StartAsync(settings =>
        {
            settings.Carriers["main"].Definition = "kannel";
            settings.Carriers["main"].Values = new()
            {
                ["Url"] = _provider.Url,
                ["User"] = "u",
                ["Password"] = "p",
                ["AllowedNetworks"] = "192.0.2.0/24",
            };
            settings.Http.ProxyNetworks = ["127.0.0.0/8"];
        });
        Uri hook =
            new(test.Gateway.WebAddresses[0], new Uri(await HookAsync(test)).PathAndQuery + "?from=1&text=x&id=1");
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(hook, null));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(hook, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(hook, "192.0.2.5, 203.0.113.7")); // what a stranger wrote
        Assert.Equal(HttpStatusCode.OK, await GetAsync(hook, "203.0.113.7, 192.0.2.5"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(hook, "192.0.2.5, 127.0.0.9"));

        List<string?> refused = [];
        await TestGateway.UntilAsync(() =>
        {
            var failed = new AuditSearch(Action: LoginTally.FailedAction);
            refused = test.Store.Read(db => AuditTrail.List(db, failed, 10)).ConvertAll(one => one.Subject);
            return refused.Count >= 2;
        });
        Assert.Equal(["hook of main from 127.0.0.1", "hook of main from 203.0.113.7"], refused.Order());
    }

    [Fact]
    public async Task Without_a_public_address_no_receipts_are_asked_for()
    {
        _provider.Answer = (_, _) => Task.FromResult(new Reply(202, """{"id":"1"}"""));
        await using TestGateway test = await StartAsync(settings => settings.Http = new WebOptions());
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent);
        Assert.DoesNotContain("callback", Assert.Single(_provider.Requests).Body, StringComparison.Ordinal);
        Assert.Empty(test.Gateway.WebAddresses);
    }

    [Fact]
    public async Task A_wrong_key_pauses_the_carrier_and_its_SMS_waits()
    {
        _provider.Answer = (_, _) => Task.FromResult(new Reply(401, """{"code":"unauthorized"}"""));
        await using TestGateway test = await StartAsync(settings => settings.Carriers["spare"] =
            new CarrierOptions { Host = "127.0.0.1", Port = settings.SmartHost.Port, SystemId = "s", Password = "s" });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All[0].Status.State == "paused");
        Assert.Equal("http:unauthorized", test.Store.Read(Pauses.List)[0].Reason);
        Assert.Equal(SmsState.Queued, (await test.SmsInStateAsync(SmsState.Queued)).State);
    }

    [Fact]
    public async Task A_carrier_that_is_left_alone_takes_its_SMS_afterwards_and_only_what_it_answered_is_an_attempt()
    {
        _provider.Answer = (asked, number) => Task.FromResult(number == 1
            ? new Reply(429, "", RetryAfter: "1")
            : new Reply(202, $$"""{"id":"{{number}}"}"""));
        await using TestGateway test = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 5);
        Assert.InRange(_provider.Requests.Count, 6, 10); // those in flight may hear it, too
        Assert.Equal(
            _provider.Requests.Count,
            test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Sum(sms => sms.Attempts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_carrier_that_knows_our_ids_is_asked_again_with_the_same_one_until_it_answers(int unknown)
    {
        _provider.Answer = (_, number) => Task.FromResult(
            number <= unknown ? Reply.Broken : new Reply(202, """{"id":"1"}"""));
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Normal"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(unknown + 1, _provider.Requests.Count);
        Assert.All(_provider.Requests, asked =>
        {
            using JsonDocument json = JsonDocument.Parse(asked.Body);
            Assert.Equal(sms.Id.ToString(), json.RootElement.GetProperty("id").GetString());
            Assert.Equal(sms.Id.ToString(), asked.Headers["Idempotency-Key"].ToString());
        });
        Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Equal(1L, test.Store.Read(db => db.Scalar("select count(*) from submission")));
    }

    [Fact]
    public async Task An_urgent_SMS_of_unknown_fate_is_sent_once_more_and_a_normal_one_is_held()
    {
        _provider.Answer = (_, _) => Task.FromResult(Reply.Broken);
        await using TestGateway test = await StartAsync(
            settings => settings.Carriers["main"].Definition = "clicksend",
            values: new() { ["User"] = "u", ["ApiKey"] = "k" }, options: true);
        await test.SendAsync(TestGateway.Mail("Normal"));
        await TestGateway.UntilAsync(() => test.CountIn("held") == 1);
        Assert.Single(_provider.Requests);
        await test.SendAsync(TestGateway.Mail("Urgent", to: $"{TestGateway.Phone}+class=urgent"));
        await TestGateway.UntilAsync(() => test.CountIn("held") == 2);
        Assert.Equal(3, _provider.Requests.Count);
    }

    [Theory]
    [InlineData("00447700900123")]
    [InlineData("07700900123")]
    [InlineData("447700900123")]
    public async Task A_STOP_counts_however_the_number_is_written(string from)
    {
        await using TestGateway test = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await PostAsync(
            test, await HookAsync(test), $$"""{"id":"1","from":"{{from}}","to":"+447700900999","text":"STOP"}"""));
        Assert.StartsWith("[STOP] ", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        Assert.Contains(
            "opted out", (await test.SendRefusedAsync(TestGateway.Mail("Hi"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=ISO-8859-1", "id=1&from=%2B447700900123&text=gr%FC%DFe")]
    [InlineData("application/x-www-form-urlencoded", "id=1&from=%2B447700900123&text=gr%C3%BC%C3%9Fe")]
    [InlineData(
        "application/json; charset=\"utf-8\"", "\uFEFF{\"id\":\"1\",\"from\":\"+447700900123\",\"text\":\"grüße\"}")]
    [InlineData("application/json; charset=utf-7", """{"id":"1","from":"+447700900123","text":"grüße"}""")]
    [InlineData("application/json; charset=nobody-s", """{"id":"1","from":"+447700900123","text":"grüße"}""")]
    public async Task A_text_is_read_in_the_character_set_that_it_names(string type, string body)
    {
        await using TestGateway test = await StartAsync();
        var sample = new HookSample("POST", "", body, type);
        (HttpStatusCode status, _, _) =
            await sample.CallAsync(test.Gateway.WebAddresses[0], await HookAsync(test));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("grüße", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_may_begin_with_the_mark_of_UTF_8()
    {
        _provider.Answer = (_, _) => Task.FromResult(new Reply(202, "\uFEFF{\"id\":\"with-mark\"}"));
        await using TestGateway test = await StartAsync();
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal("with-mark", test.Store.Read(db => db.Scalar("select carrier_id from submission")));
    }

    [Fact]
    public async Task A_receipt_that_says_opted_out_ends_the_consents_of_that_person()
    {
        PhoneNumber phone = PhoneNumber.FromE164(TestGateway.Phone);
        _provider.Answer = (_, _) => Task.FromResult(new Reply(202, """{"id":"7"}"""));
        await using TestGateway test = await StartAsync();
        await test.Store.WriteAsync(
            db => Consents.Add(db, new Consent(phone, "marketing", 1, "paper", null, null, null)));
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(
            test, await HookAsync(test), """{"id":"7","state":"undelivered","code":"opted-out"}"""));
        await test.SmsInStateAsync(SmsState.Failed);
        await TestGateway.UntilAsync(() => !new Consents(test.Store).Holds(phone, "marketing"));
        Assert.Contains(
            "opted out", (await test.SendRefusedAsync(TestGateway.Mail("Hi"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_says_opted_out_is_of_the_scope_of_a_STOP()
    {
        const string Other = "447700900998";
        _provider.Answer = (_, _) => Task.FromResult(new Reply(202, """{"id":"7"}"""));
        await using TestGateway test = await StartAsync(settings => settings.OptOuts.Scope = OptOutScope.OwnNumber);
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(
            test, await HookAsync(test), """{"id":"7","state":"undelivered","code":"opted-out"}"""));
        await test.SmsInStateAsync(SmsState.Failed);
        var optOuts = new OptOuts(test.Store);
        PhoneNumber phone = PhoneNumber.FromE164(TestGateway.Phone);
        await TestGateway.UntilAsync(() => optOuts.All(phone).Count > 0);
        Assert.Equal(TestGateway.OwnNumber, Assert.Single(optOuts.All(phone)).Scope);
        Assert.Null(optOuts.Find(phone, Other));
    }

    private static async Task<string> HookAsync(TestGateway test) => new HookAddresses(
        PublicUrl, await Webhooks.KeyAsync(test.Store, TimeProvider.System)).Of("main");

    private static async Task<HttpStatusCode> PostAsync(TestGateway test, string hook, string body) =>
        (await HookSample.Json(body).CallAsync(test.Gateway.WebAddresses[0], hook)).Status;

    private static async Task<HttpStatusCode> GetAsync(Uri hook, string? forwarded)
    {
        using var client = new HttpClient();
        if (forwarded is not null) client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        using HttpResponseMessage answer = await client.GetAsync(hook);
        return answer.StatusCode;
    }

    private Task<TestGateway> StartAsync(
        Action<global::EmailSms.Cli.GatewaySettings>? change = null, Dictionary<string, string>? values = null,
            bool options = false)
    {
        return TestGateway.StartAsync(
            settings =>
            {
                settings.Carriers["main"] = new CarrierOptions
                {
                    Kind = CarrierKind.Http,
                    Definition = "json",
                    Values = new(values ?? []) { ["Url"] = _provider.Url },
                };
                settings.Http = new WebOptions { Listen = ["127.0.0.1:0"], PublicUrl = PublicUrl };
                change?.Invoke(settings);
            },
            rule => options ? rule with { Options = "class" } : rule);
    }
}
