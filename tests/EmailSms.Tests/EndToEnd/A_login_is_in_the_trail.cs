using System.Net;
using System.Text;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.MailIn;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Who has logged in, from where and when, and who could not: asked of the audit trail.</summary>
public sealed class A_login_is_in_the_trail : IAsyncLifetime
{
    private const string Password = "correct horse";
    private const string Mistyped = "s3cret-in-the-wrong-field";

    private TestGateway _test = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.Limits.AuthFailureDelay = TimeSpan.Zero;
            settings.Smtp.Limits.AuthFailuresPerAddressMax = 3;
            settings.Smtp.Listeners =
            [
                new ListenerOptions
                {
                    Name = "plant",
                    Profile = ListenerProfile.LegacyDevice,
                    Listen = ["127.0.0.1:0"],
                    Networks = ["127.0.0.0/8"],
                },
            ];
        }, rule => rule with { Token = "right-token" });
        await _test.AddUserAsync("ann", Password, TestGateway.Staff);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Once_a_day_and_address_however_often_a_device_comes()
    {
        for (int i = 0; i < 20; i++) await LogInAsync("Ann", Password, "235");
        await LogInAsync("ann", Password, "235", from: "127.0.0.2");
        List<AuditEntry> logins = await EntriesAsync(LoginTally.LoginAction, 2);
        Assert.Equal(
            ["smtp_user ann from 127.0.0.1", "smtp_user ann from 127.0.0.2"],
            logins.Select(one => one.Subject).Order());
        Assert.All(logins, one => Assert.Equal(
            ("listener plant", """{"tls":false,"sendAs":"ann@clinic.example"}"""), (one.Actor, one.After)));

        (int code, string output, _) = await _test.RunAsync("audit", "list", "--action", "login", "--subject", "ann");
        Assert.Equal(0, code);
        Assert.Matches(@"Z  listener plant  login  smtp_user ann from 127\.0\.0\.\d  \{", output);
    }

    [Fact]
    public async Task With_wrong_passwords_and_bars_and_never_a_name_that_is_nobody_s()
    {
        await LogInAsync("ann", "wrong", "535");
        await EntriesAsync(LoginTally.FailedAction, 1);
        await LogInAsync("ann", "wrong", "535");
        await LogInAsync(Mistyped, Mistyped, "535");
        await LogInAsync("ann", Password, "421");
        AuditEntry bar = Assert.Single(await EntriesAsync(LoginTally.BarredAction, 1));
        Assert.Equal(("listener plant", "address 127.0.0.1"), (bar.Actor, bar.Subject));
        List<AuditEntry> failures = await EntriesAsync(LoginTally.FailedAction, 2);
        Assert.Equal(
            ["smtp_user (unknown) from 127.0.0.1", "smtp_user ann from 127.0.0.1"],
            failures.Select(one => one.Subject).Order());

        // What was only counted is told when the service ends, and the chain holds over it.
        await _test.StopGatewayAsync();
        await _test.StartGatewayAsync();
        AuditEntry rest = (await EntriesAsync(LoginTally.FailedAction, 3))[0];
        JsonElement after = JsonDocument.Parse(rest.After!).RootElement;
        Assert.Equal("smtp_user ann from 127.0.0.1", rest.Subject);
        Assert.Equal((1, 1), (after.GetProperty("failures").GetInt32(), after.GetProperty("unlooked").GetInt32()));
        (_, string all, _) = await _test.RunAsync("audit", "export");
        Assert.DoesNotContain(Mistyped, all, StringComparison.Ordinal);
        (int code, _, string wrong) = await _test.RunAsync("audit", "verify");
        Assert.True(code == 0, wrong);
    }

    [Fact]
    public async Task With_guessed_tokens()
    {
        for (int i = 0; i < TokenGuesses.WrongMax; i++)
        {
            await using RawSmtp smtp = await RawSmtp.OpenAsync(_test.Smtp);
            await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
            await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}+token=guess-{i:0000}@{TestGateway.Domain}>", "550");
        }

        AuditEntry bar = Assert.Single(await EntriesAsync(LoginTally.BarredAction, 1));
        Assert.Equal(("listener", "token from 127.0.0.1"), (bar.Actor, bar.Subject));
        Assert.Equal("token from 127.0.0.1", (await EntriesAsync(LoginTally.FailedAction, 1))[0].Subject);
    }

    [Fact]
    public async Task Until_the_person_is_forgotten()
    {
        await LogInAsync("ann", Password, "235");
        await EntriesAsync(LoginTally.LoginAction, 1);
        (int code, string found, string errors) = await _test.RunAsync("privacy", "export", TestGateway.Staff);
        Assert.True(code == 0, errors);
        Assert.Contains("smtp_user ann from 127.0.0.1", found, StringComparison.Ordinal);
        (code, _, errors) = await _test.RunAsync("users", "remove", "ann");
        Assert.True(code == 0, errors);
        (code, string output, errors) = await _test.RunAsync("privacy", "erase", TestGateway.Staff, "--yes");
        Assert.True(code == 0, output + errors);
        Assert.All(
            AuditTrail.All(_test.Store).Where(one => one.Action == LoginTally.LoginAction),
            one => Assert.True(one.IsErased));
        (code, _, errors) = await _test.RunAsync("audit", "verify");
        Assert.True(code == 0, errors);
    }

    private async Task LogInAsync(string user, string password, string expected, string from = "127.0.0.1")
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync((IPEndPoint)_test.At("plant"), from);
        string message = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        await smtp.AskAsync($"AUTH PLAIN {message}", expected);
    }

    // The newest first, once there are so many.
    private async Task<List<AuditEntry>> EntriesAsync(string action, int count)
    {
        List<AuditEntry> entries = [];
        await TestGateway.UntilAsync(() =>
        {
            entries = _test.Store.Read(db => AuditTrail.List(db, new AuditSearch(Action: action), 100));
            return entries.Count >= count;
        });
        Assert.Equal(count, entries.Count);
        return entries;
    }
}
