using System.Text;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Tests.Carriers;

/// <summary>What a carrier's error in a receipt means: in a sentence, and in the terms of mail.</summary>
public sealed class ReceiptErrorTests
{
    private const string Off = "The phone is switched off or out of reach.";

    [Theory]
    [InlineData("There is no such phone.", null, "There is no such phone.")]
    [InlineData("5.1.1 There is no such phone.", "5.1.1", "There is no such phone.")]
    [InlineData(" 4.4.1  It is off. ", "4.4.1", "It is off.")]
    [InlineData("5.12.345 Odd.", "5.12.345", "Odd.")]
    [InlineData("05.1.1 is what they call it.", null, "05.1.1 is what they call it.")]
    [InlineData("2.5 hours off.", null, "2.5 hours off.")]
    public void An_entry_is_a_sentence_and_may_have_a_status(string written, string? status, string text)
    {
        Assert.True(ErrorSentence.TryRead(written, out ErrorSentence? read, out _));
        Assert.Equal(new ErrorSentence(status, text), read);
    }

    [Theory]
    [InlineData("2.1.5 It is there.", "begin with 4 or 5")]
    [InlineData("5.1.1", "A sentence stands behind the status 5.1.1")]
    public void One_that_is_wrong_is_told_what_would_be_right(string written, string word)
    {
        Assert.False(ErrorSentence.TryRead(written, out _, out string? wrong));
        Assert.Contains(word, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("032", "5.1.1", "There is no such phone.")]
    [InlineData("33", null, "Nobody knows.")]
    [InlineData("034", null, null)]
    [InlineData("000", null, null)]
    public void Over_SMPP_by_the_table_of_the_carrier(string error, string? status, string? sentence)
    {
        var options = new CarrierOptions();
        options.ReceiptErrors["32"] = "5.1.1 There is no such phone.";
        options.ReceiptErrors["033"] = "Nobody knows.";
        var deliver = new DeliverSm
        {
            EsmClass = EsmClass.Receipt,
            ShortMessage = Encoding.ASCII.GetBytes($"id:1 stat:UNDELIV err:{error}"),
        };
        Assert.True(SmppInbound.TryReadReceipt(
            "main", deliver, CarrierTerms.Read(options), new SourceNumbers(""), out InboundReceipt? receipt));
        Assert.Equal((status, sentence), (receipt.Status, receipt.Meaning));
    }

    [Theory]
    [InlineData("undelivered", "30003", "4.4.1", Off)]
    [InlineData("undelivered", "30005", "5.1.1", "There is no such phone.")]
    [InlineData("undelivered", "30007", "5.7.1", "The network took the message for spam.")]
    [InlineData("undelivered", "30019", "5.6.0", "The carrier does not accept the message.")]
    [InlineData("undelivered", "21610", "5.7.1", "The carrier knows that this person wants no SMS.")]
    [InlineData("undelivered", "30034", "5.3.5", null)]
    [InlineData("undelivered", "30008", "4.3.0", null)]
    [InlineData("undelivered", "30011", null, null)]
    [InlineData("undelivered", "77777", "4.2.2", "The phone is full.")]
    [InlineData("undelivered", "30004", "5.7.1", "My own words.")]
    [InlineData("undelivered", "", null, null)]
    [InlineData("delivered", "30005", null, null)]
    public void Over_HTTP_by_that_and_by_the_definition(string state, string error, string? status, string? sentence)
    {
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "twilio",
            Values = new() { ["AccountSid"] = "AC1", ["AuthToken"] = "t0ken" },
        };
        options.ReceiptErrors["77777"] = "4.2.2 The phone is full.";
        options.ReceiptErrors["30004"] = "My own words.";
        HttpTerms terms = HttpTerms.Read(options);
        Assert.Empty(terms.Wrong);
        var reader = new HookReader("main", options, terms.Definition!, terms);
        HookReading reading = reader.Read(
            new HookCall(
                "POST", "https://sms.example/", "application/x-www-form-urlencoded",
                Encoding.ASCII.GetBytes($"MessageSid=1&MessageStatus={state}&To=%2B447700900123&ErrorCode={error}"),
                _ => null, null),
            null);
        InboundReceipt receipt = Assert.Single(reading.Receipts);
        Assert.Equal((status, sentence), (receipt.Status, receipt.Meaning));
    }

    [Theory]
    [InlineData("4720", nameof(ReceiptState.Undeliverable))]
    [InlineData("4360", nameof(ReceiptState.Expired))]
    [InlineData("9902", nameof(ReceiptState.EnRoute))]
    [InlineData("5999", nameof(ReceiptState.EnRoute))]
    public void Of_what_the_carrier_does_not_know_nobody_says_that_it_failed(string error, string state)
    {
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "bandwidth",
            Values = new() { ["AccountId"] = "a", ["ApplicationId"] = "b", ["User"] = "u", ["Password"] = "p" },
        };
        HttpTerms terms = HttpTerms.Read(options);
        Assert.Empty(terms.Wrong);
        byte[] body = Encoding.ASCII.GetBytes(
            $$$"""[{"type":"message-failed","to":"+447700900123","errorCode":{{{error}}},"message":{"id":"1"}}]""");
        HookReading reading = new HookReader("main", options, terms.Definition!, terms).Read(
            new HookCall("POST", "https://sms.example/", "application/json", body, _ => null, null), null);
        Assert.Equal(state, Assert.Single(reading.Receipts).State.ToString());
    }
}
