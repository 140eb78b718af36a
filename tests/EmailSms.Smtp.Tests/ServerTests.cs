using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp.Tests;

public sealed class ServerTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_listens_on_all_its_endpoints_and_tells_their_ports()
    {
        await using var server = new SmtpServer(new SmtpServerOptions(), Handler, NullLoggerFactory.Instance);
        Assert.Empty(server.Endpoints);
        await server.StartAsync([new(IPAddress.Loopback, 0), new(IPAddress.Loopback, 0)], Stopping);
        Assert.Equal(2, server.Endpoints.Select(endpoint => endpoint.Port).Distinct().Count());
        foreach (IPEndPoint endpoint in server.Endpoints)
        {
            await using WireTalk talk = await WireTalk.GreetedAsync(endpoint);
            await talk.AskAsync("QUIT", "221");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => server.StartAsync([new(IPAddress.Loopback, 0)], Stopping));
    }

    [Fact]
    public async Task Several_kinds_of_endpoint_share_a_server_and_its_count_of_sessions()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using var server = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance);
        await server.StartAsync(
            [
                new SmtpListener(
                    new IPEndPoint(IPAddress.Loopback, 0),
                    new SmtpServerOptions { ListenerName = "mx", HostName = "mx.example", ConnectionsMax = 1 }),
                new SmtpListener(
                    new IPEndPoint(IPAddress.Loopback, 0),
                    new SmtpServerOptions { ListenerName = "office", HostName = "out.example", ConnectionsMax = 2 }),
            ],
            Stopping);
        Assert.Equal(["mx", "office"], server.Listeners.Select(listener => listener.Options.ListenerName));
        Assert.Equal(server.Endpoints, server.Listeners.Select(listener => listener.EndPoint));

        await using WireTalk mx = await WireTalk.ConnectAsync(server.Endpoints[0]);
        await mx.HearAsync("220 mx.example");
        await using WireTalk office = await WireTalk.ConnectAsync(server.Endpoints[1]);
        await office.HearAsync("220 out.example");
        Assert.Equal(["mx", "office"], room.Sessions.Select(session => session.Listener));

        await using WireTalk third = await WireTalk.ConnectAsync(server.Endpoints[1]);
        await third.HearAsync("421 4.7.0 Too many connections");
        await office.AskAsync("QUIT", "221");
        await office.HearTheEndAsync();
        await using WireTalk fourth = await WireTalk.ConnectAsync(server.Endpoints[0]);
        await fourth.HearAsync("421 4.7.0 Too many connections");
    }

    [Fact]
    public void Options_that_change_after_a_listener_was_made_do_not_change_it()
    {
        var options = new SmtpServerOptions { HostName = "mx.example" };
        var listener = new SmtpListener(new IPEndPoint(IPAddress.Loopback, 0), options);
        options.HostName = "other.example";
        Assert.Equal("mx.example", listener.Options.HostName);
        Assert.Throws<OptionsValidationException>(() => new SmtpListener(listener.EndPoint, new() { HostName = "" }));
    }

    [Fact]
    public async Task An_IPv4_client_of_an_IPv6_port_is_an_IPv4_address()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using Mailroom room = await Mailroom.OpenAsync();
        await using var server = new SmtpServer(
            new SmtpServerOptions(), () => new ScriptedHandler(room), NullLoggerFactory.Instance);
        await server.StartAsync([new(IPAddress.IPv6Any, 0)], Stopping);
        await using WireTalk talk = await WireTalk.GreetedAsync(new(IPAddress.Loopback, server.Endpoints[0].Port));
        Assert.Equal(IPAddress.Loopback, Assert.Single(room.Sessions).Remote.Address);
    }

    [Fact]
    public void A_spool_folder_that_is_not_there_is_told_at_the_start() =>
        Assert.Throws<OptionsValidationException>(() => new SmtpServer(
            new SmtpServerOptions { SpoolFolder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) },
            Handler,
            NullLoggerFactory.Instance));

    [Fact]
    public async Task A_port_in_use_is_told_at_the_start()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using var second = new SmtpServer(new SmtpServerOptions(), Handler, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<IOException>(() => second.StartAsync([room.Address], Stopping));
    }

    [Fact]
    public async Task A_server_that_was_stopped_takes_nobody()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await room.Server.StopAsync(Stopping);
        await room.Server.StopAsync(Stopping);
        await Assert.ThrowsAsync<SocketException>(() => WireTalk.ConnectAsync(room.Address));
    }

    [Fact]
    public async Task A_host_with_a_Kestrel_of_its_own_can_speak_SMTP_too()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions? listening = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listening = listen.UseSmtp(
                new SmtpServerOptions { HostName = "web.example" }, () => new ScriptedHandler(room))));
        await using WebApplication app = builder.Build();
        await app.StartAsync(Stopping);

        await using WireTalk talk = await WireTalk.ConnectAsync(listening!.IPEndPoint!);
        await talk.HearAsync("220 web.example ESMTP");
        await talk.AskAsync("QUIT", "221");
        await app.StopAsync(Stopping);
    }

    [Theory]
    [InlineData("450", "421 4.7.1 Not now")]
    [InlineData("550", "554 5.7.1 Not now")]
    public async Task A_handler_can_turn_a_client_away(string code, string expected)
    {
        var reply = new SmtpReply(int.Parse(code), $"{code[0]}.7.1", "Not now");
        await using var server = new SmtpServer(
            new SmtpServerOptions(), () => new ClosedHandler(reply), NullLoggerFactory.Instance);
        await server.StartAsync([new(IPAddress.Loopback, 0)], Stopping);
        await using WireTalk talk = await WireTalk.ConnectAsync(server.Endpoints[0]);
        await talk.HearAsync(expected);
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task A_handler_that_cannot_be_made_is_a_421_and_not_a_silent_end()
    {
        await using var server = new SmtpServer(
            new SmtpServerOptions(),
            () => throw new InvalidOperationException("scripted"),
            NullLoggerFactory.Instance);
        await server.StartAsync([new(IPAddress.Loopback, 0)], Stopping);
        await using WireTalk talk = await WireTalk.ConnectAsync(server.Endpoints[0]);
        await talk.HearAsync("421 4.3.0");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task The_handler_knows_who_is_there_and_is_disposed_with_the_session()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            SmtpSessionInfo session = Assert.Single(room.Sessions);
            Assert.Equal(("client.example", true), (session.Helo, session.IsExtended));
            Assert.Equal(IPAddress.Loopback, session.Remote.Address);
            Assert.Equal(room.Address, session.Local);
            await talk.AskAsync("HELO other.example", "250 mx.example");
            Assert.Equal(("other.example", false), (session.Helo, session.IsExtended));
            await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        }

        await room.Server.StopAsync(Stopping); // ends when the session has
        Assert.Equal(["mail <ann@a.example>", "reset", "disposed"], room.Events);
    }

    [Fact]
    public async Task A_client_that_vanishes_in_a_mail_delivers_nothing()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
            await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
            await talk.AskAsync("DATA", "354");
            await talk.SayAsync("Subject: hi\r\n\r\ntext\r\n.\r");
            talk.EndSaying();
            await talk.HearTheEndAsync();
        }

        await room.Server.StopAsync(Stopping);
        Assert.Empty(room.Taken);
        Assert.Equal(["reset", "disposed"], room.Events.TakeLast(2));
    }

    [Fact]
    public async Task What_was_said_before_a_half_close_is_answered()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync("NOOP\r\nNOOP\r\nQUIT\r\n");
        talk.EndSaying();
        await talk.HearAsync("250");
        await talk.HearAsync("250");
        await talk.HearAsync("221");
        await talk.HearTheEndAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("mx example")]
    [InlineData("mx\r\n250 evil")]
    public void A_host_name_that_would_break_the_greeting_is_refused_at_the_start(string hostName) =>
        Assert.Throws<OptionsValidationException>(() => new SmtpServer(
            new SmtpServerOptions { HostName = hostName }, Handler, NullLoggerFactory.Instance));

    [Fact]
    public void Every_option_with_a_bound_is_checked_at_the_start()
    {
        foreach (PropertyInfo option in typeof(SmtpServerOptions).GetProperties())
        {
            if (option.PropertyType != typeof(int) && option.PropertyType != typeof(TimeSpan)) continue;
            var options = new SmtpServerOptions();
            option.SetValue(options, option.PropertyType == typeof(int) ? -1 : TimeSpan.FromSeconds(-1));
            Assert.Throws<OptionsValidationException>(
                () => new SmtpServer(options, Handler, NullLoggerFactory.Instance));
        }
    }

    [Fact]
    public async Task An_option_changed_later_changes_nothing()
    {
        var options = new SmtpServerOptions { HostName = "before.example" };
        await using var server = new SmtpServer(options, Handler, NullLoggerFactory.Instance);
        options.HostName = "after\r\nexample";
        await server.StartAsync([new(IPAddress.Loopback, 0)], Stopping);
        await using WireTalk talk = await WireTalk.ConnectAsync(server.Endpoints[0]);
        await talk.HearAsync("220 before.example ESMTP");
    }

    [Fact]
    public void Every_log_event_has_an_id_of_its_own_from_5000_to_5099()
    {
        int[] ids = [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId).OfType<int>()];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 5000, 5099));
    }

    private static ClosedHandler Handler() => new ClosedHandler(SmtpReply.LocalError);

    /// <summary>Lets nobody in.</summary>
    private sealed class ClosedHandler(SmtpReply reply) : ISmtpHandler
    {
        public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
            new(session.Remote.Port > 0 && reply != SmtpReply.LocalError ? reply : SmtpReply.Ok);

        public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) => new(reply);

        public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) => new(reply);

        public ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping) => new(reply);

        public void OnReset()
        {
        }
    }
}
