using System.Net;
using System.Net.Mail;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>
/// The client of .NET itself, which old programs use. It knows STARTTLS and no implicit TLS, and of the mechanisms
/// offered LOGIN alone.
/// </summary>
public sealed class SystemNetMailTests
{
    static SystemNetMailTests()
    {
#pragma warning disable SYSLIB0014 // the one way to have this client believe a certificate of ours
        ServicePointManager.ServerCertificateValidationCallback = static (_, seen, _, _) =>
            seen?.Subject == "CN=mx.example";
#pragma warning restore SYSLIB0014
    }

    [Theory]
    [InlineData(Shape.Plain)]
    [InlineData(Shape.PlainWithAuth)]
    [InlineData(Shape.StartTls)]
    public async Task System_Net_Mail_sends_a_mail(Shape shape)
    {
        await using Mailroom room = await shape.OpenAsync();
        using var client = new SmtpClient("127.0.0.1", room.Address.Port) { EnableSsl = shape is Shape.StartTls };
        if (shape is not Shape.Plain) client.Credentials = new NetworkCredential("ann", "pencil");
        using var mail = new MailMessage("ann@a.example", "bob@gw.example", "Größe", "Grüße\n.dot\n");
        await client.SendMailAsync(mail, TestContext.Current.CancellationToken);
        Assert.Contains("Subject: =?utf-8?", (await shape.NextMailAsync(room)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task System_Net_Mail_hears_a_refusal()
    {
        await using Mailroom room = await Shape.Plain.OpenAsync();
        using var client = new SmtpClient("127.0.0.1", room.Address.Port);
        using var mail = new MailMessage("ann@a.example", "refused@gw.example", "hi", "text");
        SmtpFailedRecipientException refused = await Assert.ThrowsAsync<SmtpFailedRecipientException>(
            () => client.SendMailAsync(mail, TestContext.Current.CancellationToken));
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, refused.StatusCode);
    }
}
