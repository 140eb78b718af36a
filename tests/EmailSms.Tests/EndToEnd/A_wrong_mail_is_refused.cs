namespace EmailSms.Tests.EndToEnd;

/// <summary>What no SMS can be made of is said at the end of DATA, and nothing is kept of it.</summary>
public sealed class A_wrong_mail_is_refused(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string NoText = "554 5.6.0 The mail has no text: write the message in its body or its subject";

    private const string Encrypted =
        "554 5.6.0 The mail is encrypted and cannot be read here: send it without encryption";

    private const string AutoReply = "550 5.7.1 Automatic replies get no SMS";

    private static readonly string PgpMime = Lines(
        "Subject: ...", "MIME-Version: 1.0",
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b", "",
        "--b", "Content-Type: application/pgp-encrypted", "", "Version: 1",
        "--b", "Content-Type: application/octet-stream", "", "-----BEGIN PGP MESSAGE-----", "--b--");

    private static readonly string Smime = Lines(
        "Subject: secret", "MIME-Version: 1.0",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        "Content-Transfer-Encoding: base64", "", "MIAGCSqGSIb3DQEHA6CAMIACAQA=");

    private static readonly string Report = Lines(
        "Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "It did not go.", "--b--");

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "nothing at all", "", NoText },
        { "blanks", Lines("Subject: ", "", "  ", "\t", ""), NoText },
        { "only a picture", Lines("MIME-Version: 1.0", "Content-Type: image/png", "", "iVBORw0KGgo="), NoText },
        { "only what was quoted", Lines("Subject: Re: SMS", "", "> On my way"),
            "554 5.6.0 The mail only repeats an earlier one: write your message above it" },
        { "OpenPGP", PgpMime, Encrypted },
        { "S/MIME", Smime, Encrypted },
        { "a bounce", Report, "550 5.7.1 Reports of mail systems get no SMS" },
        { "a vacation", Lines("Subject: Away", "Auto-Submitted: auto-replied", "", "I am away."), AutoReply },
        { "Exchange's vacation", Lines("Subject: Automatic reply: x", "Auto-Submitted: auto-generated", "", "Away."),
            AutoReply },
        { "an old vacation", Lines("Subject: Away", "Precedence: auto_reply", "", "I am away."), AutoReply },
        { "our own", Lines("Subject: x", "X-EmailSms-Id: 1", "", "Delivered"),
            "550 5.7.1 Mails made by this gateway get no SMS: they would go round" },
        { "a circle", Lines([.. Enumerable.Repeat("Received: from a by b", 51), "Subject: x", "", "text"]),
            "554 5.4.6 This mail runs in a circle: it has passed more than 50 servers" },
        { "a bare LF", "Subject: x\r\n\r\nline\nline",
            "550 5.6.0 Line 3 of the mail has a bare LF: every line must end with CRLF (RFC 5321 2.3.8)" },
        { "a smuggled end", "Subject: x\r\n\r\nline\n.\nMAIL FROM:<eve@evil.example>",
            "550 5.6.0 Line 3 of the mail has a bare LF: every line must end with CRLF (RFC 5321 2.3.8)" },
        { "a bare CR", "Subject: x\r\n\r\nline\rline",
            "550 5.6.0 Line 3 of the mail has a bare CR: every line must end with CRLF (RFC 5321 2.3.8)" },
        { "a NUL", "Subject: x\r\n\r\nli\0ne",
            "550 5.6.0 Line 3 of the mail has a NUL octet: encode it as base64" },
        { "too large", "Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat("0123456789\r\n", 6000)),
            "552 5.3.4 The mail is larger than 65536 bytes, which is all this server takes" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task With_a_code_and_a_sentence(string what, string content, string reply)
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(shared.Test.Smtp);
        string heard = await smtp.OfferAsync(content);
        Assert.True(heard == reply, $"{what}: {heard}");
        await shared.AssertNothingCameOfItAsync(smtp);
    }

    [Fact]
    public async Task Before_it_is_sent_when_it_says_that_it_is_too_large()
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(shared.Test.Smtp);
        Assert.Equal(
            "552 5.3.4 The mail is larger than 65536 bytes, which is all this server takes",
            await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}> SIZE=65537"));
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}> SIZE=65536", "250 2.1.0");
        await shared.AssertNothingCameOfItAsync(smtp);
    }

    private static string Lines(params string[] lines) => string.Join("\r\n", lines);
}
