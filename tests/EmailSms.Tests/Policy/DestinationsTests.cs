using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class DestinationsTests
{
    [Theory]
    [InlineData("GB", "+447911024680", true)] // a mobile of the mainland
    [InlineData("GB", "+447797712345", false)] // Jersey, which shares +44
    [InlineData("JE", "+447797712345", true)]
    [InlineData("GB", "+447624123456", false)] // Isle of Man
    [InlineData("GB", "+447700900123", true)] // kept for films: of no region, so of the calling code's main one
    [InlineData("GB", "+12025550143", false)]
    [InlineData("US", "+12025550143", true)]
    [InlineData("US", "+18765551234", false)] // Jamaica, which shares +1
    [InlineData("US", "+18760000000", false)] // and an empty range of Jamaica's is still no number of the US
    [InlineData("GB", "+870773111632", false)] // a satellite
    [InlineData("*", "+870773111632", true)]
    [InlineData("*", "+99912345678", true)] // a calling code that nobody has
    [InlineData("GB", "+99912345678", false)]
    [InlineData("+4477", "+447700900123", true)]
    [InlineData("+4477", "+447800900123", false)]
    [InlineData("+4477*", "+447700900123", true)]
    [InlineData("+447700900123", "+447700900123", true)]
    [InlineData("+447700900123", "+447700900124", false)]
    [InlineData("+447700900123", "+4477009001234", false)] // one number, not all that begin so
    [InlineData("+447700900123*", "+4477009001234", true)]
    [InlineData("gb, us", "+12025550143", true)]
    [InlineData("* !+44909", "+449098790123", false)]
    [InlineData("!+44909 *", "+449198790123", true)]
    [InlineData("!+447700900123 +447700900123", "+447700900123", false)] // a denial goes first
    [InlineData("* !JE", "+447797712345", false)]
    [InlineData("* !JE", "+447700900123", true)]
    [InlineData("!+447700900123 *", "+4477009001234", false)] // a denial is read the wider way
    public void A_list_says_whether_a_number_is_open(string list, string number, bool open)
    {
        Assert.Equal(open, Parse(list).Allows(PhoneNumber.FromE164(number), out _));
    }

    [Theory]
    [InlineData("GB", "+447700900123", "it allows numbers in region GB")]
    [InlineData("*", "+447700900123", "it allows every number")]
    [InlineData("+4477", "+447700900123", "it allows numbers that begin with +4477")]
    [InlineData("+447700900123", "+447700900123", "it allows this number by name")]
    [InlineData("* !+4477", "+447700900123", "it denies numbers that begin with +4477")]
    [InlineData("+4478", "+447700900123", "it does not allow this number, which is in region GB")]
    [InlineData("GB", "+447797712345", "it does not allow this number, which is in region JE")]
    [InlineData("GB", "+99912345678", "it does not allow this number")]
    [InlineData(
        "US correspondents", "+447700900123",
        "it does not allow this number, which is in region GB, and the sender has not written with it before")]
    public void The_reason_is_a_clause_without_the_number(string list, string number, string why)
    {
        Parse(list).Allows(PhoneNumber.FromE164(number), out string told);
        Assert.Equal(why, told);
    }

    [Theory]
    [InlineData(null, "A rule must name destinations: a region such as GB, a prefix such as +4477, a number, or *.")]
    [InlineData(" , ", "A rule must name destinations: a region such as GB, a prefix such as +4477, a number, or *.")]
    [InlineData("!correspondents", "!correspondents would open strangers alone: write correspondents.")]
    [InlineData("UK", "UK is not a region; the United Kingdom is GB.")]
    [InlineData("XX", "XX is not a region: use an ISO code such as GB.")]
    [InlineData("!*", "!* would deny every number: remove the rule instead.")]
    [InlineData("!GB", "The destinations deny and allow nothing: add what is allowed, such as GB or *.")]
    [InlineData("+", "+ is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.")]
    [InlineData("+044", "+044 is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.")]
    [InlineData("+44x", "+44x is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.")]
    [InlineData("+44**", "+44** is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.")]
    [InlineData(
        "+1234567890123456",
        "+1234567890123456 is not a number or prefix: write a plus sign and 1 to 15 digits, the first not 0.")]
    [InlineData(
        "0044",
        "0044 is not a destination: use a region such as GB, a number or prefix with its plus sign, or *.")]
    [InlineData(
        "!", "! is not a destination: use a region such as GB, a number or prefix with its plus sign, or *.")]
    public void Every_mistake_has_its_sentence(string? list, string sentence)
    {
        Assert.False(Destinations.TryParse(list, out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(sentence, Assert.Single(mistakes));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        Assert.False(Destinations.TryParse("UK, GB, 07700", out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(2, mistakes.Count);
    }

    [Fact]
    public void A_list_has_a_longest_length()
    {
        string full = string.Join(' ', Enumerable.Repeat("GB", Destinations.EntriesMax));
        Assert.True(Destinations.TryParse(full, out _, out _));
        Assert.False(Destinations.TryParse(full + " GB", out _, out IReadOnlyList<string> mistakes));
        Assert.Equal("A rule takes at most 500 destinations.", Assert.Single(mistakes));
    }

    [Theory]
    [InlineData("gb,+4477;* ! ", null)]
    [InlineData("gb,+4477;*,!+44909,!je,+447700900123", "!+44909* !JE GB +4477* * +447700900123")]
    public void A_list_is_written_as_it_was_read(string list, string? written)
    {
        Assert.Equal(written, Destinations.TryParse(list, out Destinations? read, out _) ? read.ToString() : null);
        if (read is not null) Assert.Equal(written, Parse(read.ToString()).ToString());
    }

    private static Destinations Parse(string list)
    {
        Assert.True(
            Destinations.TryParse(list, out Destinations? read, out IReadOnlyList<string> mistakes),
            string.Join('\n', mistakes));
        return read;
    }
}
