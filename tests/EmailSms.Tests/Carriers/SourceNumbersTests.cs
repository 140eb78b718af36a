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
    [InlineData("GB", true)]
    [InlineData("gb", false)]
    [InlineData("UK", false)]
    public void A_region_is_checked_at_start(string region, bool isOne)
    {
        var options = new CarrierOptions { Kind = CarrierKind.Sandbox, Region = region };
        Assert.Equal(isOne, !options.Validate(new(options)).Any());
    }
}
