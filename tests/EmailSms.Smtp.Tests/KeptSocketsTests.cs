using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smtp.Tests;

public sealed class KeptSocketsTests : IAsyncDisposable
{
    private readonly KeptSockets _sockets = KeptSockets.ForSmtp(NullLoggerFactory.Instance);

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sockets.DisposeAsync();

    [Fact]
    public async Task Who_connects_between_two_servers_is_greeted_by_the_second()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        IPEndPoint at;
        await using (SmtpServer first = await StartAsync(room, "one.example"))
        {
            at = first.Endpoints[0];
            await using WireTalk talk = await WireTalk.ConnectAsync(at);
            await talk.HearAsync("220 one.example");
            await talk.AskAsync("QUIT", "221");
        }

        // More than the one connection that may be accepted already.
        WireTalk[] waiting = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => WireTalk.ConnectAsync(at)))];
        for (int i = 0; i < 3; i++) // and several servers come and go
        {
            await using SmtpServer next = await StartAsync(room, "two.example");
            Assert.Equal(at, next.Endpoints[0]);
            if (i > 0) continue;
            foreach (WireTalk talk in waiting)
            {
                await talk.HearAsync("220 two.example");
                await talk.AskAsync("QUIT", "221");
                await talk.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task An_endpoint_that_is_wanted_no_longer_is_closed_when_that_is_said()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        IPEndPoint at;
        await using (SmtpServer first = await StartAsync(room, "one.example")) at = first.Endpoints[0];
        using (var client = new TcpClient()) await client.ConnectAsync(at, Stopping);
        await _sockets.CloseFreeAsync();
        await AssertRefusedAsync(at);
    }

    [Fact]
    public async Task One_that_stands_in_the_way_of_another_is_closed_before_and_the_others_are_kept()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        IPEndPoint at;
        await using (SmtpServer first = await StartAsync(room, "one.example")) at = first.Endpoints[0];
        var any = new IPEndPoint(IPAddress.Any, at.Port);
        await _sockets.CloseFreeAsync([new IPEndPoint(IPAddress.Loopback, 0)]);
        using (var client = new TcpClient()) await client.ConnectAsync(at, Stopping);
        await Assert.ThrowsAsync<AddressInUseException>(async () => await _sockets.BindAsync(any, Stopping));
        await _sockets.CloseFreeAsync([any]);
        await using IConnectionListener taken = await _sockets.BindAsync(any, Stopping);
        Assert.Equal(any, taken.EndPoint);
    }

    [Fact]
    public async Task The_last_server_of_all_closes_its_endpoint_at_once()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using SmtpServer server = await StartAsync(room, "one.example");
        IPEndPoint at = server.Endpoints[0];
        await using WireTalk talk = await WireTalk.GreetedAsync(at);
        await _sockets.LetGoAsync();
        await talk.AskAsync("NOOP", "250"); // a server that runs goes on
        await server.StopAsync(Stopping);
        await AssertRefusedAsync(at);
    }

    [Fact]
    public async Task An_endpoint_that_is_in_use_is_named_and_leaves_nothing_behind()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using Mailroom room = await Mailroom.OpenAsync();
        await using var server = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance)
        {
            Sockets = _sockets,
        };
        var free = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free());
        IOException trouble = await Assert.ThrowsAnyAsync<IOException>(
            () => server.StartAsync([free, (IPEndPoint)other.LocalEndpoint], Stopping));
        Assert.Contains($"{other.LocalEndpoint}", trouble.Message, StringComparison.Ordinal);
        await _sockets.CloseFreeAsync();
        await AssertRefusedAsync(free);
    }

    private static async Task AssertRefusedAsync(IPEndPoint at)
    {
        using var client = new TcpClient();
        SocketException no = await Assert.ThrowsAsync<SocketException>(
            async () => await client.ConnectAsync(at, Stopping));
        Assert.Equal(SocketError.ConnectionRefused, no.SocketErrorCode);
    }

    private async Task<SmtpServer> StartAsync(Mailroom room, string name)
    {
        var server = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance)
        {
            Sockets = _sockets,
        };
        await server.StartAsync(
            [new SmtpListener(new IPEndPoint(IPAddress.Loopback, 0), new SmtpServerOptions { HostName = name })],
            Stopping);
        return server;
    }
}
