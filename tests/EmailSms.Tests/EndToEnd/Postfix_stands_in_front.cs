using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Postfix takes what the world sends to our domain, and hands it on to us.</summary>
[Collection(OfficeMail.Collection)]
public sealed class Postfix_stands_in_front(OfficeMail office)
{
    private const string Partner = "ann@partner.example";
    private const string Asker = "asker@partner.example"; // of one test alone: the world's mails are read by address
    private const string Number = $"{TestGateway.Phone}@{TestGateway.Domain}";

    private const string ReadDsn =
        """
        import email, email.policy, json, sys
        mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
        status = next(part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
        groups = [{name.lower(): str(value) for name, value in group.items()} for group in status.get_payload()]
        returned = mail.get_payload()[2]
        print(json.dumps({
            "type": mail.get_content_type(), "report": mail.get_param("report-type"),
            "auto": mail["Auto-Submitted"], "mail": groups[0], "recipients": groups[1:],
            "returned": returned.get_content_type(), "defects": [str(one) for one in mail.defects],
            "original": str(returned.get_payload() if isinstance(returned.get_payload(), str)
                else returned.get_payload(0).as_string())}))
        """;

    [Fact]
    public async Task What_it_vouches_for_is_a_text_and_what_it_does_not_comes_back_from_it()
    {
        await using DnsServer dns = DnsServer.Start("_dmarc.partner.example TXT v=DMARC1; p=reject");
        await using TestGateway test = await office.StartGatewayAsync(
            settings =>
            {
                settings.Smtp.Listen.Clear();
                settings.Smtp.Listeners.Add(
                    new ListenerOptions { Name = "mx", Profile = ListenerProfile.Mx, Listen = ["127.0.0.1:0"] });
                settings.Dns.Servers.Add(dns.EndPoint.ToString());
                settings.Policy.TrustedUpstreams.Add(
                    new UpstreamOptions { AuthservId = "relay.example", Networks = ["127.0.0.1"] });
            },
            _ => new SenderRuleDraft { Sender = "@partner.example", Proofs = "dmarc", Destinations = "*" });

        // As a milter or a policy daemon has it written on top of the mail.
        string verdict = "pass";
        office.Policy.Answer = _ => $"PREPEND Authentication-Results: relay.example; dmarc={verdict} "
            + $"header.from=partner.example; dkim={verdict} header.d=partner.example";
        await SendAsync(Partner, TestGateway.Mail("The parcel is here", from: Partner));
        Assert.Equal("The parcel is here", (await test.NextSmsAsync()).Text);
        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Contains(
            "\"proof\":\"dmarc\"", test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail, StringComparison.Ordinal);

        verdict = "fail";
        await SendAsync("forged@partner.example", TestGateway.Mail("Pay at once", from: Partner));
        MimeMessage bounce = await ReadAsync(await office.SentToAsync("forged@partner.example"));
        HeaderList told = Failed(bounce);
        Assert.Equal("failed", told["Action"]);
        Assert.Equal("5.7.26", told["Status"]);
        Assert.Contains("asks for proof of the sender", told["Diagnostic-Code"], StringComparison.Ordinal);
        Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task What_we_refuse_at_RCPT_it_tells_the_sender_in_our_words()
    {
        await using TestGateway test = await office.StartGatewayAsync();
        await SendAsync("alice@elsewhere.example", TestGateway.Mail("Hello", from: "alice@elsewhere.example"));

        HeaderList told = Failed(await ReadAsync(await office.SentToAsync("alice@elsewhere.example")));
        Assert.Equal("failed", told["Action"]);
        Assert.Equal("5.7.1", told["Status"]);
        Assert.Equal($"rfc822;{Number}", told["Final-Recipient"]!.Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains(
            "550 5.7.1 No rule lets alice@elsewhere.example send SMS",
            Regex.Replace(told["Diagnostic-Code"]!, @"\s+", " "),
            StringComparison.Ordinal);
        Assert.Empty(test.Store.Read(SmsRecord.Count));
    }

    [Fact]
    public async Task What_we_put_off_it_tries_again_until_it_is_one_SMS()
    {
        await using TestGateway test = await office.StartGatewayAsync(
            settings => settings.Store.DiskFreeBytesMin = long.MaxValue); // no disk is that large
        MimeMessage mail = TestGateway.Mail("The freezer is warm");
        await SendAsync(TestGateway.Staff, mail);
        await office.LoggedAsync("status=deferred", "452 4.3.1 Insufficient storage");
        Assert.Empty(test.Store.Read(SmsRecord.Count));

        test.Settings.Store.DiskFreeBytesMin = 0;
        Assert.Equal("The freezer is warm", (await test.NextSmsAsync()).Text);
        await office.LoggedAsync("status=sent", "(250 2.0.0 1 SMS kept as ");
        Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task What_the_sender_wants_to_hear_goes_through_it_and_the_report_is_one_for_Python()
    {
        LineProcess.Need("python3");
        await using TestGateway test = await office.StartGatewayAsync();
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = Asker,
            Networks = "127.0.0.0/8",
            Destinations = "*",
        });
        MimeMessage mail = TestGateway.Mail("Do you read me?", from: Asker, subject: "A question");
        await SendAsync(Asker, mail);

        SunkMail report = await office.SentToAsync(Asker);
        Assert.Equal("", report.From);
        JsonElement dsn = await ReadInPythonAsync(report);
        Assert.Equal("multipart/report", dsn.GetProperty("type").GetString());
        Assert.Equal("delivery-status", dsn.GetProperty("report").GetString());
        Assert.Equal("auto-generated", dsn.GetProperty("auto").GetString());
        Assert.Equal(0, dsn.GetProperty("defects").GetArrayLength());
        Assert.Equal(AskingClient.EnvelopeId, dsn.GetProperty("mail").GetProperty("original-envelope-id").GetString());
        JsonElement phone = Assert.Single(dsn.GetProperty("recipients").EnumerateArray());
        Assert.Equal("delivered", phone.GetProperty("action").GetString());
        Assert.StartsWith("2.", phone.GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal($"rfc822;{Number}", Squeezed(phone.GetProperty("original-recipient").GetString()));
        Assert.Equal(
            $"rfc822;{TestGateway.Phone[1..]}@{TestGateway.Domain}",
            Squeezed(phone.GetProperty("final-recipient").GetString()));

        // RET=HDRS: the header comes back, and not what was said.
        Assert.Equal("text/rfc822-headers", dsn.GetProperty("returned").GetString());
        Assert.Contains("A question", dsn.GetProperty("original").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Do you read me?", Encoding.Latin1.GetString(report.Content), StringComparison.Ordinal);
    }

    private static string Squeezed(string? text) => text!.Replace(" ", "", StringComparison.Ordinal);

    private static HeaderList Failed(MimeMessage bounce) =>
        bounce.BodyParts.OfType<MessageDeliveryStatus>().Single().StatusGroups[1];

    private static async Task<MimeMessage> ReadAsync(SunkMail mail)
    {
        using var content = new MemoryStream(mail.Content);
        return await MimeMessage.LoadAsync(content, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> ReadInPythonAsync(SunkMail mail)
    {
        using var folder = new TestFolder();
        await File.WriteAllBytesAsync(folder.File("dsn.eml"), mail.Content, TestContext.Current.CancellationToken);
        using LineProcess python = LineProcess.Start("python3", ["-c", ReadDsn, folder.File("dsn.eml")]);
        Assert.True(await python.EndAsync() == 0, python.Errors);
        return JsonSerializer.Deserialize<JsonElement>(python.Output);
    }

    // From the world, without a login.
    private async Task SendAsync(string sender, MimeMessage mail)
    {
        using var client = new AskingClient();
        await client.ConnectAsync("127.0.0.1", office.Smtp.Port, SecureSocketOptions.None);
        await client.SendAsync(mail, new MailboxAddress("", sender), mail.To.Mailboxes);
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>A client that asks for reports (RFC 3461).</summary>
    private sealed class AskingClient : SmtpClient
    {
        public const string EnvelopeId = "QQ+314159";

        public AskingClient() => DeliveryStatusNotificationType = DeliveryStatusNotificationType.HeadersOnly;

        protected override string GetEnvelopeId(MimeMessage message) => EnvelopeId;

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(
            MimeMessage message, MailboxAddress mailbox) =>
            DeliveryStatusNotification.Success | DeliveryStatusNotification.Failure;
    }
}
