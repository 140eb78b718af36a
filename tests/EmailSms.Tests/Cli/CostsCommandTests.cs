using System.Globalization;
using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Cli;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Carriers.Http;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Cli;

/// <summary>From a carrier's price list to what a month cost.</summary>
public sealed class CostsCommandTests
{
    [Fact]
    public async Task A_month_is_summed_up_by_carrier_country_and_rule()
    {
        using var folder = new TestFolder();
        string prices = Path.Combine(folder.Path, "main.csv");
        File.WriteAllText(prices, "prefix,price,from,until\n+4477,0.04,,\n*,0.09,,\n+4477,9,2099-01-01,\n");
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Carriers["main"].Prices = prices, draft => draft with { PartsMax = 3 });
        await test.SendAsync(TestGateway.Mail("Short"));
        await test.SendAsync(TestGateway.Mail(new string('x', 200), to: "+12025550123"));
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);

        JsonElement[] lines = await test.RunJsonAsync("costs", "--by", "country");
        Assert.Equal(
            [("US", 1, 2, 0.18m), ("GB", 1, 1, 0.04m), (null, 2, 3, 0.22m)], lines.Select(Line));
        Assert.Equal(
            [("main", 2, 3, 0.22m), (null, 2, 3, 0.22m)], (await test.RunJsonAsync("costs")).Select(Line));
        JsonElement rule = (await test.RunJsonAsync("costs", "--by", "rule"))[0];
        Assert.Equal("1 @clinic.example", rule.GetProperty("name").GetString());

        (int code, string table, _) = await test.RunAsync("costs");
        Assert.Equal(0, code);
        Assert.Equal(3, table.Split('\n').Length);
        Assert.Contains("0.22 EUR", table, StringComparison.Ordinal);
        string before = TimeProvider.System.GetUtcNow().AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        Assert.Equal([(null, 0, 0, null)], (await test.RunJsonAsync("costs", "--month", before)).Select(Line));

        SmsRecord sms = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch(Limit: 1)))[0];
        (_, string shown, _) = await test.RunAsync("show", sms.Id.ToString());
        Assert.Contains("cost     main: estimated 0.18 EUR, real -", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carrier_s_own_prices_come_with_its_answer_and_its_receipt()
    {
        await using Provider provider = await Provider.StartAsync();
        var yes = new Reply(202, """{"id":"id-1","price":"0.05","currency":"GBP"}""");
        provider.Answer = (_, _) => Task.FromResult(yes);
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers["main"] = new CarrierOptions
            {
                Kind = CarrierKind.Http,
                Definition = "json",
                Values = new() { ["Url"] = provider.Url },
            };
            settings.Http.Listen = ["127.0.0.1:0"];
            settings.Http.PublicUrl = "https://sms.example";
        });
        await test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Sent);
        JsonElement cost = Assert.Single((await test.RunJsonAsync("show", sms.Id.ToString()))[0]
            .GetProperty("costs").EnumerateArray().ToArray());
        JsonElement real = cost.GetProperty("real")[0];
        Assert.Equal(("main", 0.05m, "GBP", 0), (
            cost.GetProperty("carrier").GetString(), real.GetProperty("amount").GetDecimal(),
            real.GetProperty("currency").GetString(), cost.GetProperty("estimated").GetArrayLength()));

        string hook = JsonDocument.Parse(provider.Requests[0].Body).RootElement.GetProperty("callback").GetString()!;
        await HookSample.Json("""{"id":"id-1","state":"delivered","price":"0.045","currency":"GBP"}""")
            .CallAsync(test.Gateway.WebAddresses[0], hook);
        await test.SmsInStateAsync(SmsState.Delivered);
        JsonElement line = (await test.RunJsonAsync("costs"))[0].GetProperty("real")[0];
        Assert.Equal((0.045m, 1), (line.GetProperty("amount").GetDecimal(), line.GetProperty("parts").GetInt32()));
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("November")]
    [InlineData("2026-11-01")]
    public async Task No_month_is_refused_with_a_sentence(string month)
    {
        using var folder = new TestFolder();
        (int code, _, string errors) = await LineProcess.RunAsync("costs", "--month", month, "--data", folder.Path);
        Assert.Equal(2, code);
        Assert.StartsWith($"--month: '{month}' is no month; write such as 20", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_a_price_list_is_told_with_file_and_line()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "main.csv");
        File.WriteAllText(file, "prefix,price,from\n+44,0.04,\n44,0.04,\n+45,cheap,soon\n+46,1\n");
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read(file);
        Assert.Null(settings);
        Assert.All(errors, error => Assert.Equal("Carriers:main:Prices", error.Key));
        Assert.Equal(
            [3, 4, 4, 5],
            errors.Select(error => int.Parse(error.Sentence.Split("Line ")[1].Split(':')[0])).Order());
        Assert.All(errors, error => Assert.StartsWith($"{file}: ", error.Sentence, StringComparison.Ordinal));

        (_, errors) = Read(Path.Combine(folder.Path, "none.csv"));
        Assert.Contains("cannot be read", Assert.Single(errors).Sentence, StringComparison.Ordinal);
        File.WriteAllText(file, "prefix;price\n+44;0.04\n");
        (_, errors) = Read(file);
        Assert.Contains("there is no column", Assert.Single(errors).Sentence, StringComparison.Ordinal);
        File.WriteAllText(file, "prefix,price\n+44,0.04\n");
        Assert.Empty(Read(file).Errors);
    }

    private static (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(string file) =>
        SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Smtp:Listen:0"] = "127.0.0.1:2525",
            ["Addresses:Domains:0"] = "sms.example",
            ["Carriers:main:Kind"] = "sandbox",
            ["Carriers:main:Prices"] = file,
            ["Replies:DefaultMailbox"] = "office@clinic.example",
        }).Build());

    private static (string? Name, int Sms, int Parts, decimal? Estimated) Line(JsonElement line) => (
        line.TryGetProperty("name", out JsonElement name) ? name.GetString() : null,
        line.GetProperty("sms").GetInt32(), line.GetProperty("parts").GetInt32(),
        line.GetProperty("estimated").EnumerateArray().Select(one => (decimal?)one.GetProperty("amount").GetDecimal())
            .FirstOrDefault());
}
