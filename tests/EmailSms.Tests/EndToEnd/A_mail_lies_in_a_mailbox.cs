using System.Text.RegularExpressions;
using EmailSms.Cli.Demo;
using EmailSms.MailIn;
using EmailSms.MailIn.Mailboxes;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.Peers;
using MailKit;
using static EmailSms.Tests.EndToEnd.HostedMailbox;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Mail that is hosted elsewhere, at a real Dovecot.</summary>
public sealed class A_mail_lies_in_a_mailbox
{
    [Fact]
    public async Task And_is_heard_of_by_IDLE_without_a_poll()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        await server.DeliverAsync(User, Mail("First"));
        Assert.Equal("First", (await test.NextSmsAsync()).Text);
        await server.UntilAsync(User, "INBOX", flags => flags is [MessageFlags.Seen]);

        // The gateway has nothing to do now but to listen: the interval is a day.
        await server.DeliverAsync(User, Mail("Second"));
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("Second", "447700900123"), (sms.Text, sms.To));
        SmsRecord kept = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))[0];
        string told = test.Store.Read(db => Timeline.Of(db, kept.Id))[0].Detail!;
        Assert.Contains("\"client\":\"mailbox\"", told, StringComparison.Ordinal);
        Assert.Contains("\"listener\":\"office\"", told, StringComparison.Ordinal);
        Assert.Contains("\"proof\":\"token\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_of_a_stranger_no_more_is_read_than_its_header()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        await using var relay = new CuttingRelay(server.ImapPort);
        mailbox.Port = relay.Port;
        await server.DeliverAsync(User, Mail("Buy this", from: "shop@elsewhere.example"));
        await server.DeliverAsync(User, Mail("First"));
        await server.DeliverAsync(User, Mail("Second"));
        await using TestGateway test = await StartAsync(mailbox);
        Assert.Equal("First", (await test.NextSmsAsync()).Text);
        Assert.Equal("Second", (await test.NextSmsAsync()).Text);
        await server.UntilAsync(User, "INBOX", flags => flags.All(one => one == MessageFlags.Seen));
        Assert.Equal((1, 2), (SeenIn(test, "refused"), SeenIn(test, "taken")));

        // One look at what is there, one at what it is; then for each mail what is read of it, and its mark.
        string[] asked =
        [
            .. relay.Heard.SelectMany(said => said.Split("\r\n"))
                .Select(line => Regex.Match(line, @" UID ([^(]*)")).Where(match => match.Success)
                .Select(match => match.Groups[1].Value),
        ];
        Assert.Equal(
            [
                "SEARCH RETURN ", "FETCH 1:3 ", "FETCH 1 ", "STORE 1 +FLAGS.SILENT ", "FETCH 2 ",
                "STORE 2 +FLAGS.SILENT ", "FETCH 3 ", "STORE 3 +FLAGS.SILENT ",
            ],
            asked);
        Assert.Contains(
            relay.Heard, said => said.Contains("UID FETCH 1 (BODY.PEEK[HEADER])", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(MailboxAfter.Keep))]
    [InlineData(nameof(MailboxAfter.Delete))]
    public async Task And_is_fetched_by_POP3_once(string after)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Pop3(server, Enum.Parse<MailboxAfter>(after));
        await server.DeliverAsync(User, Mail("First"));
        await using TestGateway test = await StartAsync(mailbox);
        Assert.Equal("First", (await test.NextSmsAsync()).Text);
        await server.DeliverAsync(User, Mail("Second"));
        Assert.Equal("Second", (await test.NextSmsAsync()).Text); // and not the first again
        int left = after == nameof(MailboxAfter.Keep) ? 2 : 0;
        await server.UntilAsync(User, "INBOX", flags => flags.Count == left);
        Assert.Equal(2, SeenIn(test, "taken"));
    }

    [Theory]
    [InlineData(nameof(MailboxAfter.Keep), 1, MessageFlags.None, -1)]
    [InlineData(nameof(MailboxAfter.Flag), 1, MessageFlags.Flagged, -1)]
    [InlineData(nameof(MailboxAfter.Delete), 0, MessageFlags.None, -1)]
    [InlineData(nameof(MailboxAfter.Move), 0, MessageFlags.None, 1)]
    public async Task And_becomes_what_the_setting_says(
        string after, int left, MessageFlags flags, int moved)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        (mailbox.After, mailbox.MoveTo) = (Enum.Parse<MailboxAfter>(after), "Sent as SMS");
        await using TestGateway test = await StartAsync(mailbox);
        await server.DeliverAsync(User, Mail("Hello"));
        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => Settled(test) == 1);
        IReadOnlyList<MessageFlags> inbox = (await server.FlagsAsync(User))!;
        Assert.Equal(left, inbox.Count);
        Assert.All(inbox, one => Assert.Equal(flags, one & ~MessageFlags.Recent));
        Assert.Equal(moved, (await server.FlagsAsync(User, "Sent as SMS"))?.Count ?? -1);
    }

    [Fact]
    public async Task And_a_folder_that_takes_none_holds_up_no_mail_that_is_new()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using var relay = new CuttingRelay(server.ImapPort);
        MailboxOptions mailbox = Imap(server);
        (mailbox.Port, mailbox.After, mailbox.MoveTo) = (relay.Port, MailboxAfter.Move, "Done");
        await using TestGateway test = await StartAsync(mailbox);
        await server.DeliverAsync(User, Mail("First"));
        Assert.Equal("First", (await test.NextSmsAsync()).Text);
        await server.UntilAsync(User, "Done", flags => flags.Count == 1);

        await server.LockAsync(User, "Done", isLocked: true);
        await server.DeliverAsync(User, Mail("Second"));
        Assert.Equal("Second", (await test.NextSmsAsync()).Text);
        await server.DeliverAsync(User, Mail("Third"));
        Assert.Equal("Third", (await test.NextSmsAsync()).Text);
        Assert.Equal(1, Settled(test));

        await server.LockAsync(User, "Done", isLocked: false);
        await server.DeliverAsync(User, Mail("Fourth"));
        await server.UntilAsync(User, "Done", flags => flags.Count == 4);
        Assert.Single(relay.Heard, said => said.Contains(" SELECT ", StringComparison.Ordinal)); // it is not lost
    }

    [Fact]
    public async Task And_goes_to_a_folder_below_another_which_is_made_when_it_is_missing()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        (mailbox.After, mailbox.MoveTo) = (MailboxAfter.Move, "Archive/Done"); // Dovecot writes Archive.Done
        await using TestGateway test = await StartAsync(mailbox);
        await server.DeliverAsync(User, Mail("First"));
        await server.UntilAsync(User, "Archive.Done", flags => flags.Count == 1);
        await server.RemoveAsync(User, "Archive.Done");
        await server.DeliverAsync(User, Mail("Second"));
        Assert.Equal("First", (await test.NextSmsAsync()).Text);
        Assert.Equal("Second", (await test.NextSmsAsync()).Text);
        await server.DeliverAsync(User, Mail("Third"));
        await server.UntilAsync(User, "Archive.Done", flags => flags.Count == 2);
        await TestGateway.UntilAsync(() => Settled(test) == 3);
    }

    [Fact]
    public async Task And_who_has_deleted_it_there_is_understood()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await server.DeliverAsync(User, Mail("No, not this"));
        await server.FlagAsync(User, MessageFlags.Deleted, isSet: true);
        await server.DeliverAsync(User, Mail("But this"));
        await using TestGateway test = await StartAsync(Imap(server));
        Assert.Equal("But this", (await test.NextSmsAsync()).Text);
        await server.FlagAsync(User, MessageFlags.Deleted, isSet: false);
        await server.DeliverAsync(User, Mail("And that"));
        string[] both = [(await test.NextSmsAsync()).Text, (await test.NextSmsAsync()).Text];
        Assert.Equal(["And that", "No, not this"], both.Order());
    }

    [Fact]
    public async Task And_a_refusal_is_told_to_who_has_proven_himself_and_to_nobody_else()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        string wrong = $"sms+12345+token={Secret}@clinic.example";
        await server.DeliverAsync(User, Mail("Stranger", from: "eve@evil.example", to: wrong));
        await server.DeliverAsync(User, Mail("Forger", to: "sms+12345+token=guessed@clinic.example"));
        await server.DeliverAsync(User, Mail("No token", to: "sms+12345@clinic.example"));
        await server.DeliverAsync(User, "Return-Path: <>\n" + Mail("Bounce", to: wrong, path: null));
        await server.DeliverAsync(User, "Auto-Submitted: auto-generated\n" + Mail("Machine", to: wrong));
        await server.DeliverAsync(User, "List-Id: <all.clinic.example>\n" + Mail("List", to: wrong));
        await server.DeliverAsync(User, Mail("Ann", to: wrong));

        CaughtMail notice = await test.NextMailAsync();
        Assert.Equal(TestGateway.Staff, Assert.Single(notice.Recipients));
        Assert.Equal("Not sent: Ann", notice.Mail.Subject);
        string text = notice.Mail.TextBody!;
        Assert.Contains("12345@sms.example: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Equal("auto-replied", notice.Mail.Headers["Auto-Submitted"]);
        await TestGateway.UntilAsync(() => SeenIn(test, "refused") == 7);
        Assert.Equal(1L, test.Store.Read(db => (long)db.Scalar("select count(*) from outbox")!));
        Assert.Empty(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task And_who_guesses_tokens_has_none_looked_at_for_a_while()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        for (int i = 0; i < TokenGuesses.WrongMax; i++)
        {
            await server.DeliverAsync(User, Mail("Guess", to: $"sms+447700900123+token=guess-{i}@clinic.example"));
        }

        await server.DeliverAsync(User, Mail("Found"));
        await server.DeliverAsync(User, Mail("Bob", from: "bob@clinic.example"));
        await using TestGateway test = await StartAsync(Imap(server));
        Assert.Equal("Bob", (await test.NextSmsAsync()).Text); // and not the one before it
        Assert.Equal((TokenGuesses.WrongMax, 1), (SeenIn(test, "refused"), SeenIn(test, "taken")));
        Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task And_who_is_refused_for_one_of_two_hears_of_that_one()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        await server.DeliverAsync(User, Mail("Hello", to: $"{To}, sms+12345+token={Secret}@clinic.example"));
        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        CaughtMail notice = await test.NextMailAsync();
        Assert.Equal("Not sent to all: Hello", notice.Mail.Subject);
    }

    [Fact]
    public async Task And_the_server_is_restarted()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        await server.DeliverAsync(User, Mail("Before"));
        Assert.Equal("Before", (await test.NextSmsAsync()).Text);
        await server.StopAsync();
        await server.StartAsync();
        await server.DeliverAsync(User, Mail("After"));
        Assert.Equal("After", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task And_the_server_numbers_its_mails_anew()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        await server.DeliverAsync(User, Mail("Once"));
        Assert.Equal("Once", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => Settled(test) == 1);
        await test.StopGatewayAsync();
        await server.StopAsync();
        foreach (string file in Directory.GetFiles(server.MailFolder(User), "dovecot*")) File.Delete(file);

        await server.StartAsync();
        await test.StartGatewayAsync();
        await TestGateway.UntilAsync(() => SeenIn(test, "taken") == 2);
        await server.DeliverAsync(User, Mail("Twice"));
        Assert.Equal("Twice", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task And_has_lain_there_for_long()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await server.DeliverAsync(User, Mail("Old"), TimeProvider.System.GetUtcNow().AddDays(-2));
        await using TestGateway test = await StartAsync(Imap(server));
        await server.DeliverAsync(User, Mail("New"));
        Assert.Equal("New", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => SeenIn(test, "old") == 1);
        await server.UntilAsync(User, "INBOX", flags => flags is [MessageFlags.None, MessageFlags.Seen]);
    }

    [Theory]
    [InlineData(nameof(MailboxRecipients.Subject), "+44 7700 900123, 447700900124", "X-A: b", "Only this")]
    [InlineData(
        nameof(MailboxRecipients.Header), "!",
        "Delivered-To: sms+447700900123@clinic.example\nDelivered-To: 447700900124@sms.example", "!Only this")]
    public async Task And_says_elsewhere_whom_it_is_for(
        string where, string subject, string header, string shown)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        (mailbox.Recipients, mailbox.AuthservId) = (Enum.Parse<MailboxRecipients>(where), "mx.hosted.example");
        await using TestGateway test = await StartAsync(mailbox, proofs: "dkim", template: "{{ subject }}{{ body }}");
        await server.DeliverAsync(
            User,
            $"Authentication-Results: mx.hosted.example; dkim=pass header.d=clinic.example\n{header}\n"
                + Mail("Only this", to: "all@clinic.example", subject: subject));
        string[] phones = [(await test.NextSmsAsync()).To, (await test.NextSmsAsync()).To];
        Assert.Equal(["447700900123", "447700900124"], phones.Order());
        Assert.All(
            test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())), sms => Assert.Equal(shown, sms.Body));
    }

    [Fact]
    public async Task And_what_a_person_answers_is_answered_there_again()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        mailbox.AuthservId = "mx.hosted.example";
        await using TestGateway test = await StartAsync(mailbox, proofs: "dkim", answers: User);
        const string word = "Authentication-Results: mx.hosted.example; dkim=pass header.d=clinic.example\n";
        await server.DeliverAsync(User, word + Mail("Ten o'clock?", to: "sms+447700900123@clinic.example"));
        Assert.Equal("Ten o'clock?", (await test.NextSmsAsync()).Text);
        await test.TextAsync("Eleven");
        CaughtMail reply = await test.NextMailAsync();
        string answer = Assert.Single(reply.Mail.ReplyTo.Mailboxes).Address;
        Assert.StartsWith("sms+447700900123+c=", answer, StringComparison.Ordinal);
        await server.DeliverAsync(User, word + Mail("Fine", to: answer));
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("Fine", "447700900123", TestGateway.OwnNumber.TrimStart('+')), (sms.Text, sms.To, sms.From));
    }

    [Fact]
    public async Task And_the_word_of_another_than_its_server_proves_nothing()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        mailbox.AuthservId = "mx.hosted.example";
        await using TestGateway test = await StartAsync(mailbox, proofs: "dkim");
        const string to = "sms+447700900123@clinic.example";
        const string says = "dkim=pass header.d=clinic.example\n";
        const string word = "Authentication-Results: mx.hosted.example; " + says;
        await server.DeliverAsync(User, Mail("Bare", to: to));
        await server.DeliverAsync(User, "Authentication-Results: mx.evil.example; " + says + Mail("Another", to: to));
        await server.DeliverAsync(User, "Received: a\nReceived: b\n" + word + Mail("Below", to: to));
        await server.DeliverAsync(User, "Received: a\n" + word + Mail("Proven", to: to));
        Assert.Equal("Proven", (await test.NextSmsAsync()).Text);
        List<string> reasons = test.Store.Read(db => db.Query(
            "select reason from fetched_mail where outcome = 'refused'", row => row.GetString(0)));
        Assert.Equal(3, reasons.Count);
        Assert.All(reasons, one => Assert.Contains("asks for proof of the sender", one, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("255.0.0.0/8", "office", null)] // there is no client whose network it could be
    [InlineData("255.0.0.0/8", "office", "ip")]
    [InlineData("255.0.0.0/8", null, "ip dkim")]
    [InlineData(null, null, "dkim")] // it has to name the mailbox
    [InlineData(null, "another", "dkim")]
    public async Task And_no_rule_takes_it_but_one_that_names_it_with_a_proof(
        string? networks, string? listener, string? proofs)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        mailbox.AuthservId = "mx.hosted.example";
        await using TestGateway test = await StartAsync(mailbox);
        SenderRule rule = await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "@house.example",
            Networks = networks,
            Listener = listener,
            Proofs = proofs,
            Destinations = "*",
        });
        string mail = "Authentication-Results: mx.hosted.example; dkim=pass header.d=house.example\n"
            + Mail("Hello", from: "bob@house.example", to: "sms+447700900123@clinic.example");
        await server.DeliverAsync(User, mail);
        await TestGateway.UntilAsync(() => SeenIn(test, "refused") == 1);

        Assert.True(await test.Store.WriteAsync(db => SenderRules.Remove(db, rule.Id)));
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "@house.example",
            Listener = "office",
            Proofs = "dkim",
            Destinations = "*",
        });
        await server.DeliverAsync(User, mail);
        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
    }
}
