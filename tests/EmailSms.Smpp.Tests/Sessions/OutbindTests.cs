using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The SMSC calls, and the ESME binds over that connection (SMPP 3.4 2.2.1).</summary>
public sealed class OutbindTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task The_SMSC_calls_and_messages_go_both_ways()
    {
        var came = new TaskCompletionSource<DeliverSm>();
        await using SmppServer server = Server();
        await using SmppClient client = Start(deliver: (message, _) =>
        {
            came.TrySetResult(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        SmppServerSession session = await server.OutbindAsync(client.OutbindEndpoint!, "pw", Deadline.Token);
        await client.WaitUntilBoundAsync(Deadline.Token);

        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        await Deadline.UntilAsync(() => session.IsReceiver, "the session is bound");
        Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(new DeliverSm(), Deadline.Token));
        await came.Task;
        Assert.Equal("esme", session.SystemId);
    }

    [Fact]
    public async Task After_a_lost_connection_the_SMSC_may_call_again()
    {
        await using SmppServer server = Server();
        await using SmppClient client = Start();
        for (int i = 0; i < 3; i++)
        {
            SmppServerSession session = await server.OutbindAsync(client.OutbindEndpoint!, "pw", Deadline.Token);
            await client.WaitUntilBoundAsync(Deadline.Token);
            await Deadline.UntilAsync(() => session.IsBound, "the session is bound");
            session.HangUp();
            await Deadline.UntilAsync(() => !client.IsBound, "the client has seen it");
        }
    }

    [Theory]
    [InlineData("00000018 0000000B 00000000 00000001 'smsc' 00 'no' 00")] // a wrong password
    [InlineData("00000018 0000000B 00000000 00000001 'else' 00 'pw' 00")] // another name
    [InlineData("00000010 00000015 00000000 00000001")] // no outbind
    [InlineData("'GET / HTTP/1.1' 0D0A")]
    public async Task Another_call_is_hung_up_on_and_the_next_is_waited_for(string octets)
    {
        await using SmppServer server = Server();
        await using SmppClient client = Start();
        ScriptedPeer stranger = await ScriptedPeer.ConnectAsync(client.OutbindEndpoint!);
        await stranger.SayAsync(Octets.Of(octets));
        Assert.Null(await stranger.TryHearAsync());

        await server.OutbindAsync(client.OutbindEndpoint!, "pw", Deadline.Token);
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task Stopping_while_nobody_calls_ends_at_once()
    {
        await using SmppClient client = Start();
        await client.StopAsync(Deadline.Token);
        Assert.Equal(SmppClientState.Stopped, client.State);
    }

    [Fact]
    public void The_TLS_of_a_call_is_that_of_the_side_which_is_called() =>
        Assert.Contains("SmppOutbind.Tls", Assert.Throws<ArgumentException>(() => new SmppClient(
            Options() with { Tls = new SmppClientTls() }, NullLogger<SmppClient>.Instance)).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_SMSC_calls_over_TLS_and_knows_the_ESME_by_its_key()
    {
        using X509Certificate2 mine = TlsTests.SelfSigned("esme.example.test");
        await using SmppServer server = Server();
        await using SmppClient client = Start(tls: new SmppServerTls { Certificate = mine });
        var call = new SmppClientTls { Pins = [SmppPins.Of(mine)], TrustPinsAlone = true };

        await server.OutbindAsync(client.OutbindEndpoint!, "pw", call, Deadline.Token);
        await client.WaitUntilBoundAsync(Deadline.Token);

        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
    }

    [Fact]
    public async Task A_call_over_TLS_to_somebody_else_says_no_password()
    {
        using X509Certificate2 mine = TlsTests.SelfSigned("esme.example.test");
        using X509Certificate2 expected = TlsTests.SelfSigned("esme.example.test");
        await using SmppServer server = Server();
        await using SmppClient client = Start(tls: new SmppServerTls { Certificate = mine });
        var call = new SmppClientTls { Pins = [SmppPins.Of(expected)], TrustPinsAlone = true };

        await Assert.ThrowsAsync<AuthenticationException>(
            () => server.OutbindAsync(client.OutbindEndpoint!, "pw", call, Deadline.Token));
        Assert.False(client.IsBound);

        call = new SmppClientTls { Pins = [SmppPins.Of(mine)], TrustPinsAlone = true };
        await server.OutbindAsync(client.OutbindEndpoint!, "pw", call, Deadline.Token);
        await client.WaitUntilBoundAsync(Deadline.Token); // it goes on waiting for the right one
    }

    [Fact]
    public async Task A_call_without_TLS_is_not_taken_where_TLS_is_wanted()
    {
        using X509Certificate2 mine = TlsTests.SelfSigned("esme.example.test");
        await using SmppClient client = Start(tls: new SmppServerTls { Certificate = mine });
        ScriptedPeer stranger = await ScriptedPeer.ConnectAsync(client.OutbindEndpoint!);
        await stranger.SayAsync(new Outbind("smsc", "pw"), 1);
        await stranger.HearTheEndAsync();
        Assert.False(client.IsBound);
    }

    [Fact]
    public async Task An_alert_is_handed_over_and_has_no_answer()
    {
        var alerts = new TaskCompletionSource<AlertNotification>();
        await using SmppServer server = Server();
        await using var client = new SmppClient(
            Esme.Options(server.Endpoint.Port), NullLogger<SmppClient>.Instance)
        { Alert = alerts.SetResult };
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Deadline.UntilAsync(() => server.Sessions.Count == 1, "the session is bound");
        SmppServerSession session = server.Sessions[0];

        session.Tell(new AlertNotification(SmppAddress.FromE164("+447700900123"), SmppAddress.None)
        {
            Tlvs = [Tlv.Of(TlvTag.MsAvailabilityStatus, (byte)0)],
        });

        AlertNotification alert = await alerts.Task.WaitAsync(Deadline.Token);
        Assert.Equal(("447700900123", (byte)0), (alert.Source.Digits, alert.Optional.MsAvailabilityStatus));
        Assert.Equal((0, 0L), (session.InFlight, session.Traffic.Requests));
    }

    private static SmppClientOptions Options(SmppServerTls? tls = null) => Esme.Options(1) with
    {
        Outbind = new SmppOutbind { Endpoint = AnyPort, SystemId = "smsc", Password = "pw", Tls = tls },
    };

    private static SmppClient Start(
        Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? deliver = null, SmppServerTls? tls = null)
    {
        var client = new SmppClient(Options(tls), NullLogger<SmppClient>.Instance) { Deliver = deliver };
        client.Start();
        return client;
    }

    private static SmppServer Server()
    {
        var server = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = (_, _, _) => ValueTask.FromResult(SubmitReply.Accept("1")),
        };
        server.Start(AnyPort);
        return server;
    }
}
