using System.Globalization;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

/// <summary>
/// What is owed to the people behind numbers, as the commands tell it: <c>senders test</c> and <c>try</c> say what RCPT
/// would, under the same settings.
/// </summary>
public sealed class DutyCommandsTests : IDisposable
{
    private const string Phone = "+447700900123";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_opt_out_from_a_pool_is_from_one_that_is_there()
    {
        await AddRuleAsync("--sender-id", "+447700900999");
        Assert.Equal("", await RunAsync(0, "optouts", "add", Phone, "--scope", "pool:Shop"));
        const string Says = "This person has opted out of SMS on ";
        Assert.StartsWith($"Refused: {Says}", await TestAsync(1), StringComparison.Ordinal);
        Assert.Contains($"550 5.7.1 {Says}", await TryAsync(1), StringComparison.Ordinal);
        Assert.Equal(
            "--scope: there is no pool:shops: OptOuts:Pools has pool:lab, pool:shop.",
            await RunAsync(2, "optouts", "add", Phone, "--scope", "pool:shops"));
        Assert.Equal(
            $"warning: {Phone} has opted out (pool:shop), which still holds: START undoes it, or optouts remove on "
            + "their request.",
            await RunAsync(0, "consent", "add", Phone, "--purpose", "news", "--method", "paper"));
        Assert.Equal("", await RunAsync(0, "optouts", "remove", Phone, "--scope", "POOL:shop"));
        Assert.Equal($"Allowed: an SMS to {Phone}.", await TestAsync(0));
    }

