using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Text;
using MailKit.Net.Smtp;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class The_gateway_is_restarted
{
    private static readonly string Story = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"and{i}"));

    [Fact]
    public async Task And_what_waited_for_a_carrier_goes_out_in_its_order()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { BindStatus = CommandStatus.SystemError });
        for (int i = 0; i < 10; i++) await test.SendAsync(TestGateway.Mail($"Number {i}"));
        await test.StopGatewayAsync();
        test.Phones.Behaviour.BindStatus = CommandStatus.Ok;
        await test.StartGatewayAsync();

        for (int i = 0; i < 10; i++) Assert.Equal($"Number {i}", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 10);
        Assert.Equal(10, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task And_an_SMS_for_later_goes_out_when_its_time_has_come()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        long due = TimeProvider.System.GetUtcNow().AddSeconds(4).ToUnixTimeMilliseconds();
        var later = new NewSms(
            TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164(TestGateway.Phone), "", "", "Later",
            "gsm7", 1, null, NoticeSetting.Never, due + 60_000)
        {
            DueMs = due,
        };
        await test.Store.WriteAsync(db => test.Gateway.Queue.Enqueue(db, later, new { }));
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();

        Assert.Equal("Later", (await test.NextSmsAsync()).Text);
        Assert.InRange((await test.SmsInStateAsync(SmsState.Delivered)).StateMs, due, long.MaxValue);
        Assert.Equal(1, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task And_what_a_carrier_had_in_hand_was_waited_for_and_is_not_sent_again()
    {
        await using TestGateway test = await TestGateway.StartAsync(behaviour: new SmscBehaviour
        {
            SubmitDelay = TimeSpan.FromMilliseconds(300),
            ReceiptState = null,
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));
        await TestGateway.UntilAsync(() => test.Phones.Counts.Submits > 0);
        await test.StopGatewayAsync();
        long before = test.Phones.Counts.Submits;
        Assert.Equal(before, test.Phones.Counts.Accepted);
        await test.StartGatewayAsync();

        await TestGateway.UntilAsync(() => test.CountIn("sent") == 20);
        Assert.Equal(20, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task And_conversations_own_numbers_rules_and_opt_outs_are_still_known()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage asked = TestGateway.Mail("Can you come?");
        await test.SendAsync(asked);
        await test.NextSmsAsync();
        await test.TextAsync("STOP", from: "+447700900200");
        await test.NextMailAsync();
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();

        await test.TextAsync("Yes");
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal([TestGateway.Staff], caught.Recipients);
        Assert.Equal(asked.MessageId, caught.Mail.InReplyTo);
        await test.SendAsync(TestGateway.Mail("Thank you"));
        SimulatedSms next = await test.NextSmsAsync();
        while (next.To != TestGateway.Phone[1..]) next = await test.NextSmsAsync(); // the answer to the STOP
        Assert.Equal(("Thank you", "447700900999"), (next.Text, next.From));

        SmtpCommandException refused = await test.SendRefusedAsync(TestGateway.Mail("News", to: "+447700900200"));
        Assert.Contains("opted out", refused.Message, StringComparison.Ordinal);
        string again = await test.SendAsync(asked); // and a mail that was taken before is known, too
        Assert.Contains("This mail was taken before", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_a_text_whose_parts_came_before_and_after_is_whole()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        DeliverSm[] parts = Parts(Story);
        Assert.Equal(2, parts.Length);
        await InjectAsync(test, parts[1]);
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        await InjectAsync(test, parts[0]);

        CaughtMail caught = await test.NextMailAsync();
        Assert.Contains(Story, caught.Mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("missing", caught.Mail.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Or_not_and_a_text_whose_parts_do_not_come_is_delivered_with_its_gap_marked(bool isRestarted)
    {
        await using TestGateway test =
            await TestGateway.StartAsync(settings => settings.Replies.PartsWaitMax = TimeSpan.FromSeconds(1));
        DeliverSm[] parts = Parts(Story);
        await InjectAsync(test, parts[1]);
        await InjectAsync(test, parts[1]); // a part that comes twice is one part
        if (isRestarted)
        {
            await test.StopGatewayAsync();
            await test.StartGatewayAsync();
        }

        CaughtMail caught = await test.NextMailAsync();
        string text = caught.Mail.TextBody!.TrimStart();
        Assert.StartsWith("[…part 1 of 2 is missing…]", text, StringComparison.Ordinal);
        Assert.Contains("and39", text, StringComparison.Ordinal);
        Assert.Equal(["desk@clinic.example"], caught.Recipients);

        await InjectAsync(test, parts[0]); // too late for its sibling, and still nothing to throw away
        Assert.Contains(
            "[…part 2 of 2 is missing…]", (await test.NextMailAsync()).Mail.TextBody!, StringComparison.Ordinal);
    }

    private static DeliverSm[] Parts(string text) =>
    [
        .. SmsSegmenter
            .ToSubmits(
                new SubmitSm
                {
                    Source = SmppAddress.FromE164(TestGateway.Phone),
                    Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
                },
                SmsSegmenter.Split(text), 77)
            .Select(part => new DeliverSm
            {
                Source = part.Source,
                Destination = part.Destination,
                EsmClass = part.EsmClass,
                DataCoding = part.DataCoding,
                ShortMessage = part.ShortMessage,
            }),
    ];

    private static async Task InjectAsync(TestGateway test, DeliverSm part)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.True(await test.Phones.InjectAsync(part, deadline: deadline.Token));
    }
}
