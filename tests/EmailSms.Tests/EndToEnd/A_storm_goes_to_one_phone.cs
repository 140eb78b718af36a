using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Carriers.Http;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// SMS to one phone go one after the other where requests may overtake each other. However many there are, they take
/// no room from the others, and are sent in their order.
/// </summary>
public sealed class A_storm_goes_to_one_phone
{
    private const int ReadyMax = 24;

    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task And_the_others_go_past_it_and_its_own_go_in_their_order()
    {
        const int Storm = 100;
        await using Provider web = await Provider.StartAsync();
        web.Answer = async (asked, number) =>
        {
            if (Sms(asked).To == TestGateway.Phone) await _answered.Task;
            return Taken(number);
        };
        await using TestGateway test = await StartAsync(web);
        await EnqueueAsync(test, [.. Enumerable.Range(0, Storm).Select(i => (TestGateway.Phone, i))]);
        await TestGateway.UntilAsync(() => web.Requests.Count == 1);
        string[] others = [.. Enumerable.Range(0, 2 * ReadyMax).Select(i => $"+4477009003{i:00}")];
        await EnqueueAsync(test, [.. others.Select(phone => (phone, 0))]);

        await TestGateway.UntilAsync(() => test.CountIn("sent") == others.Length);
        Assert.Equal(
            others, web.Requests.Select(asked => Sms(asked).To).Where(to => to != TestGateway.Phone).Order());
        await TestGateway.UntilAsync(() => test.Leased() <= 2 * PhoneMax); // what is left of it waits on disk
        _answered.SetResult();
        await TestGateway.UntilAsync(() => test.CountIn("sent") == Storm + others.Length);
        Assert.Equal(Enumerable.Range(0, Storm), Texts(web, TestGateway.Phone));
        Assert.Equal((0L, 0), (test.Leased(), test.Gateway.Queue.Held));
    }

    [Fact]
    public async Task And_an_alarm_to_it_passes_what_waits_on_disk()
    {
        await using Provider web = await Provider.StartAsync();
        web.Answer = async (_, number) =>
        {
            await _answered.Task;
            return Taken(number);
        };
        await using TestGateway test = await StartAsync(web);
        await EnqueueAsync(test, [.. Enumerable.Range(0, 40).Select(i => (TestGateway.Phone, i))]);
        await TestGateway.UntilAsync(() => web.Requests.Count == 1 && test.Leased() <= PhoneMax);
        (string, int)[] alarms = [.. Enumerable.Range(100, 10).Select(i => (TestGateway.Phone, i))];
        await EnqueueAsync(test, alarms, SmsClass.Urgent);
        await TestGateway.UntilAsync(() => test.Leased() <= PhoneMax + 1);
        _answered.SetResult();
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 50);
        List<int> texts = Texts(web, TestGateway.Phone);
        Assert.Equal(alarms.Select(one => one.Item2), texts.Where(text => text >= 100));
        Assert.Equal(Enumerable.Range(0, 40), texts.Where(text => text < 100));
        Assert.InRange(texts.IndexOf(109), 10, 10 + (2 * PhoneMax)); // what was in memory is all that was before them
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)] // which may cost the order, and no SMS
    public async Task And_each_of_many_has_all_of_its_own_in_their_order(int seed, bool comesAndGoes)
    {
        const int Phones = 30;
        const int Each = 25;
        var dice = new Random(seed);
        await using Provider web = await Provider.StartAsync();
        web.Answer = (_, number) =>
            Task.FromResult(Taken(number) with { Delay = TimeSpan.FromMilliseconds(number % 4) });
        await using TestGateway test = await StartAsync(web);
        HttpCarrier carrier = test.Gateway.Carriers.Http("web")!;
        int[] next = new int[Phones];
        int[] order = [.. Enumerable.Range(0, Phones * Each).Select(i => i % Phones)];
        dice.Shuffle(order);
        foreach (int[] some in order.Chunk(50))
        {
            await EnqueueAsync(test, [.. some.Select(phone => (Number(phone), next[phone]++))]);
            Pause? pause = comesAndGoes && dice.Next(3) == 0
                ? new Pause(Pause.OfCarrier("web"), 0, "dice", null, Unbind: false)
                : null;
            await carrier.ApplyAsync(pause);
            await Task.Delay(dice.Next(30), TestContext.Current.CancellationToken); // a pace: it waits for nothing
        }

        await carrier.ApplyAsync(null);
        await TestGateway.UntilAsync(() => test.CountIn("sent") == Phones * Each);
        for (int i = 0; i < Phones; i++)
        {
            List<int> texts = Texts(web, Number(i));
            if (comesAndGoes) texts.Sort();
            Assert.Equal(Enumerable.Range(0, Each), texts);
        }

        Assert.Equal((0L, 0), (test.Leased(), test.Gateway.Queue.Held));
    }

    private static int PhoneMax => ReadyMax / 2 / 4; // of half a lane, a part for each place in the window

    private static async Task<TestGateway> StartAsync(Provider web)
    {
        TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Queue.ReadyMax = ReadyMax;
            settings.Carriers.Clear();
            settings.Carriers["web"] = new CarrierOptions
            {
                Kind = CarrierKind.Http,
                Definition = "json",
                Values = new() { ["Url"] = web.Url },
                Window = 4,
            };
        });
        await TestGateway.UntilAsync(() => test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
        return test;
    }

    private static Task EnqueueAsync(
        TestGateway test, (string To, int Text)[] all, SmsClass smsClass = SmsClass.Normal) =>
        test.Store.WriteAsync(db =>
        {
            foreach ((string to, int text) in all)
            {
                test.Gateway.Queue.Enqueue(
                    db,
                    new NewSms(
                        TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164(to), "", "", $"{text}",
                        "gsm7", 1, null, NoticeSetting.Never,
                        TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds())
                    {
                        Class = smsClass,
                    },
                    new { });
            }
        });

    private static string Number(int phone) => $"+4477009002{phone:00}";

    private static List<int> Texts(Provider web, string to) =>
        [.. web.Requests.Select(Sms).Where(sms => sms.To == to).Select(sms => int.Parse(sms.Text, null))];

    private static (string To, string Text) Sms(Asked asked)
    {
        using JsonDocument sms = JsonDocument.Parse(asked.Body);
        return (sms.RootElement.GetProperty("to").GetString()!, sms.RootElement.GetProperty("text").GetString()!);
    }

    private static Reply Taken(int number) => new(202, $$"""{"id":"m{{number}}"}""");
}
