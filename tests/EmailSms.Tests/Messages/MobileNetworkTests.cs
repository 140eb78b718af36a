using EmailSms.Messages;

namespace EmailSms.Tests.Messages;

public sealed class MobileNetworkTests
{
    [Theory]
    [InlineData("23410", null, "234-10")]
    [InlineData("234-10", null, "234-10")]
    [InlineData(" 310/260 ", null, "310-260")]
    [InlineData("310004", null, "310-004")]
    [InlineData("5051", null, "505-01")] // as a number, its zero lost
    [InlineData("234", "10", "234-10")]
    [InlineData("505", "1", "505-01")]
    [InlineData("901", "14", "901-14")]
    public void Is_read_however_a_carrier_writes_it(string written, string? mnc, string network) =>
        Assert.Equal(network, MobileNetwork.Read(written, mnc)!.ToString());

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("234", null)]
    [InlineData("00000", null)] // not known, at some
    [InlineData("T-MOBILE USA, INC.", null)]
    [InlineData("2341000", null)]
    [InlineData("23410", "10")]
    [InlineData("234", "*")]
    public void What_is_none_is_left_out(string? written, string? mnc) =>
        Assert.Null(MobileNetwork.Read(written, mnc));
}
