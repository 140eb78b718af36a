using System.Globalization;
using CsCheck;

namespace EmailSms.Smpp.Tests;

/// <summary>The ids of responses and receipts, as carriers were seen to write them.</summary>
public sealed class MessageIdMatcherTests
{
    [Theory]
    [InlineData(MessageIdMode.AsIs, "a1B", "a1B", true)]
    [InlineData(MessageIdMode.AsIs, "a1B", "A1b", false)]
    [InlineData(MessageIdMode.AsIs, "12", "012", false)]
    [InlineData(MessageIdMode.AsIs, "0e99a2b4-55aa", "e99a2b4-55aa", false)] // a UUID is no number
    [InlineData(MessageIdMode.BothDecimal, "4062", "0000004062", true)]
    [InlineData(MessageIdMode.BothDecimal, "4062", "FDE", false)]
    [InlineData(MessageIdMode.BothHex, "0BB860", "bb860", true)] // and not decoded as a decimal number
    [InlineData(MessageIdMode.ResponseHexReceiptDecimal, "812FC7470000001B", "9308878062554710043", true)] // above 2^63
    [InlineData(MessageIdMode.ResponseHexReceiptDecimal, "00bb860", "0768096", true)]
    [InlineData(MessageIdMode.ResponseHexReceiptDecimal, "BB860", "768097", false)]
    [InlineData(MessageIdMode.ResponseHexReceiptDecimal, "BB860", "BB860", true)] // a receipt as it should be
    [InlineData(MessageIdMode.ResponseDecimalReceiptHex, "768096", "bb860", true)]
    [InlineData(MessageIdMode.ResponseDecimalReceiptHex, "9308878062554710043", "812FC7470000001B", true)]
    [InlineData(MessageIdMode.Auto, "00bb860", "768096", true)]
    [InlineData(MessageIdMode.Auto, "768096", "0bb860", true)]
    [InlineData(MessageIdMode.Auto, "04062", "4062", true)]
    [InlineData(MessageIdMode.Auto, "a1b-0", "A1B-0", true)]
    [InlineData(MessageIdMode.Auto, "a1b", "a1c", false)]
    [InlineData(MessageIdMode.Auto, "", "", false)] // accepted without an id: no receipt can be its own
    public void A_receipt_finds_its_submission(MessageIdMode mode, string response, string receipt, bool matches)
    {
        var matcher = new MessageIdMatcher(mode);
        bool found = matcher.KeysOfSubmission(receipt).Contains(MessageIdMatcher.Key(response))
            && matcher.IsMatch(response, receipt, isSamePhone: true);
        bool foundLater = matcher.KeysOfReceipt(response).Contains(MessageIdMatcher.Key(receipt))
            && matcher.IsMatch(response, receipt, isSamePhone: true); // it had come before the response
        Assert.Equal((matches, matches), (found, foundLater));
    }

    [Theory]
    [InlineData("BB860", "768096")]
    [InlineData("768096", "BB860")]
    [InlineData("04062", "4062")]
    public void What_is_not_the_same_letters_is_guarded_by_the_phone(string response, string receipt) =>
        Assert.False(new MessageIdMatcher(MessageIdMode.Auto).IsMatch(response, receipt, isSamePhone: false));

    [Fact]
    public void The_same_letters_need_no_guard() =>
        Assert.True(new MessageIdMatcher(MessageIdMode.Auto).IsMatch("BB860", "BB860", isSamePhone: false));

    [Fact]
    public void What_agreed_often_enough_is_kept_to()
    {
        var matcher = new MessageIdMatcher(MessageIdMode.Auto, learnedAfter: 3);
        Assert.True(matcher.IsMatch("BB860", "768096", isSamePhone: true));
        Assert.True(matcher.IsMatch("A1", "161", isSamePhone: true));
        Assert.True(matcher.IsMatch("161", "A1", isSamePhone: true)); // the other way: it begins anew
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(matcher.Learned);
            Assert.True(matcher.IsMatch("BB860", "768096", isSamePhone: true));
        }

        Assert.Equal(MessageIdMode.ResponseHexReceiptDecimal, matcher.Learned);
        Assert.False(matcher.IsMatch("161", "A1", isSamePhone: true));
        Assert.True(matcher.IsMatch("A1", "161", isSamePhone: true));
        Assert.Equal(["A1", "161"], matcher.KeysOfReceipt("A1"));
    }

    [Fact]
    public void Nothing_is_learned_from_ids_that_read_alike_both_ways_or_from_another_phone()
    {
        var matcher = new MessageIdMatcher(MessageIdMode.Auto, learnedAfter: 2);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(matcher.IsMatch("7", "7", isSamePhone: true)); // 7 in both
            Assert.True(matcher.IsMatch("AB", "AB", isSamePhone: false));
        }

        Assert.Null(matcher.Learned);
        Assert.True(matcher.IsMatch("12", "12", isSamePhone: true)); // as hex and decimal they would be 12 and 18
        Assert.True(matcher.IsMatch("12", "12", isSamePhone: true));
        Assert.Equal(MessageIdMode.BothHex, matcher.Learned);
    }

    [Fact]
    public void Every_number_is_found_in_every_way_it_can_be_written() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.Bool, Gen.Bool).Sample((number, zeros, capitals, mixedOrder) =>
        {
            string hex = new string('0', zeros) + number.ToString(capitals ? "X" : "x", CultureInfo.InvariantCulture);
            string dec = new string('0', zeros) + number.ToString(CultureInfo.InvariantCulture);
            (string response, string receipt) = mixedOrder ? (hex, dec) : (dec, hex);
            MessageIdMode mode = mixedOrder
                ? MessageIdMode.ResponseHexReceiptDecimal
                : MessageIdMode.ResponseDecimalReceiptHex;
            return new[] { mode, MessageIdMode.Auto }.All(one =>
            {
                var matcher = new MessageIdMatcher(one);
                return matcher.KeysOfSubmission(receipt).Contains(MessageIdMatcher.Key(response))
                    && matcher.KeysOfReceipt(response).Contains(MessageIdMatcher.Key(receipt))
                    && matcher.IsMatch(response, receipt, isSamePhone: true);
            });
        }, iter: 3_000);

    [Fact]
    public void Any_two_ids_are_compared_without_an_exception_and_alike_from_both_sides() =>
        Gen.Select(
            Gen.String[0, 70], Gen.String[Gen.Char["0123456789abcdefABCDEF -"], 0, 70], Gen.Enum<MessageIdMode>())
            .Sample((one, other, mode) =>
            {
                var matcher = new MessageIdMatcher(mode);
                bool found = matcher.KeysOfSubmission(other).Contains(MessageIdMatcher.Key(one));
                bool mirrored = matcher.KeysOfReceipt(one).Contains(MessageIdMatcher.Key(other));
                bool match = matcher.IsMatch(one, other, isSamePhone: true);
                return !match || (found && mirrored);
            }, iter: 3_000);
}
