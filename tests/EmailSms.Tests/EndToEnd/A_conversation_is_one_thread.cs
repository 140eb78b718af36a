using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.Peers;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>The whole story, as mail programs and phones see it.</summary>
[Collection(OfficeMail.Collection)]
public sealed class A_conversation_is_one_thread(OfficeMail office)
{
    private const string OtherPhone = "+447700900777";

    [Fact]
    public async Task From_the_first_mail_to_STOP_and_no_other_conversation_is_in_it()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: ToldAll);
        await TellAsync(test, TestGateway.Staff, "bob@clinic.example", async mailbox =>
        {
            CaughtMail caught = await test.NextMailAsync();
            Assert.Equal([mailbox], caught.Recipients);
            return caught.Mail;
        });
    }

    [Fact]
    public async Task And_so_staff_see_it_who_read_with_a_mail_program_what_came_by_their_own_mail_server()
    {
        await using TestGateway test = await office.StartGatewayAsync(rule: ToldAll);
        (string staff, string colleague) = (office.NextPerson(), office.NextPerson());
        await using MailProgram first = await MailProgram.OpenAsync(office.Dovecot, staff);
        await using MailProgram second = await MailProgram.OpenAsync(office.Dovecot, colleague);
        await TellAsync(
            test, staff, colleague, mailbox => (mailbox == staff ? first : second).NextAsync());
    }

    [Fact]
    public async Task Where_a_customer_began_it_too_and_the_desk_answers_whichever_mail_it_opened()
    {
        const string Desk = "desk@clinic.example"; // the owner of the number
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { SenderId = "+447700900998" });
        List<MimeMessage> all = [];
        foreach (string text in new[] { "Are you open?", "Hello?", "Anybody?" })
        {
            await test.TextAsync(text);
            await NextAsync(NextMailAsync, all, Desk);
        }

        MimeMessage answer = MailProgram.AnswerTo(all[1], Desk, "Until six");
        all.Add(answer);
        await test.SendAsync(answer);
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("Until six", TestGateway.OwnNumber[1..]), (sms.Text, sms.From)); // where they wrote to
        await test.TextAsync("Thanks");
        MimeMessage thanks = await NextAsync(NextMailAsync, all, Desk);
        Assert.Equal(answer.MessageId, thanks.InReplyTo);
        Assert.Equal(all.Count, Assert.Single(MailThreads.Of(all)).Count);

        async Task<MimeMessage> NextMailAsync(string mailbox)
        {
            CaughtMail caught = await test.NextMailAsync();
            Assert.Equal([mailbox], caught.Recipients);
            return caught.Mail;
        }
    }

    private static SenderRuleDraft ToldAll(SenderRuleDraft rule) => rule with { Notices = NoticeSetting.Always };

    private static async Task TellAsync(
        TestGateway test, string staff, string colleague, Func<string, Task<MimeMessage>> nextOf)
    {
        List<MimeMessage> all = [];
        MimeMessage alarm = TestGateway.Mail("Boiler 3: 92 C. Can you come?", from: staff, subject: "Boiler 3");
        await SendAsync(test, all, alarm);
        MimeMessage report = await NextAsync(nextOf, all, staff);
        Assert.Equal("delivered", ((MessageDeliveryStatus)((Multipart)report.Body!)[1]).StatusGroups[1]["Action"]);
        await test.TextAsync("On my way");
        MimeMessage first = await NextAsync(nextOf, all, staff);

        MimeMessage answer = MailProgram.AnswerTo(first, staff, "Gate 4, please");
        Assert.Equal("Gate 4, please", await SendAsync(test, all, answer));
        await NextAsync(nextOf, all, staff);
        await test.TextAsync("Which gate?");
        MimeMessage second = await NextAsync(nextOf, all, staff);

        // A colleague who was forwarded the mail answers it, and the person's next text goes to them.
        MimeMessage help = MailProgram.AnswerTo(second, colleague, "The one with the lamp");
        Assert.Equal("The one with the lamp", await SendAsync(test, all, help));
        await NextAsync(nextOf, all, colleague);
        await test.TextAsync("Thanks");
        MimeMessage thanks = await NextAsync(nextOf, all, colleague);
        Assert.StartsWith("Thanks", thanks.TextBody, StringComparison.Ordinal);

        MimeMessage elsewhere = TestGateway.Mail("Boiler 3: 92 C. Can you come?", OtherPhone, staff, "Boiler 4");
        await SendAsync(test, all, elsewhere);
        await NextAsync(nextOf, all, staff);
        await test.TextAsync("No", from: OtherPhone);
        MimeMessage no = await NextAsync(nextOf, all, staff);

        await test.TextAsync("STOP");
        MimeMessage stop = await NextAsync(nextOf, all, colleague);
        Assert.StartsWith("[STOP]", stop.Subject, StringComparison.Ordinal);
        await test.NextSmsAsync(); // its confirmation
        string refusal =
            (await test.SendRefusedAsync(MailProgram.AnswerTo(second, staff, "And?"))).Message;
        Assert.StartsWith("5.7.1 ", refusal, StringComparison.Ordinal);
        Assert.Contains("opted out", refusal, StringComparison.Ordinal);

        List<HashSet<string>> threads = MailThreads.Of(all);
        Assert.Equal(2, threads.Count);
        HashSet<string> thread = threads.Single(one => one.Contains(alarm.MessageId!));
        MimeMessage[] said = [first, answer, second, help, thanks, stop];
        Assert.All(said, one => Assert.Contains(one.MessageId!, thread));
        Assert.DoesNotContain(no.MessageId!, thread);
        Assert.Equal(all.Count, threads.Sum(one => one.Count));
    }

    // Returns what the phone shows.
    private static async Task<string> SendAsync(TestGateway test, List<MimeMessage> all, MimeMessage mail)
    {
        all.Add(mail);
        await test.SendAsync(mail);
        return (await test.NextSmsAsync()).Text;
    }

    private static async Task<MimeMessage> NextAsync(
        Func<string, Task<MimeMessage>> nextOf, List<MimeMessage> all, string mailbox)
    {
        MimeMessage mail = await nextOf(mailbox);
        all.Add(mail);
        return mail;
    }
}
