using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Text;

/// <summary>
/// What users of other libraries complain about in texts, parts, receipts and ids, each as a test; what they say of
/// sessions has a class of its own beside the sessions.
/// </summary>
public sealed class FieldComplaintsTests
{
    [Fact]
    public void An_at_sign_does_not_end_the_text()
    {
        SubmitSm sent = Sent("me@here.example, you@there.example");
        Assert.Equal(0x00, sent.ShortMessage.Span[2]);
        Assert.Equal("me@here.example, you@there.example", MessageText.Read(sent));
    }

    [Fact]
    public void An_SMSC_whose_default_is_no_GSM_alphabet_gets_what_it_reads()
    {
        // '!' and '|' that arrive as '@', accents that arrive as other letters: data_coding 0 means something else.
        var options = new SegmentOptions { Alphabet = DefaultAlphabet.Latin1 };
        SubmitSm sent = SmsSegmenter.ToSubmits(new SubmitSm(), SmsSegmenter.Split("Hé! a|b @ 5", options), 1)[0];
        Assert.Equal("Hé! a|b @ 5", System.Text.Encoding.Latin1.GetString(sent.ShortMessage.Span));
    }

    [Fact]
    public void Data_coding_1_with_letters_that_only_GSM_has_is_GSM()
    {
        // ASCII in name: an ESME that writes '@' as 0x00 and '€' behind an escape means GSM 03.38.
        var message = new DeliverSm { DataCoding = 1, ShortMessage = Octets.Of("'me' 00 'here' 1B65") };
        Assert.Equal("me@here€", MessageText.Read(message));
        Assert.Equal("a_b", MessageText.Read(new DeliverSm { DataCoding = 1, ShortMessage = Octets.Of("'a_b'") }));
    }

    [Fact]
    public void Septets_travel_one_to_an_octet()
    {
        Assert.Equal(Octets.Of("'hellohello'"), Sent("hellohello").ShortMessage.ToArray()); // packed they would be 9
        Assert.Equal(160, Sent(new string('x', 160)).ShortMessage.Length);
    }

    [Theory]
    [InlineData("0416 0442")] // big-endian, as it should be
    [InlineData("FEFF 0416 0442")]
    [InlineData("FFFE 1604 4204")] // little-endian, with its mark
    public void UTF_16_is_read_in_the_order_its_mark_says(string octets) =>
        Assert.Equal("Жт", MessageText.Read(
            new DeliverSm { DataCoding = DataCoding.Ucs2, ShortMessage = Octets.Of(octets) }));

    [Fact]
    public void A_part_in_UCS_2_has_an_even_number_of_octets()
    {
        foreach (Segmentation segmentation in new[] { Segmentation.Udh8, Segmentation.Udh16, Segmentation.Sar })
        {
            SegmentedText text = SmsSegmenter.Split(new string('Ж', 500), segmentation);
            Assert.All(
                SmsSegmenter.ToSubmits(new SubmitSm(), text, 1, segmentation),
                part => Assert.Equal(0, (part.ShortMessage.Length - UserDataHeader.Read(part).Octets) % 2));
        }
    }

    [Theory]
    [InlineData("😀", 66)] // a surrogate pair
    [InlineData("€", 152)] // an escape and its letter
    [InlineData("[", 152)]
    public void A_pair_is_never_cut(string pair, int before)
    {
        string text = new string(pair == "😀" ? 'Ж' : 'x', before) + pair + new string('x', 100);
        IReadOnlyList<SubmitSm> parts = SmsSegmenter.ToSubmits(new SubmitSm(), SmsSegmenter.Split(text), 1);
        Assert.All(parts, part => Assert.DoesNotContain('\uFFFD', MessageText.Read(part)));
        Assert.StartsWith(pair, MessageText.Read(parts[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_of_GSM_7_are_counted_as_septets_and_not_as_octets()
    {
        Assert.Equal(1, SmsSegmenter.CountParts(new string('é', 160)));
        Assert.Equal(2, SmsSegmenter.CountParts(new string('€', 81)));
    }

    [Theory]
    [InlineData("812FC7470000001B", "9308878062554710043")] // above 2^63
    [InlineData("4062", "0000004062")]
    [InlineData("a1b2", "A1B2")]
    [InlineData("768096", "BB860")]
    public void Ids_that_are_written_in_two_ways_are_one(string response, string receipt) =>
        Assert.True(new MessageIdMatcher(MessageIdMode.Auto).IsMatch(response, receipt, isSamePhone: true));

    [Fact]
    public void An_id_that_is_a_UUID_is_not_taken_for_a_number()
    {
        const string uuid = "0e991d35-7f4c-4c3e-9df6-6b2d8c1f0a11";
        var matcher = new MessageIdMatcher(MessageIdMode.Auto);
        Assert.Equal([MessageIdMatcher.Key(uuid)], matcher.KeysOfSubmission(uuid));
        Assert.True(matcher.IsMatch(uuid, uuid, isSamePhone: false));
        Assert.False(matcher.IsMatch("e991d357f4c4c3e9df66b2d8c1f0a11", uuid, isSamePhone: true));
    }

    [Fact]
    public void Words_of_an_attacker_in_a_receipt_are_not_read()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.Receipt,
            ShortMessage = "stat:DELIVRD id:7 text:id:1 stat:REJECTD err:9"u8.ToArray(),
        };
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(("7", MessageState.Delivered, null), (receipt.MessageId, receipt.State, receipt.Error));
    }

    private static SubmitSm Sent(string text) =>
        SmsSegmenter.ToSubmits(new SubmitSm(), SmsSegmenter.Split(text), 1)[0];
}
