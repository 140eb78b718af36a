using EmailSms.Cli.Demo;
using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Whom a text is for, when more than one answer is possible.</summary>
public sealed class A_reply_finds_its_mailbox
{
    private const string Bob = "bob@clinic.example";

    [Fact]
    public async Task By_the_keyword_of_the_number_before_all_else()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.Store.WriteAsync(db => OwnKeywords.Put(
            db, new OwnKeyword(PhoneNumber.FromE164(TestGateway.OwnNumber), "repair", Bob), 0));
        await test.SendAsync(TestGateway.Mail("Anything else?"));
        await test.NextSmsAsync();
        await test.TextAsync("Réparations, please");
        Assert.Equal([TestGateway.Staff], (await test.NextMailAsync()).Recipients); // another word
        await test.TextAsync("REPAIR: the lift is stuck");
        CaughtMail mail = await test.NextMailAsync();
        Assert.Equal([Bob], mail.Recipients);
        Assert.Equal("keyword of the number", await ReasonAsync(test, "REPAIR: the lift is stuck"));
    }

    [Fact]
    public async Task Which_is_the_latest_of_several_and_all_of_them_where_that_is_set()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await TwoWriteAsync(test);
        await test.TextAsync("Yes");
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
        Assert.Equal("latest of several conversations", await ReasonAsync(test, "Yes"));

        await using TestGateway other = await TestGateway.StartAsync(
            settings => settings.Replies.Conflict = ConflictChoice.All);
        (MimeMessage ann, MimeMessage bob) = await TwoWriteAsync(other);
        await other.TextAsync("Yes");
        CaughtMail[] mails = [await other.NextMailAsync(), await other.NextMailAsync()];
        Assert.Equal([TestGateway.Staff, Bob], mails.SelectMany(mail => mail.Recipients).Order());
        Assert.NotEqual(mails[0].Mail.MessageId, mails[1].Mail.MessageId);
        Assert.Equal(
            ann.MessageId, mails.Single(mail => mail.Recipients[0] == TestGateway.Staff).Mail.InReplyTo);
        Assert.Equal(bob.MessageId, mails.Single(mail => mail.Recipients[0] == Bob).Mail.InReplyTo);
    }

    [Theory]
    [InlineData("2", TestGateway.Staff)]
    [InlineData("Bob!", Bob)]
    public async Task Or_the_person_is_asked_and_nothing_is_lost_meanwhile(string answer, string mailbox)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Replies.Conflict = ConflictChoice.Ask);
        await TwoWriteAsync(test);
        await test.TextAsync("I am late");
        SimulatedSms question = await test.NextSmsAsync();
        Assert.Equal("Who is your message for? Answer with the number: 1 bob, 2 ann", question.Text);
        await test.TextAsync("By an hour");
        await test.TextAsync(answer);
        CaughtMail first = await test.NextMailAsync();
        CaughtMail second = await test.NextMailAsync();
        Assert.Equal([mailbox, mailbox], [.. first.Recipients, .. second.Recipients]);
        Assert.Equal(("I am late", "By an hour"), (first.Mail.TextBody!.Trim(), second.Mail.TextBody!.Trim()));

        await test.TextAsync("Here now"); // the answer holds
        Assert.Equal([mailbox], (await test.NextMailAsync()).Recipients);
    }

    [Fact]
    public async Task Who_does_not_answer_the_question_is_not_asked_again()
    {
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Replies.Conflict = ConflictChoice.Ask;
            settings.Replies.QuestionWaitMax = TimeSpan.FromSeconds(1);
        });
        await TwoWriteAsync(test);
        await test.TextAsync("I am late");
        await test.NextSmsAsync();
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
        await test.TextAsync("Still late");
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
        Assert.Equal("latest of several conversations", await ReasonAsync(test, "Still late"));
    }

    [Fact]
    public async Task STOP_is_obeyed_and_nobody_is_asked_about_it()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Replies.Conflict = ConflictChoice.Ask);
        await TwoWriteAsync(test);
        await test.TextAsync("STOP");
        Assert.StartsWith("You have been unsubscribed", (await test.NextSmsAsync()).Text, StringComparison.Ordinal);
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
    }

    [Fact]
    public async Task By_the_owner_of_the_contact_whose_name_for_it_is_shown()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.Store.WriteAsync(db => AddressBook.Put(
            db, new Contact("anna", PhoneNumber.FromE164(TestGateway.Phone), Bob, null, null), 0));
        await test.TextAsync("Are you open?");
        CaughtMail mail = await test.NextMailAsync();
        Assert.Equal([Bob], mail.Recipients);
        Assert.Equal("+44 7700 900123 (anna)", Assert.IsType<MailboxAddress>(Assert.Single(mail.Mail.From)).Name);
        Assert.Equal("owner of the contact", await ReasonAsync(test, "Are you open?"));
    }

    [Fact]
    public async Task A_closed_conversation_gets_no_more()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Which one?"));
        await test.NextSmsAsync();
        Conversation open = Assert.Single(test.Store.Read(db => Conversations.Search(db, new ConversationSearch())));
        Assert.True(await test.Store.WriteAsync(db => Conversations.Close(db, open.Id, 1)));
        await test.TextAsync("The blue one");
        Assert.Equal(["desk@clinic.example"], (await test.NextMailAsync()).Recipients);
        await test.SendAsync(TestGateway.Mail("Sure?")); // writing opens it again
        await test.NextSmsAsync();
        await test.TextAsync("Sure");
        Assert.Equal([TestGateway.Staff], (await test.NextMailAsync()).Recipients);
    }

    [Fact]
    public async Task An_SMS_that_left_long_after_it_was_written_can_be_answered_from_then_on()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.StopGatewayAsync();
        var written = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-10));
        var id = TimeOrderedId.Next(written);
        await using (SqliteStore store = SqliteStore.Open(
            test.Settings.Store, TimeProvider.System, NullLogger<SqliteStore>.Instance))
        {
            PhoneNumber phone = PhoneNumber.FromE164(TestGateway.Phone);
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await store.WriteAsync(db =>
            {
                new SmsQueue(store, new QueueOptions(), written).Enqueue(
                    db,
                    new NewSms(
                        id, null, phone, TestGateway.OwnNumber, Bob, "Your appointment is tomorrow", "gsm7", 1, null,
                        NoticeSetting.Never, now + 3_600_000)
                    {
                        DueMs = now,
                    },
                    new { });
                Conversations.NoteSms(
                    db, TestGateway.OwnNumber, phone, Bob, id, null, TimeOrderedId.MsOf(id));
            });
        }

        await test.StartGatewayAsync();
        await test.NextSmsAsync();
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("I cannot come");
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
        Assert.Contains(Timeline.Reply, test.Kinds(id));
    }

    [Fact]
    public async Task The_last_messages_stand_below_where_that_is_set()
    {
        await using TestGateway test = await TestGateway.StartAsync(settings => settings.Replies.History = 2);
        await test.SendAsync(TestGateway.Mail("Which one?"));
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("The blue one");
        await test.NextMailAsync();
        await test.TextAsync("No, the red one");
        string body = (await test.NextMailAsync()).Mail.TextBody!.ReplaceLineEndings("\n");
        string[] parts = body.Split("Earlier, the latest first:");
        Assert.StartsWith("No, the red one", parts[0], StringComparison.Ordinal);
        Assert.Matches(@"UTC, \+447700900123:\nThe blue one\n\n.*UTC, ann@clinic\.example:\nWhich one\?", parts[1]);
    }

    [Fact]
    public async Task A_text_that_begins_with_an_address_is_mail_from_listed_phones_alone()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Replies.MailFromPhones = [TestGateway.Phone]);
        await test.TextAsync("chef@kitchen.example#Table 4#Two soups\nFrom: evil@evil.example");
        CaughtMail mail = await test.NextMailAsync();
        Assert.Equal(["chef@kitchen.example"], mail.Recipients);
        Assert.Equal("Table 4", mail.Mail.Subject);
        Assert.StartsWith("Two soups", mail.Mail.TextBody, StringComparison.Ordinal);
        Assert.Single(mail.Mail.From);
        await test.TextAsync("chef@kitchen.example#Table 4#Two soups", from: "+447700900777");
        Assert.Equal(["desk@clinic.example"], (await test.NextMailAsync()).Recipients);
    }

    [Fact]
    public async Task A_colleague_answers_what_was_forwarded_where_that_is_set()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Replies.TokenAnswers = TokenAnswers.SameDomain,
            rule => rule with { Sender = TestGateway.Staff, SenderId = "+447700900998" });
        await test.SendAsync(TestGateway.Mail("Which one?"));
        await test.NextSmsAsync();
        await test.TextAsync("The blue one", to: "+447700900998");
        string address = Assert.IsType<MailboxAddress>(Assert.Single((await test.NextMailAsync()).Mail.ReplyTo))
            .LocalPart;
        await test.SendAsync(TestGateway.Mail("It is here", to: address, from: Bob));
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("It is here", "447700900998"), (sms.Text, sms.From));

        // Another domain, another phone, another word: nothing.
        await test.SendRefusedAsync(TestGateway.Mail("spam", to: address, from: "eve@evil.example"));
        string token = address[address.IndexOf('+', StringComparison.Ordinal)..];
        await test.SendRefusedAsync(TestGateway.Mail("spam", to: $"447700900777{token}", from: Bob));
        await test.SendRefusedAsync(TestGateway.Mail("spam", to: $"{address[..^1]}0", from: Bob));
        await test.Store.WriteAsync(db =>
        {
            foreach (Conversation one in Conversations.Search(db, new ConversationSearch()))
            {
                Conversations.Close(db, one.Id, 1);
            }
        });
        await test.SendRefusedAsync(TestGateway.Mail("too late", to: address, from: Bob));
    }

    [Fact]
    public void But_nobody_is_a_colleague_at_a_provider_where_anybody_has_an_address()
    {
        NamedConversation named = new(TestGateway.OwnNumber, TestGateway.Phone, "ann@gmail.com");
        var colleagues = new Colleagues(_ => named);
        Assert.True(WrittenAddress.TryTake("447700900123", out WrittenAddress? address, out _));
        Assert.Null(colleagues.StandsFor(EmailAddress.Parse("eve@gmail.com"), address, "token"));
        named = named with { Mailbox = TestGateway.Staff };
        Assert.Equal(TestGateway.Staff, colleagues.StandsFor(EmailAddress.Parse(Bob), address, "token")?.ToString());
    }

    [Fact]
    public async Task An_answer_to_all_in_the_thread_is_one_SMS()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Which one?"));
        await test.NextSmsAsync();
        await test.TextAsync("The blue one");
        MimeMessage answer = MailProgram.AnswerTo((await test.NextMailAsync()).Mail, TestGateway.Staff, "Here it is");
        answer.Cc.Add(MailboxAddress.Parse(Bob));
        answer.Cc.Add(MailboxAddress.Parse($"{TestGateway.Phone[1..]}@{TestGateway.Domain}")); // its From
        using (var client = new SmtpClient())
        {
            // The mail server of the house gives each server the recipients that are its own.
            await client.ConnectAsync(
                "127.0.0.1", test.Smtp.Port, cancellationToken: TestContext.Current.CancellationToken);
            await client.SendAsync(
                answer, MailboxAddress.Parse(TestGateway.Staff),
                [.. answer.To.Mailboxes, .. answer.Cc.Mailboxes.Where(one => one.Domain == TestGateway.Domain)],
                TestContext.Current.CancellationToken);
        }

        Assert.Equal("Here it is", (await test.NextSmsAsync()).Text);
        await test.SendAsync(TestGateway.Mail("Next"));
        Assert.Equal("Next", (await test.NextSmsAsync()).Text); // and so none came between
        Assert.Equal(3, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task With_a_pool_each_mailbox_has_its_own_number_and_gets_its_own_answers()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: rule => rule with
        {
            Sending = rule.Sending with { Pool = ["+447700900901", "+447700900902"] },
        });
        await test.SendAsync(TestGateway.Mail("Can you come at 3?"));
        string ann = (await test.NextSmsAsync()).From;
        await test.SendAsync(TestGateway.Mail("Did you pay?", from: Bob));
        string bob = (await test.NextSmsAsync()).From;
        Assert.Equal(["447700900901", "447700900902"], [ann, bob]);
        await test.TextAsync("Yes, at 3", to: ann);
        Assert.Equal([TestGateway.Staff], (await test.NextMailAsync()).Recipients);
        await test.TextAsync("I paid", to: bob);
        Assert.Equal([Bob], (await test.NextMailAsync()).Recipients);
        await test.SendAsync(TestGateway.Mail("See you"));
        Assert.Equal(ann, (await test.NextSmsAsync()).From);
    }

    private static async Task<(MimeMessage Ann, MimeMessage Bob)> TwoWriteAsync(TestGateway test)
    {
        MimeMessage ann = TestGateway.Mail("Can you come at 3?");
        MimeMessage bob = TestGateway.Mail("Did you pay?", from: Bob);
        await test.SendAsync(ann);
        await test.NextSmsAsync();
        await test.SendAsync(bob);
        await test.NextSmsAsync();
        return (ann, bob);
    }

    private static async Task<string?> ReasonAsync(TestGateway test, string text) =>
        await test.Store.WriteAsync(db => db.Scalar(
            "select reason from inbound where body = @body", ("@body", text)) as string);
}
