using System.Text.Json;
using EmailSms.Tests.EndToEnd;
using EmailSms.Tests.Tidy;

namespace EmailSms.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    // Six mistakes of six kinds: unknown, of the wrong kind, out of bounds, missing, malformed, and one that no single
    // setting can have.
    private const string SixMistakes =
        """
        {
          "Smtp": { "Listen": [ "127.0.0.1" ], "Limits": { "RecipientMax": 5 } },
          "Addresses": { "Domains": [ "sms.example" ] },
          "Carriers": { "main": { "Host": "smsc.example", "Port": "twenty" } },
          "Queue": { "ReadyMax": 0 },
          "Replies": { "DefaultMailbox": "office@clinic.example" },
          "SmartHost": { "Host": "mail.example", "UserName": "emailsms" }
        }
        """;

    private static readonly string[] Keys =
    [
        "Smtp:Listen:0", "Smtp:Limits:RecipientMax", "Carriers:main:Port", "Carriers:main:SystemId", "Queue:ReadyMax",
        "SmartHost",
    ];

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task What_countries_make_of_the_rules_that_are_there_is_a_warning()
    {
        string file = Write(
            $$"""
            {
              "Smtp": { "Listen": [ "127.0.0.1:2525" ] },
              "Store": { "Folder": {{JsonSerializer.Serialize(Path.Combine(_folder.Path, "data"))}} },
              "Addresses": { "Domains": [ "sms.example" ] },
              "Carriers": { "main": { "Kind": "Sandbox" } },
              "Replies": { "DefaultMailbox": "office@clinic.example" }
            }
            """);
        (int code, _, string errors) = await LineProcess.RunAsync("check", "--config", file);
        Assert.True(code == 0, errors);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "data"))); // it makes nothing
        (code, _, errors) = await LineProcess.RunAsync(
            "senders", "add", "--from", "@clinic.example", "--to", "US", "--sender-id", "CLINIC", "--config", file);
        Assert.True(code == 0, errors);
        (code, _, errors) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Equal(0, code);
        Assert.Contains(
            "warning  Sender rule 1: US: a sender ID of letters (CLINIC) is replaced there", errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_rules_that_are_there_make_of_the_settings_is_a_warning()
    {
        string Config(string prices) => Write(
            $$"""
            {
              "Smtp": { "Listen": [ "127.0.0.1:2525" ] },
              "Store": { "Folder": {{JsonSerializer.Serialize(Path.Combine(_folder.Path, "data"))}} },
              "Addresses": { "Domains": [ "sms.example" ] },
              "Carriers": { "main": { "Kind": "Sandbox" } },
              "Replies": { "DefaultMailbox": "office@clinic.example" },
              "Prices": { "PerPart": { {{prices}} } },
              "QuietHours": { "Open": [ { "Purpose": "marketing" }, { "Purpose": "marketting" } ] }
            }
            """);
        string file = Config("");
        (int code, _, string errors) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Equal(0, code);
        Assert.DoesNotContain("hold for nothing", errors, StringComparison.Ordinal); // there is no rule yet
        (code, _, errors) = await LineProcess.RunAsync(
            "senders", "add", "--from", "@clinic.example", "--to", "GB", "--purpose", "marketing", "--budget", "5/day",
            "--config", file);
        Assert.True(code == 0, errors);
        (code, _, errors) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Equal(0, code);
        Assert.Contains(
            "warning  Sender rule 1: it has a budget, and there are no prices", errors, StringComparison.Ordinal);
        Assert.Contains(
            "warning  QuietHours:Open:1:Purpose: no sender rule is for marketting, so these hours hold for nothing.",
            errors, StringComparison.Ordinal);
        Assert.DoesNotContain("QuietHours:Open:0", errors, StringComparison.Ordinal);

        (_, _, errors) = await LineProcess.RunAsync("check", "--config", Config("\"+44\": \"0.04\""));
        Assert.DoesNotContain("budget", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once_with_its_key()
    {
        string file = Write(SixMistakes);
        (int code, string output, string errors) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            Keys.Order(), errors.Split('\n').Where(line => line.StartsWith("error ", StringComparison.Ordinal))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].TrimEnd(':')).Order());

        (int jsonCode, string json, _) = await LineProcess.RunAsync("check", "--config", file, "--json");
        JsonElement told = JsonDocument.Parse(json).RootElement;
        Assert.Equal((2, false), (jsonCode, told.GetProperty("valid").GetBoolean()));
        Assert.Equal(
            Keys.Order(),
            told.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("key").GetString()!).Order());

        (int run, _, string refused) = await LineProcess.RunAsync("run", "--config", file, "--data", _folder.Path);
        Assert.Equal(2, run);
        Assert.All(Keys, key => Assert.Contains(key + ": ", refused, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_example_is_valid()
    {
        (int code, string output, string errors) = await LineProcess.RunAsync(
            "check", "--config", Path.Combine(Source.Root, "appsettings.example.json"));
        Assert.True(code == 0, errors);
        Assert.Contains("is a valid configuration", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_read_and_what_is_risky_is_said()
    {
        TestCertificate.Write(_folder, "good").Dispose();
        TestCertificate.Write(_folder, "soon", daysLeft: 5).Dispose();
        TestCertificate.Write(_folder, "over", daysLeft: -1, daysOld: 9).Dispose();
        string text = $$"""
            {
              "Smtp": {
                "Listen": [ "0.0.0.0:2525", "127.0.0.1:2526" ],
                "CertificateFile": "{{_folder.File("good.pem")}}",
                "CertificateKeyFile": "{{_folder.File("good.key")}}",
                "Listeners": [
                  {
                    "Name": "plant", "Profile": "legacy-device", "Listen": [ "0.0.0.0:25" ],
                    "Networks": [ "10.20.0.0/24" ], "AllowsOldTls": true,
                    "Certificates": [ {{Pair("soon")}} ]
                  },
                  {
                    "Name": "mx", "Profile": "mx", "Listen": [ "127.0.0.1:2527" ],
                    "Certificates": [ {{Pair("over")}} ]
                  }
                ]
              },
              "Addresses": { "Domains": [ "sms.example" ] },
              "Carriers": { "main": { "Host": "smsc.example", "SystemId": "x" } },
              "Replies": { "DefaultMailbox": "office@clinic.example" },
              "SmartHost": { "Host": "mail.example" }
            }
            """;
        string file = Write(text);
        (int code, string json, string errors) = await LineProcess.RunAsync("check", "--config", file, "--json");
        Assert.True(code == 0, json + errors);
        JsonElement told = JsonDocument.Parse(json).RootElement;
        Assert.Equal(
            [
                "Smtp:Limits:HostName", "Smtp:Listen:0", "Smtp:Listeners:0:AllowsOldTls",
                "Smtp:Listeners:0:Certificates:0:File", "Smtp:Listeners:0:Profile",
                "Smtp:Listeners:1:Certificates:0:File",
            ],
            told.GetProperty("warnings").EnumerateArray().Select(one => one.GetProperty("key").GetString()!).Order());
        Assert.Equal(3, told.GetProperty("certificates").GetArrayLength());

        (_, string output, string warnings) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Contains("Smtp:CertificateFile: CN=sms.example, good until 2", output, StringComparison.Ordinal);
        Assert.Contains("0:File: expires on ", warnings, StringComparison.Ordinal);
        Assert.Contains("0:File: has expired on ", warnings, StringComparison.Ordinal);
        Assert.Contains("passwords cross the network in the clear", warnings, StringComparison.Ordinal);

        await File.WriteAllTextAsync(
            _folder.File("good.pem"), "no certificate", TestContext.Current.CancellationToken);
        (int unreadable, _, string why) = await LineProcess.RunAsync("check", "--config", file);
        Assert.Equal(2, unreadable);
        Assert.Contains(
            $"error    Smtp:CertificateFile: {_folder.File("good.pem")} cannot be read: ", why,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Smtp\": ", "is not JSON")]
    [InlineData("[]", "is not JSON")]
    [InlineData("", "is not JSON")]
    public async Task What_is_no_JSON_is_said_to_be_none(string text, string sentence)
    {
        (int code, _, string errors) = await LineProcess.RunAsync("check", "--config", Write(text));
        Assert.Equal(2, code);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        string missing = _folder.File("nowhere.json");
        (int code, _, string errors) = await LineProcess.RunAsync("check", "--config", missing);
        Assert.Equal(2, code);
        Assert.Contains($"There is no configuration file {missing}.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_command_that_cannot_read_where_the_data_is_says_so()
    {
        string file = Write("""{ "Store": { "Folder": "x", "SizeBytesMax": "much" } }""");
        (int code, _, string errors) = await LineProcess.RunAsync("list", "--config", file);
        Assert.Equal(1, code);
        Assert.Contains("Store:SizeBytesMax", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Pair(string name) =>
        $$"""{ "File": "{{_folder.File($"{name}.pem")}}", "KeyFile": "{{_folder.File($"{name}.key")}}" }""";

    private string Write(string text)
    {
        string file = _folder.File("appsettings.json");
        File.WriteAllText(file, text);
        return file;
    }
}
