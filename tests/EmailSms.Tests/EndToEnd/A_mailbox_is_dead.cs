using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// A text whose mail comes back, or never leaves, goes to the next in line, and its timeline says so.
/// </summary>
public sealed class A_mailbox_is_dead : IAsyncLifetime
{
    private const string Desk = "desk@clinic.example"; // the owner of the number

    private readonly SmtpSink _sink = SmtpSink.Open();
    private TestGateway _test = null!;

    public async ValueTask InitializeAsync() =>
        _test = await TestGateway.StartAsync(settings => settings.SmartHost.Port = _sink.Port);

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task And_its_DSN_sends_the_text_to_the_owner_of_the_number_then_to_the_default_mailbox()
    {
        SunkMail first = await ReplyAsync("I am outside");
        Assert.Equal(TestGateway.Staff, first.To);
        Assert.Matches($"^bounce\\+[a-z2-7]{{16}}@{TestGateway.Domain}$", first.From);

        Assert.StartsWith(
            "250 2.0.0 Taken as a bounce", await ComeBackAsync(first.From, Dsn("failed")), StringComparison.Ordinal);
        SunkMail second = await SunkAsync(2);
        Assert.Equal(Desk, second.To);
        Assert.NotEqual(first.From, second.From);
        MimeMessage again = await ReadAsync(second);
        Assert.StartsWith("I am outside", again.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            $"It was for {TestGateway.Staff}, where it could not be delivered: 550 5.1.1 no such user",
            again.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.NotEqual((await ReadAsync(first)).MessageId, again.MessageId);

        // The same bounce again tells nothing new.
        Assert.StartsWith("250", await ComeBackAsync(first.From, Dsn("failed")), StringComparison.Ordinal);

        await ComeBackAsync(second.From, Dsn("failed"));
        SunkMail third = await SunkAsync(3);
        Assert.Equal(TestGateway.Office, third.To);
        await ComeBackAsync(third.From, Dsn("failed"));
        SmsRecord sms = _test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Single();
        Assert.Equal(3, _test.Kinds(sms.Id).Count(kind => kind == Timeline.Bounced));
        Assert.Equal(3, _sink.Mails.Count);
        Assert.Contains(
            _test.Store.Read(db => Timeline.Of(db, sms.Id)),
            line => line.Kind == Timeline.Bounced && line.Detail.Contains(Desk, StringComparison.Ordinal));
    }

    [Fact]
    public async Task And_the_owner_of_the_contact_comes_before_that_of_the_number()
    {
        const string Bob = "bob@clinic.example";
        await _test.Store.WriteAsync(db => AddressBook.Put(
            db, new Contact("anna", PhoneNumber.FromE164(TestGateway.Phone), Bob, null, null), 0));
        SunkMail first = await ReplyAsync("hello");
        await ComeBackAsync(first.From, Dsn("failed"));
        SunkMail second = await SunkAsync(2);
        Assert.Equal(Bob, second.To);
        await ComeBackAsync(second.From, Dsn("failed"));
        Assert.Equal(Desk, (await SunkAsync(3)).To);
    }

    [Fact]
    public async Task And_a_bounce_that_is_no_DSN_does_the_same()
    {
        SunkMail first = await ReplyAsync("hello");
        await ComeBackAsync(first.From, "Subject: failure notice\r\n\r\nSorry, no mailbox here by that name.");
        Assert.Equal(Desk, (await SunkAsync(2)).To);
    }

    [Fact]
    public async Task But_a_delay_or_a_note_is_not_that()
    {
        SunkMail first = await ReplyAsync("hello");
        Assert.Contains("says nothing", await ComeBackAsync(first.From, Dsn("delayed")), StringComparison.Ordinal);
        Assert.Contains(
            "says nothing",
            await ComeBackAsync(
                first.From, "Auto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nBack on Monday."),
            StringComparison.Ordinal);
        Assert.Contains(
            "says nothing", await ComeBackAsync(first.From, "Subject: Re\r\n\r\nThanks", "ann@clinic.example"),
            StringComparison.Ordinal);
        Assert.Single(_sink.Mails);
    }

    [Fact]
    public async Task And_so_it_is_when_the_smart_host_refuses_it()
    {
        _sink.Answer = (at, line) =>
            at is SinkStage.Recipient && line.Contains(TestGateway.Staff, StringComparison.Ordinal)
                ? "550 5.1.1 no such mailbox"
                : null;
        SunkMail mail = await ReplyAsync("hello");
        Assert.Equal(Desk, mail.To);
        Assert.Contains("550 5.1.1 no such mailbox", (await ReadAsync(mail)).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_nobody_can_say_so_who_does_not_have_the_mail()
    {
        await ReplyAsync("hello");
        await using RawSmtp smtp = await RawSmtp.OpenAsync(_test.Smtp);
        await smtp.AskAsync("MAIL FROM:<>", "250");
        await smtp.AskAsync(
            $"RCPT TO:<bounce+aaaaaaaaaaaaaaaa@{TestGateway.Domain}>",
            "550 5.1.1 No mail of ours has this bounce address, or it is long ago");
    }

    [Fact]
    public async Task Or_replies_have_no_bounce_address_where_that_is_set()
    {
        await _test.StopGatewayAsync();
        _test.Settings.Replies.BounceAddresses = false;
        await _test.StartGatewayAsync();
        Assert.Equal("", (await ReplyAsync("hello")).From);
    }

    [Fact]
    public async Task And_what_the_smart_host_refuses_goes_on_without_one_too()
    {
        await _test.StopGatewayAsync();
        _test.Settings.Replies.BounceAddresses = false;
        await _test.StartGatewayAsync();
        _sink.Answer = (at, line) =>
            at is SinkStage.Recipient && line.Contains(TestGateway.Staff, StringComparison.Ordinal)
                ? "550 5.1.1 no such mailbox"
                : null;
        SunkMail mail = await ReplyAsync("hello");
        Assert.Equal(("", Desk), (mail.From, mail.To));
        Assert.Contains("550 5.1.1 no such mailbox", (await ReadAsync(mail)).TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\r\nBcc: all@x.example")]
    [InlineData("x\nBcc: all@x.example\n\nbody")]
    [InlineData("x\u2028Bcc: all@x.example\u0085Bcc: all@x.example")]
    [InlineData("=?utf-8?q?x=0D=0ABcc:_all@x.example?=")]
    public async Task No_text_writes_a_header(string text)
    {
        MimeMessage mail = await ReadAsync(await ReplyAsync(text));
        Assert.Empty(mail.Bcc);
        Assert.Equal([TestGateway.Staff], mail.To.Mailboxes.Select(one => one.Address));
        Assert.DoesNotContain(
            mail.Headers.Concat(mail.Body!.Headers),
            header => header.Value.Contains("all@x.example", StringComparison.Ordinal));
    }

    private static string Dsn(string action) => string.Join("\r\n",
    [
        "From: MAILER-DAEMON@clinic.example", "Subject: Undelivered Mail", "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "",
        "Sorry.", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; clinic.example", "",
        $"Final-Recipient: rfc822; {TestGateway.Staff}", $"Action: {action}", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user", "", "--b--",
    ]);

    private static async Task<MimeMessage> ReadAsync(SunkMail mail)
    {
        using var content = new MemoryStream(mail.Content);
        return await MimeMessage.LoadAsync(content, TestContext.Current.CancellationToken);
    }

    // A text that answers a mail of the staff's, as the mail that it becomes.
    private async Task<SunkMail> ReplyAsync(string text)
    {
        int before = _sink.Mails.Count;
        await _test.SendAsync(TestGateway.Mail("Where are you?"));
        await _test.NextSmsAsync();
        await _test.TextAsync(text);
        return await SunkAsync(before + 1);
    }

    private async Task<SunkMail> SunkAsync(int count)
    {
        await TestGateway.UntilAsync(() => _sink.Mails.Count >= count);
        return _sink.Mails[count - 1];
    }

    private async Task<string> ComeBackAsync(string to, string content, string from = "")
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(_test.Smtp, "127.0.0.9");
        await smtp.AskAsync($"MAIL FROM:<{from}>", "250");
        await smtp.AskAsync($"RCPT TO:<{to}>", "250");
        await smtp.AskAsync("DATA", "354");
        string heard = await smtp.AskAsync(content + "\r\n.");
        Assert.StartsWith("250", heard, StringComparison.Ordinal);
        return heard;
    }
}
