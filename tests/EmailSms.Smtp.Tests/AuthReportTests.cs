using System.Collections.Concurrent;
using System.Text;

namespace EmailSms.Smtp.Tests;

/// <summary>What a host that keeps a record of logins is told.</summary>
public sealed class AuthReportTests
{
    private static readonly SmtpCredential Ann = SmtpCredential.Create("ann", "pencil", 4096);

    private readonly ConcurrentQueue<SmtpAuthReport> _told = new();

    [Fact]
    public async Task Each_proof_is_told_with_the_name_and_what_it_led_to()
    {
        await using Mailroom room = await OpenAsync();
        await SayAsync(room, "ann", "pencil", "235");
        await SayAsync(room, "hunter2", "x", "535");
        await SayAsync(room, "ann", "x", "535");
        await SayAsync(room, "ANN ", "x", "535"); // whatever its case, one name
        await SayAsync(room, "bob", "x", "421"); // the address is barred
        await SayAsync(room, "ann", "pencil", "235"); // who was here today is not, until three of its own
        await SayAsync(room, "ann", "x", "535");
        await SayAsync(room, "ann", "pencil", "421");
        Assert.Equal(
            [
                ("ann", SmtpAuthEnd.Accepted, SmtpAuthBars.None),
                ("hunter2", SmtpAuthEnd.Rejected, SmtpAuthBars.None),
                ("ann", SmtpAuthEnd.Rejected, SmtpAuthBars.None),
                ("ANN ", SmtpAuthEnd.Rejected, SmtpAuthBars.Address),
                ("bob", SmtpAuthEnd.Barred, SmtpAuthBars.None),
                ("ann", SmtpAuthEnd.Accepted, SmtpAuthBars.None),
                ("ann", SmtpAuthEnd.Rejected, SmtpAuthBars.User | SmtpAuthBars.UserFromAddress),
                ("ann", SmtpAuthEnd.Barred, SmtpAuthBars.None),
            ],
            _told.Select(one => (one.User, one.End, one.Bars)));
        Assert.All(_told, one => Assert.Equal("office", one.Session.Listener));
    }

    [Fact]
    public async Task What_proved_nothing_is_not_told()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN ???", "501");
        await talk.AskAsync("AUTH PLAIN", "334");
        await talk.AskAsync("*", "501");
        await talk.AskAsync("AUTH LOGOUT", "504");
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_host_that_fails_in_it_changes_no_answer()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            Set(options);
            options.AuthEnded = _ => throw new InvalidOperationException("scripted");
        });
        await SayAsync(room, "ann", "pencil", "235");
        await SayAsync(room, "ann", "x", "535");
    }

    private static void Set(SmtpServerOptions options)
    {
        options.ListenerName = "office";
        options.AllowsPlaintextAuth = true;
        options.AuthFailureDelay = TimeSpan.Zero;
        options.AuthFailuresPerAddressMax = 3;
        options.AuthFailuresPerUserMax = 3;
        options.Credentials = (name, _) => new(name == "ann" ? Ann : null);
    }

    private static async Task SayAsync(Mailroom room, string user, string password, string expected)
    {
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        string message = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        await talk.AskAsync($"AUTH PLAIN {message}", expected);
    }

    private Task<Mailroom> OpenAsync() => Mailroom.OpenAsync(options =>
    {
        Set(options);
        options.AuthEnded = _told.Enqueue;
    });
}
