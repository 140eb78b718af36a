using EmailSms.Smpp.Simulation;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What is known to be wrong is said at RCPT, in a sentence that tells what would be right.</summary>
public sealed class A_wrong_recipient_is_refused(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Ann = TestGateway.Staff;

    [Theory]
    [InlineData(Ann, "bob@sms.example",
        "550 5.1.1 Nobody here is called bob; write a number such as +447700900123, or a name that is known")]
    [InlineData(Ann, "1800FLOWERS@sms.example",
        "501 5.1.3 The part before the @ is not a phone number: it has letters; write digits, such as +447700900123")]
    [InlineData(Ann, "44+7700900123@sms.example",
        "501 5.1.3 The part before the @ has a + with no option behind it; write such as +447700900123+class=urgent")]
    [InlineData(Ann, "\"\"@sms.example",
        "501 5.1.3 The recipient's address is malformed")]
    [InlineData(Ann, "+4477009001@sms.example",
        "501 5.1.3 The part before the @ is too short for its country; write all its digits, such as +447700900123")]
    [InlineData(Ann, "+4477009001234567@sms.example",
        "501 5.1.3 The part before the @ is too long for its country; write it once, such as +447700900123")]
    [InlineData(Ann, "+999447700900123@sms.example",
        "501 5.1.3 The part before the @ is not a number of any country; write the country code and the number, "
        + "such as +447700900123")]
    [InlineData(Ann, "447700900123,447700900124@sms.example", "501 5.1.3 The recipient's address is malformed")]
    [InlineData(Ann, "112@sms.example",
        "550 5.1.1 Emergency, short and service numbers get no SMS from here; write a whole number such as "
        + "+447700900123")]
    [InlineData(Ann, "60123@sms.example",
        "550 5.1.1 Emergency, short and service numbers get no SMS from here; write a whole number such as "
        + "+447700900123")]
    [InlineData(Ann, "+449098790123@sms.example",
        "550 5.1.1 Premium-rate numbers get no SMS; use a mobile number")]
    [InlineData(Ann, "+881612345678@sms.example",
        "550 5.1.1 Satellite and global service numbers get no SMS; use a mobile number")]
    [InlineData(Ann, "+447700900123@elsewhere.example",
        "550 5.7.1 elsewhere.example is not served here; relaying is denied")]
    [InlineData(Ann, "+447700900123@evil.sms.example",
        "550 5.7.1 evil.sms.example is not served here; relaying is denied")]
    [InlineData(Ann, SharedGateway.OptedOutNumber + "@sms.example",
        "550 5.7.1 This person has opted out of SMS on 2026-11-01; only they can undo it, with START")]
    [InlineData("eve@evil.example", "+447700900123@sms.example", "550 5.7.1 No rule lets eve@evil.example send SMS.")]
    [InlineData("ann@notclinic.example", "+447700900123@sms.example",
        "550 5.7.1 No rule lets ann@notclinic.example send SMS.")]
    [InlineData("ups@plant.example", "+447700900123@sms.example",
        "550 5.7.1 No rule lets ups@plant.example send SMS from 127.0.0.1.")]
    [InlineData("bob@uk.example", "+33639980001@sms.example",
        "550 5.7.1 Sender rule 3 does not let you text this number: it does not allow this number, which is in "
        + "region FR.")]
    [InlineData("bob@uk.example", "+447700900666@sms.example",
        "550 5.7.1 Sender rule 3 does not let you text this number: it denies numbers that begin with +447700900666.")]
    [InlineData("bob@uk.example", "07700900123@sms.example", "250 2.1.5 Recipient OK")]
    [InlineData("", "+447700900123@sms.example",
        "550 5.7.1 A mail without a sender, such as a bounce, is never made into an SMS.")]
    public async Task With_a_code_and_a_sentence(string sender, string recipient, string reply)
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(shared.Test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{sender}>", "250 2.1.0");
        Assert.Equal(reply, await smtp.AskAsync($"RCPT TO:<{recipient}>"));
        if (reply[0] == '5') await smtp.AskAsync("DATA", "503 5.5.1 No recipient was taken: send RCPT first");
        await shared.AssertNothingCameOfItAsync(smtp);
    }

    [Fact]
    public async Task Unless_it_comes_from_the_network_of_the_rule()
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(shared.Test.Smtp, from: "127.0.0.2");
        await smtp.AskAsync("MAIL FROM:<ups@plant.example>", "250 2.1.0");
        await smtp.AskAsync("RCPT TO:<+447700900123@sms.example>", "250 2.1.5");

        await using RawSmtp neighbour = await RawSmtp.OpenAsync(shared.Test.Smtp, from: "127.0.0.3");
        await neighbour.AskAsync("MAIL FROM:<UPS@Plant.Example>", "250 2.1.0");
        await neighbour.AskAsync(
            "RCPT TO:<+447700900123@sms.example>", "550 5.7.1 No rule lets UPS@plant.example send SMS from 127.0.0.3.");
    }

    [Fact]
    public async Task If_its_number_is_one_of_films_and_the_carrier_is_real()
    {
        await using TestGateway test =
            await TestGateway.StartAsync(settings => settings.Addresses.AllowFictitious = false);
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{Ann}>", "250");
        Assert.Equal(
            "550 5.1.1 This number is reserved for examples and films; no phone has it",
            await smtp.AskAsync("RCPT TO:<+447700900123@sms.example>"));
        Assert.Equal("250 2.1.5 Recipient OK", await smtp.AskAsync("RCPT TO:<+447911123456@sms.example>"));
    }

    [Fact]
    public async Task When_it_is_one_too_many_for_the_rule_and_the_others_go()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with { RecipientsMax = 2 });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{Ann}>", "250");
        await smtp.AskAsync("RCPT TO:<+447700900101@sms.example>", "250 2.1.5");
        await smtp.AskAsync("RCPT TO:<bob@sms.example>", "550 5.1.1");
        await smtp.AskAsync("RCPT TO:<+447700900102@sms.example>", "250 2.1.5");
        await smtp.AskAsync("RCPT TO:<07700900102@sms.example>", "250 2.1.5"); // the same number is no further one
        await smtp.AskAsync(
            "RCPT TO:<+447700900103@sms.example>", "452 4.5.3 Sender rule 1 allows 2 numbers in a mail");
        await smtp.AskAsync("RCPT TO:<+447700900104@sms.example>", "452 4.5.3");
        await smtp.AskAsync("DATA", "354");
        await smtp.SayAsync("Subject: s\r\n\r\nDrill at noon\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 2 SMS kept as ", await smtp.HearAsync(), StringComparison.Ordinal);

        SimulatedSms[] sms = [await test.NextSmsAsync(), await test.NextSmsAsync()];
        Assert.Equal(["447700900101", "447700900102"], sms.Select(one => one.To).Order());
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);
        Assert.Equal(2, test.Phones.Counts.Submits);
    }
}
