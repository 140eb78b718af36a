using System.Net;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>What a refusal looks like, and what it means.</summary>
internal sealed record Refusal(
    int Status, string Body, FailureClass Class, string Status3463 = "", string Type = "application/json");

/// <summary>
/// What holds for every carrier over HTTP, tried against a server that behaves as that one does. A class for each says
/// how its requests, answers, receipts and texts look.
/// </summary>
public abstract class HttpCarrierContract : IAsyncLifetime
{
    protected const string SmsText = "Ring the bell — twice";
    protected const string Phone = TestGateway.Phone;
    protected const string Own = TestGateway.OwnNumber;
    private const string PublicUrl = "https://sms.example";
    private const string Html = "<html><body><h1>503 Service Unavailable</h1></body></html>";

    private Provider _provider = null!;

    /// <summary>The definition's name.</summary>
    protected abstract string Definition { get; }

    /// <summary>What the settings give, besides the address.</summary>
    protected abstract Dictionary<string, string> Values { get; }

    /// <summary>It asks nobody whether an SMS came before: it knows our id.</summary>
    protected virtual bool Deduplicates => false;

    /// <summary>What its id has in it when it is made of "id-1".</summary>
    protected virtual string IdWord => "id-1";

    /// <summary>It has ids of its own; without, receipts name ours.</summary>
    protected virtual bool HasIds => true;

    /// <summary>Receipts are sent to the address of the request, not to that of the account.</summary>
    protected virtual bool TakesCallback => true;

    private protected abstract Reply Accept(Asked asked, string id);

    /// <summary>Everything that the request has to have.</summary>
    private protected abstract void AssertAsked(Asked asked);

    private protected abstract IEnumerable<Refusal> Refusals { get; }

    /// <summary>The carrier's own "slower", seven seconds long where it says how long.</summary>
    private protected abstract (Reply Reply, double? Seconds)? Throttled { get; }

    /// <summary>A receipt. The state is delivered, undelivered, expired or sent; null: it has no such thing.</summary>
    private protected abstract HookSample? Receipt(string state, string id, string reference);

    /// <summary>A text of a phone.</summary>
    private protected abstract HookSample Inbound(string id, string text);

    /// <summary>Signs a call as the carrier does.</summary>
    private protected virtual HookSample Sign(HookSample sample, string hook) => sample;

    /// <summary>It signs; a call without is not its own.</summary>
    protected virtual bool Signs => true;

    /// <summary>What it wants to hear when it brings a text.</summary>
    protected virtual (HttpStatusCode Status, string Body) InboundAnswer => (HttpStatusCode.OK, "");

    protected virtual string UrlValue => "Url";

    public virtual async ValueTask InitializeAsync() => _provider = await Provider.StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_text_is_asked_for_in_the_carrier_s_words_and_its_id_is_kept()
    {
        _provider.Answer = (asked, _) => Task.FromResult(Accept(asked, "id-1"));
        await using HttpCarrier carrier = Carrier();
        Attempt attempt = await SendAsync(carrier);

        Asked asked = Assert.Single(_provider.Requests);
        AssertAsked(asked);
        Assert.IsType<Outcome.Accepted>(attempt.Outcome);
        Assert.Equal(attempt.Accepted.Count, attempt.Submissions);
        AcceptedPart part = attempt.Accepted[0];
        if (HasIds) Assert.Contains(IdWord, part.CarrierId, StringComparison.Ordinal);
        else Assert.Contains(
            part.CarrierId, _provider.Requests[0].Body + _provider.Requests[0].Query, StringComparison.Ordinal);
        Assert.Equal(("ready", 1), (carrier.Status.State, carrier.Status.Binds[0].Accepted));
    }

    [Fact]
    public async Task Each_refusal_means_what_the_carrier_means()
    {
        await using HttpCarrier carrier = Carrier();
        foreach (Refusal refusal in Refusals)
        {
            _provider.Answer = (_, _) => Task.FromResult(new Reply(refusal.Status, refusal.Body, refusal.Type));
            Attempt attempt = await SendAsync(carrier);
            FailureCode code = Code(attempt.Outcome);
            Assert.True(refusal.Class == code.Class, $"{refusal.Body} became {code}, and not {refusal.Class}.");
            if (refusal.Status3463.Length > 0) Assert.Equal(refusal.Status3463, code.EnhancedStatus);
            Assert.Empty(attempt.Accepted);
            bool isFinal = refusal.Class is FailureClass.Permanent or FailureClass.OptedOut;
            Assert.Equal(isFinal, attempt.Outcome is Outcome.Refused);
        }
    }

