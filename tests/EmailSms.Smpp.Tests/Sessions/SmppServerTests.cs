using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The SMSC's side against a scripted ESME.</summary>
public sealed class SmppServerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<SmppServer> _servers = [];

    [Fact]
    public async Task A_submit_before_the_bind_is_refused()
    {
        ScriptedPeer esme = await ConnectAsync(Start());
        await esme.SayAsync(Esme.Submit(), 3);
        (PduHeader header, _) = await esme.HearAsync<SubmitSmResp>();
        Assert.Equal((3u, CommandStatus.InvalidBindStatus), (header.Sequence, header.Status));
    }

    [Fact]
    public async Task A_receiver_may_not_submit()
    {
        ScriptedPeer esme = await BoundAsync(Start(), BindType.Receiver);
        await esme.SayAsync(Esme.Submit(), 2);
        Assert.Equal(CommandStatus.InvalidBindStatus, (await esme.HearAsync<SubmitSmResp>()).Header.Status);
    }

    [Fact]
    public async Task A_transmitter_is_sent_nothing()
    {
        SmppServer server = Start();
        await BoundAsync(server, BindType.Transmitter);
        SmppServerSession session = await SessionAsync(server);
        Assert.IsType<SubmitResult.NotSent>(await session.SendAsync(new DeliverSm(), Deadline.Token));
    }

    [Fact]
    public async Task A_second_bind_on_one_connection_is_refused()
    {
        ScriptedPeer esme = await BoundAsync(Start());
        await esme.SayAsync(new BindRequest(BindType.Transceiver, "esme", "x"), 2);
        Assert.Equal(CommandStatus.AlreadyBound, (await esme.HearAsync<BindResponse>()).Header.Status);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_hung_up_on()
    {
        ScriptedPeer esme = await ConnectAsync(Start((bind, _, _) => ValueTask.FromResult(
            bind.Password == "right" ? CommandStatus.Ok : CommandStatus.InvalidPassword)));
        await esme.SayAsync(new BindRequest(BindType.Transceiver, "esme", "wrong"), 1);
        Assert.Equal(CommandStatus.InvalidPassword, (await esme.HearAsync<BindResponse>()).Header.Status);
        Assert.Null(await esme.TryHearAsync());
    }

    [Fact]
    public async Task A_connection_that_does_not_bind_is_closed_in_time()
    {
        SmppServer server = Start();
        ScriptedPeer esme = await ConnectAsync(server);
        await esme.SayAsync(EnquireLink.Instance, 1);
        await esme.HearAsync<EnquireLinkResp>();
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(await esme.TryHearAsync());
    }

    [Fact]
    public async Task A_handler_that_fails_is_a_system_error_of_one_submit()
    {
        SmppServer server = Start(submit: (_, message, _) => Esme.NumberOf(message) == 1
            ? throw new InvalidOperationException("no")
            : ValueTask.FromResult(SubmitReply.Accept("id")));
        ScriptedPeer esme = await BoundAsync(server);
        await esme.SayAsync(Esme.Submit(1), 2);
        Assert.Equal(CommandStatus.SystemError, (await esme.HearAsync<SubmitSmResp>()).Header.Status);
        await esme.SayAsync(Esme.Submit(2), 3);
        Assert.Equal("id", (await esme.HearAsync<SubmitSmResp>()).Pdu.MessageId);
    }

    [Fact]
    public async Task Without_a_handler_a_request_is_an_invalid_command()
    {
        ScriptedPeer esme = await BoundAsync(Start());
        await esme.SayAsync(new QuerySm("1", SmppAddress.None), 2);
        Assert.Equal(CommandStatus.InvalidCommandId, (await esme.HearAsync<GenericNack>()).Header.Status);
    }

    [Fact]
    public async Task Deliveries_keep_their_order_and_the_window()
    {
        SmppServer server = Start();
        ScriptedPeer esme = await BoundAsync(server);
        SmppServerSession session = await SessionAsync(server);
        Task<SubmitResult>[] sent = [.. Enumerable.Range(0, 60).Select(
            i => session.SendAsync(new DeliverSm { ShortMessage = Esme.Submit(i).ShortMessage }, Deadline.Token))];

        for (int i = 0; i < 60; i++)
        {
            (PduHeader header, DeliverSm message) = await esme.HearAsync<DeliverSm>();
            Assert.Equal(i, Esme.NumberOf(message));
            if (i == 49) Assert.Equal(50, session.InFlight); // the window is full: answer all
            if (i >= 49) await esme.SayAsync(new DeliverSmResp(), header.Sequence);
            if (i == 49)
                for (uint s = 1; s < header.Sequence; s++) await esme.SayAsync(new DeliverSmResp(), s);
        }

        Assert.All(await Task.WhenAll(sent), r => Assert.IsType<SubmitResult.Accepted>(r));
    }

    [Fact]
    public async Task Stopping_unbinds_the_sessions()
    {
        SmppServer server = Start();
        ScriptedPeer esme = await BoundAsync(server);
        await SessionAsync(server);
        Task stop = server.StopAsync(Deadline.Token);
        (PduHeader header, _) = await esme.HearAsync<Unbind>();
        await esme.SayAsync(UnbindResp.Instance, header.Sequence);
        await stop;
        Assert.Null(await esme.TryHearAsync());
        Assert.Empty(server.Sessions);
    }

    [Fact]
    public async Task The_next_connection_beyond_the_limit_is_closed_at_once()
    {
        SmppServer server = Start(options: new SmppServerOptions { SessionsMax = 1 });
        await BoundAsync(server);
        Assert.Null(await (await ConnectAsync(server)).TryHearAsync());
    }

    [Fact]
    public async Task An_account_may_bind_only_so_often_and_again_when_one_has_gone()
    {
        SmppServer server = Start(options: new SmppServerOptions { SessionsPerAccountMax = 2 });
        ScriptedPeer first = await BoundAsync(server);
        await BoundAsync(server, BindType.Receiver);
        ScriptedPeer third = await ConnectAsync(server);
        await third.SayAsync(new BindRequest(BindType.Transceiver, "esme", "secret"), 1);
        Assert.Equal(CommandStatus.AlreadyBound, (await third.HearAsync<BindResponse>()).Header.Status);
        ScriptedPeer other = await ConnectAsync(server);
        await other.SayAsync(new BindRequest(BindType.Transceiver, "other", "secret"), 1);
        Assert.Equal(CommandStatus.Ok, (await other.HearAsync<BindResponse>()).Header.Status);

        first.Close();
        await Deadline.UntilAsync(() => server.SessionsOf("esme").Count == 1, "the first has gone");
        await BoundAsync(server);
        await Deadline.UntilAsync(() => server.SessionsOf("esme").Count == 2, "the account has two again");
    }

    [Fact]
    public async Task A_text_for_an_account_goes_to_one_of_its_receivers()
    {
        SmppServer server = Start();
        await BoundAsync(server, BindType.Transmitter);
        Assert.IsType<SubmitResult.NotSent>(
            await server.SendAsync("esme", new DeliverSm(), Deadline.Token));
        ScriptedPeer receiver = await BoundAsync(server, BindType.Receiver);
        await Deadline.UntilAsync(() => server.Sessions.Count == 2, "both are there");

        Task<SubmitResult> sent = server.SendAsync("esme", new DeliverSm(), Deadline.Token);
        (PduHeader header, _) = await receiver.HearAsync<DeliverSm>();
        await receiver.SayAsync(DeliverSmResp.Empty, header.Sequence, CommandStatus.TemporaryAppError);

        Assert.Equal(new SubmitResult.Rejected(CommandStatus.TemporaryAppError), await sent);
    }

    [Fact]
    public async Task Query_cancel_replace_multi_and_data_are_answered_by_the_application()
    {
        var server = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance, _time)
        {
            Request = (_, request, _) => ValueTask.FromResult(request switch
            {
                QuerySm q => new SmppReply(0, new QuerySmResp(q.MessageId, "", MessageState.Delivered, 0)),
                CancelSm => new SmppReply(CommandStatus.CancelFailed, CancelSmResp.Instance),
                ReplaceSm => new SmppReply(0, ReplaceSmResp.Instance),
                SubmitMulti => new SmppReply(0, new SubmitMultiResp("m1")),
                DataSm => new SmppReply(0, new DataSmResp("d1")),
                _ => default,
            }),
        };
        _servers.Add(server);
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        ScriptedPeer esme = await BoundAsync(server);

        await esme.SayAsync(new QuerySm("7", SmppAddress.None), 2);
        Assert.Equal(MessageState.Delivered, (await esme.HearAsync<QuerySmResp>()).Pdu.State);
        await esme.SayAsync(new CancelSm("7", SmppAddress.None, SmppAddress.None), 3);
        Assert.Equal(CommandStatus.CancelFailed, (await esme.HearAsync<CancelSmResp>()).Header.Status);
        await esme.SayAsync(new ReplaceSm("7", SmppAddress.None), 4);
        Assert.Equal(4u, (await esme.HearAsync<ReplaceSmResp>()).Header.Sequence);
        await esme.SayAsync(new SubmitMulti { Destinations = [MultiDestination.Of("list")] }, 5);
        Assert.Equal("m1", (await esme.HearAsync<SubmitMultiResp>()).Pdu.MessageId);
        await esme.SayAsync(new DataSm(), 6);
        Assert.Equal("d1", (await esme.HearAsync<DataSmResp>()).Pdu.MessageId);
    }

    [Theory]
    [InlineData(CommandId.BroadcastSm)]
    [InlineData(CommandId.QueryBroadcastSm)]
    [InlineData(CommandId.CancelBroadcastSm)]
    public async Task Broadcasts_of_SMPP_5_are_an_invalid_command_with_their_own_sequence(CommandId command)
    {
        ScriptedPeer esme = await BoundAsync(Start());
        await esme.SayAsync(new UnknownPdu(command, new byte[30]), 77);
        (PduHeader header, _) = await esme.HearAsync<GenericNack>();
        Assert.Equal((77u, CommandStatus.InvalidCommandId), (header.Sequence, header.Status));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SmppServer server in _servers) await server.DisposeAsync();
    }

    private SmppServer Start(
        Func<BindRequest, SmppServerSession, CancellationToken, ValueTask<CommandStatus>>? bind = null,
        Func<SmppServerSession, SubmitSm, CancellationToken, ValueTask<SubmitReply>>? submit = null,
        SmppServerOptions? options = null)
    {
        var server = new SmppServer(options ?? new SmppServerOptions(), NullLogger<SmppServer>.Instance, _time)
        {
            Bind = bind,
            Submit = submit,
        };
        _servers.Add(server);
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static Task<ScriptedPeer> ConnectAsync(SmppServer server) => ScriptedPeer.ConnectAsync(server.Endpoint);

    private static async Task<ScriptedPeer> BoundAsync(SmppServer server, BindType type = BindType.Transceiver)
    {
        ScriptedPeer esme = await ConnectAsync(server);
        await esme.SayAsync(new BindRequest(type, "esme", "secret"), 1);
        (PduHeader header, BindResponse response) = await esme.HearAsync<BindResponse>();
        Assert.Equal((CommandStatus.Ok, "smsc"), (header.Status, response.SystemId));
        return esme;
    }

    private static async Task<SmppServerSession> SessionAsync(SmppServer server)
    {
        await Deadline.UntilAsync(() => server.Sessions.Count == 1, "the session is there");
        return server.Sessions[0];
    }
}
