using EmailSms.Carriers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Carriers;

public sealed class PacedWindowTests
{
    [Theory]
    [InlineData(50, 0, 0, 1, 50)]
    [InlineData(50, 1, 0, 1, 5)] // what goes within five seconds
    [InlineData(50, 0, 1, 2, 10)] // each bind has a rate of its own
    [InlineData(50, 100, 0, 1, 50)]
    [InlineData(3, 1, 0, 1, 3)]
    public async Task A_carrier_with_a_rate_has_in_hand_what_goes_soon(
        int window, int rate, int rateOfBind, int binds, int inFlight)
    {
        var options = new CarrierOptions { Window = window, SubmitsPerSecondMax = rate, Binds = binds };
        options.Session.SubmitsPerSecondMax = rateOfBind;
        await using var carrier = new SmppCarrier(
            "main", options, new CarrierEvents((_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask),
            NullLoggerFactory.Instance, TimeProvider.System);
        Assert.Equal(inFlight, carrier.InFlightMax);
    }
}
