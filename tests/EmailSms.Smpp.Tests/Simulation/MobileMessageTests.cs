using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>Messages of people's phones, of every kind, as an ESME gets them.</summary>
public sealed class MobileMessageTests
{
    private static readonly MobileMessage Plain = new() { From = "+447700900123", To = "447700900999" };

    [Theory]
    [InlineData(MobileCoding.Auto, "Grüße @ [home] €", 0)]
    [InlineData(MobileCoding.Auto, "Привет 👍", 8)]
    [InlineData(MobileCoding.Gsm7, "plain", 0)]
    [InlineData(MobileCoding.Ucs2, "plain", 8)]
    [InlineData(MobileCoding.Latin1, "Grüße", 3)]
    [InlineData(MobileCoding.Ascii, "plain", 1)]
    public async Task A_text_comes_in_its_coding(MobileCoding coding, string text, byte dataCoding)
    {
        DeliverSm message = Assert.Single(await TakeAsync(Plain with { Coding = coding, Text = text }));
        Assert.Equal((text, dataCoding), (MessageText.Read(message), message.DataCoding));
    }

    [Theory]
    [InlineData(Segmentation.Udh8, false)]
    [InlineData(Segmentation.Udh8, true)]
    [InlineData(Segmentation.Udh16, false)]
    [InlineData(Segmentation.Udh16, true)]
    [InlineData(Segmentation.Sar, false)]
    [InlineData(Segmentation.Sar, true)]
    public async Task A_long_text_comes_in_parts(Segmentation segmentation, bool isUcs2)
    {
        string text = string.Concat(Enumerable.Repeat(isUcs2 ? "Ж👍" : "x{", 120));
        DeliverSm[] parts = await TakeAsync(Plain with { Text = text, Segmentation = segmentation, Reference = 300 });
        Concatenation[] numbers = [.. parts.Select(part => Assert.IsType<Concatenation>(Concatenation.TryRead(part)))];
        Assert.Equal(Enumerable.Range(1, parts.Length), numbers.Select(n => n.Sequence));
        Assert.All(numbers, n => Assert.Equal(
            (segmentation is Segmentation.Udh8 ? 44 : 300, parts.Length), (n.Reference, n.Total)));
        Assert.Equal(text, string.Concat(parts.Select(part => MessageText.Read(part))));
        Assert.All(parts, part => Assert.InRange(part.ShortMessage.Length, 1, isUcs2 ? 140 : 160));
    }

    [Fact]
    public async Task Parts_come_in_any_order_and_twice_and_not_at_all()
    {
        DeliverSm[] parts = await TakeAsync(Plain with { Text = new string('x', 400), Order = [3, 1, 1] });
        Assert.Equal([3, 1, 1], parts.Select(part => Concatenation.TryRead(part)!.Sequence));
    }

    [Theory]
    [InlineData(Segmentation.Payload, false)]
    [InlineData(Segmentation.Udh8, true)]
    public async Task A_long_text_comes_as_a_payload(Segmentation segmentation, bool dataSm)
    {
        string text = new('Ж', 300);
        DeliverSm message = Assert.Single(
            await TakeAsync(Plain with { Text = text, Segmentation = segmentation, DataSm = dataSm }));
        Assert.True(message.ShortMessage.IsEmpty);
        Assert.Equal(text, MessageText.Read(message));
    }

    [Fact]
    public async Task Octets_come_with_their_ports_and_data_coding()
    {
        byte[] octets = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        DeliverSm[] parts = await TakeAsync(Plain with
        {
            Binary = octets,
            DataCoding = 0xF5,
            HeaderElements = new byte[] { 5, 4, 0x0B, 0x84, 0x23, 0xF0 },
        });
        Assert.Equal(2, parts.Length);
        Assert.All(parts, part => Assert.Equal(0xF5, part.DataCoding));
        Assert.All(parts, part => Assert.Equal(5, UserDataHeader.Read(part).Elements[0].Id));
        Assert.Equal(
            octets, parts.SelectMany(part => part.ShortMessage[UserDataHeader.Read(part).Octets..].ToArray()));
    }

    [Theory]
    [InlineData(NationalLanguage.Default, NationalLanguage.Turkish, "Şehir ığdır")]
    [InlineData(NationalLanguage.Turkish, NationalLanguage.Default, "Şehir ığdır")]
    [InlineData(NationalLanguage.Portuguese, NationalLanguage.Portuguese, "Não há ação ∞")]
    public async Task A_text_comes_in_national_tables(NationalLanguage locking, NationalLanguage escaped, string text)
    {
        string all = string.Concat(Enumerable.Repeat(text, 20));
        DeliverSm[] parts = await TakeAsync(Plain with { Text = all, Tables = new Gsm7Tables(locking, escaped) });
        Assert.All(parts, part => Assert.Equal(DataCoding.Default, part.DataCoding));
        Assert.Equal(all, string.Concat(parts.Select(part => MessageText.Read(part))));
    }

    [Fact]
    public void More_than_255_parts_are_refused() => Assert.Throws<ArgumentException>(
        () => MobileParts.Write(Plain with { Text = new string('x', 256 * 153) }, 1));

    [Fact]
    public void A_message_is_read_from_JSON_or_every_error_is_told()
    {
        MobileMessage? good = MobileMessage.Parse(
            """
            {"from": "+447700900123", "to": "12345", "text": "hi", "coding": "ucs2", "parts": "udh16",
             "order": [2, 1], "reference": 7, "elements": "240101", "dataSm": true, "account": "a", "dataCoding": 24}
            """, out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        Assert.Equal(
            (MobileCoding.Ucs2, Segmentation.Udh16, (ushort)7, true, "a", (byte)24),
            (good!.Coding, good.Segmentation, good.Reference!.Value, good.DataSm, good.SystemId,
                good.DataCoding!.Value));

        Assert.Null(MobileMessage.Parse(
            """{"from": 1, "coding": "morse", "order": [0, "x"], "binary": "xyz", "reference": 1.5, "x": 1}""",
            out errors));
        Assert.Equal(
            ["from", "to", "coding", "order", "order", "binary", "reference", "x"],
            errors.Select(error => error.Split(':')[0]).OrderBy(key => Array.IndexOf(
                ["from", "to", "coding", "order", "binary", "reference", "x"], key)));
        Assert.Null(MobileMessage.Parse("hello", out errors));
        Assert.Single(errors);
    }

    private static async Task<DeliverSm[]> TakeAsync(MobileMessage message)
    {
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (taken, _) =>
        {
            came.Writer.TryWrite(taken);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        Assert.True(await smsc.InjectAsync(message, Deadline.Token));
        came.Writer.Complete();
        return await came.Reader.ReadAllAsync(Deadline.Token).ToArrayAsync(Deadline.Token);
    }
}
