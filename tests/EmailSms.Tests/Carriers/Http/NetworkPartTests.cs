using System.Text.Json;
using EmailSms.Carriers.Http;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>What carriers say of the networks of phones, as the definitions that ship read it.</summary>
public sealed class NetworkPartTests
{
    [Theory]
    [InlineData("vonage-sms", """{"msisdn":"447700900123","network-code":"23410","status":"delivered"}""", "234-10")]
    [InlineData(
        "vonage-messages", """{"message_uuid":"1","status":"delivered","destination":{"network_code":"23415"}}""",
        "234-15")]
    [InlineData("infobip", """{"messageId":"1","mccMnc":"23410","status":{"id":5}}""", "234-10")]
    [InlineData("infobip", """{"messageId":"1","mccMnc":null,"status":{"id":5}}""", "")]
    [InlineData("plivo", """{"MessageUUID":"1","MCC":"310","MNC":"004"}""", "310-004")]
    [InlineData("plivo", """{"MessageUUID":"1","MCC":"310"}""", "")]
    [InlineData("sinch", """{"batch_id":"1","recipient":"447700900123","operator":"23430"}""", "234-30")]
    [InlineData("messagebird", """{"id":"1","mccmnc":"20408","ported":"1"}""", "204-08")]
    [InlineData("messagebird", """{"id":"1","mccmnc":"0"}""", "")]
    [InlineData("aws", """{"eventType":"TEXT_DELIVERED","mcc":"310","mnc":"800"}""", "310-800")]
    [InlineData("json", """{"id":"1","network":"234-10"}""", "234-10")]
    [InlineData("telnyx", """{"data":{"payload":{"to":[{"carrier":"T-MOBILE USA, INC."}]}}}""", "")]
    public void A_receipt_says_it(string definition, string receipt, string network) =>
        Assert.Equal(network, Load(definition).Receipt!.Network.Of(Said(receipt))?.ToString() ?? "");

    [Theory]
    [InlineData("vonage-messages", """{"message_uuid":"1","text":"Hi","origin":{"network_code":"23410"}}""", "234-10")]
    [InlineData("sinch", """{"type":"mo_text","id":"1","body":"Hi","operator_id":"35000"}""", "350-00")]
    [InlineData("json", """{"id":"1","text":"Hi","network":23410}""", "234-10")]
    [InlineData("twilio", """{"MessageSid":"1","Body":"Hi"}""", "")]
    public void A_text_says_it(string definition, string text, string network) =>
        Assert.Equal(network, Load(definition).Inbound!.Network.Of(Said(text))?.ToString() ?? "");

    [Fact]
    public void An_MNC_without_its_MCC_is_a_mistake_of_the_definition()
    {
        Assert.False(DefinitionReader.TryRead(
            """
            {
              "send": { "url": "https://x.example" },
              "receipt": { "state": "s", "mnc": "mnc" },
              "inbound": { "from": "f", "text": "t", "network": "n", "mnc": "m" }
            }
            """,
            out _, out IReadOnlyList<string> wrong));
        Assert.Equal("receipt.mnc: needs network, where the MCC is.", Assert.Single(wrong));
    }

    private static HttpDefinition Load(string name)
    {
        Assert.True(DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out _));
        return definition;
    }

    private static Said Said(string json) => new(json, JsonDocument.Parse(json).RootElement, _ => null);
}
