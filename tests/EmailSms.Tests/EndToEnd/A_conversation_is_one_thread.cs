using EmailSms.Cli.Demo;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>The whole story, as mail programs and phones see it.</summary>
public sealed class A_conversation_is_one_thread
{
    private const string OtherPhone = "+447700900777";

    [Fact]
    public async Task From_the_first_mail_to_STOP_and_no_other_conversation_is_in_it()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Notices = NoticeSetting.Always });
        List<MimeMessage> all = [];
        MimeMessage alarm = TestGateway.Mail("Boiler 3: 92 C. Can you come?", subject: "Boiler 3");
        await SendAsync(test, all, alarm);
        all.Add((await test.NextMailAsync()).Mail); // it was delivered
        await test.TextAsync("On my way");
        MimeMessage first = await NextAsync(test, all);

        MimeMessage answer = AnswerTo(first, TestGateway.Staff, "Gate 4, please");
        await SendAsync(test, all, answer);
        all.Add((await test.NextMailAsync()).Mail);
        await test.TextAsync("Which gate?");
        MimeMessage second = await NextAsync(test, all);

        // A colleague who was forwarded the mail answers it, and the person's next text goes to them.
        MimeMessage colleague = AnswerTo(second, "bob@clinic.example", "The one with the lamp");
        await SendAsync(test, all, colleague);
        all.Add((await test.NextMailAsync()).Mail);
        await test.TextAsync("Thanks");
        CaughtMail thanks = await test.NextMailAsync();
        Assert.Equal(["bob@clinic.example"], thanks.Recipients);
        all.Add(thanks.Mail);

        MimeMessage elsewhere = TestGateway.Mail("Boiler 3: 92 C. Can you come?", OtherPhone, subject: "Boiler 4");
        await SendAsync(test, all, elsewhere);
        all.Add((await test.NextMailAsync()).Mail);
        await test.TextAsync("No", from: OtherPhone);
        MimeMessage no = await NextAsync(test, all);

        await test.TextAsync("STOP");
        MimeMessage stop = await NextAsync(test, all);
        Assert.StartsWith("[STOP]", stop.Subject, StringComparison.Ordinal);
        await test.NextSmsAsync(); // its confirmation
        Assert.Contains("opted out", (await test.SendRefusedAsync(AnswerTo(second, TestGateway.Staff, "And?"))).Message,
            StringComparison.Ordinal);

        List<HashSet<string>> threads = MailThreads.Of(all);
        Assert.Equal(2, threads.Count);
        HashSet<string> thread = threads.Single(one => one.Contains(alarm.MessageId!));
        MimeMessage[] said = [first, answer, second, colleague, thanks.Mail, stop];
        Assert.All(said, one => Assert.Contains(one.MessageId!, thread));
        Assert.DoesNotContain(no.MessageId!, thread);
        Assert.Equal(all.Count, threads.Sum(one => one.Count));
    }

    private static async Task SendAsync(TestGateway test, List<MimeMessage> all, MimeMessage mail)
    {
        all.Add(mail);
        await test.SendAsync(mail);
        await test.NextSmsAsync();
    }

    private static async Task<MimeMessage> NextAsync(TestGateway test, List<MimeMessage> all)
    {
        MimeMessage mail = (await test.NextMailAsync()).Mail;
        all.Add(mail);
        return mail;
    }

    // As a mail program does it when somebody presses Reply.
    private static MimeMessage AnswerTo(MimeMessage mail, string from, string text)
    {
        MailboxAddress to = mail.ReplyTo.Mailboxes.FirstOrDefault() ?? mail.From.Mailboxes.First();
        MimeMessage answer = TestGateway.Mail(
            $"{text}\n\nOn Tuesday, {mail.From} wrote:\n> {mail.TextBody}", to.LocalPart, from, $"Re: {mail.Subject}");
        answer.InReplyTo = mail.MessageId;
        answer.References.AddRange(mail.References);
        answer.References.Add(mail.MessageId!);
        return answer;
    }
}
