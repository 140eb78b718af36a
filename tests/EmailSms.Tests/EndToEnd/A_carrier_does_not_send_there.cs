using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Carriers.Http;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// An account that may not send to a country, or not with a sender ID, is no account that is refused: the carrier goes
/// on with the others, and this SMS goes over another.
/// </summary>
public sealed class A_carrier_does_not_send_there : IAsyncLifetime
{
    private const string There = "+33612345678";

    private Provider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _provider.Answer = (asked, number) => Task.FromResult(
            asked.Form["To"] == There
                ? new Reply(400, """{"code":21408,"message":"Permission to send an SMS has not been enabled"}""")
                : new Reply(201, $$"""{"sid":"SM{{number}}","status":"queued","num_segments":"1"}"""));
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task And_the_next_one_takes_it_and_the_first_keeps_the_rest()
    {
        await using TestGateway test = await StartAsync(hasSpare: true);
        await test.SendAsync(TestGateway.Mail("Bonjour", to: There));
        Assert.Equal("Bonjour", (await test.NextSmsAsync()).Text);
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => _provider.Requests.Count == 2);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered, There);
        Assert.Equal([Timeline.Accepted, Timeline.Retry, Timeline.Sent, Timeline.Delivered], test.Kinds(sms.Id));
        Assert.Equal("web", (await test.SmsInStateAsync(SmsState.Sent, TestGateway.Phone)).Carrier);
        Assert.Empty(test.Store.Read(Pauses.List));
    }

    [Fact]
    public async Task And_where_there_is_no_other_the_sender_is_told_soon()
    {
        await using TestGateway test = await StartAsync(hasSpare: false);
        await test.SendAsync(TestGateway.Mail("Bonjour", to: There));
        CaughtMail told = await test.NextMailAsync();
        Assert.StartsWith("Not delivered", told.Mail.Subject, StringComparison.Ordinal);
        Assert.Contains("http:21408", told.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            "does not let our account send there", told.Mail.TextBody!.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.Equal(3, _provider.Requests.Count);
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent, TestGateway.Phone);
        Assert.Empty(test.Store.Read(Pauses.List));
    }

    private Task<TestGateway> StartAsync(bool hasSpare) => TestGateway.StartAsync(settings =>
    {
        settings.Delivery.RetryFirst = settings.Delivery.RetryMax = TimeSpan.FromSeconds(1);
        settings.Carriers["web"] = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "twilio",
            Values = new()
            {
                ["AccountSid"] = "AC1",
                ["AuthToken"] = "12345",
                ["Url"] = _provider.Url,
            },
        };
        settings.Routes =
        [
            new RouteOptions
            {
                Name = "all",
                Carriers = hasSpare
                    ? [new() { Carrier = "web" }, new() { Carrier = "main" }]
                    : [new() { Carrier = "web" }],
            },
        ];
    });
}
