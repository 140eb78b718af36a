using System.Text.Json;
using EmailSms.Carriers.Http;
using EmailSms.Messages;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>What carriers say of prices, in their own words, read by the definitions that ship.</summary>
public sealed class PricePartTests
{
    [Theory]
    [InlineData("twilio", """{"sid":"SM1","price":null,"price_unit":"USD"}""", 1, "")]
    [InlineData("twilio", """{"sid":"SM1","price":"-0.00750","price_unit":"USD"}""", 1, "0.0075 USD")]
    [InlineData("telnyx", """{"data":{"id":"1","cost":{"amount":"0.0051","currency":"USD"}}}""", 1, "0.0051 USD")]
    [InlineData("telnyx", """{"data":{"id":"1","cost":null}}""", 1, "")]
    [InlineData(
        "vonage-sms", """{"messages":[{"message-price":"0.0333"},{"message-price":"0.0334"}]}""", 2,
        "0.0333 EUR, 0.0334 EUR")]
    [InlineData("vonage-sms", """{"messages":[{"message-price":"cheap"}]}""", 1, "")]
    [InlineData(
        "clicksend",
        """{"data":{"messages":[{"message_price":"0.0770"}],"_currency":{"currency_name_short":"AUD"}}}""", 1,
        "0.077 AUD")]
    [InlineData("json", """{"id":"1","price":0.05,"currency":"eur"}""", 1, "0.05 EUR")]
    [InlineData("json", """{"id":"1","price":0.05}""", 1, "")] // of what?
    [InlineData("json", """{"id":"1","price":1e9,"currency":"EUR"}""", 1, "")]
    public void An_answer_says_what_it_costs(string definition, string answer, int ids, string prices) =>
        Assert.Equal(prices, Texts(Load(definition).Send.Price!.Of(Said(answer), ids)));

    [Theory]
    [InlineData("telnyx", """{"data":{"payload":{"cost":{"amount":"0.0102","currency":"USD"}}}}""", "0.0102 USD")]
    [InlineData("vonage-sms", """{"price":"0.03330000","status":"delivered"}""", "0.0333 EUR")]
    [InlineData("vonage-messages", """{"usage":{"currency":"EUR","price":"0.0333"}}""", "0.0333 EUR")]
    [InlineData(
        "infobip", """{"messageCount":3,"price":{"pricePerMessage":0.01,"currency":"EUR"}}""", "0.03 EUR")]
    [InlineData("infobip", """{"price":{"pricePerMessage":0.01,"currency":"EUR"}}""", "0.01 EUR")]
    [InlineData("messagebird", """{"price[amount]":"0.07","price[currency]":"EUR"}""", "0.07 EUR")]
    [InlineData("plivo", """{"Units":"2","TotalRate":"0.00350","TotalAmount":"0.00700"}""", "0.007 USD")]
    [InlineData(
        "aws", """{"totalMessageParts":1,"totalMessagePrice":0.00581,"totalCarrierFee":0.003}""", "0.00881 USD")]
    public void A_receipt_says_what_it_costs(string definition, string receipt, string price) =>
        Assert.Equal(price, Texts(Load(definition).Receipt!.Price!.Of(Said(receipt), 1)));

    [Fact]
    public void Amounts_that_are_not_as_many_as_ids_are_one_sum() => Assert.Equal(
        "0.0999 EUR",
        Texts(Load("vonage-sms").Send.Price!.Of(
            Said("""
                {"messages":[{"message-price":"0.0333"},{"message-price":"0.0333"},{"message-price":"0.0333"}]}
                """), 2)));

    [Fact]
    public void A_price_without_amount_or_currency_is_a_mistake_of_the_definition()
    {
        Assert.False(DefinitionReader.TryRead(
            """
            {
              "send": { "url": "https://x.example", "price": { "otherwise": "euros" } },
              "receipt": { "state": "s", "price": { "amount": "p" } }
            }
            """,
            out _, out IReadOnlyList<string> wrong));
        Assert.Equal(
            ["receipt.price.currency", "send.price.amount", "send.price.otherwise"],
            wrong.Select(one => one.Split(':')[0]).Order());
    }

    private static HttpDefinition Load(string name)
    {
        Assert.True(DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out _));
        return definition;
    }

    private static Said Said(string json) => new(json, JsonDocument.Parse(json).RootElement, _ => null);

    private static string Texts(IReadOnlyList<Money> prices) => string.Join(", ", prices);
}
