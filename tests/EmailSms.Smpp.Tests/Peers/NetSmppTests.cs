using System.Text.Json;
using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>Against Perl's Net::SMPP, both ways.</summary>
public sealed class NetSmppTests
{
    [Theory]
    [InlineData("GSM @ £ € [ok]")]
    [InlineData("Привет 😀")]
    public async Task Their_client_and_our_SMSC_understand_each_other(string text)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using ForeignPeer esme = ForeignPeer.Perl("esme.pl", $"{smsc.Endpoint.Port}");
        JsonElement bound = await esme.HearAsync("bound");
        Assert.Equal((0, "simulator"), (Number(bound, "bound"), Text(bound, "peer")));

        SubmitSm ours = Assert.Single(SmsSegmenter.ToSubmits(Esme.Submit(), SmsSegmenter.Split(text), 1));
        await esme.SayAsync(new
        {
            octets = Convert.ToHexString(ours.ShortMessage.Span),
            coding = ours.DataCoding,
            from = "ACME",
            to = "447700900123",
        });
        JsonElement submitted = await esme.HearAsync("submitted");
        SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
        Assert.Equal((text, "ACME", "447700900123"), (sms.Text, sms.From, sms.To));
        Assert.Equal([Text(submitted, "id")], sms.MessageIds);

        await esme.SayAsync(new { hear = true });
        JsonElement receipt = await esme.HearAsync("delivered");
        Assert.Equal(4, Number(receipt, "esmClass"));
        Assert.StartsWith(Text(submitted, "id"), Text(receipt, "receipted"), StringComparison.Ordinal);
        Task<bool> mobile = smsc.InjectAsync("+447700900123", "447700900999", text, deadline: Deadline.Token);
        await esme.SayAsync(new { hear = true });
        JsonElement delivered = await esme.HearAsync("delivered");
        Assert.Equal(
            (Convert.ToHexStringLower(ours.ShortMessage.Span), ours.DataCoding, "447700900123", "447700900999"),
            (Text(delivered, "delivered"), (byte)Number(delivered, "coding"), Text(delivered, "from"),
                Text(delivered, "to")));
        Assert.True(await mobile);

        await esme.SayAsync(new { enquire = true });
        Assert.Equal(0, Number(await esme.HearAsync("enquireAnswered"), "enquireAnswered"));
        await esme.SayAsync(new { unbind = true });
        Assert.Equal(0, Number(await esme.HearAsync("unbindAnswered"), "unbindAnswered"));
        await Deadline.UntilAsync(() => smsc.Sessions.Count == 0, "the session is gone");
    }

    [Fact]
    public async Task Our_client_and_their_SMSC_understand_each_other()
    {
        await using ForeignPeer smsc = ForeignPeer.Perl("smsc.pl");
        int port = Number(await smsc.HearAsync("port"), "port");
        Channel<DeliveryReceipt> receipts = Channel.CreateUnbounded<DeliveryReceipt>();
        await using SmppClient client = await Esme.BoundAsync(port, deliver: (message, _) =>
        {
            if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt)) receipts.Writer.TryWrite(receipt);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        JsonElement bound = await smsc.HearAsync("bound");
        Assert.Equal(
            ("esme", "secret", 0x34), (Text(bound, "bound"), Text(bound, "password"), Number(bound, "version")));

        string text = new('Ж', 100);
        string theirs = "";
        foreach (SubmitSm part in SmsSegmenter.ToSubmits(
                     Esme.Submit(1, RegisteredDelivery.Final), SmsSegmenter.Split(text), 9))
        {
            string id = Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(part, Deadline.Token)).MessageId;
            JsonElement heard = await smsc.HearAsync("id");
            Assert.Equal(
                (id, 8, 0x40, "ACME", "447700900123"),
                (Text(heard, "id"), Number(heard, "coding"), Number(heard, "esmClass"), Text(heard, "from"),
                    Text(heard, "to")));
            theirs += MessageText.Read(part with { ShortMessage = Convert.FromHexString(Text(heard, "octets")) });
            DeliveryReceipt receipt = await receipts.Reader.ReadAsync(Deadline.Token);
            Assert.Equal((id, MessageState.Delivered), (receipt.MessageId, receipt.State));
        }

        Assert.Equal(text, theirs);
        await client.StopAsync(Deadline.Token);
        await smsc.HearAsync("unbound");
    }

    private static string Text(JsonElement said, string property) => said.GetProperty(property).GetString() ?? "";

    private static int Number(JsonElement said, string property) => said.GetProperty(property).GetInt32();
}
