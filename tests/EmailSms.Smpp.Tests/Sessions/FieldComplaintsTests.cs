using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>
/// What users of other SMPP libraries complain about, each once: what happened there must not happen here. Those about
/// text and receipts lie with the text and the receipts.
/// </summary>
public sealed class FieldComplaintsTests
{
    [Fact]
    public async Task Slots_are_not_leaked_by_silence_nacks_refusals_or_hang_ups()
    {
        var behaviour = new SmscBehaviour();
        await using SmscSimulator smsc = await Esme.SimulatorAsync(behaviour);
        SmppClientOptions options = Esme.Options(smsc.Endpoint.Port) with
        {
            Window = 4,
            AnswerMax = TimeSpan.FromMilliseconds(200),
        };
        await using var client = new SmppClient(options, NullLogger<SmppClient>.Instance);
        client.Start();

        for (int round = 0; round < 8; round++)
        {
            await client.WaitUntilBoundAsync(Deadline.Token);
            (behaviour.Silent, behaviour.HangUpAfter, behaviour.RejectStatus) =
                (round % 4 == 0, round % 4 == 1 ? 3 : 0, round % 4 == 2 ? CommandStatus.SystemError : 0);
            SubmitResult[] results = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));
            if (round % 4 == 3) Assert.All(results, r => Assert.IsType<SubmitResult.Accepted>(r));
            else Assert.Contains(results, r => r is not SubmitResult.Accepted);
            if (client.IsBound) Assert.Equal((0, 0), (client.InFlight, client.Waiting));
        }
    }

    [Fact]
    public async Task No_response_is_lost_however_fast_it_comes()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, window: 64);
        for (int run = 0; run < 10; run++)
        {
            SubmitResult[] results = await Task.WhenAll(
                Enumerable.Range(0, 1000).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));
            Assert.All(results, r => Assert.IsType<SubmitResult.Accepted>(r));
        }

        Assert.Equal(0, client.LateAnswers);
    }

    [Fact]
    public async Task A_receipt_that_comes_before_the_answer_is_handed_over()
    {
        var came = new TaskCompletionSource<DeliveryReceipt>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { ReceiptFirst = true });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt)) came.TrySetResult(receipt);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(1, RegisteredDelivery.Final), Deadline.Token);
        DeliveryReceipt receipt = await came.Task.WaitAsync(Deadline.Token);

        Assert.Equal(receipt.MessageId, Assert.IsType<SubmitResult.Accepted>(await submit).MessageId);
    }

    [Fact]
    public async Task A_bind_response_and_a_delivery_in_one_segment_are_two_PDUs()
    {
        var came = new TaskCompletionSource<DeliverSm>();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, deliver: (message, _) =>
        {
            came.TrySetResult(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        client.Start();
        ScriptedPeer peer = await smsc.AcceptAsync();
        (PduHeader bind, _) = await peer.HearAsync<BindRequest>();

        await peer.SayAsync(
        [
            .. Octets.Of(new BindResponse(BindType.Transceiver, "smsc"), bind.Sequence),
            .. Octets.Of(new DeliverSm { ShortMessage = "hi"u8.ToArray() }, 500),
        ]);

        Assert.Equal(500u, (await peer.HearAsync<DeliverSmResp>()).Header.Sequence);
        Assert.Equal("hi"u8.ToArray(), (await came.Task).ShortMessage.ToArray());
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task A_conversation_may_come_octet_by_octet()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptAsync();
        (PduHeader bind, _) = await peer.HearAsync<BindRequest>();
        byte[] talk =
        [
            .. Octets.Of(new BindResponse(BindType.Transceiver, "smsc"), bind.Sequence),
            .. Octets.Of(new DeliverSm { ShortMessage = "hi"u8.ToArray() }, 500),
            .. Octets.Of(EnquireLink.Instance, 501),
        ];

        foreach (byte octet in talk) await peer.SayAsync(octet);

        PduHeader[] heard = [(await peer.HearAsync()).Header, (await peer.HearAsync()).Header];
        Assert.Equal([500u, 501u], heard.Select(h => h.Sequence).Order());
    }

    [Fact]
    public async Task Stopping_from_inside_a_handler_does_not_deadlock()
    {
        var stopped = new TaskCompletionSource();
        SmppClient? client = null;
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: async (_, _) =>
        {
            await client!.StopAsync(new CancellationToken(canceled: true));
            stopped.TrySetResult();
            return CommandStatus.Ok;
        });

        _ = smsc.InjectAsync("+447700900123", "447700900999", "bye", deadline: Deadline.In(TimeSpan.FromSeconds(2)));

        await stopped.Task.WaitAsync(Deadline.Token);
        Assert.Equal(SmppClientState.Stopped, client.State);
    }

    [Fact]
    public async Task Stopping_while_every_handler_is_busy_and_the_peer_is_silent_ends_in_its_time()
    {
        await using var smsc = new ScriptedSmsc();
        SmppClientOptions options = Esme.Options(smsc.Port) with
        {
            DeliverConcurrencyMax = 2,
            DrainMax = TimeSpan.FromMilliseconds(200),
            UnbindMax = TimeSpan.FromMilliseconds(200),
        };
        var never = new TaskCompletionSource();
        await using var client = new SmppClient(options, NullLogger<SmppClient>.Instance)
        {
            Deliver = async (_, _) =>
            {
                await never.Task;
                return CommandStatus.Ok;
            },
        };
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        for (uint i = 1; i <= 10; i++) await peer.SayAsync(new DeliverSm(), i);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        await peer.HearAsync<SubmitSm>();

        await client.StopAsync(Deadline.Token);

        Assert.Equal(SmppClientState.Stopped, client.State);
        Assert.IsType<SubmitResult.Unknown>(await submit);
    }

    [Fact]
    public async Task Answers_do_not_queue_behind_slow_delivery_handlers()
    {
        var release = new TaskCompletionSource();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: async (_, _) =>
        {
            await release.Task;
            return CommandStatus.Ok;
        });
        Task<bool>[] texts = [.. Enumerable.Range(0, 50)
            .Select(i => smsc.InjectAsync("+447700900123", "447700900999", $"{i}", deadline: Deadline.Token))];

        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));

        Assert.DoesNotContain(texts, t => t.IsCompleted);
        release.SetResult();
        Assert.All(await Task.WhenAll(texts), Assert.True);
    }

    [Theory]
    [InlineData("'HTTP/1.1 400 Bad Request'")] // somebody else's port
    [InlineData("0000000F 00000015 00000000")]
    [InlineData("FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF")]
    public async Task Octets_that_are_no_SMPP_end_the_session_and_not_the_client(string garbage)
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);

        await peer.SayAsync(Octets.Of(garbage));

        (PduHeader header, _) = await peer.HearAsync<GenericNack>();
        Assert.Equal((0u, CommandStatus.InvalidCommandLength), (header.Sequence, header.Status));
        await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task One_bad_body_costs_that_PDU_and_not_the_session()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        byte[] bad = Octets.Of(new DeliverSm { ShortMessage = "hi"u8.ToArray() }, 8);
        bad[^3] = 99; // sm_length

        await peer.SayAsync([.. bad, .. Octets.Of(EnquireLink.Instance, 9)]);

        (PduHeader refused, _) = await peer.HearAsync<DeliverSmResp>();
        Assert.Equal((8u, CommandStatus.InvalidMessageLength), (refused.Sequence, refused.Status));
        await peer.HearAsync<EnquireLinkResp>();
    }

    [Theory]
    [InlineData(0x400u)]
    [InlineData(0x4FFu)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x99u)]
    public void A_status_nobody_knows_is_a_number_and_no_exception(uint number)
    {
        var status = (CommandStatus)number;
        Assert.Equal(CommandStatusClass.Other, status.Class());
        Assert.Equal($"0x{number:X8}", status.Name());
    }

    [Theory]
    [InlineData(0)] // a reset
    [InlineData(1)] // a goodbye
    [InlineData(2)] // octets that are no SMPP
    [InlineData(3)] // a bind that is refused
    public async Task There_is_never_more_than_one_connection(int trouble)
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        var before = new List<ScriptedPeer>();
        for (int i = 0; i < 10; i++)
        {
            ScriptedPeer peer = await smsc.AcceptAsync();
            // On loopback the end of the old connection is here before the new one is, if it was closed before.
            Assert.All(before, old => Assert.True(old.IsAtItsEnd()));
            await peer.AnswerBindAsync(trouble == 3 ? CommandStatus.BindFailed : CommandStatus.Ok);
            if (trouble != 0) before.Add(peer);
            if (trouble == 0) peer.HangUp();
            else if (trouble == 1) await peer.SayAsync(Unbind.Instance, 5);
            else if (trouble == 2) await peer.SayAsync(Octets.Of("'HTTP/1.1 400 Bad Request'"));
        }
    }

    [Fact]
    public async Task What_is_tried_while_not_bound_comes_back_at_once_and_is_not_queued()
    {
        await using SmppClient client = Esme.Client(1);
        client.Start();
        for (int i = 0; i < 1000; i++)
            Assert.IsType<SubmitResult.NotSent>(await client.SubmitAsync(Esme.Submit(i), Deadline.Token));
        Assert.Equal(0, client.Waiting);
    }

    [Fact]
    public async Task A_message_that_the_application_cannot_store_is_sent_again_by_the_carrier()
    {
        int tries = 0;
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (_, _) =>
            ++tries == 1 ? throw new IOException("the disk is full") : ValueTask.FromResult(CommandStatus.Ok));

        Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", "hi", deadline: Deadline.Token));
        Assert.Equal((2, 1L), (tries, smsc.Counts.Redeliveries));
    }

    [Fact]
    public async Task A_receipt_over_another_bind_of_the_account_comes_to_the_same_place()
    {
        var came = new TaskCompletionSource<DeliveryReceipt>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using var group = new SmppBindGroup(
            new SmppBindGroupOptions { Bind = Esme.Options(smsc.Endpoint.Port), Plan = BindPlan.Pairs },
            NullLogger<SmppClient>.Instance)
        {
            Deliver = (message, _) =>
            {
                if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt)) came.TrySetResult(receipt);
                return ValueTask.FromResult(CommandStatus.Ok);
            },
        };
        group.Start();
        await group.WaitUntilBoundAsync(Deadline.Token);

        SubmitResult result = await group.SubmitAsync(Esme.Submit(1, RegisteredDelivery.Final), Deadline.Token);

        DeliveryReceipt receipt = await came.Task.WaitAsync(Deadline.Token); // a transmitter cannot have brought it
        Assert.Equal(receipt.MessageId, Assert.IsType<SubmitResult.Accepted>(result).MessageId);
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_told_and_never_sent_again_by_itself()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 3)
            .Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token))];
        for (int i = 0; i < 3; i++) await peer.HearAsync<SubmitSm>();

        peer.HangUp();
        ScriptedPeer next = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> fourth = client.SubmitAsync(Esme.Submit(4), Deadline.Token);

        (PduHeader header, SubmitSm first) = await next.HearAsync<SubmitSm>();
        Assert.Equal(4, Esme.NumberOf(first));
        await next.SayAsync(new SubmitSmResp("four"), header.Sequence);
        Assert.All(await Task.WhenAll(submits), r => Assert.IsType<SubmitResult.Unknown>(r));
        Assert.Equal(new SubmitResult.Accepted("four"), await fourth);
    }

    [Fact]
    public async Task The_peers_enquire_link_is_answered_while_every_handler_is_busy()
    {
        var release = new TaskCompletionSource();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, deliver: async (_, _) =>
        {
            await release.Task;
            return CommandStatus.Ok;
        });
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        for (uint i = 1; i <= 100; i++) await peer.SayAsync(new DeliverSm(), i);

        await peer.SayAsync(EnquireLink.Instance, 1000);

        Assert.Equal(1000u, (await peer.HearAsync<EnquireLinkResp>()).Header.Sequence);
        release.SetResult();
    }

    [Fact]
    public async Task A_step_of_the_wall_clock_ends_nothing()
    {
        var time = new SteppingClock();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<SubmitSm>();

        foreach (int days in (int[])[400, -800, 400])
        {
            time.Step += TimeSpan.FromDays(days);
            await peer.SayAsync(EnquireLink.Instance, 9);
            await peer.HearAsync<EnquireLinkResp>();
        }

        await peer.SayAsync(new SubmitSmResp("x"), header.Sequence);
        Assert.Equal(new SubmitResult.Accepted("x"), await submit);
        Assert.Equal(1, client.Status.Traffic.Binds);
    }

    [Fact]
    public void The_response_timer_is_a_minute_unless_told_otherwise() =>
        Assert.Equal(TimeSpan.FromMinutes(1), new SmppClientOptions { Host = "smsc" }.AnswerMax);

    /// <summary>A clock whose time of day is set, as by somebody who notices that it is wrong.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Step;
    }
}
