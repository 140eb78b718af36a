using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>How long the client waits for what, and how it goes.</summary>
public sealed class SmppClientLastsTests
{
    [Fact]
    public async Task A_peer_that_does_not_read_for_half_a_minute_is_gone()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using var client = new SmppClient(
            Esme.Options(smsc.Port, window: 1000) with { EnquireLinkIdle = TimeSpan.Zero },
            NullLogger<SmppClient>.Instance,
            time);
        client.Start();
        await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        await Esme.WrittenAsync(client, 1);
        SubmitSm large = Esme.Submit() with { Tlvs = [new Tlv(TlvTag.MessagePayload, new byte[60_000])] };
        Task<SubmitResult>[] submits = [.. Enumerable.Range(0, 400) // 24 MB: no socket buffer takes that
            .Select(_ => client.SubmitAsync(large, Deadline.Token))];

        await Deadline.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Array.TrueForAll(submits, s => s.IsCompleted);
            },
            "the client has given up");

        Assert.Contains("the peer does not read", client.Trouble ?? "", StringComparison.Ordinal);
        Assert.All(submits, s => Assert.True(s.Result is SubmitResult.Unknown or SubmitResult.NotSent));
    }

    [Fact]
    public async Task The_peers_enquiry_is_answered_while_stopping_waits_for_an_answer()
    {
        await using var smsc = new ScriptedSmsc();
        SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<SubmitSm>();

        Task stop = client.StopAsync(Deadline.Token);
        await Deadline.UntilAsync(() => client.State is SmppClientState.Draining, "it drains");
        await peer.SayAsync(EnquireLink.Instance, 40);
        Assert.Equal(40u, (await peer.HearAsync<EnquireLinkResp>()).Header.Sequence);
        await peer.SayAsync(new SubmitSmResp("last"), header.Sequence);
        (PduHeader unbind, _) = await peer.HearAsync<Unbind>();
        await peer.SayAsync(EnquireLink.Instance, 41); // even then
        Assert.Equal(41u, (await peer.HearAsync<EnquireLinkResp>()).Header.Sequence);
        await peer.SayAsync(UnbindResp.Instance, unbind.Sequence);

        await stop;
        Assert.Equal(new SubmitResult.Accepted("last"), await submit);
    }

    [Fact]
    public async Task A_bind_that_is_there_already_is_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptAsync();
        await peer.AnswerBindAsync(CommandStatus.AlreadyBound);
        await Deadline.UntilAsync(() => client.State is SmppClientState.Waiting, "it waits for the next try");

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(SmppClientState.Waiting, client.State);
        time.Advance(TimeSpan.FromMinutes(15));

        await smsc.AcceptBoundAsync();
    }

    [Fact]
    public async Task A_generic_nack_with_the_number_of_a_submit_is_its_answer()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<SubmitSm>();
        await peer.SayAsync(GenericNack.Instance, header.Sequence, CommandStatus.InvalidCommandId);
        Assert.Equal(new SubmitResult.Rejected(CommandStatus.InvalidCommandId), await submit);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(95, 0.5)]
    public async Task A_congested_SMSC_is_sent_less(byte congestion, double factor)
    {
        var time = new FakeTimeProvider();
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: time);
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<SubmitResult> submit = client.SubmitAsync(Esme.Submit(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<SubmitSm>();

        await peer.SayAsync(
            new SubmitSmResp("id") { Tlvs = [Tlv.Of(TlvTag.CongestionState, congestion)] }, header.Sequence);

        Assert.Equal(new SubmitResult.Accepted("id"), await submit);
        Assert.Equal(factor, client.Status.RateFactor);
    }

    [Fact]
    public async Task A_congested_SMSC_may_say_so_in_the_answer_to_a_data_sm()
    {
        await using var smsc = new ScriptedSmsc();
        await using SmppClient client = Esme.Client(smsc.Port, time: new FakeTimeProvider());
        client.Start();
        ScriptedPeer peer = await smsc.AcceptBoundAsync();
        await client.WaitUntilBoundAsync(Deadline.Token);
        Task<RequestOutcome> request = client.RequestAsync(new DataSm(), Deadline.Token);
        (PduHeader header, _) = await peer.HearAsync<DataSm>();

        await peer.SayAsync(
            new DataSmResp("id") { Tlvs = [Tlv.Of(TlvTag.CongestionState, (byte)95)] }, header.Sequence);

        Assert.IsType<RequestOutcome.Answered>(await request);
        Assert.Equal(0.5, client.Status.RateFactor);
    }
}
