using System.Text;
using EmailSms.Carriers.Http;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>How long an SMS is wanted is said within the bounds of each carrier, which refuses it else.</summary>
public sealed class ValidityTests
{
    [Theory]
    [InlineData("plivo", 86_400, "\"message_expiry\":10799")]
    [InlineData("plivo", 1, "\"message_expiry\":5,")]
    [InlineData("plivo", 600, "\"message_expiry\":600,")]
    [InlineData("twilio", 86_400, "ValidityPeriod=36000")]
    [InlineData("vonage-sms", 1, "ttl=20000&")]
    [InlineData("vonage-messages", 2_592_000, "\"ttl\":604800,")]
    [InlineData("aws", 2_592_000, "\"TimeToLive\":259200")]
    [InlineData("android-sms-gateway", 1, "\"ttl\":5")]
    public void It_is_bounded(string name, int seconds, string expected)
    {
        Assert.True(DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out _));
        HttpRequest request = HttpRequest.Write(definition.Send, value => value switch
        {
            "validity" => TimeSpan.FromSeconds(seconds),
            "Url" => "https://x.example",
            "expires" => DateTimeOffset.UnixEpoch,
            _ => "1",
        });
        Assert.Contains(expected, Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal);
    }
}
