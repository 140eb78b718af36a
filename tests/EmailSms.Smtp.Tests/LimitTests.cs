using System.Net;

namespace EmailSms.Smtp.Tests;

/// <summary>Every limit that is a number, on both sides.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task The_error_after_the_last_ends_the_session()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ErrorsMax = 3);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("FROB", "500 5.5.1");
        await talk.AskAsync("RCPT TO:<a@b>", "503 5.5.1");
        await talk.AskAsync("NOOP\0", "500 5.5.2");
        await talk.AskAsync("NOOP", "250");
        await talk.AskAsync("FROB", "421 4.7.0 Too many errors");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task A_recipient_the_handler_refuses_is_no_error_but_there_is_an_end_to_it()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.ErrorsMax = 1;
            options.RefusalsMax = 3;
        });
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        for (int i = 0; i < 3; i++) await talk.AskAsync("RCPT TO:<refused@gw.example>", "550");
        await talk.AskAsync("RCPT TO:<later@gw.example>", "451");
        await talk.AskAsync("RCPT TO:<refused@gw.example>", "421 4.7.1");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task A_mail_that_was_taken_forgives_refusals_and_junk()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.RefusalsMax = 1;
            options.JunkCommandsMax = 2; // EHLO is the first
        });
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        for (int i = 0; i < 4; i++)
        {
            await talk.AskAsync("NOOP", "250");
            await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
            await talk.AskAsync("RCPT TO:<refused@gw.example>", "550");
            await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
            await talk.AskAsync("DATA", "354");
            await talk.AskAsync(".", "250");
        }
    }

    [Fact]
    public async Task The_junk_command_after_the_last_ends_the_session()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.JunkCommandsMax = 4);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("NOOP", "250");
        await talk.AskAsync("RSET", "250");
        await talk.AskAsync("VRFY bob", "252");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("HELP", "421 4.7.0");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task The_mail_after_the_last_ends_the_session()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.MailsPerSessionMax = 2);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        for (int i = 0; i < 2; i++)
        {
            await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
            await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
            await talk.AskAsync("DATA", "354");
            await talk.AskAsync(".", "250");
        }

        await talk.AskAsync("MAIL FROM:<ann@a.example>", "421 4.7.0 Too many mails");
        await talk.HearTheEndAsync();
    }

    [Theory]
    [InlineData(4096, false)] // the dot and its CRLFs are read before the size is judged
    [InlineData(4200, true)]
    public async Task A_mail_over_four_times_the_size_is_cut_off(int mailBytes, bool isCut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.MailBytesMax = 1024);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.SayAsync(new string('x', mailBytes - 2));
        if (isCut)
        {
            await talk.HearAsync("552 5.3.4");
            await talk.HearAsync("421 4.3.4");
            await talk.HearTheEndAsync();
        }
        else
        {
            await talk.SayAsync("\r\n.\r\n");
            await talk.HearAsync("552 5.3.4");
            await talk.AskAsync("NOOP", "250");
        }

        Assert.Empty(room.Taken);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync(new byte[CommandReader.SwallowedBytesMax]);
        await talk.SayAsync("\r\n");
        await talk.HearAsync("500 5.5.2 Line too long");
        await talk.AskAsync("NOOP", "250");
        await talk.SayAsync(new byte[CommandReader.SwallowedBytesMax + 1]);
        await talk.HearAsync("421 4.7.0");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task The_connection_after_the_last_is_told_and_a_place_that_gets_free_is_taken()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ConnectionsMax = 2);
        await using WireTalk one = await WireTalk.GreetedAsync(room.Address);
        await using WireTalk two = await WireTalk.GreetedAsync(room.Address);
        await using (WireTalk three = await WireTalk.ConnectAsync(room.Address))
        {
            await three.HearAsync("421 4.7.0 Too many connections,");
            await three.HearTheEndAsync();
        }

        await one.AskAsync("QUIT", "221");
        await one.HearTheEndAsync();
        await using WireTalk four = await WireTalk.GreetedAsync(room.Address);
        await two.AskAsync("NOOP", "250");
    }

    [Fact]
    public async Task An_address_has_a_limit_of_its_own()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ConnectionsPerAddressMax = 1);
        await using WireTalk one = await WireTalk.GreetedAsync(room.Address);
        await using WireTalk two = await WireTalk.ConnectAsync(room.Address);
        await two.HearAsync("421 4.7.0 Too many connections from your network");
        await two.HearTheEndAsync();
    }

    [Fact]
    public void One_IPv6_network_counts_as_one_address_and_the_next_does_not()
    {
        var gate = new ConnectionGate();
        var limits = new SmtpServerOptions { ConnectionsMax = 10, ConnectionsPerAddressMax = 2 };
        Assert.Null(gate.TryEnter(IPAddress.Parse("2001:db8:0:1::1"), limits));
        Assert.Null(gate.TryEnter(IPAddress.Parse("2001:db8:0:1:ffff::1"), limits));
        Assert.NotNull(gate.TryEnter(IPAddress.Parse("2001:db8:0:1::2"), limits));
        Assert.Null(gate.TryEnter(IPAddress.Parse("2001:db8:0:2::1"), limits));
        gate.Leave(IPAddress.Parse("2001:db8:0:1::1"));
        Assert.Null(gate.TryEnter(IPAddress.Parse("2001:db8:0:1::2"), limits));
    }

    [Fact]
    public void One_IPv4_address_is_not_the_next()
    {
        var gate = new ConnectionGate();
        var limits = new SmtpServerOptions { ConnectionsMax = 3, ConnectionsPerAddressMax = 1 };
        Assert.Null(gate.TryEnter(IPAddress.Parse("192.0.2.1"), limits));
        Assert.NotNull(gate.TryEnter(IPAddress.Parse("192.0.2.1"), limits));
        Assert.Null(gate.TryEnter(IPAddress.Parse("192.0.2.2"), limits));
        Assert.Null(gate.TryEnter(IPAddress.Parse("::"), limits));
        Assert.NotNull(gate.TryEnter(IPAddress.Parse("192.0.2.3"), limits));
    }

    [Fact]
    public async Task A_long_line_in_a_mail_is_refused_where_there_is_a_limit_and_told_where_there_is_none()
    {
        string line = new string('x', 1000) + "\r\n";
        await using Mailroom strict = await Mailroom.OpenAsync(options => options.DataLineBytesMax = 999);
        await using WireTalk first = await WireTalk.GreetedAsync(strict.Address);
        await SendAsync(first, line, "550 5.6.0 Line 1 of the mail is too long");

        await using Mailroom lenient = await Mailroom.OpenAsync();
        await using WireTalk second = await WireTalk.GreetedAsync(lenient.Address);
        await SendAsync(second, line, "250");
        Assert.Equal(1000, (await lenient.NextMailAsync()).LongestLine);
    }

    [Fact]
    public async Task A_bare_address_is_taken_where_it_is_allowed()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.AllowsBareAddresses = true);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM: ann@a.example", "250");
        await talk.AskAsync("RCPT TO: 447700900123@gw.example", "250");
        Assert.Equal(["mail <ann@a.example>", "rcpt 447700900123 at gw.example"], room.Events);
    }

    private static async Task SendAsync(WireTalk talk, string mail, string expected)
    {
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.SayAsync(mail + ".\r\n");
        await talk.HearAsync(expected);
    }
}
