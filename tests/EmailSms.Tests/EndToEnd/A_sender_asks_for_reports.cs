using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What MAIL and RCPT say of reports (RFC 3461) goes before what the sender rule says.</summary>
public sealed class A_sender_asks_for_reports
{
    private const string Mail = "Subject: Note\r\n\r\nHello";

    [Fact]
    public async Task And_hears_of_a_success_under_the_names_it_used()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}> RET=HDRS ENVID=QQ+2B314159", "250");
        await smtp.AskAsync(
            $"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}> NOTIFY=SUCCESS,FAILURE "
            + "ORCPT=rfc822;Pat+2BHome@clinic.example", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync($"{Mail}\r\n.", "250");

        CaughtMail caught = await test.NextMailAsync();
        Assert.StartsWith("Delivered: SMS to", caught.Mail.Subject, StringComparison.Ordinal);
        HeaderListCollection groups =
            Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups;
        Assert.Equal("QQ+314159", groups[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822; Pat+Home@clinic.example", groups[1]["Original-Recipient"]);
        Assert.Equal("rfc822; 447700900123@sms.example", groups[1]["Final-Recipient"]);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(
            (DsnNotify.Success | DsnNotify.Failure, NoticeSetting.Failures), (sms.Dsn.Notify, sms.Notices));
    }

    [Theory]
    [InlineData("NEVER", false)]
    [InlineData("SUCCESS", false)]
    [InlineData("DELAY", false)]
    [InlineData("FAILURE", true)]
    public async Task Or_does_not_hear_of_a_failure(string notify, bool isTold)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { ReceiptState = MessageState.Undeliverable });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}> NOTIFY={notify}", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync($"{Mail}\r\n.", "250");

        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);
        Assert.Equal(isTold, test.Kinds(sms.Id).Contains(Timeline.Notice)); // written with the state, or not at all
    }
}
