using System.Text.Json;
using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>Against an implementation that others wrote: node-smpp, both ways.</summary>
public sealed class NodeSmppTests
{
    [Fact]
    public async Task Our_client_and_their_SMSC_understand_each_other()
    {
        await using ForeignPeer smsc = await ForeignPeer.NodeAsync("smsc.js");
        int port = (await smsc.HearAsync("port")).GetProperty("port").GetInt32();
        Channel<DeliverSm> delivered = Channel.CreateUnbounded<DeliverSm>();
        await using SmppClient client = await Esme.BoundAsync(port, deliver: async (message, stopping) =>
        {
            await delivered.Writer.WriteAsync(message, stopping);
            return CommandStatus.Ok;
        });
        JsonElement bound = await smsc.HearAsync("bound");
        Assert.Equal(
            ("esme", "secret", 0x34), (Text(bound, "bound"), Text(bound, "password"), Number(bound, "version")));
        Assert.Equal("node-smpp", client.PeerSystemId);

        // A text of two parts, with a TLV and a receipt for each.
        string text = "Zürich: 10 € @ 20° — Schlüssel_{1} " + new string('x', 60);
        var template = Esme.Submit(1, RegisteredDelivery.Final) with
        {
            Tlvs = [Tlv.Of(TlvTag.UserMessageReference, (ushort)513)],
        };
        string theirs = "";
        foreach (SubmitSm part in SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(text), 7))
        {
            string id = Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(part, Deadline.Token)).MessageId;
            JsonElement heard = await smsc.HearAsync("id");
            theirs += Text(heard, "text");
            Assert.Equal((id, 8, 513), (Text(heard, "id"), Number(heard, "coding"), Number(heard, "reference")));
            Assert.StartsWith("00030702", Text(heard, "udh"), StringComparison.Ordinal);
            Assert.True(DeliveryReceipt.TryParse(await delivered.Reader.ReadAsync(Deadline.Token), out var receipt));
            Assert.Equal((id, MessageState.Delivered), (receipt.MessageId, receipt.State));
            Assert.Equal(0, Number(await smsc.HearAsync("receiptAnswered"), "receiptAnswered"));
        }

        Assert.Equal(text, theirs);
        Assert.Equal(
            new SubmitResult.Rejected(CommandStatus.InvalidDestinationAddress),
            await client.SubmitAsync(
                Esme.Submit() with { Destination = SmppAddress.ShortCode("13") }, Deadline.Token));
    }

    [Theory]
    [InlineData("GSM @ £ € [ok]")]
    [InlineData("Привет 😀")]
    public async Task Texts_from_their_SMSC_are_read_and_its_unbind_is_answered(string text)
    {
        await using ForeignPeer smsc = await ForeignPeer.NodeAsync("smsc.js");
        int port = (await smsc.HearAsync("port")).GetProperty("port").GetInt32();
        var came = new TaskCompletionSource<string>();
        await using SmppClient client = await Esme.BoundAsync(port, deliver: (message, _) =>
        {
            came.TrySetResult(MessageText.Read(message));
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        await smsc.HearAsync("bound");

        await smsc.SayAsync(new { text, from = "447700900123", to = "447700900999" });

        Assert.Equal(text, await came.Task.WaitAsync(Deadline.Token));
        Assert.Equal(0, Number(await smsc.HearAsync("textAnswered"), "textAnswered"));
        await smsc.SayAsync(new { unbind = true });
        await smsc.HearAsync("unbindAnswered");
        await smsc.HearAsync("bound"); // and we come back
    }

    [Fact]
    public async Task Stopping_says_goodbye_to_their_SMSC()
    {
        await using ForeignPeer smsc = await ForeignPeer.NodeAsync("smsc.js");
        int port = (await smsc.HearAsync("port")).GetProperty("port").GetInt32();
        await using SmppClient client = await Esme.BoundAsync(port);
        await client.StopAsync(Deadline.Token);
        await smsc.HearAsync("unbound");
    }

    [Fact]
    public async Task Their_client_and_our_SMSC_understand_each_other()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using ForeignPeer esme = await ForeignPeer.NodeAsync("esme.js", $"{smsc.Endpoint.Port}");
        JsonElement bound = await esme.HearAsync("bound");
        Assert.Equal((0, "simulator"), (Number(bound, "bound"), Text(bound, "peer")));

        foreach (string text in new[] { "GSM @ £ € [ok]", "Привет 😀" })
        {
            await esme.SayAsync(new { text, from = "ACME", to = "447700900123" });
            JsonElement submitted = await esme.HearAsync("submitted");
            SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
            Assert.Equal((text, "ACME", "447700900123"), (sms.Text, sms.From, sms.To));
            Assert.Equal([Text(submitted, "id")], sms.MessageIds);
            JsonElement receipt = await esme.HearAsync("receipted");
            Assert.Equal(
                (Text(submitted, "id"), 2, 4),
                (Text(receipt, "receipted"), Number(receipt, "state"), Number(receipt, "esmClass")));
        }

        await esme.SayAsync(new { enquire = true });
        Assert.Equal(0, Number(await esme.HearAsync("enquireAnswered"), "enquireAnswered"));
        Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", "Grüße @ home", deadline: Deadline.Token));
        Assert.Equal("Grüße @ home", Text(await esme.HearAsync("delivered"), "delivered"));
        await esme.SayAsync(new { unbind = true });
        Assert.Equal(0, Number(await esme.HearAsync("unbindAnswered"), "unbindAnswered"));
        await esme.HearAsync("closed");
        await Deadline.UntilAsync(() => smsc.Sessions.Count == 0, "the session is gone");
    }

    [Fact]
    public async Task A_window_of_ours_fills_their_SMSC_and_every_receipt_comes_back()
    {
        await using ForeignPeer smsc = await ForeignPeer.NodeAsync("smsc.js");
        int port = (await smsc.HearAsync("port")).GetProperty("port").GetInt32();
        Channel<string> receipted = Channel.CreateUnbounded<string>();
        await using SmppClient client = await Esme.BoundAsync(port, window: 50, deliver: (message, _) =>
        {
            if (DeliveryReceipt.TryParse(message, out var receipt)) receipted.Writer.TryWrite(receipt.MessageId);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        SubmitResult[] results = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => client.SubmitAsync(Esme.Submit(i, RegisteredDelivery.Final), Deadline.Token)));

        HashSet<string> ids = [.. results.Select(r => Assert.IsType<SubmitResult.Accepted>(r).MessageId)];
        Assert.Equal(200, ids.Count);
        for (int i = 0; i < 200; i++) Assert.True(ids.Remove(await receipted.Reader.ReadAsync(Deadline.Token)));
        Assert.Equal(0, client.LateAnswers);
    }

    [Fact]
    public async Task A_burst_of_theirs_fills_our_SMSC_and_every_receipt_gets_there()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using ForeignPeer esme = await ForeignPeer.NodeAsync("esme.js", $"{smsc.Endpoint.Port}");
        await esme.HearAsync("bound");

        await esme.SayAsync(new { burst = 200, from = "447700900999", to = "447700900123" });

        Assert.Equal(200, Number(await esme.HearAsync("burstReceipted"), "burstReceipted"));
        await Deadline.UntilAsync(() => smsc.Counts.ReceiptsTaken == 200, "the last answer to a receipt");
        Assert.Equal(200, smsc.Counts.Accepted);
    }

    [Theory]
    [InlineData("GSM [long] € ", 40)]
    [InlineData("Длинный 😀 ", 30)]
    public async Task Long_texts_are_put_together_on_both_sides(string words, int times)
    {
        string text = string.Concat(Enumerable.Repeat(words, times));
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using ForeignPeer esme = await ForeignPeer.NodeAsync("esme.js", $"{smsc.Endpoint.Port}");
        await esme.HearAsync("bound");

        // Theirs in parts that are cut by us, since node-smpp leaves that to its user.
        SegmentedText parts = SmsSegmenter.Split(text);
        await esme.SayAsync(new { parts = parts.Parts, reference = 77, from = "ACME", to = "447700900123" });
        SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
        Assert.Equal((text, parts.Parts.Count), (sms.Text, sms.Parts));

        Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", text, deadline: Deadline.Token));
        string theirs = "";
        for (int i = 1; i <= parts.Parts.Count; i++)
        {
            JsonElement part = await esme.HearAsync("delivered");
            Assert.EndsWith($"{parts.Parts.Count:x2}{i:x2}", Text(part, "udh"), StringComparison.Ordinal);
            theirs += Text(part, "delivered");
        }

        Assert.Equal(text, theirs);
    }

    private static string Text(JsonElement said, string property) => said.GetProperty(property).GetString() ?? "";

    private static int Number(JsonElement said, string property) => said.GetProperty(property).GetInt32();
}