    [Fact]
    public async Task An_opt_out_from_a_sender_ID_is_from_one_of_ours()
    {
        const string Nobodys = "is none of ours: no rule, carrier or pool has it.";
        Assert.Equal(
            $"--scope: +447700900998 {Nobodys}",
            await RunAsync(2, "optouts", "add", Phone, "--scope", "+447700900998"));
        Assert.Equal($"--scope: Ward {Nobodys}", await RunAsync(2, "optouts", "add", Phone, "--scope", "Ward"));
        await AddRuleAsync("--sender-pool", "WARD", "+447700900997");
        await RunAsync(0, "numbers", "add", "+447700900998");
        foreach (string scope in (string[])["Ward", "lab", "clinic", "+447700900997", "+447700900998", "*"])
        {
            Assert.Equal("", await RunAsync(0, "optouts", "add", Phone, "--scope", scope));
        }

        string list = await RunAsync(0, "optouts", "list", "--json");
        Assert.Equal(
            ["*", "+447700900997", "+447700900998", "Clinic", "LAB", "WARD"], // as they are written there
            list.Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("scope").GetString()));
    }

    [Fact]
    public async Task What_is_stopped_or_paused_is_told()
    {
        await AddRuleAsync();
        await PauseAsync(Pause.OfRule(1));
        await PauseAsync(Pause.All);
        Assert.Equal(
            [
                "waits      Rule 1 is paused, until emailsms resume rule 1.",
                "waits      Everything is paused, until emailsms resume all.",
                $"Allowed: an SMS to {Phone}.",
            ],
            (await RunAsync(0, ["senders", "test", "--from", "ann@clinic.example", "--to", Phone], null))
                .Split('\n')[^3..]);
        await PauseAsync(Pause.OfSender("ann@clinic.example"));
        Assert.StartsWith("Refused: This sender was stopped", await TestAsync(1), StringComparison.Ordinal);
        Assert.Equal($"Allowed: an SMS to {Phone}.", await TestAsync(0, "bob@clinic.example"));
    }

    [Fact]
    public async Task A_consent_that_is_missing_is_told()
    {
        await AddRuleAsync("--consent", "marketing");
        Assert.Equal(
            "Refused: Sender rule 1 needs this person's consent to marketing, and none is recorded",
            await TestAsync(1));
        string list = _folder.File("consents.csv");
        File.WriteAllText(list, $"number,purpose,given,method\n{Phone},marketing,2026-01-02T10:00Z,paper\n");
        Assert.Equal("1 imported.", await RunAsync(0, "consent", "import", list));
        Assert.Equal("0 imported, 1 were there already.", await RunAsync(0, "consent", "import", list));
        Assert.Equal($"Allowed: an SMS to {Phone}.", await TestAsync(0));
    }

    [Fact]
    public async Task Quiet_hours_are_told_with_the_time_at_which_they_end()
    {
        await AddRuleAsync();
        await AddRuleAsync("--class", "flash", "--from", "ads@clinic.example", "--priority", "1");
        string open = OpenIn(hours: 3);
        object[] hours = [new { Hours = open }, new { Hours = open, Classes = new[] { "flash" }, Action = "Refuse" }];
        string told = await TestAsync(0, hours: hours);
        Assert.StartsWith($"Allowed: an SMS to {Phone}, which waits until 20", told, StringComparison.Ordinal);
        Assert.EndsWith(":00:00.000Z for the end of quiet hours there.", told, StringComparison.Ordinal);
        Assert.Contains(
            ":00:00.000Z, when quiet hours end there\n", await TryAsync(0, hours: hours), StringComparison.Ordinal);
        Assert.StartsWith(
            "Refused: It is quiet hours where this person is; send it from ",
            await TestAsync(1, "ads@clinic.example", hours), StringComparison.Ordinal);
        Assert.Equal(
            "QuietHours:Open:0:Classes: Urgent SMS pass at any hour: the classes of an entry are normal or flash.",
            await TestAsync(1, hours: [new { Classes = new[] { "urgent" } }]));
    }

    private async Task PauseAsync(string scope)
    {
        await using var store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.File("data"), DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance);
        await store.WriteAsync(db => Pauses.Put(db, new Pause(scope, 0, "ann", null, Unbind: false)));
    }

    private static string OpenIn(int hours)
    {
        DateTimeOffset opens = TimeZoneInfo.ConvertTime(
            TimeProvider.System.GetUtcNow().AddHours(hours), TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        return string.Create(CultureInfo.InvariantCulture, $"{opens:HH}:00-{opens.AddHours(1):HH}:00");
    }

    private async Task AddRuleAsync(params string[] more)
    {
        string[] from = more.Contains("--from") ? [] : ["--from", "@clinic.example"];
        await RunAsync(
            0, ["senders", "add", .. from, "--network", "127.0.0.1", "--to", "*", "--region", "GB", .. more]);
    }

    // The last line: the verdict, or what is wrong.
    private async Task<string> TestAsync(int code, string from = "ann@clinic.example", object[]? hours = null) =>
        (await RunAsync(code, ["senders", "test", "--from", from, "--to", Phone], hours)).Split('\n')[^1];

    private async Task<string> TryAsync(int code, object[]? hours = null)
    {
        string mail = _folder.File("mail.eml");
        File.WriteAllText(mail, "Subject: Bed\r\n\r\nYes, bed 4.\r\n");
        return await RunAsync(
            code, ["try", mail, "--from", "ann@clinic.example", "--to", $"{Phone}@sms.example"], hours);
    }

    private Task<string> RunAsync(int code, params string[] words) => RunAsync(code, words, null);

    private async Task<string> RunAsync(int code, string[] words, object[]? hours)
    {
        string config = _folder.File("appsettings.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File("data") },
            Addresses = new { Domains = new[] { "sms.example" } },
            Smtp = new { Listen = new[] { "127.0.0.1:2525" } },
            Replies = new { DefaultMailbox = "desk@clinic.example" },
            Carriers = new { main = new { Kind = "Sandbox", SenderId = "Clinic" } },
            OptOuts = new { Pools = new Dictionary<string, string> { ["+447700900999"] = "Shop", ["LAB"] = "lab" } },
            QuietHours = new { Open = hours ?? [] },
        }));
        (int actual, string output, string errors) = await LineProcess.RunAsync([.. words, "--config", config]);
        Assert.True(code == actual, $"{actual}: {output}{errors}");
        return words is ["senders", "add", ..] ? "" : output + errors;
    }
}
