using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_storm_is_collected
{
    private static readonly RepeatRules AfterTwo = new(TimeSpan.Zero, 2, TimeSpan.FromSeconds(3));

    [Fact]
    public async Task After_the_first_few_and_the_rest_goes_out_as_one_with_an_end_for_each()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterTwo,
            Notices = NoticeSetting.Always,
        });
        for (int host = 1; host <= 5; host++) await test.SendAsync(TestGateway.Mail($"HOST-{host} down\nsince noon"));

        Assert.StartsWith("HOST-1 down", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        Assert.StartsWith("HOST-2 down", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        SimulatedSms rest = await test.NextSmsAsync();
        Assert.Equal("+3 more in 3 s: HOST-3 down, HOST-4 down, HOST-5 down", rest.Text);

        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 6); // five, and the one that stands for three
        List<SmsRecord> all = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()));
        SmsRecord digest = Assert.Single(all, sms => sms.Mailbox.Length == 0);
        Assert.Equal(3, test.Kinds(digest.Id).Count(kind => kind == Timeline.Collects));
        foreach (SmsRecord sms in all.Where(sms => sms.Body.StartsWith("HOST-3", StringComparison.Ordinal)))
        {
            Assert.Equal(
                [Timeline.Accepted, Timeline.Collected, Timeline.Delivered, Timeline.Notice],
                test.Kinds(sms.Id).Take(4));
        }

        // Each sender's mail has its own report; the digest is nobody's.
        for (int notice = 0; notice < 5; notice++)
        {
            Assert.Equal(TestGateway.Staff, Assert.Single((await test.NextMailAsync()).Recipients));
        }
    }

    [Fact]
    public async Task And_is_there_after_a_restart()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterTwo with { StormMax = 1 },
        });
        await test.SendAsync(TestGateway.Mail("One"));
        await test.NextSmsAsync();
        await test.SendAsync(TestGateway.Mail("Two"));
        await test.SendAsync(TestGateway.Mail("Three"));
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        Assert.Equal("+2 more in 3 s: Two, Three", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task For_one_phone_and_not_for_another()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = AfterTwo with { StormMax = 1, StormWindow = TimeSpan.FromHours(1) },
        });
        await test.SendAsync(TestGateway.Mail("One"));
        await test.SendAsync(TestGateway.Mail("Two"));
        await test.SendAsync(TestGateway.Mail("Three", to: "+447700900124"));
        string[] phones = [(await test.NextSmsAsync()).To, (await test.NextSmsAsync()).To];
        Assert.Equal(["447700900123", "447700900124"], phones.Order());
        Assert.Equal(1, test.CountIn("collected"));
    }

    [Fact]
    public async Task The_same_words_within_the_window_of_a_rule_are_one_sms()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Repeats = RepeatRules.Off with { SameTextWindow = TimeSpan.FromHours(1) },
        });
        await test.SendAsync(TestGateway.Mail("Door open"));
        string again = await test.SendAsync(TestGateway.Mail("Door open"));
        await test.SendAsync(TestGateway.Mail("Door shut"));

        Assert.Equal("Door open", (await test.NextSmsAsync()).Text);
        Assert.Equal("Door shut", (await test.NextSmsAsync()).Text);
        Assert.Contains("taken before", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_words_without_end_are_stopped_and_the_admin_is_told_once()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Addresses.SameTextPerHourMax = 2);
        for (int i = 0; i < 2; i++) await test.SendAsync(TestGateway.Mail("Thank you for your message"));
        for (int i = 0; i < 2; i++)
        {
            SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("Thank you for your message"));
            Assert.StartsWith("5.7.1 The same text went to this number too", no.Message, StringComparison.Ordinal);
        }

        await test.SendAsync(TestGateway.Mail("Something else")); // and the others go on
        string both = await test.SendAsync(TwoPhones());
        Assert.Contains("1 SMS kept", both, StringComparison.Ordinal);
        Assert.Contains("1 number(s) had this text too often", both, StringComparison.Ordinal);

        CaughtMailIs(await test.NextMailAsync());
        Assert.False(test.Mailbox.Mails.TryRead(out _));
    }

    private static MimeKit.MimeMessage TwoPhones()
    {
        MimeKit.MimeMessage mail = TestGateway.Mail("Thank you for your message");
        mail.To.Add(new MimeKit.MailboxAddress("", $"+447700900124@{TestGateway.Domain}"));
        return mail;
    }

    private static void CaughtMailIs(EmailSms.Cli.Demo.CaughtMail mail)
    {
        Assert.Equal(TestGateway.Office, Assert.Single(mail.Recipients));
        Assert.Contains("again and again", mail.Mail.Subject, StringComparison.Ordinal);
    }
}
