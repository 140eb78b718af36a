using CsCheck;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Text;

public sealed class Gsm7Tests
{
    [Theory]
    [InlineData("@", "00")] // and nothing ends there
    [InlineData("a@b", "61 00 62")]
    [InlineData("Ç", "09")]
    [InlineData("$_ΔΦΓΛΩΠΨΣΘΞ", "02 11 10 12 13 14 15 16 17 18 19 1A")]
    [InlineData("ÆæßÉ ÄÖÑÜ§¿äöñüà", "1C 1D 1E 1F 20 5B 5C 5D 5E 5F 60 7B 7C 7D 7E 7F")]
    [InlineData("£¥èéùìòØøÅå¤¡", "01 03 04 05 06 07 08 0B 0C 0E 0F 24 40")]
    [InlineData("\r\n\f", "0D 0A 1B0A")]
    [InlineData("^{}\\[~]|€", "1B14 1B28 1B29 1B2F 1B3C 1B3D 1B3E 1B40 1B65")]
    public void A_text_is_written_as_TS_23_038_says_and_read_back(string text, string septets)
    {
        Assert.True(Gsm7.TryEncode(text, out byte[]? encoded));
        Assert.Equal(Octets.Of(septets), encoded);
        Assert.Equal(encoded.Length, Gsm7.CountSeptets(text));
        Assert.Equal(text, Gsm7.Decode(encoded));
    }

    [Theory]
    [InlineData('ç')] // only the capital is there
    [InlineData('`')]
    [InlineData('\t')]
    [InlineData('\0')] // must not become '@'
    [InlineData('\u001B')] // must not become an escape
    [InlineData('’')]
    [InlineData('А')] // a Cyrillic look-alike
    [InlineData('\uD83D')]
    public void What_is_not_in_the_alphabet_is_not_encoded(char character)
    {
        Assert.False(Gsm7.TryEncode($"a{character}", out _));
        Assert.False(Gsm7.IsEncodable($"a{character}"));
        Assert.Null(Gsm7.CountSeptets($"a{character}"));
    }

    [Theory]
    [InlineData("1B 41", "A")] // unknown behind an escape: the default table
    [InlineData("41 1B", "A")]
    [InlineData("1B 1B 41", "A")]
    [InlineData("41 E9", "Aé")] // no septet: a peer that sends Latin-1
    public void Odd_septets_are_read_as_well_as_can_be(string septets, string text) =>
        Assert.Equal(text, Gsm7.Decode(Octets.Of(septets)));

    [Fact]
    public void The_alphabet_has_127_letters_and_the_extension_10_and_each_comes_back()
    {
        char[] all = [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => Gsm7.IsEncodable([c]))];
        Assert.Equal(137, all.Length);
        Assert.All(all, c => Assert.Equal($"{c}", Gsm7.Decode(Encoded($"{c}"))));
    }

    [Fact]
    public void Any_octets_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(octets => { Gsm7.Decode(octets); });

    private static byte[] Encoded(string text) =>
        Gsm7.TryEncode(text, out byte[]? septets) ? septets : throw new InvalidOperationException(text);
}
