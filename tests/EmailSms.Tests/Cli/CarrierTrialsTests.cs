using System.Text.Json;
using EmailSms.Tests.Carriers.Http;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

/// <summary>A carrier over HTTP is tried out from the command line.</summary>
public sealed class CarrierTrialsTests : IDisposable
{
    private const string Secret = "s3cr3t-t0ken";

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task The_definitions_are_listed_and_printed()
    {
        (int code, string all, _) = await LineProcess.RunAsync("carriers", "definitions");
        Assert.Equal(0, code);
        Assert.Contains("twilio", all, StringComparison.Ordinal);
        Assert.Contains("kannel", all, StringComparison.Ordinal);
        (code, string twilio, _) = await LineProcess.RunAsync("carriers", "definitions", "twilio");
        Assert.Equal(0, code);
        File.WriteAllText(_folder.File("mine.json"), twilio);
        (code, string valid, _) = await LineProcess.RunAsync("carriers", "validate", _folder.File("mine.json"));
        Assert.Equal(0, code);
        Assert.Contains("AuthToken", valid, StringComparison.Ordinal);
        (code, _, string errors) = await LineProcess.RunAsync("carriers", "definitions", "acme");
        Assert.Equal(1, code);
        Assert.Contains("There is no definition acme; there are android-sms-gateway", errors, StringComparison.Ordinal);

        File.WriteAllText(_folder.File("mine.json"), """{ "send": { "url": "{Where}", "body": "jsn" }, "x": 1 }""");
        (code, _, errors) = await LineProcess.RunAsync("carriers", "validate", _folder.File("mine.json"));
        Assert.Equal(2, code);
        Assert.Contains("mine.json: send.url: '{Where}' is no value", errors, StringComparison.Ordinal);
        Assert.Contains("mine.json: send.body: 'jsn' is not one of", errors, StringComparison.Ordinal);
        Assert.Contains("mine.json: x: there is no such key", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_sends_one_SMS_and_shows_everything_but_secrets()
    {
        await using Provider provider = await Provider.StartAsync();
        provider.Answer = (_, number) => Task.FromResult(number == 1
            ? new Reply(201, $$"""{"sid":"SM1","echo":"{{Secret}}"}""")
            : new Reply(400, """{"code":21211,"message":"The number is none"}"""));
        string config = Configure(provider.Url);

        (int code, string output, _) = await LineProcess.RunAsync("carriers", "validate", "main", "--config", config);
        Assert.Equal(0, code);
        Assert.Contains("> POST http://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains("> Authorization: Basic ***", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        Assert.Empty(provider.Requests);

        string[] test = ["carriers", "test", "main", "--to", "+447700900123", "--config", config];
        (code, output, _) = await LineProcess.RunAsync([.. test, "--text", "Hello"]);
        Assert.Equal(0, code);
        Assert.Equal("Hello", Assert.Single(provider.Requests).Form["Body"]);
        Assert.Contains("Body=Hello", output, StringComparison.Ordinal);
        Assert.Contains("< 201", output, StringComparison.Ordinal);
        Assert.Contains("\"echo\":\"***\"", output, StringComparison.Ordinal);
        Assert.EndsWith("Accepted as SM1.", output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);

        (code, output, _) = await LineProcess.RunAsync(test);
        Assert.Equal(1, code);
        Assert.EndsWith(
            "Refused: http:21211 (5.1.1): The carrier does not accept the number.", output.Trim(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_tried_is_said()
    {
        string config = Configure("http://127.0.0.1:1");
        (int code, _, string errors) = await LineProcess.RunAsync(
            "carriers", "test", "main", "--to", "07700900123", "--config", config);
        Assert.Equal((2, "07700900123 is no number such as +447700900123."), (code, errors.Trim()));
        (code, _, errors) = await LineProcess.RunAsync("carriers", "validate", "sandbox", "--config", config);
        Assert.Equal(1, code);
        Assert.Contains("Carrier sandbox is not one over HTTP", errors, StringComparison.Ordinal);
        (code, _, errors) = await LineProcess.RunAsync("carriers", "validate", "other", "--config", config);
        Assert.Equal(1, code);
        Assert.Contains("those of the configuration are main, sandbox", errors, StringComparison.Ordinal);
        (code, string output, _) = await LineProcess.RunAsync(
            "carriers", "test", "main", "--to", "+447700900123", "--config", config);
        Assert.Equal(1, code);
        Assert.Contains("< nothing: no connection; it was not sent", output, StringComparison.Ordinal);
        Assert.Contains("Not now: not-sent:no connection (4.4.1)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hooks_are_shown_and_stay_the_same()
    {
        string config = Configure("http://127.0.0.1:1");
        (int code, string first, _) = await LineProcess.RunAsync("carriers", "hooks", "--config", config);
        (_, string again, _) = await LineProcess.RunAsync("carriers", "hooks", "--config", config);
        Assert.Equal((0, first), (code, again));
        Assert.Matches("^main +https://sms\\.example\\.com/hooks/main/[A-Za-z0-9_-]{22}\\s*$", first);
    }

    public void Dispose() => _folder.Dispose();

    private string Configure(string url)
    {
        string file = _folder.File("appsettings.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File("data"), DiskFreeBytesMin = 0 },
            Smtp = new { Listen = new[] { "127.0.0.1:0" } },
            Addresses = new { Domains = new[] { TestGateway.Domain } },
            Replies = new { DefaultMailbox = TestGateway.Office },
            Http = new { Listen = new[] { "127.0.0.1:0" }, PublicUrl = "https://sms.example.com" },
            Carriers = new Dictionary<string, object>
            {
                ["main"] = new
                {
                    Kind = "Http",
                    Definition = "twilio",
                    SenderId = TestGateway.OwnNumber,
                    Values = new { Url = url, AccountSid = "AC1", AuthToken = Secret },
                },
                ["sandbox"] = new { Kind = "Sandbox" },
            },
        }));
        return file;
    }
}
