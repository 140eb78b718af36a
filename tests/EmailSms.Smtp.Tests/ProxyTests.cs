using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class ProxyTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_behind_a_proxy_is_who_is_there()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25\r\nEHLO client.example\r\n");
        await talk.HearAsync("220");
        await talk.HearAsync("250");
        SmtpSessionInfo session = Assert.Single(room.Sessions);
        Assert.Equal(IPEndPoint.Parse("192.0.2.7:56324"), session.Remote);
        Assert.Equal(IPEndPoint.Parse("198.51.100.1:25"), session.Local);
        Assert.Equal(IPAddress.Loopback, session.Proxy!.Address);
        await talk.AskAsync("PROXY TCP4 192.0.2.8 198.51.100.1 56324 25", "500 5.5.1"); // once, and first
        Assert.Equal(IPEndPoint.Parse("192.0.2.7:56324"), session.Remote);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    public async Task A_proxy_that_names_nobody_is_the_client_itself(string header)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync(header);
        await talk.HearAsync("220");
        SmtpSessionInfo session = Assert.Single(room.Sessions);
        Assert.Equal(IPAddress.Loopback, session.Remote.Address);
        Assert.Equal(session.Remote, session.Proxy);
    }

    [Theory]
    [InlineData("EHLO client.example\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31\0\0\0")]
    public async Task What_is_no_header_is_the_end_without_a_word(string said)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync(said);
        await talk.HearTheEndAsync();
        Assert.Empty(room.Sessions);
    }

    [Fact]
    public async Task A_header_that_does_not_come_is_waited_for_three_seconds()
    {
        var time = new FakeTimeProvider();
        await using Mailroom room = await OpenAsync(time: time);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("PROXY TCP4 192.0.2.7 ");
        Task end = talk.HearTheEndAsync();
        TimeSpan waited = TimeSpan.Zero;
        while (!end.IsCompleted && waited < TimeSpan.FromMinutes(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, Task.Delay(5, Stopping));
        }

        await end;
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_header()
    {
        await using Mailroom room = await OpenAsync(time: new FakeTimeProvider());
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        Task stopped = room.Server.StopAsync(Stopping);
        await talk.HearTheEndAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), Stopping);
    }

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.0/24")]
    public async Task From_anybody_else_PROXY_is_a_command_that_does_not_exist(string networks)
    {
        await using Mailroom room = await OpenAsync(networks);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25", "500 5.5.1 Unknown command");
        SmtpSessionInfo session = Assert.Single(room.Sessions);
        Assert.Equal(IPAddress.Loopback, session.Remote.Address);
        Assert.Null(session.Proxy);
    }

    [Fact]
    public async Task Clients_behind_a_proxy_are_counted_each_for_itself()
    {
        await using Mailroom room = await OpenAsync(perAddress: 1);
        await using WireTalk one = await ThroughProxyAsync(room, "192.0.2.7", "220");
        await using WireTalk again = await ThroughProxyAsync(room, "192.0.2.7", "421 4.7.0");
        await using WireTalk two = await ThroughProxyAsync(room, "192.0.2.8", "220");
    }

    [Fact]
    public async Task The_header_comes_before_TLS()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.ProxyNetworks = [IPNetwork.Parse("127.0.0.0/8")];
            options.Certificate = TestCertificate.Context;
            options.Tls = SmtpTls.Implicit;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("PROXY TCP4 192.0.2.7 198.51.100.1 56324 465\r\n");
        await talk.SecureAsync();
        await talk.HearAsync("220");
        Assert.Equal(IPAddress.Parse("192.0.2.7"), Assert.Single(room.Sessions).Remote.Address);
    }

    [Fact]
    public async Task Curl_sends_a_header_and_a_mail()
    {
        await using Mailroom room = await OpenAsync();
        string mail = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(mail, "Subject: hi\r\n\r\ntext\r\n", Stopping);
        await ForeignProgram.RunAsync("curl",
        [
            "--silent", "--show-error", "--max-time", "20", "--haproxy-protocol",
            $"smtp://{room.Address}/client.example",
            "--mail-from", "ann@a.example", "--mail-rcpt", "bob@gw.example", "--upload-file", mail,
        ]);
        File.Delete(mail);
        Assert.Equal("Subject: hi\r\n\r\ntext\r\n", (await room.NextMailAsync()).Text);
        Assert.NotNull(Assert.Single(room.Sessions).Proxy);
    }

    private static async Task<WireTalk> ThroughProxyAsync(Mailroom room, string client, string expected)
    {
        WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync($"PROXY TCP4 {client} 198.51.100.1 56324 25\r\n");
        await talk.HearAsync(expected);
        return talk;
    }

    private static Task<Mailroom> OpenAsync(
        string networks = "127.0.0.0/8", int perAddress = 20, TimeProvider? time = null) => Mailroom.OpenAsync(
        options =>
        {
            options.ProxyNetworks =
                [.. networks.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => IPNetwork.Parse(one))];
            options.ConnectionsPerAddressMax = perAddress;
        },
        time);
}
