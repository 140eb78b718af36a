using EmailSms.Cli.Demo;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Mail for an on-call list: the next person is texted until somebody answers.</summary>
public sealed class An_alarm_finds_somebody
{
    private const string Anna = "+447700900201";
    private const string Bob = "+447700900202";
    private const string Boss = "boss@clinic.example";

    [Fact]
    public async Task Nobody_answers_then_the_next_does_and_the_owner_is_not_told()
    {
        await using TestGateway test = await StartAsync(TimeSpan.FromSeconds(10));
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        Assert.Equal(Anna[1..], (await test.NextSmsAsync()).To);
        await test.StopGatewayAsync(); // the alarm goes on after a restart
        await test.StartGatewayAsync();
        SimulatedSms second = await test.NextSmsAsync();
        Assert.Equal((Bob[1..], "Cooling is down"), (second.To, second.Text));
        await test.SmsInStateAsync(SmsState.Delivered, Bob);
        await test.TextAsync("Ack, on my way", from: Bob);

        CaughtMail told = await test.NextMailAsync();
        Assert.Contains("[ACK]", told.Mail.Subject, StringComparison.Ordinal);
        Assert.Contains("This takes the alarm to ops", told.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("taken", State(test));
        SmsRecord first = await test.SmsInStateAsync(SmsState.Delivered, Anna);
        SmsRecord last = await test.SmsInStateAsync(SmsState.Delivered, Bob);
        Assert.Contains(Timeline.Escalated, test.Kinds(first.Id));
        Assert.Contains(Timeline.Acknowledged, test.Kinds(last.Id));
        Assert.Equal((SmsClass.Urgent, SmsClass.Urgent), (first.Class, last.Class));
        Assert.Null(test.Store.Read(Escalations.NextDueMs));
        Assert.Equal(2, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task No_limit_stops_an_alarm_half_way_and_the_admin_hears_of_it()
    {
        await using TestGateway test = await StartAsync(
            TimeSpan.FromSeconds(10), limits: new RuleLimitsDraft { InAll = "1/day", PerSender = "2/mail" });
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        Assert.Equal(Anna[1..], (await test.NextSmsAsync()).To);
        Assert.Equal(Bob[1..], (await test.NextSmsAsync()).To);
        CaughtMail told = await test.NextMailAsync();
        Assert.Equal("Sender rule 1: 100 % of the limit is used", told.Mail.Subject);
        Assert.Contains("may send 1 part a day, and 100 % of it is used", told.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(2L, test.Store.Read(db => db.Scalar("select used from quota where scope = 'rule:1'")));
        Assert.Contains("Sender rule 1 allows 1 part a day", (await test.SendRefusedAsync(
            TestGateway.Mail("Cooling is up", to: "ops"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phone_that_cannot_be_reached_hurries_the_alarm_on_and_the_owner_hears_of_its_end()
    {
        await using TestGateway test = await StartAsync(
            TimeSpan.FromHours(1), behaviour: new SmscBehaviour { ReceiptState = MessageState.Undeliverable });
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        Assert.Equal(Anna[1..], (await test.NextSmsAsync()).To);
        Assert.Equal(Bob[1..], (await test.NextSmsAsync()).To);

        List<CaughtMail> mails = [];
        for (int i = 0; i < 3; i++) mails.Add(await test.NextMailAsync()); // two notices, and the end
        CaughtMail end = Assert.Single(
            mails, mail => mail.Mail.Subject == "Nobody took the alarm to ops");
        Assert.Contains(Boss, end.Mail.To.ToString(), StringComparison.Ordinal);
        Assert.Contains("1. anna", end.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("2. bob", end.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Cooling is down", end.Mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain(Anna[1..], end.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("untaken", State(test));
    }

    [Fact]
    public async Task Who_wants_no_report_gets_none_of_anybody_on_the_chain()
    {
        await using TestGateway test = await StartAsync(
            TimeSpan.FromHours(1), behaviour: new SmscBehaviour { ReceiptState = MessageState.Undeliverable },
            notices: NoticeSetting.Always);
        await SendAsync(test, "NOTIFY=NEVER", "Subject: Cooling is down");
        await TestGateway.UntilAsync(() => State(test) == "untaken");
        Assert.Equal("Nobody took the alarm to ops", (await test.NextMailAsync()).Mail.Subject);
        await test.SmsInStateAsync(SmsState.Failed, Bob);
        Assert.Equal(1L, test.Store.Read(db => db.Scalar("select count(*) from outbox")));
    }

    [Fact]
    public async Task And_who_wants_some_is_asked_once_for_all_on_the_chain()
    {
        await using TestGateway test = await StartAsync(
            TimeSpan.FromHours(1), behaviour: new SmscBehaviour { ReceiptState = MessageState.Undeliverable });
        await SendAsync(
            test, "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;ops@clinic.example",
            $"Subject: Cooling is down\r\nDisposition-Notification-To: {TestGateway.Staff}");
        SmsRecord second = await test.SmsInStateAsync(SmsState.Failed, Bob);
        SmsRecord first = await test.SmsInStateAsync(SmsState.Failed, Anna);
        Assert.Equal(new DsnRequest(DsnNotify.Success | DsnNotify.Delay, "rfc822;ops@clinic.example"), second.Dsn);
        Assert.Equal((first.Dsn, true, true), (second.Dsn, first.TellsEach, second.TellsEach));
        List<long> looks = test.Store.Read(db => db.Query(
            "select look_ms - expires_ms from sms order by id", row => row.GetInt64(0)));
        Assert.Equal(looks[0], looks[1]); // each counted from its own turn
        Assert.True(looks[1] < 0);
    }

    [Fact]
    public async Task A_receipt_is_enough_where_the_list_says_so()
    {
        await using TestGateway test = await StartAsync(TimeSpan.FromHours(1), until: "receipt");
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        await TestGateway.UntilAsync(() => State(test) == "taken");
        Assert.Equal(1, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task Another_word_is_an_answer_like_others_and_takes_nothing()
    {
        await using TestGateway test = await StartAsync(TimeSpan.FromHours(1));
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        await test.SmsInStateAsync(SmsState.Delivered, Anna);
        await test.TextAsync("What is it?", from: Anna);
        await test.NextMailAsync();
        Assert.Equal("open", State(test));
        await test.TextAsync("OK", from: Bob); // whom nobody texted
        await test.NextMailAsync();
        Assert.Equal("open", State(test));
        await test.TextAsync("ok", from: Anna);
        await TestGateway.UntilAsync(() => State(test) == "taken");
    }

    [Fact]
    public async Task A_gap_in_the_calendar_is_a_refusal_that_clients_try_again()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        DateTime now = DateTime.UnixEpoch + TimeSpan.FromMilliseconds(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        string other = now.AddDays(3).DayOfWeek.ToString()[..3].ToLowerInvariant();
        await PutAsync(test, new OnCallDraft
        {
            Name = "ops",
            Owner = Boss,
            Shifts = $"{other} 08:00-09:00 {Anna}",
        });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync("RCPT TO:<ops@sms.example>", "450 4.2.1 Nobody is on call at ops now");
    }

    [Fact]
    public async Task Who_answers_to_the_digest_of_a_storm_takes_all_that_it_stands_for()
    {
        await using TestGateway test = await StartAsync(
            TimeSpan.FromHours(1), behaviour: new SmscBehaviour { ReceiptState = null },
            repeats: new RepeatRules(TimeSpan.Zero, 1, TimeSpan.FromSeconds(4)));
        await test.SendAsync(TestGateway.Mail("Cooling is down", to: "ops"));
        await test.NextSmsAsync();
        await test.SmsInStateAsync(SmsState.Sent, Anna);
        await test.SendAsync(TestGateway.Mail("Pump is down", to: "ops"));
        await test.TextAsync("Ack", from: Anna); // to the first: nobody has read the second yet
        await test.NextMailAsync();
        Assert.Equal(["taken", "open"], States(test));

        Assert.Equal("+1 more in 4 s: Pump is down", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("sent") == 2);
        Assert.Equal(1, test.CountIn("collected"));
        await test.TextAsync("Ack", from: Anna);
        await test.NextMailAsync();
        Assert.Equal(["taken", "taken"], States(test));
    }

    private static async Task<TestGateway> StartAsync(
        TimeSpan wait, string until = "ack", SmscBehaviour? behaviour = null, RuleLimitsDraft? limits = null,
        RepeatRules? repeats = null, NoticeSetting notices = NoticeSetting.Failures)
    {
        TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with
            {
                Destinations = "oncall:ops",
                Limits = limits ?? draft.Limits,
                Repeats = repeats ?? draft.Repeats,
                Notices = notices,
            },
            behaviour: behaviour);
        await test.Store.WriteAsync(db =>
        {
            AddressBook.Put(db, new Contact("anna", PhoneNumber.FromE164(Anna), null, null, null), 0);
            AddressBook.Put(db, new Contact("bob", PhoneNumber.FromE164(Bob), null, null, null), 0);
        });
        await PutAsync(test, new OnCallDraft
        {
            Name = "ops",
            Owner = Boss,
            Wait = wait,
            Until = until,
            Shifts = "mon-sun 00:00-24:00 anna",
            Chain = $"anna {Anna} bob", // a phone has one turn, whatever it is called
        });
        return test;
    }

    private static async Task SendAsync(TestGateway test, string asked, string headers)
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync($"RCPT TO:<ops@{TestGateway.Domain}> {asked}", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync($"From: {TestGateway.Staff}\r\n{headers}\r\n\r\nIt is\r\n.", "250");
    }

    private static async Task PutAsync(TestGateway test, OnCallDraft draft)
    {
        bool isRight = OnCall.TryRead(draft, out OnCall? onCall, out IReadOnlyList<string> mistakes);
        Assert.True(isRight, string.Join(" ", mistakes));
        Assert.Empty(await AddressBook.ChangeAsync(test.Store, db => AddressBook.Put(db, onCall!, 0)));
    }

    private static string? State(TestGateway test) =>
        test.Store.Read(db => db.Scalar("select state from escalation")) as string;

    private static List<string> States(TestGateway test) =>
        test.Store.Read(db => db.Query("select state from escalation order by id", row => row.GetString(0)));
}
