using EmailSms.Carriers;
using EmailSms.Smpp;

namespace EmailSms.Tests.Carriers;

/// <summary>One number, however a carrier writes it; and what is none stays as it is.</summary>
public sealed class SourceNumbersTests
{
    [Theory]
    [InlineData(0, "447700900123", "", "+447700900123")]
    [InlineData(1, "447700900123", "", "+447700900123")]
    [InlineData(1, "00447700900123", "", "+447700900123")]
    [InlineData(0, "00447700900123", "", "+447700900123")]
    [InlineData(0, "07700900123", "GB", "+447700900123")]
    [InlineData(1, "07700900123", "GB", "+447700900123")]
    [InlineData(2, "7700900123", "GB", "+447700900123")]
    [InlineData(2, "0612345678", "IT", "+390612345678")] // where the 0 is part of the number
    [InlineData(2, "2025550143", "US", "+12025550143")]
    [InlineData(0, "07700900123", "", "07700900123")]
    [InlineData(2, "7700900123", "", "7700900123")]
    [InlineData(2, "60123", "GB", "60123")]
    [InlineData(3, "60123", "GB", "60123")]
    [InlineData(6, "60123", "GB", "60123")]
    [InlineData(5, "ACME", "GB", "ACME")]
    [InlineData(0, "", "GB", "")]
    [InlineData(0, "00", "GB", "00")]
    public void Over_SMPP_by_its_type_too(byte type, string digits, string region, string expected) =>
        Assert.Equal(expected, new SourceNumbers(region).Read(new SmppAddress(type, 1, digits)));

    [Theory]
    [InlineData("+447700900123", "", "+447700900123")]
    [InlineData(" 447700900123", "", "+447700900123")] // a plus sign that was not escaped
    [InlineData("00447700900123", "", "+447700900123")]
    [InlineData("07700900123", "GB", "+447700900123")]
    [InlineData("07700900123", "", "07700900123")]
    [InlineData("60123", "GB", "60123")]
    [InlineData("ACME", "GB", "ACME")]
    public void Over_HTTP_by_its_digits_alone(string written, string region, string expected) =>
        Assert.Equal(expected, new SourceNumbers(region).Read(written));

    [Theory]
    [InlineData("GB", "7700900123", "+447700900123", null)] // no number of +7 has so few digits
    [InlineData("GB", "447700900123", "+447700900123", null)]
    [InlineData("GB", "12025550143", "+12025550143", null)] // none of GB has so many
    [InlineData("US", "12025550143", "+12025550143", null)]
    [InlineData("", "7700900123", "+7700900123", null)]
    [InlineData("US", "2025550143", "+12025550143", "+2025550143")] // one of Egypt by its length, and not in use
    [InlineData("US", "4915550143", "+4915550143", "+14915550143")] // neither is in use
    [InlineData("FR", "491522881738", "+491522881738", null)]
    public void Digits_alone_are_what_they_can_be(string region, string digits, string expected, string? orElse)
    {
        var numbers = new SourceNumbers(region);
        Assert.Equal(new SourceNumber(expected, orElse), numbers.ReadEither(new SmppAddress(0, 1, digits)));
        Assert.Equal(new SourceNumber(expected, orElse), numbers.ReadEither(digits));
        Assert.Equal($"+{digits}", numbers.Read(new SmppAddress(1, 1, digits))); // its type says it
    }

    [Theory]
    [InlineData("International", "+2025550143")]
    [InlineData("National", "+12025550143")]
    public void Where_they_can_be_either_a_setting_says_it(string bare, string expected)
    {
        var numbers = new SourceNumbers("US", Enum.Parse<BareNumbers>(bare));
        Assert.Equal(new SourceNumber(expected), numbers.ReadEither(new SmppAddress(0, 1, "2025550143")));
        Assert.Equal("+447700900123", numbers.Read("447700900123")); // and where they cannot, it does not
        Assert.Equal("+12125550143", numbers.Read(new SmppAddress(2, 1, "2125550143")));
    }

    [Theory]
    [InlineData("DK", "20123456", "+4520123456", "+4520123456")] // a phone there has no more digits
    [InlineData("DK", "60123", "60123", "60123")]
    [InlineData("GB", "1234567", "1234567", "+1234567")]
    [InlineData("DE", "7312345", "7312345", "+7312345")] // a landline at most: it may as well be a short code
    public void Fewer_digits_are_a_number_where_phones_have_such(
        string region, string digits, string smpp, string http)
    {
        var numbers = new SourceNumbers(region);
        Assert.Equal((smpp, http), (numbers.Read(new SmppAddress(0, 1, digits)), numbers.Read(digits)));
    }

    [Theory]
    [InlineData("GB", true)]
    [InlineData("gb", false)]
    [InlineData("UK", false)]
    public void A_region_is_checked_at_start(string region, bool isOne)
    {
        var options = new CarrierOptions { Kind = CarrierKind.Sandbox, Region = region };
        Assert.Equal(isOne, !options.Validate(new(options)).Any());
    }
}
