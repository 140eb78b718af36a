using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// Three carriers that are paused, resumed, fail and are well again in any order, with little memory: whatever way an
/// SMS takes through lanes, lines on disk and breakers, it is sent once.
/// </summary>
public sealed class Carriers_come_and_go
{
    private const int Batches = 25;
    private const int PerBatch = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task And_every_SMS_is_sent_and_none_twice(int seed)
    {
        var dice = new Random(seed);
        await using var first = new Accepting();
        await using var second = new Accepting();
        await using var third = new Accepting();
        Accepting[] all = [first, second, third];
        await using TestGateway test = await StartAsync(all);
        for (int batch = 0; batch < Batches; batch++)
        {
            await test.Store.WriteAsync(db =>
            {
                for (int i = 0; i < PerBatch; i++) test.Gateway.Queue.Enqueue(db, New(batch, i), new { });
            });
            foreach (Accepting one in all)
            {
                one.Refuses = dice.Next(4) == 0 ? CommandStatus.SystemError : CommandStatus.Ok;
            }

            ICarrier carrier = test.Gateway.Carriers.All[dice.Next(3)];
            Pause? pause = dice.Next(2) == 0
                ? new Pause(Pause.OfCarrier(carrier.Name), 0, "dice", null, Unbind: dice.Next(4) == 0)
                : null;
            await carrier.ApplyAsync(pause);
            await Task.Delay(dice.Next(30), TestContext.Current.CancellationToken); // a pace: it waits for nothing
        }

        foreach (Accepting one in all) one.Refuses = CommandStatus.Ok;
        foreach (ICarrier carrier in test.Gateway.Carriers.All) await carrier.ApplyAsync(null);
        await TestGateway.UntilAsync(() => test.CountIn("sent") == Batches * PerBatch);
        string[] taken = [.. all.SelectMany(one => one.Taken)];
        Assert.Equal(Batches * PerBatch, taken.Length);
        Assert.Equal(taken.Length, taken.Distinct().Count());
        Assert.Equal((0, 0), (test.Leased(), test.Gateway.Queue.Held));
        Assert.All(all, one => Assert.NotEmpty(one.Taken)); // or it was no test of three
    }

    private static NewSms New(int batch, int i) => new(
        TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164($"+4477{batch:0000}{i:0000}"), "", "",
        "Hello", "gsm7", 1, null, NoticeSetting.Never,
        TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds())
    {
        Class = i % 5 == 0 ? SmsClass.Urgent : SmsClass.Normal,
    };

    private static async Task<TestGateway> StartAsync(Accepting[] all)
    {
        TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers.Clear();
            for (int i = 0; i < all.Length; i++)
            {
                settings.Carriers[$"c{i}"] = new CarrierOptions
                {
                    Host = "127.0.0.1",
                    Port = all[i].Port,
                    SystemId = "test",
                    Window = 3,
                    ReconnectMax = TimeSpan.FromSeconds(1),
                    Breaker = new BreakerOptions
                    {
                        OpenFirst = TimeSpan.FromMilliseconds(100),
                        OpenMax = TimeSpan.FromMilliseconds(400),
                    },
                };
            }

            settings.Queue.ReadyMax = 30;
            settings.Queue.LeaseMax = 10;
            settings.Delivery.RetryMax = TimeSpan.FromMilliseconds(400);
            settings.Routes =
            [
                new RouteOptions { Name = "alarms", Classes = ["urgent"], Carriers = [new() { Carrier = "c2" }] },
                new RouteOptions
                {
                    Name = "rest",
                    Order = RouteOrder.Weighted,
                    Carriers = [new() { Carrier = "c0", Weight = 3 }, new() { Carrier = "c1" }],
                },
            ];
        });
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
        return test;
    }
}
