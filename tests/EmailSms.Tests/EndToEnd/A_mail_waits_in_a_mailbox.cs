using EmailSms.Cli.Demo;
using EmailSms.Composing;
using EmailSms.MailIn.Mailboxes;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.Peers;
using MailKit;
using static EmailSms.Tests.EndToEnd.HostedMailbox;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Who may get an SMS later is asked for again, and alone: what is settled of a mail stays so.</summary>
public sealed class A_mail_waits_in_a_mailbox
{
    private const string Other = "447700900124";

    [Fact]
    public async Task For_one_of_two_people_and_the_other_is_texted_once()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using var relay = new CuttingRelay(server.ImapPort);
        MailboxOptions mailbox = Imap(server);
        (mailbox.Port, mailbox.PollInterval) = (relay.Port, TimeSpan.FromSeconds(1));
        await using TestGateway test = await StartAsync(mailbox);
        await PutOnCallAsync(test, isThere: false);
        await server.DeliverAsync(User, NamelessMail("Pump 3 is down", $"{To}, {AddressOf("ops")}"));
        Assert.Equal(("447700900123", "Pump 3 is down"), await NextAsync(test));
        Assert.Equal(1, SeenIn(test, "waits"));
        await LookAgainAsync(relay);
        await test.StopGatewayAsync();

        int heard = relay.Heard.Count;
        await server.DeliverAsync(User, NamelessMail("Pump 4 is down"));
        await test.StartGatewayAsync();
        Assert.Equal(("447700900123", "Pump 4 is down"), await NextAsync(test));
        await LookAgainAsync(relay);
        string first = relay.Heard.Skip(heard).First(said => said.Contains("BODY.PEEK[]", StringComparison.Ordinal));
        Assert.Contains("UID FETCH 2 ", first, StringComparison.Ordinal); // what is new is not behind what waits
        await server.UntilAsync(User, "INBOX", flags => flags is [MessageFlags.None, MessageFlags.Seen]);
        await PutOnCallAsync(test, isThere: true);
        Assert.Equal((Other, "Pump 3 is down"), await NextAsync(test));
        await server.UntilAsync(User, "INBOX", flags => flags is [MessageFlags.Seen, MessageFlags.Seen]);
        Assert.Equal((0, 2), (SeenIn(test, "waits"), SeenIn(test, "taken")));
        Assert.Equal(3, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
        Assert.Equal(0, MailsTo(test));
    }

