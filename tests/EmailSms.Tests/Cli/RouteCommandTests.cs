using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Store;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

/// <summary>Why an SMS would go over which carrier, as a person asks it.</summary>
public sealed class RouteCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task It_says_step_by_step_which_carrier_would_have_an_SMS()
    {
        string config = Configure();
        await DoneAsync("senders", "add", "--from", "@clinic.example", "--to", "*", "--config", config);
        string text = await DoneAsync(
            "route", "+447700900123", "--from", "ann@clinic.example", "--class", "urgent", "--config", config);
        Assert.Equal(
            [
                "Sender rule 1 lets ann@clinic.example send.",
                "Route alarms fits.",
                "In this order (as listed): zulu, then alpha.",
                "No service runs here: whether carriers are connected is not known.",
                "It would go over zulu.",
            ],
            Lines(text));

        await DoneAsync("carriers", "pause", "zulu", "--config", config);
        text = await DoneAsync(
            "route", "+447700900123", "--from", "ann@clinic.example", "--class", "urgent", "--config", config);
        Assert.Contains($"zulu is paused by {Environment.UserName}.", Lines(text));
        Assert.Equal("It would go over alpha.", Lines(text)[^1]);

        text = await DoneAsync("route", "+33639980001", "--json", "--rule", "1", "--config", config);
        JsonElement json = JsonDocument.Parse(text).RootElement;
        Assert.False(json.TryGetProperty("route", out _)); // none fits: all of them, by name
        Assert.Equal(
            ["alpha", "zulu"],
            json.GetProperty("candidates").EnumerateArray().Select(one => one.GetProperty("carrier").GetString()!));
        Assert.Equal("alpha", json.GetProperty("carrier").GetString());
        Assert.Equal(1, json.GetProperty("rule").GetInt32());
    }

    [Fact]
    public async Task It_says_that_no_carrier_would_take_it()
    {
        string config = Configure();
        await DoneAsync("pause", "all", "--config", config);
        (int code, string text, _) = await LineProcess.RunAsync(
            "route", "+447700900123", "--at", "2026-11-25T03:00Z", "--config", config);
        Assert.Equal(1, code);
        Assert.Contains("No sender is named, so no sender rule is looked at.", Lines(text));
        Assert.Contains("Route day does not fit: it is Wed 03:00 in UTC, not 08:00-18:00.", Lines(text));
        Assert.Equal("No carrier would take it: it waits until one does, or until its validity ends.", Lines(text)[^1]);
        (_, text, _) = await LineProcess.RunAsync(
            "route", "+447700900123", "--from", "eve@strange.example", "--config", config);
        Assert.StartsWith("No sender rule lets eve@strange.example send", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_goes_on_over_the_carrier_of_its_number()
    {
        string config = Configure();
        await DoneAsync("senders", "add", "--from", "@clinic.example", "--to", "*", "--config", config);
        await DoneAsync("numbers", "add", "+447700900998", "--carrier", "alpha", "--default", "--config", config);
        await DoneAsync("numbers", "add", "+447700900999", "--carrier", "zulu", "--config", config);
        string text = await RouteAsync("ann@clinic.example");
        Assert.Contains("+447700900998 is a number of alpha, which alone may send from it.", Lines(text));
        await using (SqliteStore store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.File("data"), DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance))
        {
            await store.WriteAsync(db => Conversations.NoteSms(
                db, "+447700900999", PhoneNumber.FromE164("+447700900123"), "ann@clinic.example", Guid.NewGuid(), null,
                TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        text = await RouteAsync("Ann@clinic.example");
        Assert.Contains(
            "It shows +447700900999, by which Ann@clinic.example and this phone have talked.", Lines(text));
        Assert.Equal("It would go over zulu.", Lines(text)[^1]);
        Assert.Equal("It would go over alpha.", Lines(await RouteAsync("bob@clinic.example"))[^1]);

        Task<string> RouteAsync(string from) => DoneAsync("route", "+447700900123", "--from", from, "--config", config);
    }

    [Theory]
    [InlineData("'0770' is not a number such as +447700900123.", "0770")]
    [InlineData("--at takes 2026-11-24 or 2026-11-24T10:00Z.", "+447700900123", "--at", "noon")]
    [InlineData("There is no rule 9.", "+447700900123", "--rule", "9")]
    [InlineData("--from needs an address", "+447700900123", "--from", "ann")]
    public async Task Wrong_words_are_told(string sentence, params string[] words)
    {
        (int code, _, string errors) = await LineProcess.RunAsync(["route", .. words, "--config", Configure()]);
        Assert.Equal(2, code);
        Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_routes_are_told_by_their_keys_with_all_the_others()
    {
        string config = Configure(new
        {
            Name = "",
            Countries = new[] { "UK" },
            Order = "Best",
            Networks = new[] { "23410" },
            Carriers = new object[] { new { Carrier = "main" }, new { Carrier = "alpha", Weight = 0 } },
        });
        (int code, _, string errors) = await LineProcess.RunAsync("check", "--config", config);
        Assert.Equal(2, code);
        Assert.Contains("Routes:0:Name: A route needs a name", errors, StringComparison.Ordinal);
        Assert.Contains("Routes:0:Countries: 'UK' is not a country", errors, StringComparison.Ordinal);
        Assert.Contains("Routes:0:Order: 'Best' is not one of Listed, Weighted", errors, StringComparison.Ordinal);
        Assert.Contains(
            "Routes:0:Networks: '23410' is no network such as 234-10, nor all of a country such as 310-*.", errors,
            StringComparison.Ordinal);
        Assert.Contains(
            "Routes:0:Carriers:0:Carrier: there is no carrier main; there are alpha, zulu.", errors,
            StringComparison.Ordinal);
        Assert.Contains("Routes:0:Carriers:1:Weight", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static async Task<string> DoneAsync(params string[] words)
    {
        (int code, string text, string errors) = await LineProcess.RunAsync(words);
        Assert.True(code == 0, text + errors);
        return text;
    }

    private string Configure(object? route = null)
    {
        string file = _folder.File("appsettings.json");
        object[] routes = route is not null
            ? [route]
            :
            [
                new
                {
                    Name = "alarms",
                    Classes = new[] { "urgent" },
                    Carriers = new[] { new { Carrier = "zulu" }, new { Carrier = "alpha" } },
                },
                new
                {
                    Name = "day",
                    Prefixes = new[] { "+44" },
                    Hours = "08:00-18:00",
                    Carriers = new[] { new { Carrier = "zulu" } },
                },
            ];
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File("data"), DiskFreeBytesMin = 0 },
            Smtp = new { Listen = new[] { "127.0.0.1:0" } },
            Addresses = new { Domains = new[] { TestGateway.Domain } },
            Replies = new { DefaultMailbox = TestGateway.Office },
            Carriers = new Dictionary<string, object>
            {
                ["zulu"] = new { Kind = "Sandbox" }, // the order of the file is lost: that of the names counts
                ["alpha"] = new { Kind = "Sandbox" },
            },
            Routes = routes,
        }));
        return file;
    }
}
