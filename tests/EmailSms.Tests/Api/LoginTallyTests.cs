using System.Net;
using System.Text.Json;
using EmailSms.Api;

namespace EmailSms.Tests.Api;

/// <summary>What of logins has an entry, and that nobody can fill the trail.</summary>
public sealed class LoginTallyTests
{
    private const long Hour = 60 * 60 * 1000;
    private const long Morning = 1_795_600_800_000; // 2026-11-25 10:00

    private readonly LoginTally _tally = new();
    private readonly List<LoginRow> _rows = [];
    private long _now = Morning;

    [Fact]
    public void The_first_login_of_a_user_from_an_address_by_a_listener_on_a_day_is_an_entry()
    {
        for (int i = 0; i < 3; i++) Tell(Key("ann", "192.0.2.7"));
        Tell(Key("ann", "192.0.2.8"));
        Tell(Key("ann", "192.0.2.7") with { Actor = "listener secure" });
        Assert.Equal(
            [
                "listener office: login smtp_user ann from 192.0.2.7",
                "listener office: login smtp_user ann from 192.0.2.8",
                "listener secure: login smtp_user ann from 192.0.2.7",
            ],
            Told());
        Assert.True(_tally.IsTold(Key("ann", "192.0.2.7"), _now));

        _now = Morning + 13 * Hour; // 23:00
        Tell(Key("ann", "192.0.2.7"));
        Assert.Empty(Told());
        Assert.False(_tally.IsTold(Key("ann", "192.0.2.7"), Morning + 14 * Hour)); // and midnight needs no event
        _now = Morning + 14 * Hour;
        Tell(Key("ann", "192.0.2.7"));
        Assert.Equal(["listener office: login smtp_user ann from 192.0.2.7"], Told());
    }

    [Fact]
    public void A_user_who_comes_from_everywhere_has_a_hundred_entries_and_a_number()
    {
        for (int i = 0; i < 300; i++) Tell(Key("ann", $"10.0.{i / 250}.{i % 250}"));
        Tell(Key("bob", "192.0.2.7"));
        Assert.Equal(LoginTally.AddressesPerUserMax + 1, Told().Count);
        _now += Hour;
        _tally.EndHour(_now, isLast: false, _rows);
        LoginRow rest = Assert.Single(_rows);
        Assert.Equal(("service", "login", "smtp_user ann from others"), (rest.Actor, rest.Action, rest.Subject));
        Assert.Equal(200, After(rest).GetProperty("logins").GetInt64());
    }

    [Fact]
    public void Failures_of_an_hour_are_an_entry_at_once_and_one_with_the_others()
    {
        LoginKey key = Key("ann", "192.0.2.7") with { Kind = LoginKind.Failure };
        for (int i = 0; i < 42; i++) Tell(key, unlooked: i >= 10 ? 1 : 0);
        LoginRow first = Assert.Single(_rows);
        Assert.Equal("smtp_user ann from 192.0.2.7", first.Subject);
        Assert.Equal(1, After(first).GetProperty("failures").GetInt64());
        _rows.Clear();
        _tally.EndHour(_now + Hour, isLast: false, _rows);
        LoginRow others = Assert.Single(_rows);
        Assert.Equal(
            ("listener office", "login-failed", "smtp_user ann from 192.0.2.7"),
            (others.Actor, others.Action, others.Subject));
        JsonElement after = After(others);
        Assert.Equal((9, 32), (after.GetProperty("failures").GetInt64(), after.GetProperty("unlooked").GetInt64()));
        _rows.Clear();
        _tally.EndHour(_now + 2 * Hour, isLast: false, _rows);
        Assert.Empty(_rows);
    }

    [Fact]
    public void Strangers_cannot_fill_the_trail_nor_hide_a_user_in_it()
    {
        for (int i = 0; i < 5000; i++)
        {
            LoginKey stranger = Key(null, $"10.{i / 250}.0.{i % 250}");
            Tell(stranger with { Kind = LoginKind.Failure });
            Tell(stranger with { Kind = LoginKind.Failure });
            Tell(stranger with { Kind = LoginKind.Bar, What = LoginTally.Address });
        }

        Assert.Equal(2 * LoginTally.StrangersPerHourMax, Told().Count);
        Tell(Key("ann", "192.0.2.7") with { Kind = LoginKind.Failure });
        Tell(Key("ann", "192.0.2.7") with { Kind = LoginKind.Bar, From = null });
        Assert.Equal(
            ["listener office: login-failed smtp_user ann from 192.0.2.7", "listener office: barred smtp_user ann"],
            Told());

        _tally.EndHour(_now + Hour, isLast: false, _rows);
        Assert.Equal(["smtp_user (unknown) from others", "address from others"], _rows.Select(row => row.Subject));
        Assert.Equal(
            10_000 - LoginTally.StrangersPerHourMax, After(_rows[0]).GetProperty("failures").GetInt64());
        Assert.Equal(5000 - LoginTally.StrangersPerHourMax, After(_rows[1]).GetProperty("bars").GetInt64());
    }

    [Fact]
    public void Who_knows_all_names_cannot_fill_it_either()
    {
        for (int i = 0; i < 5000; i++)
        {
            Tell(Key($"user{i % 500}", $"10.{i / 250}.0.{i % 250}") with { Kind = LoginKind.Failure });
        }

        Assert.Equal(LoginTally.OursPerHourMax, Told().Count);
        _tally.EndHour(_now, isLast: true, _rows); // and what was only counted is told when the service ends
        LoginRow others = Assert.Single(_rows);
        Assert.Equal("smtp_user (known) from others", others.Subject);
        Assert.Equal(5000 - LoginTally.OursPerHourMax, After(others).GetProperty("failures").GetInt64());
    }

    private static LoginKey Key(string? name, string from) =>
        new(LoginKind.Login, "listener office", LoginTally.User, name, IPAddress.Parse(from));

    private static JsonElement After(LoginRow row) => JsonSerializer.SerializeToElement(row.After);

    private void Tell(LoginKey key, int unlooked = 0)
    {
        var count = new LoginCount
        {
            Times = 1,
            Unlooked = unlooked,
            FirstMs = _now,
            LastMs = _now,
            Address = key.From,
        };
        _tally.EndHour(_now, isLast: false, _rows);
        _tally.Tell(key, count, _rows);
    }

    private List<string> Told()
    {
        List<string> told = _rows.ConvertAll(row => $"{row.Actor}: {row.Action} {row.Subject}");
        _rows.Clear();
        return told;
    }
}
