using CsCheck;
using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.Tests.Composing;

public sealed class RecipientParserTests
{
    private static readonly RecipientParser Parser = new();

    [Theory]
    [InlineData("+447700900123", null, "+447700900123")]
    [InlineData("447700900123", null, "+447700900123")]
    [InlineData("00447700900123", null, "+447700900123")]
    [InlineData("00447700900123", "GB", "+447700900123")]
    [InlineData("00447700900123", "US", "+447700900123")] // 00 is not dialled there, and has no other meaning
    [InlineData("0011447700900123", "AU", "+447700900123")]
    [InlineData("011447700900123", "US", "+447700900123")]
    [InlineData("07700900123", "GB", "+447700900123")]
    [InlineData("07700900123", "gb", "+447700900123")]
    [InlineData("7700900123", "GB", "+447700900123")]
    [InlineData("447700900123", "US", "+447700900123")]
    [InlineData("447700900123", "GB", "+447700900123")]
    [InlineData("4915228817386", "GB", "+4915228817386")]
    [InlineData("2025550143", "US", "+12025550143")]
    [InlineData("12025550143", "GB", "+12025550143")]
    [InlineData("0639980012", "FR", "+33639980012")]
    [InlineData("+4407700900123", null, "+447700900123")]
    [InlineData("+44(0)7700-900.123", null, "+447700900123")]
    [InlineData("\"+44 (0)7700 900123\"", null, "+447700900123")]
    [InlineData("\"(202) 555-0143\"", "US", "+12025550143")]
    [InlineData("\"07700/900 123\"", "GB", "+447700900123")]
    [InlineData("\"+44\\ 7700\\ 900123\"", null, "+447700900123")]
    [InlineData("+44.7700.900123", null, "+447700900123")]
    [InlineData("p447700900123", null, "+447700900123")]
    [InlineData("P447700900123", null, "+447700900123")]
    [InlineData("sms:+447700900123", null, "+447700900123")]
    [InlineData("\"sms:+447700900123\"", null, "+447700900123")]
    [InlineData("SMS=+447700900123", null, "+447700900123")]
    [InlineData("tel:+44-7700-900123", null, "+447700900123")]
    [InlineData("+447700900123/TYPE=PLMN", null, "+447700900123")]
    [InlineData("SMS=+447700900123/type=plmn", null, "+447700900123")]
    [InlineData("＋４４７７００９００１２３", null, "+447700900123")]
    [InlineData("٤٤٧٧٠٠٩٠٠١٢٣", null, "+447700900123")]
    [InlineData("+390612345678", null, "+390612345678")] // the zero is part of the number in Italy
    [InlineData("+6834000", null, "+6834000")]
    public void A_number_is_read_however_it_is_written(string localPart, string? region, string expected)
    {
        RecipientReading.Number reading = Assert.IsType<RecipientReading.Number>(Parser.Read(localPart, region));
        Assert.Equal(expected, reading.Value.E164);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\"\"", "empty")]
    [InlineData("+", "empty")]
    [InlineData("p", "has letters")]
    [InlineData("ann", "has letters")]
    [InlineData("1-800-FLOWERS", "has letters")]
    [InlineData("+44770090012O", "has letters")]
    [InlineData("pp447700900123", "has letters")]
    [InlineData("fax=+447700900123", "has letters")]
    [InlineData("+447700900123/TYPE=FAX", "has letters")]
    [InlineData("447700900123+tag", "one +")]
    [InlineData("447700+900123", "one +")]
    [InlineData("++447700900123", "one +")]
    [InlineData("+447700900123,", "one +")]
    [InlineData("07700900123", "without its country")]
    [InlineData("0207946000", "without its country")]
    [InlineData("+4477009001", "too short")]
    [InlineData("+44770090012345", "too long")]
    [InlineData("+999123456789", "not a number of any country")]
    [InlineData("0000000000", "not a number of any country")]
    public void What_is_no_number_is_refused_as_syntax_and_told_what_would_be_right(string localPart, string word)
    {
        RecipientReading.Refused refused = Assert.IsType<RecipientReading.Refused>(Parser.Read(localPart, null));
        Assert.True(refused.IsSyntax);
        Assert.Contains(word, refused.Sentence, StringComparison.Ordinal);
        Assert.Contains("+447700900123", refused.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("999", "GB")]
    [InlineData("112", "DE")]
    [InlineData("911", "US")]
    [InlineData("+112", null)]
    [InlineData("00112", null)]
    [InlineData("60000", "GB")]
    [InlineData("+441123", null)]
    [InlineData("+12025550", "US")]
    public void An_emergency_or_short_number_is_refused(string localPart, string? region) =>
        Assert.IsType<RecipientReading.Refused>(Parser.Read(localPart, region));

    [Theory]
    [InlineData("+449098790000", "Premium")]
    [InlineData("+449011123456", "Premium")] // not assigned, so the library knows no kind
    [InlineData("+19005550123", "Premium")]
    [InlineData("+49900123456", "Premium")]
    [InlineData("+611900654321", "Premium")]
    [InlineData("+43810123456", "Shared-cost")]
    [InlineData("+447640123456", "Pager")]
    [InlineData("+881612345678", "Satellite")]
    [InlineData("+870773123456", "Satellite")]
    [InlineData("+88213123456", "Satellite")]
    [InlineData("+80012345678", "Satellite")]
    [InlineData("+979123456789", "Satellite")]
    public void A_number_that_pays_its_owner_is_refused(string localPart, string word)
    {
        RecipientReading.Refused refused = Assert.IsType<RecipientReading.Refused>(Parser.Read(localPart, null));
        Assert.Contains(word, refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_with_two_meanings_is_refused_and_both_are_named()
    {
        // Without a 0 in front, ten digits are a number of Egypt as much as one of Britain.
        RecipientReading.Refused refused =
            Assert.IsType<RecipientReading.Refused>(Parser.Read("2025550143", "GB"));
        Assert.True(refused.IsSyntax);
        Assert.Contains("+442025550143", refused.Sentence, StringComparison.Ordinal);
        Assert.Contains("+2025550143", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_no_country_has_is_no_crash_in_an_unknown_region() =>
        Assert.IsType<RecipientReading.Refused>(Parser.Read("07700900123", "XX"));

    [Theory]
    [InlineData("+447700900000", true)]
    [InlineData("+447700900999", true)]
    [InlineData("+447700899999", false)]
    [InlineData("+447700901000", false)]
    [InlineData("+442079460123", true)]
    [InlineData("+12025550100", true)]
    [InlineData("+12025550199", true)]
    [InlineData("+18005550123", true)]
    [InlineData("+12025550099", false)]
    [InlineData("+12025550200", false)]
    [InlineData("+12025560123", false)]
    [InlineData("+61491570156", true)]
    [InlineData("+61491570160", false)]
    [InlineData("+33639980012", true)]
    [InlineData("+33639990012", false)]
    [InlineData("+4915228817386", true)]
    [InlineData("+4915228817387", false)]
    [InlineData("+353209101234", true)]
    [InlineData("+46701740605", true)]
    [InlineData("+46701740604", false)]
    [InlineData("+4477009001234", false)] // one digit more is another number
    public void The_ranges_kept_for_films_are_known_to_the_last_number(string number, bool isFictitious) =>
        Assert.Equal(isFictitious, RecipientParser.IsFictitious(PhoneNumber.FromE164(number)));

    [Fact]
    public void Any_local_part_is_read_without_a_crash_and_answered_on_one_line_of_ascii()
    {
        Gen<string> nearNumbers = Gen.String[Gen.Char["+0123456789 ()-./\"\\psmSM=:,٠٩０９＋TYPELN"], 0, 70];
        Gen<string?> regions = Gen.OneOf<string?>(null, "GB", "US", "AU", "IT", "XX", "");
        Gen.Select(Gen.OneOf<string>(nearNumbers, Gen.String), regions)
            .Sample((localPart, region) =>
            {
                switch (Parser.Read(localPart, region))
                {
                    case RecipientReading.Refused { Sentence: var sentence }:
                        Assert.All(sentence, c => Assert.InRange(c, ' ', '~'));
                        break;
                    case RecipientReading.Number { Value: var number }:
                        // What was read is read again as itself, whatever the region.
                        Assert.Equal(new RecipientReading.Number(number), Parser.Read(number.E164, region));
                        break;
                }
            }, iter: 20_000);
    }
}
