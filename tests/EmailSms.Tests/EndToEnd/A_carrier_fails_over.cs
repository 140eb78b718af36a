using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Cli;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Tests.Carriers.Http;

namespace EmailSms.Tests.EndToEnd;

/// <summary>When a carrier says no, is away or dies, the next one has the SMS, and no phone has it twice.</summary>
public sealed class A_carrier_fails_over
{
    [Fact]
    public async Task It_dies_in_mid_flow_and_the_rest_goes_over_the_next_none_lost_and_none_twice()
    {
        const int Mails = 60;
        var main = new Accepting { AnswersMax = 20 };
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings => settings.Carriers["main"].Window = 10);
        await Task.WhenAll(Enumerable.Range(0, Mails).Select(i => test.SendAsync(To(i))));
        await TestGateway.UntilAsync(() => main.Asked == 30); // 20 it has taken, 10 lie in its window
        int port = main.Port;
        IReadOnlyList<string> first = main.Taken;
        await main.DisposeAsync();

        await TestGateway.UntilAsync(() => spare.Taken.Count == 30);
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        Assert.Equal((50, 10), (test.CountIn("sent"), test.CountIn("queued"))); // which main alone may have
        await using var again = new Accepting(port);
        await TestGateway.UntilAsync(() => test.CountIn("sent") == Mails);
        string[] taken = [.. first, .. spare.Taken, .. again.Taken];
        Assert.Equal(Enumerable.Range(0, Mails).Select(Number), taken.Select(one => "+" + one).Order());
        Assert.Equal(10, again.Taken.Count);
    }

    [Fact]
    public async Task One_that_has_trouble_passes_each_SMS_on_at_once_and_is_then_left_alone_until_it_is_well()
    {
        await using var main = new Accepting { Refuses = CommandStatus.SystemError };
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Delivery.RetryFirst = settings.Delivery.RetryMax = TimeSpan.FromHours(1); // at once, or never
            settings.Carriers["main"].Breaker.OpenFirst = TimeSpan.FromSeconds(3);
            settings.Routes =
            [
                new RouteOptions
                {
                    Name = "gb",
                    Countries = ["GB"],
                    Carriers = [new() { Carrier = "main" }, new() { Carrier = "spare" }],
                },
            ];
        });
        for (int i = 0; i < 5; i++)
        {
            await test.SendAsync(To(i));
            await TestGateway.UntilAsync(() => spare.Taken.Count == i + 1);
        }

        await TestGateway.UntilAsync(() => test.CountIn("sent") == 5);
        Guid one = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))[0].Id;
        List<JsonElement> told = [.. test.Store.Read(db => Timeline.Of(db, one))
            .Select(line => JsonDocument.Parse(line.Detail).RootElement)];
        Assert.Equal([Timeline.Accepted, Timeline.Retry, Timeline.Sent], test.Kinds(one));
        Assert.Equal(("main", "gb"), (Text(told[1], "carrier"), Text(told[1], "route")));
        Assert.Equal(("spare", "gb"), (Text(told[2], "carrier"), Text(told[2], "route")));
        Assert.Equal(2, told[2].GetProperty("attempt").GetInt32());

        CarrierStatus status = test.Gateway.Carriers.Statuses.First(carrier => carrier.Name == "main");
        Assert.Equal(5, status.Breaker!.Failures);
        Assert.NotEqual("closed", status.Breaker.State);
        using (var config = new CarrierConfig(test))
        {
            (_, string output) = await config.RunAsync("carriers", "list");
            Assert.Matches("(?m)^main +bound +1/1 bound  fails, (left alone until|tried with)", output);
        }

        Assert.StartsWith("Carrier main fails", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        await test.SendAsync(To(5));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 6);
        Assert.InRange(main.Asked, 5, 6); // the last of them was a probe, if its time had come

        main.Refuses = CommandStatus.Ok;
        CircuitBreaker breaker = test.Gateway.Carriers.BreakerOf("main");
        await TestGateway.UntilAsync(() => breaker.IsPassable);
        for (int i = 6; i < 8; i++)
        {
            await test.SendAsync(To(i));
            await TestGateway.UntilAsync(() => main.Taken.Count == i - 5);
        }

        await TestGateway.UntilAsync(() => breaker.Status.State == "closed");
    }

    [Fact]
    public async Task Nobody_takes_it_and_it_pauses_with_a_bounded_number_of_attempts()
    {
        await using var main = new Accepting { Refuses = CommandStatus.SystemError };
        await using var spare = new Accepting { Refuses = CommandStatus.SystemError };
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Delivery.RetryFirst = settings.Delivery.RetryMax = TimeSpan.FromHours(1);
        });
        await test.SendAsync(To(0));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Queued);
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Count() == 3 && test.Leased() == 0);
        sms = test.Store.Read(db => SmsRecord.Find(db, sms.Id))!;
        Assert.Equal((1, 1, 2), (main.Asked, spare.Asked, sms.Attempts));
        Assert.InRange(sms.DueMs - sms.CreatedMs, 60_000, long.MaxValue);
    }

    [Fact]
    public async Task A_dead_one_over_HTTP_fills_its_share_of_the_memory_and_no_other_s()
    {
        await using Provider web = await Provider.StartAsync();
        web.Answer = (_, _) => Task.FromResult(Reply.Silence);
        await using var main = new Accepting();
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Queue.ReadyMax = 9; // three for each
            settings.Carriers["web"] = Web(web);
            settings.Carriers["web"].Window = 2;
            settings.Routes =
            [
                new RouteOptions { Name = "fr", Countries = ["FR"], Carriers = [new() { Carrier = "web" }] },
                new RouteOptions { Name = "rest", Carriers = [new() { Carrier = "main" }] },
            ];
        });
        for (int i = 0; i < 20; i++)
        {
            await test.SendAsync(TestGateway.Mail("Bonjour", to: $"+336399800{i:00}"));
            await test.SendAsync(To(i));
        }

        await TestGateway.UntilAsync(() => main.Taken.Count == 20);
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 20);
        Assert.Equal(20, test.CountIn("queued"));
        Assert.Equal(2, web.Requests.Count); // its window
        Assert.InRange(test.Leased(), 2, 3);
        Assert.Equal(Enumerable.Range(0, 20).Select(Number), main.Taken.Select(one => "+" + one)); // in their order
    }

    [Fact]
    public async Task One_that_does_not_know_our_account_is_paused_with_a_mail_and_the_next_one_asked()
    {
        await using Provider web = await Provider.StartAsync();
        web.Answer = (_, _) => Task.FromResult(new Reply(401, """{"code":20003,"message":"Authenticate"}"""));
        await using var main = new Accepting();
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Carriers["web"] = Web(web);
            settings.Routes =
            [
                new RouteOptions { Name = "all", Carriers = [new() { Carrier = "web" }, new() { Carrier = "spare" }] },
            ];
        });
        await test.SendAsync(To(0));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 1);
        CaughtMailSubject(await test.NextMailAsync(), "Paused: carrier web does not accept our account");
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.Http("web")!.Status.State == "paused");
        await test.SendAsync(To(1));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 2);
        Assert.Single(web.Requests);
        Assert.Equal("http:20003", Assert.Single(test.Store.Read(Pauses.List)).Reason);
    }

    [Fact]
    public async Task One_that_wants_to_be_left_alone_is_and_the_next_one_asked()
    {
        await using Provider web = await Provider.StartAsync();
        web.Answer = (_, _) => Task.FromResult(new Reply(429, """{"code":20429}""", RetryAfter: "600"));
        await using var main = new Accepting();
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Carriers["web"] = Web(web);
            settings.Routes =
            [
                new RouteOptions { Name = "all", Carriers = [new() { Carrier = "web" }, new() { Carrier = "spare" }] },
            ];
        });
        await test.SendAsync(To(0));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 1);
        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync("route", TestGateway.Phone);
        Assert.True(code == 0, output);
        Assert.Contains("web has asked to be left alone for a moment.", output, StringComparison.Ordinal);
        Assert.EndsWith("It would go over spare.", output.Trim(), StringComparison.Ordinal);
        await test.SendAsync(To(1));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 2);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task One_that_is_paused_gives_back_what_waits_for_it()
    {
        await using var main = new Accepting { AnswersMax = 0 };
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare, settings =>
        {
            settings.Carriers["main"].Window = 1;
            settings.Queue.ReadyMax = 6; // three for each: the rest waits on disk
        });
        for (int i = 0; i < 10; i++) await test.SendAsync(To(i));
        await TestGateway.UntilAsync(() => main.Asked == 1 && test.Leased() == 3);
        Assert.Empty(spare.Taken);

        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync("carriers", "pause", "main");
        Assert.True(code == 0, output);
        await TestGateway.UntilAsync(() => spare.Taken.Count == 9);
        (code, output) = await config.RunAsync("route", TestGateway.Phone);
        Assert.Equal(0, code);
        Assert.Contains($"main is paused by {Environment.UserName}.", output, StringComparison.Ordinal);
        Assert.EndsWith("It would go over spare.", output.Trim(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 9).Select(Number), spare.Taken.Select(one => "+" + one).Order());
        Assert.Empty(main.Taken);
    }

    [Fact]
    public async Task A_number_of_ours_is_shown_over_the_carrier_that_owns_it_alone()
    {
        await using var main = new Accepting();
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare);
        await test.SendAsync(To(0));
        await TestGateway.UntilAsync(() => main.Taken.Count == 1);
        using var config = new CarrierConfig(test);
        (int code, string output) = await config.RunAsync(
            "numbers", "add", TestGateway.OwnNumber, "--carrier", "SPARE", "--default");
        Assert.True(code == 0, output);
        await test.SendAsync(To(1));
        await TestGateway.UntilAsync(() => spare.Taken.Count == 1);
        (_, output) = await config.RunAsync("numbers", "list");
        Assert.Contains("over spare  (default)", output, StringComparison.Ordinal);
        (code, output) = await config.RunAsync("numbers", "add", TestGateway.OwnNumber, "--carrier", "other");
        Assert.Equal((2, "--carrier: there is no carrier other; there are main, spare."), (code, output.Trim()));
    }

    [Fact]
    public async Task A_number_that_moves_to_another_carrier_takes_along_what_waits_for_its_old_one()
    {
        await using var main = new Accepting();
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare);
        using var config = new CarrierConfig(test);
        string[][] commands =
        [
            ["numbers", "add", TestGateway.OwnNumber, "--carrier", "spare", "--default"],
            ["carriers", "pause", "spare"],
        ];
        foreach (string[] words in commands) Assert.Equal(0, (await config.RunAsync(words)).Code);
        await test.SendAsync(To(0));
        await TestGateway.UntilAsync(() => test.Gateway.Queue.IsWaitedFor("spare") && test.Leased() == 0);
        Assert.Empty(main.Taken);

        (int code, string output) = await config.RunAsync(
            "numbers", "add", TestGateway.OwnNumber, "--carrier", "main", "--default");
        Assert.True(code == 0, output);
        await TestGateway.UntilAsync(() => main.Taken.Count == 1);
        Assert.Empty(spare.Taken);
    }

    [Fact]
    public async Task An_alarm_that_may_have_been_sent_does_not_wait_for_a_carrier_that_is_away_and_a_text_does()
    {
        var main = new Accepting { AnswersMax = 0 };
        await using var spare = new Accepting();
        await using TestGateway test = await StartAsync(main, spare);
        await test.AddRuleAsync(new()
        {
            Sender = "ups@plant.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            DefaultRegion = "GB",
            Sending = new() { Class = "urgent" },
        });
        await test.SendAsync(To(0));
        await test.SendAsync(TestGateway.Mail("Fire", to: Number(1), from: "ups@plant.example"));
        await TestGateway.UntilAsync(() => main.Asked == 2);
        await main.DisposeAsync();
        await TestGateway.UntilAsync(() => spare.Taken.Count == 1);
        Assert.Equal(Number(1), "+" + spare.Taken[0]);
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        Assert.Equal((1, 1), (test.CountIn("sent"), test.CountIn("queued")));
    }

    private static Task<TestGateway> StartAsync(
        Accepting main, Accepting spare, Action<GatewaySettings>? change = null) => StartedAsync(
        settings =>
        {
            settings.Carriers["main"].Port = main.Port;
            settings.Carriers["main"].AnswerMax = TimeSpan.FromMinutes(1); // what is not answered stays in the window
            settings.Carriers["spare"] = new CarrierOptions
            {
                Host = "127.0.0.1",
                Port = spare.Port,
                SystemId = "test",
                ReconnectMax = TimeSpan.FromSeconds(1),
            };
            change?.Invoke(settings);
        });

    private static async Task<TestGateway> StartedAsync(Action<GatewaySettings> change)
    {
        TestGateway test = await TestGateway.StartAsync(change);
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
        return test;
    }

    private static CarrierOptions Web(Provider web) => new()
    {
        Kind = CarrierKind.Http,
        Definition = "twilio",
        Values = new() { ["Url"] = web.Url, ["AccountSid"] = "AC1", ["AuthToken"] = "secret" },
    };

    private static void CaughtMailSubject(EmailSms.Cli.Demo.CaughtMail caught, string subject) =>
        Assert.Equal((subject, TestGateway.Office), (caught.Mail.Subject, caught.Mail.To.ToString()));

    private static MimeKit.MimeMessage To(int number) => TestGateway.Mail($"Number {number}", to: Number(number));

    private static string Number(int number) => $"+4477009001{number:00}";

    private static string? Text(JsonElement told, string field) => told.GetProperty(field).GetString();
}
