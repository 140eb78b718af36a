using System.Net;
using System.Text;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_receipt_tells_the_fate
{
    private static readonly string ThreeParts = string.Join(' ', Enumerable.Range(0, 50).Select(i => $"word{i}"));

    [Theory]
    [InlineData(MessageState.Undeliverable, "failed", "receipt:Undeliverable err 011", "5.0.0")]
    [InlineData(MessageState.Rejected, "failed", "receipt:Undeliverable err 011", "5.0.0")]
    [InlineData(MessageState.Deleted, "failed", "receipt:Undeliverable err 011", "5.0.0")]
    [InlineData(MessageState.Expired, "expired", "receipt:Expired err 011", "4.4.7")]
    public async Task And_a_bad_one_is_told_to_the_sender(
        MessageState receipt, string state, string reason, string enhanced)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { ReceiptState = receipt, ReceiptError = "011" });
        await test.SendAsync(TestGateway.Mail("Hello"));
        CaughtMail caught = await test.NextMailAsync();
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups[1];

        Assert.Equal(("failed", enhanced), (fields["Action"], fields["Status"]));
        Assert.Equal(reason.Replace("receipt:", "x-receipt; ", StringComparison.Ordinal), fields["Diagnostic-Code"]);
        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Equal((state, reason), (SmsRecord.StateText(sms.State), sms.Reason));
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, state, Timeline.Notice, Timeline.Mailed], test.Kinds(sms.Id));
    }

    [Theory]
    [InlineData(ReceiptForm.Text, IdForm.Digits)]
    [InlineData(ReceiptForm.Tlv, IdForm.Hex)]
    [InlineData(ReceiptForm.TextAndTlv, IdForm.PaddedHex)]
    public async Task However_the_carrier_writes_it(ReceiptForm form, IdForm id)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { ReceiptForm = form, IdForm = id, ReceiptIdForm = id });
        await test.SendAsync(TestGateway.Mail(ThreeParts));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, Timeline.Receipt, Timeline.Receipt, Timeline.Delivered],
            test.Kinds(sms.Id));
    }

    [Fact]
    public async Task Even_if_it_comes_before_the_answer_to_the_submit()
    {
        await using TestGateway test =
            await TestGateway.StartAsync(behaviour: new SmscBehaviour { ReceiptFirst = true });
        await test.SendAsync(TestGateway.Mail(ThreeParts));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(0, test.Store.Read(Receipts.CountWaiting));
        Assert.Equal(Timeline.Sent, test.Kinds(sms.Id).ElementAt(1)); // told in the order in which it makes sense
        Assert.Equal(3, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task And_one_that_nobody_knows_is_kept_and_harms_nothing()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        foreach (string id in (string[])["4711", "", "'; drop table sms; --", new string('9', 60)])
        {
            Assert.True(await test.Phones.InjectAsync(Receipt(id, "DELIVRD"), deadline: deadline.Token), id);
        }

        Assert.Equal(4, test.Store.Read(Receipts.CountWaiting));
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(4, test.Store.Read(Receipts.CountWaiting));
    }

    [Fact]
    public async Task Once_and_what_comes_late_takes_nothing_back()
    {
        await using TestGateway test =
            await TestGateway.StartAsync(rule: draft => draft with { Notices = NoticeSetting.Always });
        await test.SendAsync(TestGateway.Mail("Hello"));
        string id = (await test.NextSmsAsync()).MessageIds[0];
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        foreach (string word in (string[])["DELIVRD", "UNDELIV", "EXPIRED", "ENROUTE", "NONSENSE"])
        {
            Assert.True(await test.Phones.InjectAsync(Receipt(id, word), deadline: deadline.Token));
        }

        await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Single(test.Kinds(sms.Id), kind => kind == Timeline.Delivered);
        Assert.Single(test.Kinds(sms.Id), kind => kind == Timeline.Notice);
        Assert.DoesNotContain(Timeline.Failed, test.Kinds(sms.Id));
    }

    [Fact]
    public async Task Of_the_whole_when_one_part_of_three_is_lost()
    {
        await using TestGateway test =
            await TestGateway.StartAsync(behaviour: new SmscBehaviour { ReceiptState = null });
        await test.SendAsync(TestGateway.Mail(ThreeParts));
        IReadOnlyList<string> ids = (await test.NextSmsAsync()).MessageIds;
        await test.SmsInStateAsync(SmsState.Sent);
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.True(await test.Phones.InjectAsync(Receipt(ids[0], "DELIVRD"), deadline: deadline.Token));
        Assert.True(await test.Phones.InjectAsync(Receipt(ids[1], "UNDELIV"), deadline: deadline.Token));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);
        Assert.True(await test.Phones.InjectAsync(Receipt(ids[2], "DELIVRD"), deadline: deadline.Token));

        Assert.StartsWith("Not delivered", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Count(kind => kind == Timeline.Receipt) == 2);
        Assert.Equal(1, test.CountIn("failed"));
        Assert.Equal(0, test.CountIn("delivered"));
    }

    [Fact]
    public async Task And_a_part_that_is_refused_ends_the_whole()
    {
        int submits = 0;
        await using var smsc = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = (_, submit, _) =>
            {
                int number = Interlocked.Increment(ref submits);
                return ValueTask.FromResult(Concatenation.TryRead(submit) is { Sequence: 2 }
                    ? SubmitReply.Reject(CommandStatus.InvalidMessageLength)
                    : SubmitReply.Accept($"part-{number}"));
            },
        };
        smsc.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using TestGateway test =
            await TestGateway.StartAsync(settings => settings.Carriers["main"].Port = smsc.Endpoint.Port);
        await test.SendAsync(TestGateway.Mail(ThreeParts));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Failed);

        Assert.Equal("smpp:ESME_RINVMSGLEN", sms.Reason);
        string report = (await test.NextMailAsync()).Mail.Body!.ToString();
        Assert.Contains("x-smpp; ESME_RINVMSGLEN", report, StringComparison.Ordinal);
        Assert.Equal(3, submits);
    }

    private static DeliverSm Receipt(string id, string word) => new()
    {
        Source = SmppAddress.FromE164(TestGateway.Phone),
        Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
        EsmClass = EsmClass.Receipt,
        ShortMessage = Encoding.ASCII.GetBytes(
            $"id:{id} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:{word} err:000 text:"),
    };
}
