using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class AuthFailuresTests
{
    private static readonly AddressPrefix Here = AddressPrefix.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly AddressPrefix There = AddressPrefix.Of(IPAddress.Parse("198.51.100.7"));

    private readonly FakeTimeProvider _time = new();
    private readonly SmtpServerOptions _limits = new() { AuthFailuresPerAddressMax = 3, AuthFailuresPerUserMax = 5 };
    private readonly AuthFailures _failures;

    public AuthFailuresTests() => _failures = new AuthFailures(_limits.AuthFailureWindow, _time);

    [Fact]
    public void An_address_is_barred_after_its_last_failure_whoever_it_says_it_is()
    {
        Fail(Here, "a", "b");
        Assert.False(IsBarred(Here, "c"));
        Fail(Here, "c");
        Assert.True(IsBarred(Here, "d"));
        Assert.False(IsBarred(There, "d"));
        _time.Advance(_limits.AuthFailureWindow);
        Assert.False(IsBarred(Here, "d"));
    }

    [Fact]
    public void A_user_is_barred_for_strangers_after_failures_from_everywhere()
    {
        for (int i = 0; i < 4; i++) Fail(AddressPrefix.Of(IPAddress.Parse($"203.0.113.{i}")), "ann");
        Assert.False(IsBarred(Here, "ann"));
        Fail(There, "ann");
        Assert.True(IsBarred(Here, "ann"));
        Assert.False(IsBarred(Here, "bob"));
    }

    [Fact]
    public void Strangers_cannot_lock_out_a_user_who_was_here_in_the_last_day()
    {
        _failures.Greet(Here, "ann");
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        for (int i = 0; i < 5; i++) Fail(There, "ann");
        Fail(Here, "bob", "bob", "bob"); // the neighbour's printer has a wrong password
        Assert.True(IsBarred(There, "ann"));
        Assert.True(IsBarred(Here, "bob"));
        Assert.False(IsBarred(Here, "ann"));
        _time.Advance(TimeSpan.FromDays(2));
        for (int i = 0; i < 5; i++) Fail(There, "ann");
        Assert.True(IsBarred(Here, "ann"));
    }

    [Fact]
    public void An_acquaintance_has_no_more_guesses_than_others()
    {
        _failures.Greet(Here, "ann");
        Fail(Here, "ann", "ann");
        Assert.False(IsBarred(Here, "ann"));
        Fail(Here, "ann");
        Assert.True(IsBarred(Here, "ann"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(9, 7)]
    [InlineData(50, 10)]
    public void A_failure_costs_more_time_the_more_there_were(int failures, int seconds)
    {
        var options = new SmtpServerOptions();
        var client = new ClientRecord(new Defences(options, _time), IPAddress.Loopback, options);
        TimeSpan delay = default;
        for (int i = 0; i < failures; i++) (delay, _) = client.FailAuth();
        Assert.Equal(TimeSpan.FromSeconds(seconds), delay);
    }

    [Fact]
    public async Task A_barred_client_is_told_at_its_next_session_even_with_the_right_password()
    {
        var ann = SmtpCredential.Create("ann", "pencil");
        int asked = 0;
        await using Mailroom room = await Mailroom.OpenAsync(
            options =>
            {
                options.AllowsPlaintextAuth = true;
                options.AuthFailuresPerAddressMax = 2;
                options.AuthFailureDelay = TimeSpan.Zero;
                options.Credentials = (name, _) =>
                {
                    asked++;
                    return new(name == "ann" ? ann : null);
                };
            },
            _time);
        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            await talk.AskAsync(Plain("ann", "wrong"), "535 5.7.8");
            await talk.AskAsync(Plain("nobody", "wrong"), "535 5.7.8");
        }

        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            await talk.AskAsync(Plain("ann", "pencil"), "421 4.7.0 Too many failed authentications lately");
            await talk.HearTheEndAsync();
        }

        Assert.Equal(2, asked); // nobody looked for the user, so nobody can measure whether there is one
        _time.Advance(_limits.AuthFailureWindow);
        await using WireTalk later = await WireTalk.GreetedAsync(room.Address);
        await later.AskAsync(Plain("ann", "pencil"), "235 2.7.0");
    }

    private static string Plain(string user, string password) =>
        "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));

    private bool IsBarred(AddressPrefix from, string user) => _failures.IsBarred(from, user, _limits);

    private void Fail(AddressPrefix from, params string[] users)
    {
        foreach (string user in users) _failures.Add(from, user);
    }
}
