using System.Net;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using EmailSms.Tests.Policy.Proof;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Mail from the internet over an mx listener, where a domain has to prove itself, with a real DNS.</summary>
public sealed class The_sender_is_proven : IAsyncDisposable
{
    private const string Number = "+447700900123";

    private readonly DnsServer _dns = DnsServer.Start(
        """
        partner.example TXT v=spf1 ip4:127.0.0.9 -all
        _dmarc.partner.example TXT v=DMARC1; p=reject
        evil.example TXT v=spf1 +all
        _dmarc.evil.example TXT v=DMARC1; p=none
        """);

    private readonly MailSigner _partner = MailSigner.Of("partner.example");
    private readonly MailSigner _evil = MailSigner.Of("evil.example");
    private TestGateway _test = null!;

    public async ValueTask DisposeAsync()
    {
        if (_test is not null) await _test.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public async Task A_signed_mail_is_taken_and_its_timeline_says_why()
    {
        await StartAsync("dmarc");
        string reply = await OfferAsync(_partner.Sign(Mail()));
        Assert.StartsWith("250 2.0.0 1 SMS kept", reply, StringComparison.Ordinal);
        Assert.Equal("Hello", (await _test.NextSmsAsync()).Text);
        SmsRecord sms = Assert.Single(_test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        string told = _test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail!;
        Assert.Contains("\"proof\":\"dmarc\"", told, StringComparison.Ordinal);
        Assert.Contains("dkim=pass (partner.example, k1: rsa-sha256)", told, StringComparison.Ordinal);
        Assert.Contains("dmarc policy reject (partner.example)", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_mail_is_not_whatever_it_says_of_itself()
    {
        await StartAsync("dmarc");

        // Nothing but a From.
        await ExpectAsync(Mail(), "550 5.7.26 Sender rule 1 asks for proof of the sender (dmarc): There is no DKIM");

        // The forger's own signature, and his own envelope.
        await ExpectAsync(
            _evil.Sign(Mail()), "550 5.7.26 Sender rule 1 asks for proof of the sender (dmarc): No DKIM");
        Assert.StartsWith(
            "550 5.7.1 No rule lets eve@evil.example",
            await RecipientAsync("eve@evil.example"), StringComparison.Ordinal);

        // A mail of the partner, with words of somebody else.
        await ExpectAsync(
            _partner.Sign(Mail()).Replace("Hello", "Hullo", StringComparison.Ordinal),
            "550 5.7.26 Sender rule 1 asks for proof of the sender (dmarc): The DKIM signature of partner.example");

        // A field that only a server in front may write, and two authors of whom one is proven.
        await ExpectAsync(
            "Authentication-Results: mx.sms.example; dmarc=pass header.from=partner.example\r\n" + Mail(),
            "550 5.7.26");
        await ExpectAsync("From: ann@partner.example\r\n" + _evil.Sign(Mail("eve@evil.example")), "550 5.7.26");
        await ExpectAsync(_evil.Sign(Mail("eve@evil.example")), "550 5.7.26");
        Assert.Equal(0, _test.CountIn("queued"));
    }

    [Fact]
    public async Task A_failed_proof_is_the_end_and_no_weaker_rule_is_asked()
    {
        await StartAsync("dmarc");
        await _test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "*",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            Priority = 500,
        });
        await ExpectAsync(Mail(), "550 5.7.26");
    }

    [Fact]
    public async Task SPF_is_said_at_RCPT()
    {
        await StartAsync("spf");
        Assert.StartsWith(
            "550 5.7.23 Sender rule 1 asks for proof of the sender (spf): SPF of partner.example is fail: -all",
            await RecipientAsync("ann@partner.example"), StringComparison.Ordinal);
        Assert.StartsWith(
            "250 2.0.0", await OfferAsync(Mail(), from: "127.0.0.9"), StringComparison.Ordinal);
        SmsRecord sms = Assert.Single(_test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Contains(
            "spf=pass (partner.example: ip4:127.0.0.9)",
            _test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_DNS_is_down_nothing_is_refused_for_good()
    {
        await StartAsync("spf");
        _dns.Add("partner.example FAILS");
        Assert.StartsWith(
            "451 4.7.24 Sender rule 1 asks for proof of the sender (spf): The sender cannot be verified now",
            await RecipientAsync("ann@partner.example"), StringComparison.Ordinal);
        await _test.StopGatewayAsync();
        await _test.StartGatewayAsync();

        SenderRule dmarc = await _test.AddRuleAsync(Draft("dmarc") with { Priority = 1 });
        _dns.Add("k1._domainkey.partner.example FAILS");
        await ExpectAsync(_partner.Sign(Mail()), $"451 4.7.5 Sender rule {dmarc.Id} asks for proof");
    }

    [Fact]
    public async Task One_of_several_is_enough()
    {
        await StartAsync("spf, dkim, ip", "127.0.0.8");
        Assert.StartsWith("250 ", await OfferAsync(Mail("x@y.example"), from: "127.0.0.8"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await OfferAsync(Mail(text: "Two"), from: "127.0.0.9"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await OfferAsync(_partner.Sign(Mail(text: "Three"))), StringComparison.Ordinal);
        await ExpectAsync(Mail(text: "Four"), "550 5.7.26");
    }

    [Fact]
    public async Task Over_LMTP_each_recipient_has_its_verdict()
    {
        await StartAsync("dmarc", profile: ListenerProfile.Lmtp);
        await _test.AddRuleAsync(Draft("dkim") with { For = "+44770090099*", Priority = 1 });
        _dns.Remove("_dmarc.partner.example");
        await using RawSmtp lmtp = await RawSmtp.ConnectAsync(_test.At("mx"));
        await lmtp.HearAsync();
        await lmtp.AskAsync("LHLO front.example", "250");
        await lmtp.AskAsync("MAIL FROM:<ann@partner.example>", "250");
        await lmtp.AskAsync($"RCPT TO:<{Number}@{TestGateway.Domain}>", "250");
        await lmtp.AskAsync($"RCPT TO:<+447700900990@{TestGateway.Domain}>", "250");
        await lmtp.AskAsync("DATA", "354");
        await lmtp.SayAsync(_partner.Sign(Mail()) + "\r\n.\r\n");
        Assert.Contains("publishes no DMARC policy", await lmtp.HearAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0 1 SMS kept", await lmtp.HearAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_for_From_takes_a_mailing_service_with_an_envelope_of_its_own()
    {
        await StartAsync("dkim", change: draft => draft with { MatchesHeader = true });
        Assert.StartsWith(
            "250 ", await OfferAsync(_partner.Sign(Mail()), sender: "bounce-17@mailing.example"),
            StringComparison.Ordinal);
        await ExpectAsync(_evil.Sign(Mail()), "550 5.7.22", "bounce-17@mailing.example");
        await ExpectAsync(_evil.Sign(Mail("eve@evil.example")), "550 5.7.1", "bounce-17@mailing.example");
    }

    [Fact]
    public async Task A_mail_without_a_header_has_no_author()
    {
        await StartAsync("dkim");
        await ExpectAsync("Boiler 3 is hot", "550 5.7.26 Sender rule 1 asks for proof of the sender (dkim): This mail");
    }

    [Fact]
    public async Task The_DNS_is_asked_nothing_where_no_rule_wants_to_know()
    {
        await StartAsync("ip, dmarc", "127.0.0.0/8");
        Assert.StartsWith("250 ", await OfferAsync(_partner.Sign(Mail())), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await RecipientAsync("eve@evil.example"), StringComparison.Ordinal);
        Assert.Empty(_dns.Questions);
    }

    [Fact]
    public async Task The_word_of_a_server_in_front_counts()
    {
        await StartAsync("dmarc", isFront: true);
        const string Told = "Authentication-Results: mx.front.example; dkim=pass header.d=partner.example; "
            + "dmarc=pass header.from=partner.example\r\n";
        Assert.StartsWith("250 ", await OfferAsync(Told + Mail(), from: "127.0.0.8"), StringComparison.Ordinal);
        await ExpectAsync(Told + Mail(text: "Two"), "550 5.7.26");
    }

    private static string Mail(string author = "ann@partner.example", string text = "Hello") =>
        $"From: <{author}>\r\nTo: {Number}@{TestGateway.Domain}\r\nSubject: x\r\n"
        + $"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{text}@partner.example>\r\n\r\n{text}\r\n";

    private static SenderRuleDraft Draft(string proofs, string? networks = null) => new()
    {
        Sender = "@partner.example",
        Proofs = proofs,
        Networks = networks,
        Destinations = "*",
        Text = new() { Text = "body" },
    };

    private async Task StartAsync(
        string proofs, string? networks = null, ListenerProfile profile = ListenerProfile.Mx,
        Func<SenderRuleDraft, SenderRuleDraft>? change = null, bool isFront = false)
    {
        _dns.Add(_partner.ZoneLine());
        _dns.Add(_evil.ZoneLine());
        _test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Smtp.Listen.Clear();
                settings.Smtp.Listeners.Add(new ListenerOptions
                {
                    Name = "mx",
                    Profile = profile,
                    Listen = ["127.0.0.1:0"],
                });
                settings.Dns.Servers.Add(_dns.EndPoint.ToString());
                settings.Dns.Timeout = TimeSpan.FromSeconds(10);
                settings.Dns.CacheEntriesMax = 0;
                if (!isFront) return;
                settings.Policy.TrustedUpstreams.Add(
                    new UpstreamOptions { AuthservId = "mx.front.example", Networks = ["127.0.0.8"] });
            },
            _ => change?.Invoke(Draft(proofs, networks)) ?? Draft(proofs, networks));
    }

    private async Task<string> OfferAsync(
        string mail, string from = "127.0.0.1", string sender = "ann@partner.example")
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync((IPEndPoint)_test.At("mx"), from);
        return await smtp.OfferAsync(mail, sender);
    }

    private async Task<string> RecipientAsync(string sender)
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync((IPEndPoint)_test.At("mx"));
        await smtp.AskAsync($"MAIL FROM:<{sender}>", "250");
        return await smtp.AskAsync($"RCPT TO:<{Number}@{TestGateway.Domain}>");
    }

    private async Task ExpectAsync(string mail, string reply, string sender = "ann@partner.example") =>
        Assert.StartsWith(reply, await OfferAsync(mail, sender: sender), StringComparison.Ordinal);
}
