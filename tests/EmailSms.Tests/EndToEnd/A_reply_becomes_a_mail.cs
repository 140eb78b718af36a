using System.Text;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_reply_becomes_a_mail
{
    [Fact]
    public async Task In_the_thread_of_whoever_wrote_and_the_answer_goes_out_from_the_same_number()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage asked = TestGateway.Mail("Can you come at 3?");
        await test.SendAsync(asked);
        await test.NextSmsAsync();
        await test.TextAsync("Yes, see you then ☺");
        CaughtMail caught = await test.NextMailAsync();

        Assert.Equal([TestGateway.Staff], caught.Recipients);
        MailboxAddress from = Assert.IsType<MailboxAddress>(Assert.Single(caught.Mail.From));
        Assert.Equal($"447700900123@{TestGateway.Domain}", from.Address);
        Assert.Contains("+44 7700 900123", caught.Mail.Subject, StringComparison.Ordinal);
        Assert.StartsWith("Yes, see you then ☺", caught.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(asked.MessageId, caught.Mail.InReplyTo);
        Assert.Contains(asked.MessageId, caught.Mail.References);

        MimeMessage answer = TestGateway.Mail(
            $"Good.\n\nOn Tuesday, +44 7700 900123 wrote:\n> Yes, see you then ☺\n", to: from.LocalPart,
            subject: $"Re: {caught.Mail.Subject}");
        answer.InReplyTo = caught.Mail.MessageId;
        await test.SendAsync(answer);
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("Good.", "447700900999", "447700900123"), (sms.Text, sms.From, sms.To));
    }

    [Fact]
    public async Task Each_time_and_in_one_thread()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage asked = TestGateway.Mail("Which one?");
        await test.SendAsync(asked);
        await test.NextSmsAsync();
        await test.TextAsync("The blue one");
        CaughtMail first = await test.NextMailAsync();
        await test.TextAsync("No, the red one");
        CaughtMail second = await test.NextMailAsync();

        Assert.StartsWith("No, the red one", second.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal([TestGateway.Staff], second.Recipients);
        Assert.Contains(asked.MessageId, second.Mail.References);
        Assert.Contains(first.Mail.MessageId, second.Mail.References);
        Assert.Equal(first.Mail.Subject, second.Mail.Subject);
    }

    [Fact]
    public async Task Put_together_from_its_parts()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Tell me more"));
        await test.NextSmsAsync();
        string story = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"and{i}"));
        await test.TextAsync(story);
        CaughtMail caught = await test.NextMailAsync();

        Assert.Contains(story, caught.Mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_also_where_the_phone_cut_inside_an_emoji()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        byte[] letters = Encoding.BigEndianUnicode.GetBytes("On my way 🚑 now");
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        for (byte part = 1; part <= 2; part++)
        {
            byte[] half = part == 1 ? letters[..22] : letters[22..]; // behind the first half of the pair
            Assert.True(await test.Phones.InjectAsync(
                new DeliverSm
                {
                    Source = SmppAddress.FromE164(TestGateway.Phone),
                    Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
                    EsmClass = EsmClass.UserDataHeader,
                    DataCoding = DataCoding.Ucs2,
                    ShortMessage = (byte[])[5, 0, 3, 7, 2, part, .. half],
                },
                deadline: deadline.Token));
        }

        Assert.StartsWith("On my way 🚑 now", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_the_owner_of_the_number_when_nobody_wrote()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.TextAsync("Are you open on Sunday?", from: "+447700900777");
        Assert.Equal(["desk@clinic.example"], (await test.NextMailAsync()).Recipients);
    }

    [Theory]
    [InlineData("+447700900777", "+447700900888")]
    [InlineData("60123", "+447700900888")]
    [InlineData("ACME", "+447700900888")]
    public async Task For_the_default_mailbox_when_nobody_owns_the_number(string from, string to)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.TextAsync("Hello?", from, to);
        Assert.Equal([TestGateway.Office], (await test.NextMailAsync()).Recipients);
    }

    [Fact]
    public async Task And_stands_on_the_timeline_of_the_SMS()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Which one?"));
        await test.NextSmsAsync();
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("The blue one");
        await test.NextMailAsync();

        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, Timeline.Delivered, Timeline.Reply, Timeline.Mailed],
            test.Kinds(sms.Id));
    }

    [Fact]
    public async Task Unless_it_is_STOP_which_is_obeyed_at_once_confirmed_once_and_told()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("News for you"));
        await test.NextSmsAsync();
        await test.TextAsync("Stop.");

        CaughtMail told = await test.NextMailAsync();
        Assert.Equal([TestGateway.Staff], told.Recipients);
        Assert.Contains("opted out", told.Mail.TextBody, StringComparison.Ordinal);
        SimulatedSms confirmation = await test.NextSmsAsync();
        Assert.Equal(("447700900123", "447700900999"), (confirmation.To, confirmation.From));
        Assert.Contains("unsubscribed", confirmation.Text, StringComparison.Ordinal);

        SmtpCommandException refused = await test.SendRefusedAsync(TestGateway.Mail("More news"));
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, refused.StatusCode);
        Assert.Contains("opted out", refused.Message, StringComparison.Ordinal);

        await test.TextAsync("STOP"); // said twice, answered once
        await test.NextMailAsync();
        await test.TextAsync("START");
        Assert.Contains("opted in", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("again", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        await test.SendAsync(TestGateway.Mail("Welcome back"));
        Assert.Equal("Welcome back", (await test.NextSmsAsync()).Text);
    }
}
