using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_refused_text_becomes_a_report
{
    [Theory]
    [InlineData(CommandStatus.InvalidDestinationAddress, "5.1.1", "ESME_RINVDSTADR", "does not accept the number")]
    [InlineData(CommandStatus.InvalidSourceAddress, "5.1.7", "ESME_RINVSRCADR", "does not accept the sender ID")]
    [InlineData(CommandStatus.InvalidMessageLength, "5.6.0", "ESME_RINVMSGLEN", "does not accept the message")]
    [InlineData(CommandStatus.Prohibited, "5.7.1", "ESME_RPROHIBITED", "does not allow this message")]
    public async Task That_a_person_a_program_and_a_thread_understand(
        CommandStatus status, string enhanced, string name, string sentence)
    {
        await using TestGateway test =
            await TestGateway.StartAsync(behaviour: new SmscBehaviour { RejectStatus = status });
        MimeMessage mail = TestGateway.Mail("The freezer is warm", subject: "Freezer 2");
        await test.SendAsync(mail);
        CaughtMail caught = await test.NextMailAsync();

        Assert.Equal([TestGateway.Staff], caught.Recipients);
        Assert.Equal("auto-generated", caught.Mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(mail.MessageId, caught.Mail.InReplyTo);
        MultipartReport report = Assert.IsType<MultipartReport>(caught.Mail.Body);
        Assert.Equal("delivery-status", report.ReportType);
        string person = Assert.IsType<TextPart>(report[0]).Text;
        Assert.Contains(sentence, person, StringComparison.Ordinal);
        Assert.Contains("The freezer is warm", person, StringComparison.Ordinal);
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups[1];
        Assert.Equal("rfc822; 447700900123@sms.example", fields["Final-Recipient"]);
        Assert.Equal(("failed", enhanced), (fields["Action"], fields["Status"]));
        Assert.Equal($"x-smpp; {name}", fields["Diagnostic-Code"]);
        Assert.Contains("Freezer 2", report[2].ToString(), StringComparison.Ordinal);

        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);
        Assert.Equal(($"smpp:{name}", TestGateway.Staff), (sms.Reason, sms.Mailbox));
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        Assert.Equal(
            [Timeline.Accepted, Timeline.Failed, Timeline.Notice, Timeline.Mailed], test.Kinds(sms.Id));
        Assert.Equal(1, test.Phones.Counts.Submits); // refused for good: not once more
    }

    [Theory]
    [InlineData(NoticeSetting.Never, CommandStatus.InvalidDestinationAddress, false)]
    [InlineData(NoticeSetting.Never, CommandStatus.Ok, false)]
    [InlineData(NoticeSetting.Failures, CommandStatus.InvalidDestinationAddress, true)]
    [InlineData(NoticeSetting.Failures, CommandStatus.Ok, false)]
    [InlineData(NoticeSetting.Always, CommandStatus.InvalidDestinationAddress, true)]
    [InlineData(NoticeSetting.Always, CommandStatus.Ok, true)]
    internal async Task If_its_rule_wants_one(NoticeSetting notices, CommandStatus status, bool isTold)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Notices = notices }, behaviour: new SmscBehaviour { RejectStatus = status });
        await test.SendAsync(TestGateway.Mail("Hello"));
        bool fails = status is not CommandStatus.Ok;
        SmsRecord sms = await test.SmsInStateAsync(fails ? SmsState.Failed : SmsState.Delivered);

        // The notice is a piece of the same write as the state, so it is there now or never.
        Assert.Equal(isTold, test.Kinds(sms.Id).Contains(Timeline.Notice));
        if (!isTold) return;
        CaughtMail caught = await test.NextMailAsync();
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups[1];
        Assert.Equal(fails ? ("failed", "5.1.1") : ("delivered", "2.1.5"), (fields["Action"], fields["Status"]));
    }

    [Fact]
    public async Task That_never_goes_round_when_it_is_mailed_back()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { RejectStatus = CommandStatus.InvalidDestinationAddress });
        await test.SendAsync(TestGateway.Mail("Hello"));
        CaughtMail caught = await test.NextMailAsync();
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);

        caught.Mail.From.Clear();
        caught.Mail.From.Add(MailboxAddress.Parse(TestGateway.Staff)); // a mailbox that forwards all it gets
        caught.Mail.To.Clear();
        caught.Mail.To.Add(MailboxAddress.Parse($"447700900123@{TestGateway.Domain}"));
        SmtpCommandException refused = await test.SendRefusedAsync(caught.Mail);
        Assert.Contains("they would go round", refused.Message, StringComparison.Ordinal);
        Assert.Equal(sms.Id, Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))).Id);
    }

    [Fact]
    public async Task For_each_number_that_failed_and_none_that_did_not()
    {
        await using TestGateway test = await TestGateway.StartAsync(behaviour: new SmscBehaviour
        {
            RejectStatus = CommandStatus.InvalidDestinationAddress,
            RejectDestinations = "*13",
        });
        MimeMessage mail = TestGateway.Mail("Drill at noon", to: "+447700900101");
        mail.To.Add(MailboxAddress.Parse($"447700900113@{TestGateway.Domain}"));
        mail.To.Add(MailboxAddress.Parse($"447700900213@{TestGateway.Domain}"));
        await test.SendAsync(mail);
        Assert.Equal("447700900101", (await test.NextSmsAsync()).To);
        IEnumerable<string> about = Numbers(await test.NextMailAsync());

        Assert.Equal(["+447700900113", "+447700900213"], about.Order());
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 1 && test.CountIn("failed") == 2);
        await TestGateway.UntilAsync(() => test.Gateway.Outbox.Count().Queued == 0);
        Assert.False(test.Mailbox.Mails.TryRead(out _));
    }

    [Fact]
    public async Task When_a_vendors_own_code_has_come_three_times()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { RejectStatus = (CommandStatus)0x417 });
        await test.SendAsync(TestGateway.Mail("Hello"));
        CaughtMail caught = await test.NextMailAsync();
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups[1];

        Assert.Equal(("failed", "5.3.0"), (fields["Action"], fields["Status"]));
        Assert.Equal("x-smpp; 0x00000417", fields["Diagnostic-Code"]);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);
        Assert.Equal(
            [Timeline.Accepted, Timeline.Retry, Timeline.Retry, Timeline.Failed, Timeline.Notice],
            test.Kinds(sms.Id).Take(5));
        Assert.Equal(3, test.Phones.Counts.Submits);
    }

    private static IEnumerable<string> Numbers(CaughtMail caught) => Assert
        .IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups
        .Select(one => one["X-EmailSms-Number"]).OfType<string>();
}
