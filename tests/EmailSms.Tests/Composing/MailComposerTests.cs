using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSms.Composing;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Tests.Composing;

public sealed class MailComposerTests
{
    private const string Encrypted = "The mail is encrypted and cannot be read here: send it without encryption";

    [Theory]
    [InlineData(0, "Body", "Body")]
    [InlineData(0, "", "Subject")]
    [InlineData(1, "Body", "Subject")]
    [InlineData(2, "Body", "Body")]
    [InlineData(2, "", null)]
    [InlineData(3, "Body", "Subject\nBody")]
    [InlineData(3, "", "Subject")]
    [InlineData(3, "Subject: and more", "Subject: and more")]
    public void The_subject_is_used_as_the_rules_say(int mode, string body, string? expected)
    {
        MailReading reading = Read(
            $"Subject: Subject\r\n\r\n{body}\r\n", TextRules.Default with { Subject = (SubjectMode)mode });
        if (expected is null) Assert.IsType<MailReading.Refused>(reading);
        else Assert.Equal(new MailReading.Text(expected), reading);
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("From: ann@example.org\r\n\r\n")]
    [InlineData("Subject: \r\n\r\n \r\n\u00A0\r\n")]
    [InlineData("Subject: Text\r\nIn-Reply-To: <a@example.org>\r\n\r\nOn 24/11/2026, Ann wrote:\r\n> Old.\r\n")]
    [InlineData("Subject: Re: Text\r\n\r\n-- \r\nAnn\r\n")]
    [InlineData("Content-Type: application/pdf\r\n\r\n%PDF\r\n")]
    public void A_mail_without_words_is_refused_with_what_to_do(string mail)
    {
        MailReading.Refused refused = Assert.IsType<MailReading.Refused>(Read(mail));
        Assert.Contains("write", refused.Sentence, StringComparison.Ordinal);
        Assert.All(refused.Sentence, c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\n"
        + "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n")]
    [InlineData("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB\r\n")]
    [InlineData("Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nnot CMS\r\n")]
    [InlineData("Subject: hi\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n")]
    public void An_encrypted_mail_is_refused_whatever_its_subject(string mail) =>
        Assert.Equal(new MailReading.Refused(Encrypted), Read($"Subject: ...\r\n{mail}"));

    [Fact]
    public void A_mail_signed_in_one_blob_is_read()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Ann", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var signed = new SignedCms(new ContentInfo("Content-Type: text/plain\r\n\r\nBed 4.\r\n"u8.ToArray()));
        signed.ComputeSignature(new CmsSigner(certificate));

        string blob = Convert.ToBase64String(signed.Encode(), Base64FormattingOptions.InsertLineBreaks);
        Assert.Equal(new MailReading.Text("Bed 4."), Read(
            "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
            + $"Content-Transfer-Encoding: base64\r\n\r\n{blob}\r\n"));
    }

    [Fact]
    public void What_stands_beside_a_signed_text_was_not_signed_and_is_not_read() => Assert.Equal(
        new MailReading.Text("Bed 4."),
        Read("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nBed 4.\r\n--b\r\n\r\nBed 5.\r\n--b--\r\n"));

    [Fact]
    public void A_sender_may_keep_typographic_signs() => Assert.Equal(
        new MailReading.Text("“Bed 4”"),
        Read(
            "Content-Type: text/plain; charset=windows-1252\r\n\r\n\u0093Bed 4\u0094\r\n",
            TextRules.Default with { Letters = LetterMode.Auto }));

    [Theory]
    [InlineData("utf-8", "K\u00C3\u00BChl", "Kühl")]
    [InlineData("utf-8", "K\u00FChl", "Kühl")] // says UTF-8 and is not
    [InlineData("us-ascii", "K\u00C3\u00BChl", "Kühl")]
    [InlineData("us-ascii", "K\u00FChl", "Kühl")]
    [InlineData("x-no-such-charset", "K\u00FChl", "Kühl")]
    [InlineData("cp-850", "K\u0081hl", "Kühl")]
    [InlineData("koi8-r", "\u00F4\u00C5\u00D3\u00D4", "Тест")]
    [InlineData("\"utf8\"", "\u00EF\u00BB\u00BFa", "a")]
    public void A_charset_is_believed_as_far_as_the_bytes_bear_it_out(string charset, string bytes, string expected) =>
        Assert.Equal(
            new MailReading.Text(expected),
            Read($"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{bytes}\r\n"));

    [Fact]
    public void A_page_without_a_label_names_its_charset_itself() => Assert.Equal(
        new MailReading.Text("Тест"),
        Read("Content-Type: text/html\r\n\r\n"
            + "<meta http-equiv=x content='text/html; charset=koi8-r'>\u00F4\u00C5\u00D3\u00D4"));

    [Fact]
    public void A_photograph_beside_the_text_costs_no_more_than_its_bytes()
    {
        byte[] picture = new byte[10 * 1024 * 1024];
        string photograph = Convert.ToBase64String(picture, Base64FormattingOptions.InsertLineBreaks);
        string mail = "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\nContent-Type: image/jpeg\r\n"
            + $"Content-Transfer-Encoding: base64\r\n\r\n{photograph}\r\n--b\r\n\r\nLook at bed 4.\r\n--b--\r\n";
        Assert.Equal(new MailReading.Text("Look at bed 4."), Read(mail));
    }

    [Fact]
    public void Of_mails_in_mails_the_first_is_read() => Assert.Equal(
        new MailReading.Text("Look.\n\nSubject: One\nFirst."),
        Read("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nLook.\r\n--a\r\n"
            + "Content-Type: message/rfc822\r\n\r\nSubject: One\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\n\r\nFirst.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Two\r\n\r\nSecond.\r\n"
            + "--b--\r\n--a--\r\n"));

    [Fact]
    public void A_picture_of_the_page_is_no_file_and_one_beside_it_is()
    {
        const string picture = "Content-Type: image/png\r\n\r\nx\r\n";
        const string page = "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
            + $"Content-Type: text/html\r\n\r\n<p>Motion</p>\r\n--r\r\n{picture}--r--\r\n";
        TextRules noting = TextRules.Default with { Attachments = AttachmentMode.Note };
        Assert.Equal(new MailReading.Text("Motion"), Read(page, noting));
        Assert.Equal(
            new MailReading.Text("Motion") { Tail = "[+1 file]" },
            Read($"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n{page}--m\r\n{picture}--m--\r\n", noting));
    }

    private static MailReading Read(string mail, TextRules? rules = null)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(mail));
        MimeMessage message = MailComposer.Load(stream, TestContext.Current.CancellationToken);
        return new MailComposer().Read(message, rules ?? TextRules.Default);
    }
}