    [Fact]
    public async Task And_who_is_refused_meanwhile_is_told_of_at_once_and_once()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using var relay = new CuttingRelay(server.ImapPort);
        MailboxOptions mailbox = Imap(server);
        (mailbox.Port, mailbox.PollInterval) = (relay.Port, TimeSpan.FromSeconds(1));
        await using TestGateway test = await StartAsync(mailbox);
        await PutOnCallAsync(test, isThere: false);
        string to = $"{AddressOf("ops")}, {AddressOf("12345")}, {To}";
        await server.DeliverAsync(User, Mail("Pump 3 is down", to: to));
        Assert.Equal("Pump 3 is down", (await test.NextSmsAsync()).Text);
        CaughtMail first = await test.NextMailAsync();
        Assert.Equal("Not sent to all: Pump 3 is down", first.Mail.Subject);
        Assert.Contains("12345@sms.example: ", first.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("The others get theirs now or later", first.Mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("ops", first.Mail.TextBody, StringComparison.Ordinal);
        await LookAgainAsync(relay);
        await test.StopGatewayAsync();

        mailbox.AgeMax = TimeSpan.FromSeconds(1);
        await test.StartGatewayAsync();
        CaughtMail second = await test.NextMailAsync();
        Assert.Equal("Not sent to all: Pump 3 is down", second.Mail.Subject);
        Assert.Contains(
            "ops@sms.example: It could not be sent within 1s: Nobody is on call at ops now",
            second.Mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", second.Mail.TextBody, StringComparison.Ordinal);
        await server.UntilAsync(User, "INBOX", flags => flags is [MessageFlags.Seen]);
        Assert.Equal((1, 2), (SeenIn(test, "taken"), MailsTo(test)));
    }

    [Theory]
    [InlineData(nameof(MailboxProtocol.Imap))]
    [InlineData(nameof(MailboxProtocol.Pop3))] // nothing in these mails says when they arrived
    public async Task And_is_refused_when_it_is_too_old_after_a_restart_too(string protocol)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = protocol == nameof(MailboxProtocol.Imap)
            ? Imap(server)
            : Pop3(server, MailboxAfter.Keep);
        mailbox.PollInterval = TimeSpan.FromSeconds(1);
        await using TestGateway test = await StartAsync(mailbox);
        await PutOnCallAsync(test, isThere: false);
        await server.DeliverAsync(User, Mail("Pump 3 is down", to: AddressOf("ops")));
        await TestGateway.UntilAsync(() => SeenIn(test, "waits") == 1);
        await test.StopGatewayAsync();

        mailbox.AgeMax = TimeSpan.FromSeconds(1);
        await test.StartGatewayAsync();
        CaughtMail notice = await test.NextMailAsync();
        Assert.Equal("Not sent: Pump 3 is down", notice.Mail.Subject);
        Assert.Equal(TestGateway.Staff, Assert.Single(notice.Recipients));
        Assert.Contains(
            "\nIt could not be sent within 1s: Nobody is on call at ops now", notice.Mail.TextBody,
            StringComparison.Ordinal);
        Assert.Equal((1, 0), (SeenIn(test, "refused"), SeenIn(test, "old")));
        Assert.Empty(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task For_whom_a_limit_leaves_out_and_the_others_do_not()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions mailbox = Imap(server);
        mailbox.PollInterval = TimeSpan.FromSeconds(1);
        await using TestGateway test = await StartAsync(mailbox, perDestination: "1/hour");
        await server.DeliverAsync(User, Mail("First"));
        Assert.Equal("First", (await test.NextSmsAsync()).Text);

        // The last is the number of the first, written otherwise.
        string to = $"{To}, {AddressOf(Other)}, {AddressOf("00447700900123")}";
        await server.DeliverAsync(User, NamelessMail("Second", to));
        Assert.Equal((Other, "Second"), await NextAsync(test));
        await TestGateway.UntilAsync(() => SeenIn(test, "waits") == 1);
        await test.Store.WriteAsync(db => db.Execute("delete from quota")); // the hour is over
        Assert.Equal(("447700900123", "Second"), await NextAsync(test));
        await TestGateway.UntilAsync(() => SeenIn(test, "taken") == 2);
        Assert.Equal(3, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
        Assert.Equal(0, MailsTo(test));
    }

    [Fact]
    public async Task And_one_to_more_people_than_a_mail_is_taken_for_says_so()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using TestGateway test = await StartAsync(Imap(server));
        IEnumerable<string> wrong = Enumerable.Range(0, 101).Select(number => AddressOf($"x{number}"));
        await server.DeliverAsync(User, Mail("Hello", to: $"{To},\n {string.Join(",\n ", wrong)}"));
        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
        CaughtMail notice = await test.NextMailAsync();
        Assert.Contains(
            "The mail names 102 recipients, and is taken for the first 100.", notice.Mail.TextBody,
            StringComparison.Ordinal);
        Assert.Contains("x98@", notice.Mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("x99@", notice.Mail.TextBody, StringComparison.Ordinal);
    }

    // Whether somebody is on call now.
    private static async Task PutOnCallAsync(TestGateway test, bool isThere)
    {
        DayOfWeek other = TimeProvider.System.GetUtcNow().AddDays(3).DayOfWeek;
        string days = isThere ? "mon-sun 00:00-24:00" : $"{other.ToString()[..3].ToLowerInvariant()} 08:00-09:00";
        bool isRight = OnCall.TryRead(
            new OnCallDraft { Name = "ops", Owner = "boss@clinic.example", Shifts = $"{days} +{Other}" },
            out OnCall? onCall, out IReadOnlyList<string> mistakes);
        Assert.True(isRight, string.Join(" ", mistakes));
        Assert.Empty(await AddressBook.ChangeAsync(test.Store, db => AddressBook.Put(db, onCall!, 0)));
    }

    private static async Task LookAgainAsync(CuttingRelay relay)
    {
        int before = Looks();
        await TestGateway.UntilAsync(() => Looks() > before + 1); // the one under way, and a whole one

        int Looks() => relay.Heard.Count(said => said.Contains(" UID SEARCH ", StringComparison.Ordinal));
    }

    private static long MailsTo(TestGateway test) =>
        test.Store.Read(db => (long)db.Scalar("select count(*) from outbox")!);

    private static async Task<(string To, string Text)> NextAsync(TestGateway test)
    {
        SimulatedSms sms = await test.NextSmsAsync();
        return (sms.To, sms.Text);
    }
}
