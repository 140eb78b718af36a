using System.Net;
using System.Text;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Tests.Carriers.Http;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A carrier tells the network of a phone, and the next SMS takes the route for it.</summary>
public sealed class A_network_is_known
{
    private const string PublicUrl = "https://sms.example";
    private const string Stranger = "+447700900555";

    [Fact]
    public async Task By_the_receipt_of_the_first_SMS_and_the_next_takes_another_route()
    {
        await using Provider web = await StartProviderAsync();
        await using TestGateway test = await StartAsync(web);
        using var config = new CarrierConfig(test);
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SmsInStateAsync(SmsState.Sent);
        Asked first = Assert.Single(web.Requests);
        (int code, string told) = await config.RunAsync("numbers", "network", TestGateway.Phone);
        Assert.Equal((1, true), (code, told.Contains("network not known", StringComparison.Ordinal)));
        (_, told) = await config.RunAsync("route", TestGateway.Phone);
        Assert.Contains("Route o2 does not fit: network not known, so not 234-10.", told, StringComparison.Ordinal);
        (_, told) = await config.RunAsync("route", TestGateway.Phone, "--network", "234-10");
        Assert.StartsWith("Its phone is taken to be in network 234-10.", told.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("Route o2 fits.", told, StringComparison.Ordinal);
        (code, told) = await config.RunAsync("route", TestGateway.Phone, "--network", "O2");
        Assert.Equal((2, true), (code, told.Contains("MCC and MNC", StringComparison.Ordinal)));

        await ReceiveAsync(test, first.Form["callback"], "id-1", TestGateway.Phone, "23410");
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.SendAsync(TestGateway.Mail("Two"));
        Assert.Equal("Two", (await test.NextSmsAsync()).Text); // over main, the carrier of its network
        (_, told) = await config.RunAsync("route", TestGateway.Phone);
        Assert.Contains("Its phone is in network 234-10, as web told 20", told, StringComparison.Ordinal);
        Assert.Contains("Route o2 fits.", told, StringComparison.Ordinal);
        JsonElement shown = (await test.RunJsonAsync(
            "show", test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))[0].Id.ToString()))[0];
        Assert.Equal("234-10", shown.GetProperty("network").GetProperty("code").GetString());

        // A restart forgets nothing; a phone that was ported is where it is told to be.
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        await test.SendAsync(TestGateway.Mail("Three"));
        Assert.Equal("Three", (await test.NextSmsAsync()).Text);
        await TextAsync(test, "23", "415");
        Assert.Equal("234-10", Network(test, TestGateway.Phone)); // whatever that was, it is no network
        await TextAsync(test, "234", "15");
        Assert.Equal("234-15", Network(test, TestGateway.Phone));
        await test.SendAsync(TestGateway.Mail("Four"));
        await TestGateway.UntilAsync(() => web.Requests.Count == 2);
        (code, told) = await config.RunAsync("numbers", "network", TestGateway.Phone);
        Assert.Equal(0, code);
        Assert.Contains("+447700900123  234-15, told by main 20", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_a_receipt_before_its_answer_but_of_nobody_who_was_not_texted()
    {
        await using Provider web = await StartProviderAsync();
        await using TestGateway test = await StartAsync(web);
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SmsInStateAsync(SmsState.Sent);
        string hook = new HookAddresses(PublicUrl, await Webhooks.KeyAsync(test.Store, TimeProvider.System)).Of("web");
        await ReceiveAsync(test, hook, "of-another-program", Stranger, "23410");
        await ReceiveAsync(test, hook, "not-answered-yet", TestGateway.Phone, "23410");
        await TestGateway.UntilAsync(() => Network(test, TestGateway.Phone) == "234-10");
        Assert.Null(Network(test, Stranger));
    }

    [Fact]
    public async Task And_is_shown_and_forgotten_with_its_person()
    {
        await using Provider web = await StartProviderAsync();
        await using TestGateway test = await StartAsync(web);
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SmsInStateAsync(SmsState.Sent);
        string hook = web.Requests.Single().Form["callback"];
        await ReceiveAsync(test, hook, "id-1", TestGateway.Phone, "23410");
        await test.SmsInStateAsync(SmsState.Delivered);
        (int code, string export, string errors) = await test.RunAsync("privacy", "export", TestGateway.Phone);
        Assert.True(code == 0, errors);
        JsonElement row = JsonDocument.Parse(export).RootElement.GetProperty("rows").EnumerateArray()
            .Single(one => one.GetProperty("table").GetString() == "phone_network").GetProperty("row");
        Assert.Equal("234-10", row.GetProperty("network").GetString());
        (code, _, errors) = await test.RunAsync("privacy", "erase", TestGateway.Phone, "--yes");
        Assert.True(code == 0, errors);
        Assert.Null(Network(test, TestGateway.Phone));
        await ReceiveAsync(test, hook, "id-1", TestGateway.Phone, "23410"); // again, and too late
        await TestGateway.UntilAsync(() => test.Store.Read(db => db.Scalar("select 1 from webhook")) is null);
        Assert.Equal(0L, test.Store.Read(db => db.Scalar("select count(*) from phone_network")));
    }

    private static async Task<Provider> StartProviderAsync()
    {
        Provider web = await Provider.StartAsync();
        web.Answer = (_, number) => Task.FromResult(new Reply(
            200, $$"""{"messages":[{"message-id":"id-{{number}}","status":"0"}]}"""));
        return web;
    }

    private static Task<TestGateway> StartAsync(Provider web) => TestGateway.StartAsync(settings =>
    {
        settings.Carriers["main"].NetworkTlvs = ["0x1503", "0x1504"];
        settings.Carriers["web"] = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "vonage-sms",
            Values = new() { ["Url"] = web.Url, ["ApiKey"] = "k", ["ApiSecret"] = "s" },
        };
        settings.Http = new WebOptions { Listen = ["127.0.0.1:0"], PublicUrl = PublicUrl };
        settings.Routes =
        [
            new RouteOptions { Name = "o2", Networks = ["234-10"], Carriers = [new() { Carrier = "main" }] },
            new RouteOptions { Name = "rest", Carriers = [new() { Carrier = "web" }] },
        ];
    });

    private static string? Network(TestGateway test, string phone) => test.Store.Read(
        db => PhoneNetworks.Find(db, PhoneNumber.FromE164(phone)))?.Network.ToString();

    private static async Task ReceiveAsync(TestGateway test, string hook, string id, string phone, string network)
    {
        HookSample receipt = HookSample.Get(
            ("msisdn", phone[1..]), ("to", "447700900999"), ("messageId", id), ("status", "delivered"),
            ("network-code", network));
        (HttpStatusCode status, _, _) = await receipt.CallAsync(test.Gateway.WebAddresses[0], hook);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private static async Task TextAsync(TestGateway test, string mcc, string mnc)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.True(await test.Phones.InjectAsync(
            new DeliverSm
            {
                Source = SmppAddress.FromE164(TestGateway.Phone),
                Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
                ShortMessage = "I am with another network now"u8.ToArray(),
                Tlvs =
                [
                    new Tlv(0x1503, Encoding.ASCII.GetBytes(mcc)), new Tlv(0x1504, Encoding.ASCII.GetBytes(mnc)),
                ],
            },
            deadline: deadline.Token));
        await test.NextMailAsync();
    }
}