    [Fact]
    public async Task A_carrier_that_says_slower_is_left_alone_as_long_as_it_wants()
    {
        // One that has no word for it is not believed to say so when a proxy does.
        Reply reply = Throttled?.Reply ?? new Reply(429, "<html>slow down</html>", "text/html", RetryAfter: "7");
        _provider.Answer = (_, _) => Task.FromResult(reply);
        await using HttpCarrier carrier = Carrier();
        if (Throttled is not { } throttled)
        {
            Assert.IsType<Outcome.Unknown>((await SendAsync(carrier)).Outcome);
            Assert.True(carrier.IsReady);
            return;
        }

        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync(carrier)).Outcome);

        Assert.Equal(FailureClass.Throttled, outcome.Code.Class);
        Assert.Equal(throttled.Seconds, outcome.NotBefore?.TotalSeconds);
        Assert.False(carrier.IsReady);
        Assert.Equal("held off", carrier.Status.State);
        Assert.InRange(carrier.Status.Binds[0].RatePercent, 50, 80); // and then goes on at half its rate
    }

    [Fact]
    public async Task No_answer_after_the_request_was_read_is_an_unknown_fate()
    {
        await using HttpCarrier carrier = Carrier(options => options.AnswerMax = TimeSpan.FromSeconds(1));
        foreach (Reply reply in new[] { Reply.Silence, Reply.Broken, new Reply(503, Html, "text/html") })
        {
            _provider.Answer = (_, _) => Task.FromResult(reply);
            Attempt attempt = await SendAsync(carrier);
            bool isBelieved = Defined().Errors.TrustsStatus && reply.Status > 0;
            if (isBelieved) Assert.IsType<Outcome.Retry>(attempt.Outcome);
            else Assert.IsType<Outcome.Unknown>(attempt.Outcome);
            Assert.Equal(!Deduplicates, attempt.HoldsUnknown);
        }

        OutgoingSms urgent = Sms() with { Class = SmsClass.Urgent };
        Assert.False(carrier.HoldsUnknown(urgent)); // once more
        Assert.Equal(!Deduplicates, carrier.HoldsUnknown(urgent with { Uncertain = 1 })); // and not again
    }

    [Fact]
    public async Task Where_nobody_is_nothing_was_sent()
    {
        await using HttpCarrier carrier = Carrier();
        await _provider.DisposeAsync();
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync(carrier)).Outcome);
        Assert.StartsWith("not-sent:", outcome.Code.Code, StringComparison.Ordinal);
        _provider = await Provider.StartAsync();
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for_and_a_redirect_is_not_followed()
    {
        _provider.Answer = (asked, _) =>
            Task.FromResult(Accept(asked, "id-7") with { Delay = TimeSpan.FromSeconds(1) });
        await using HttpCarrier carrier = Carrier();
        Assert.IsType<Outcome.Accepted>((await SendAsync(carrier)).Outcome);

        _provider.Answer = (_, _) => Task.FromResult(new Reply(302, ""));
        Assert.IsType<Outcome.Retry>((await SendAsync(carrier)).Outcome); // it surely was not taken
        Assert.Equal(2, _provider.Requests.Count);
    }

    [Fact]
    public async Task Receipts_come_before_the_answer_twice_and_in_any_order()
    {
        await using TestGateway test = await StartAsync();
        if (Receipt("delivered", "x", "x") is null)
        {
            Assert.Null(Defined().Receipt);
            await AssertNothingIsCalledBackAsync(test, SmsState.Sent);
            return;
        }

        _provider.Answer = async (asked, number) =>
        {
            Reply reply = Accept(asked, $"id-{number}");
            if (number == 1) await CallAsync(test, "delivered", asked, number); // before our answer was read
            return reply;
        };
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SmsInStateAsync(SmsState.Delivered);

        _provider.Answer = (asked, number) => Task.FromResult(Accept(asked, $"id-{number}"));
        await test.SendAsync(TestGateway.Mail("Two"));
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 1);
        Asked two = _provider.Requests[1];
        await CallAsync(test, "delivered", two, 2);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);
        await CallAsync(test, "sent", two, 2);
        await CallAsync(test, "delivered", two, 2);
        await TestGateway.UntilAsync(() => Waiting(test) == 0);
        Assert.Equal(2, test.CountIn("delivered"));
        await AssertLostAsync(test);
    }

    [Fact]
    public async Task A_receipt_says_that_an_SMS_of_unknown_fate_was_sent()
    {
        await using TestGateway test = await StartAsync(Deduplicates ? UnknownFate.Hold : UnknownFate.Auto);
        _provider.Answer = (_, _) => Task.FromResult(Reply.Broken);
        if (Receipt("delivered", "x", "x") is null || !TakesCallback)
        {
            await AssertNothingIsCalledBackAsync(test, SmsState.Held);
            return;
        }

        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Held);
        await CallAsync(test, "delivered", _provider.Requests[0], 1);

        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal([Timeline.Held, Timeline.Sent, Timeline.Delivered], test.Kinds(sms.Id).Skip(1));
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public async Task A_text_becomes_a_mail_once_and_strangers_are_turned_away()
    {
        await using TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        HookSample text = Sign(Inbound("in-1", "I am on my way — grüße"), hook);
        (HttpStatusCode status, _, string body) = await text.CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal(InboundAnswer, (status, body));
        CaughtMail mail = await test.NextMailAsync();
        Assert.StartsWith("I am on my way — grüße", mail.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("7700 900123", mail.Mail.From.ToString(), StringComparison.Ordinal);

        // The same call again, one with another token, and one that is not signed.
        await text.CallAsync(test.Gateway.WebAddresses[0], hook);
        string forged = hook[..^1] + (hook[^1] == 'A' ? 'B' : 'A');
        Assert.Equal(HttpStatusCode.NotFound, (await text.CallAsync(test.Gateway.WebAddresses[0], forged)).Status);
        if (Signs)
        {
            HookSample stranger = Sign(Inbound("in-2", "Not me"), "https://elsewhere.example/");
            stranger = stranger with { Headers = stranger.Headers.ToDictionary(one => one.Key, _ => "AAAA") };
            if (stranger.Headers.Count == 0) stranger = Inbound("in-2", "Not me");
            Assert.Equal(
                HttpStatusCode.Forbidden, (await stranger.CallAsync(test.Gateway.WebAddresses[0], hook)).Status);
        }

        await Sign(Inbound("in-3", "Last"), hook).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.StartsWith("Last", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    /// <summary>It says "slower" of one sender ID alone.</summary>
    private protected async Task AssertGoesOnWithOtherSendersAsync(Reply reply)
    {
        _provider.Answer = (_, _) => Task.FromResult(reply);
        await using HttpCarrier carrier = Carrier();
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync(carrier)).Outcome);
        Assert.Equal(FailureClass.Throttled, outcome.Code.Class);
        Assert.InRange(outcome.NotBefore!.Value.TotalSeconds, 5, 15);
        Assert.Equal(("ready", 1, 100), (
            carrier.Status.State, carrier.Status.Binds[0].Throttled, carrier.Status.Binds[0].RatePercent));
        Assert.True(carrier.IsReady);
    }

    /// <summary>Calls, in this order, make a mail that begins so.</summary>
    private protected async Task AssertBecomeAsync(string text, params HookSample[] samples)
    {
        await using TestGateway test = await StartAsync();
        string hook = await AccountHookAsync(test);
        foreach (HookSample one in samples) await Sign(one, hook).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.StartsWith(text, (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    private protected static FailureCode Code(Outcome outcome) => outcome switch
    {
        Outcome.Retry retry => retry.Code,
        Outcome.Refused refused => refused.Code,
        Outcome.Unknown unknown => unknown.Code,
        _ => throw new InvalidOperationException($"It was {outcome.GetType().Name}."),
    };

    /// <summary>Our reference, out of a request.</summary>
    private protected virtual string ReferenceOf(Asked asked) =>
        System.Text.RegularExpressions.Regex.Match(
            Uri.UnescapeDataString(asked.Body + asked.Query), "[0-9a-f]{32}-[0-9]+").Value;

    private protected virtual string CarrierIdOf(Asked asked, int number) =>
        HasIds ? $"id-{number}" : ReferenceOf(asked);

    private protected static OutgoingSms Sms() => new(
        Guid.CreateVersion7(), PhoneNumber.FromE164(Phone), Own, SmsText, 1, 7, 0,
        TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);

    private static long Waiting(TestGateway test) =>
        test.Store.Read(db => (long)db.Scalar("select count(*) from webhook")!);

    private static async Task<Attempt> SendAsync(HttpCarrier carrier)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        return await carrier.SendAsync(Sms(), deadline.Token);
    }

    private HttpDefinition Defined()
    {
        Assert.True(DefinitionShelf.TryLoad(Definition, out HttpDefinition? definition, out _));
        return definition;
    }

    // There is nothing to call, or it is said in the carrier's account: no request names an address of ours.
    private async Task AssertNothingIsCalledBackAsync(TestGateway test, SmsState state)
    {
        if (state is SmsState.Sent) _provider.Answer = (asked, _) => Task.FromResult(Accept(asked, "id-1"));
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(state);
        Asked asked = Assert.Single(_provider.Requests);
        Assert.DoesNotContain("sms.example", asked.Body + asked.Query, StringComparison.Ordinal);
    }

    private CarrierOptions Options() => new()
    {
        Kind = CarrierKind.Http,
        Definition = Definition,
        Values = new Dictionary<string, string>(Values) { [UrlValue] = _provider.Url },
    };

    private HttpCarrier Carrier(Action<CarrierOptions>? change = null)
    {
        CarrierOptions options = Options();
        change?.Invoke(options);
        var carrier = new HttpCarrier(
            "main", options, new HookAddresses(PublicUrl, new byte[32]), NullLoggerFactory.Instance,
                TimeProvider.System);
        carrier.StartAsync().GetAwaiter().GetResult();
        return carrier;
    }

    private protected Task<TestGateway> StartAsync(UnknownFate unknown = UnknownFate.Auto) =>
        TestGateway.StartAsync(settings =>
    {
        settings.Carriers["main"] = Options();
        settings.Carriers["main"].Unknown = unknown;
        settings.Http = new WebOptions { Listen = ["127.0.0.1:0"], PublicUrl = PublicUrl };
    });

    private protected static async Task<string> AccountHookAsync(TestGateway test) => new HookAddresses(
        PublicUrl, await Webhooks.KeyAsync(test.Store, TimeProvider.System)).Of("main");

    private async Task CallAsync(TestGateway test, string state, Asked asked, int number)
    {
        string reference = ReferenceOf(asked);
        string hook = TakesCallback
            ? new HookAddresses(PublicUrl, await Webhooks.KeyAsync(test.Store, TimeProvider.System))
                .Of("main", reference)
            : await AccountHookAsync(test);
        if (TakesCallback)
        {
            Assert.Contains(
                hook, Uri.UnescapeDataString(
                    asked.Body.Replace("\\u0026", "&", StringComparison.Ordinal) + asked.Query),
                StringComparison.Ordinal);
        }

        HookSample? sample = Receipt(state, CarrierIdOf(asked, number), reference);
        Assert.NotNull(sample);
        (HttpStatusCode status, _, _) = await Sign(sample, hook).CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.True((int)status is >= 200 and < 300, $"The receipt was answered {status}.");
    }

    private async Task AssertLostAsync(TestGateway test)
    {
        foreach ((string state, string end) in new[] { ("undelivered", "failed"), ("expired", "expired") })
        {
            int number = _provider.Requests.Count + 1;
            if (Receipt(state, "x", "x") is null) continue;
            await test.SendAsync(TestGateway.Mail($"Number {number}"));
            await TestGateway.UntilAsync(() => test.CountIn("sent") == 1);
            await CallAsync(test, state, _provider.Requests[number - 1], number);
            await TestGateway.UntilAsync(() => test.CountIn(end) == 1);
        }
    }
}
