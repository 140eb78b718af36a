using System.Text;
using EmailSms.Composing;
using MimeKit;

namespace EmailSms.Tests.Composing;

public sealed class LoopSignsTests
{
    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("Auto-Submitted: Auto-Replied; owner-email=\"ann@example.org\"")]
    [InlineData("Auto-Submitted: auto-replied (vacation)")]
    [InlineData("Auto-Submitted: auto-generated\r\nSubject: Automatic reply: Text from +44 7700 900123")]
    [InlineData("Auto-Submitted: auto-generated\r\nSubject: Automatische Antwort: Dienst")]
    [InlineData("X-Autoreply: yes")]
    [InlineData("X-Autorespond: Text")]
    [InlineData("Precedence: auto_reply")]
    [InlineData("X-EmailSms-Id: 019a0000-0000-7000-8000-000000000001")]
    [InlineData("X-Failed-Recipients: ann@example.org")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b")]
    [InlineData("Content-Type: message/delivery-status")]
    public void An_answer_by_machine_never_becomes_an_sms(string header) => Assert.NotNull(Find(header));

    [Theory]
    [InlineData("Auto-Submitted: no")]
    [InlineData("Auto-Submitted: auto-generated")] // cron
    [InlineData("Auto-Submitted: auto-generated\r\nSubject: Disk full on auto reply server")]
    [InlineData("Precedence: bulk")]
    [InlineData("Precedence: list")]
    [InlineData("X-Autoreply: no")]
    [InlineData("X-Auto-Response-Suppress: All")]
    [InlineData("Subject: Automatic reply: is this thing on?")]
    public void A_mail_that_a_machine_sends_by_itself_does(string header) => Assert.Null(Find(header));

    [Theory]
    [InlineData("Auto-Submitted: auto-generated\r\nIn-Reply-To: <019a@sms.example>")]
    [InlineData("Precedence: bulk\r\nReferences: <first@shop.example> <019a@SMS.example>")]
    [InlineData("Precedence: junk\r\nIn-Reply-To: <failed.019a@sms.example>")]
    [InlineData("List-Id: <all.shop.example>\r\nReferences: <019a@sms.example>")]
    public void What_a_machine_sends_in_answer_to_our_mail_does_not(string header) =>
        Assert.NotNull(FindInAnswer(header));

    [Theory]
    [InlineData("In-Reply-To: <019a@sms.example>")] // staff who press Reply
    [InlineData("Auto-Submitted: no\r\nIn-Reply-To: <019a@sms.example>")]
    [InlineData("Auto-Submitted: auto-generated\r\nIn-Reply-To: <ticket-1@helpdesk.example>")]
    [InlineData("Precedence: bulk\r\nReferences: <ticket-1@other-sms.example>")]
    [InlineData("Precedence: bulk")]
    public void A_person_s_answer_and_a_machine_s_own_thread_do(string header) => Assert.Null(FindInAnswer(header));

    private static string? Find(string header) => LoopSigns.Find(Load(header));

    private static string? FindInAnswer(string header) => LoopSigns.FindInAnswer(
        Load(header), new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "sms.example" });

    private static MimeMessage Load(string header)
    {
        using var mail = new MemoryStream(Encoding.ASCII.GetBytes(
            $"From: ann@example.org\r\n{header}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n--b--\r\n"));
        return MailComposer.Load(mail, TestContext.Current.CancellationToken);
    }
}
