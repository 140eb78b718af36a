using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The client against peers that are slow, silent, gone or out of their mind.</summary>
public sealed class SmppClientTroubleTests
{
    [Fact]
    public async Task A_lost_connection_makes_what_had_left_unknown_and_the_client_binds_again()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, window: 2);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 4)
            .Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token))];
        await peer.HearAsync<SubmitSm>();
        await peer.HearAsync<SubmitSm>();

        peer.HangUp();

        SubmitResult[] results = await Task.WhenAll(submits);
        Assert.IsType<SubmitResult.Unknown>(results[0]);
        Assert.IsType<SubmitResult.Unknown>(results[1]);
        Assert.IsType<SubmitResult.NotSent>(results[2]);
        Assert.IsType<SubmitResult.NotSent>(results[3]);
        await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task An_unbind_of_the_peer_is_answered_and_the_client_binds_again()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();

        await peer.SayAsync(Unbind.Instance, 9);

        Assert.Equal(9u, (await peer.HearAsync<UnbindResp>()).Header.Sequence);
        Assert.Null(await peer.TryHearAsync());
        await smsc.AcceptBoundAsync();
    }

    [Fact]
    public async Task A_peer_that_goes_silent_is_asked_and_then_left()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Esme.WrittenAsync(client, 1);

        time.Advance(TimeSpan.FromSeconds(31));
        await peer.HearAsync<EnquireLink>();
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Null(await peer.TryHearAsync());
        await Deadline.UntilAsync(() => client.Trouble is not null, "the trouble is known");
        Assert.Equal("no answer to enquire_link", client.Trouble);
    }

    [Fact]
    public async Task A_peer_that_answers_enquire_link_is_kept()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Esme.WrittenAsync(client, 1);

        for (int i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(31));
            (PduHeader header, _) = await peer.HearAsync<EnquireLink>();
            long late = client.LateAnswers;
            await peer.SayAsync(EnquireLinkResp.Instance, header.Sequence);
            await peer.SayAsync(EnquireLinkResp.Instance, header.Sequence); // doubled: counted, so we know both came
            await Deadline.UntilAsync(() => client.LateAnswers == late + 1, "the answers are read");
        }

        Assert.True(client.IsBound);
    }

    [Fact]
    public async Task No_answer_in_time_is_unknown_and_gives_the_slot_back()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, window: 1, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Esme.WrittenAsync(client, 1);
        Task<SubmitResult> first = client.SubmitAsync(Esme.Submit(1), Deadline.Token);
        Task<SubmitResult> second = client.SubmitAsync(Esme.Submit(2), Deadline.Token);
        (PduHeader late, _) = await peer.HearAsync<SubmitSm>();

        for (int second10 = 0; second10 < 7; second10++) // keep the link itself alive
        {
            time.Advance(TimeSpan.FromSeconds(9));
            await peer.SayAsync(EnquireLink.Instance, 1);
            PduHeader header;
            do (header, _) = await peer.HearAsync();
            while (header.CommandId is not (CommandId.EnquireLinkResp or CommandId.SubmitSm));
            if (header.CommandId is CommandId.SubmitSm) await peer.SayAsync(new SubmitSmResp("two"), header.Sequence);
        }

        Assert.Equal(new SubmitResult.Unknown("no answer within 60 s"), await first);
        Assert.Equal(new SubmitResult.Accepted("two"), await second);
        await peer.SayAsync(new SubmitSmResp("one, too late"), late.Sequence);
        await Deadline.UntilAsync(() => client.LateAnswers == 1, "the late answer is counted");
    }

    [Fact]
    public async Task A_PDU_that_is_begun_and_never_completed_ends_the_session()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Esme.WrittenAsync(client, 1);

        byte[] whole = Octets.Of(EnquireLink.Instance, 5);
        await peer.SayAsync([.. whole, .. whole[..7]]);
        await peer.HearAsync<EnquireLinkResp>(); // so the seven octets have come, too

        // Their time begins a moment after that answer, so the clock goes on by seconds, but not as far as an enquiry.
        Task<(PduHeader Header, SmppPdu Pdu)?> end = peer.TryHearAsync();
        for (int second = 0; second < 25 && !end.IsCompleted; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        Assert.Null(await end);
    }

    [Fact]
    public async Task A_bind_without_an_answer_is_tried_again()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptAsync();
        await peer.HearAsync<BindRequest>();

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(await HearTheEndAsync(peer));
        Task<ScriptedPeer> next = smsc.AcceptBoundAsync();
        await Deadline.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10)); // the pause is somewhere between 0 and 50 ms
                return next.IsCompleted;
            },
            "the next bind");
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task A_wrong_password_is_not_hurried()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptAsync();
        await peer.AnswerBindAsync(CommandStatus.InvalidPassword);
        await Deadline.UntilAsync(() => client.State is SmppClientState.Waiting, "it waits for the next try");
        Assert.Equal(CommandStatus.InvalidPassword, client.BindRefusal);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(SmppClientState.Waiting, client.State);
        time.Advance(TimeSpan.FromSeconds(2));

        await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Assert.Null(client.BindRefusal);
    }

    [Fact]
    public async Task Nobody_listening_is_no_exception_and_is_tried_again()
    {
        int port;
        await using (var gone = new ScriptedSmsc()) port = gone.Port;
        await using SmppClient client = Esme.Client(port);
        client.Start();
        await Deadline.UntilAsync(() => client.Trouble is not null, "the trouble is known");
        Assert.IsType<SubmitResult.NotSent>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        await client.StopAsync(Deadline.Token);
        Assert.Equal(SmppClientState.Stopped, client.State);
    }

    [Fact]
    public async Task A_delivery_whose_handler_fails_is_to_be_sent_again()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(
            smsc.Port, deliver: (_, _) => throw new InvalidOperationException("the disk is full"));
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();

        await peer.SayAsync(new DeliverSm { ShortMessage = "hi"u8.ToArray() }, 77);

        (PduHeader header, _) = await peer.HearAsync<DeliverSmResp>();
        Assert.Equal((77u, CommandStatus.TemporaryAppError), (header.Sequence, header.Status));
    }

    [Fact]
    public async Task When_the_application_is_behind_the_carrier_is_told_to_wait_and_the_link_stays_alive()
    {
        var release = new TaskCompletionSource();
        await using var smsc = new ScriptedSmsc();
        await using var client = new SmppClient(
            new SmppClientOptions
            {
                Host = "127.0.0.1",
                Port = smsc.Port,
                DeliverConcurrencyMax = 1,
                DeliverQueueMax = 2,
            },
            NullLogger<SmppClient>.Instance)
        {
            Deliver = async (_, stopping) =>
            {
                await release.Task.WaitAsync(stopping);
                return CommandStatus.Ok;
            },
        };
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await peer.SayAsync(new DeliverSm(), 1);
        await peer.SayAsync(EnquireLink.Instance, 100);
        await peer.HearAsync<EnquireLinkResp>(); // the first is in hand, or about to be

        for (uint i = 2; i <= 10; i++) await peer.SayAsync(new DeliverSm(), i);
        await peer.SayAsync(EnquireLink.Instance, 101);

        var refused = new List<uint>();
        while (true)
        {
            (PduHeader header, SmppPdu pdu) = await peer.HearAsync();
            if (pdu is EnquireLinkResp) break;
            Assert.Equal(CommandStatus.TemporaryAppError, header.Status);
            refused.Add(header.Sequence);
        }

        Assert.InRange(refused.Count, 7, 8); // one in hand, two in the queue
        release.SetResult();
        for (int i = refused.Count; i < 10; i++)
            Assert.Equal(CommandStatus.Ok, (await peer.HearAsync<DeliverSmResp>()).Header.Status);
    }

    [Fact]
    public async Task A_receipt_in_a_data_sm_is_handed_over_like_any_other()
    {
        var came = new TaskCompletionSource<DeliverSm>();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, deliver: (message, _) =>
        {
            came.TrySetResult(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();

        await peer.SayAsync(
            new DataSm { EsmClass = EsmClass.Receipt, Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, "x1")] }, 4);

        Assert.Equal(4u, (await peer.HearAsync<DataSmResp>()).Header.Sequence);
        Assert.True(DeliveryReceipt.TryParse(await came.Task, out DeliveryReceipt? receipt));
        Assert.Equal("x1", receipt.MessageId);
    }

    [Fact]
    public async Task A_request_nobody_knows_is_refused_and_an_unknown_answer_is_ignored()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();

        await peer.SayAsync(new UnknownPdu((CommandId)0x80000999, default), 5);
        await peer.SayAsync(new UnknownPdu((CommandId)0x111, default), 6); // broadcast_sm, 5.0

        (PduHeader header, _) = await peer.HearAsync<GenericNack>();
        Assert.Equal((6u, CommandStatus.InvalidCommandId), (header.Sequence, header.Status));
        Assert.Equal(1, client.LateAnswers);
    }

    [Fact]
    public async Task States_are_told_in_order()
    {
        var states = new List<SmppClientState>();
        await using var smsc = new ScriptedSmsc();
        var client = new SmppClient(Esme.Options(smsc.Port), NullLogger<SmppClient>.Instance)
        {
            StateChanged = states.Add,
        };
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task stop = client.StopAsync(Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<Unbind>();
        await peer.SayAsync(UnbindResp.Instance, header.Sequence);
        await stop;

        Assert.Equal(
            [
                SmppClientState.Connecting, SmppClientState.Binding, SmppClientState.Bound, SmppClientState.Draining,
                SmppClientState.Stopped,
            ],
            states);
    }

    private static async Task<PduHeader?> HearTheEndAsync(ScriptedPeer peer)
    {
        while (await peer.TryHearAsync() is { } more)
            Assert.NotEqual(CommandId.SubmitSm, more.Header.CommandId);
        return null;
    }
}
