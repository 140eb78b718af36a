using System.Net;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Policy;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Api;

public sealed class LoginTrailTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly SqliteStore _store;
    private readonly LoginTrail _trail;

    public LoginTrailTests()
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance,
            AuditTrail.SinkOf("service", _time));
        _trail = new LoginTrail(_store, new SmtpUsers(_store, _time), _time, NullLogger<LoginTrail>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _trail.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_call_of_a_hook_that_was_no_carrier_s_is_there_with_the_carrier_it_named()
    {
        _trail.NoteHook("main", IPAddress.Parse("203.0.113.5"));
        _trail.NoteHook(null, IPAddress.Parse("::ffff:203.0.113.6"));
        Assert.Equal(
            ["http: login-failed hook from 203.0.113.6", "http: login-failed hook of main from 203.0.113.5"],
            (await EndAsync()).Select(Text).Order());
    }

    [Fact]
    public async Task A_house_with_IPv6_is_one_address()
    {
        _trail.NoteToken("plant", IPAddress.Parse("2001:db8:1:2::7"), isBarred: false);
        _trail.NoteToken("plant", IPAddress.Parse("2001:db8:1:2:ffff::8"), isBarred: true);
        _trail.NoteToken("plant", IPAddress.Parse("2001:db8:1:3::9"), isBarred: false);
        List<AuditEntry> entries = await EndAsync();
        Assert.Equal(
            [
                "listener plant: barred token from 2001:db8:1:2:ffff::8",
                "listener plant: login-failed token from 2001:db8:1:2::7",
                "listener plant: login-failed token from 2001:db8:1:3::9",
            ],
            entries.Select(Text).Order());
        Assert.Equal(2, Failures(entries.Single(one => Text(one).EndsWith("1:2::7", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Of_more_than_there_is_memory_for_the_number_is_kept()
    {
        for (int i = 0; i < 30_000; i++)
        {
            _trail.NoteToken("", IPAddress.Parse($"10.{i / 62_500}.{i / 250 % 250}.{i % 250}"), isBarred: false);
        }

        List<AuditEntry> entries = await EndAsync();
        Assert.Equal(LoginTally.StrangersPerHourMax + 1, entries.Count);
        Assert.Equal(30_000, entries.Sum(Failures));
        Assert.Equal("service: login-failed token from others", Text(entries[^1]));
        Assert.Empty(AuditCheck.Of(AuditTrail.All(_store)).Mistakes);
    }

    [Fact]
    public async Task The_others_of_an_hour_are_told_when_it_is_over()
    {
        await _trail.StartAsync(TestContext.Current.CancellationToken);
        var from = IPAddress.Parse("203.0.113.5");
        _trail.NoteToken("plant", from, isBarred: false);
        await AdvanceUntilAsync(1);
        Assert.Equal(10, Hour(AuditTrail.All(_store).Single().AtMs));
        for (int i = 0; i < 3; i++) _trail.NoteToken("plant", from, isBarred: false);
        await AdvanceUntilAsync(2);
        AuditEntry others = AuditTrail.All(_store).Last();
        Assert.Equal((11, 3), (Hour(others.AtMs), Failures(others)));
        await _trail.StopAsync(TestContext.Current.CancellationToken);
    }

    private static int Hour(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).Hour;

    private static string Text(AuditEntry entry) => $"{entry.Actor}: {entry.Action} {entry.Subject}";

    private static int Failures(AuditEntry entry) => entry.Action != LoginTally.FailedAction
        ? 0
        : JsonDocument.Parse(entry.After!).RootElement.GetProperty("failures").GetInt32();

    private async Task<List<AuditEntry>> EndAsync()
    {
        await _trail.StopAsync(TestContext.Current.CancellationToken);
        return [.. AuditTrail.All(_store)];
    }

    // The worker may set its timer before or after a step of the clock, so the clock goes on until it has been heard.
    private Task AdvanceUntilAsync(int entries) => EndToEnd.TestGateway.UntilAsync(() =>
    {
        if (AuditTrail.All(_store).Count() >= entries) return true;
        _time.Advance(TimeSpan.FromSeconds(10));
        return false;
    });
}
