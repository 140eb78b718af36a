using System.Text;
using EmailSms.MailIn.Mailboxes;
using MimeKit;

namespace EmailSms.Tests.MailIn;

public sealed class FetchedRecipientsTests
{
    private static readonly string[] Domains = ["sms.example", "texts.example"];

    [Theory]
    [InlineData("To: sms+447700900123@clinic.example", "447700900123@sms.example")]
    [InlineData("To: SMS+Night-Shift@Clinic.Example", "Night-Shift@sms.example")]
    [InlineData("To: sms+1@clinic.example, \"Bell, Ann\" <sms+2@clinic.example>", "1@sms.example 2@sms.example")]
    [InlineData("To: ann@clinic.example\nCc: sms+1+class=urgent@clinic.example", "1+class=urgent@sms.example")]
    [InlineData("To: sms+1@clinic.example\nTo: sms+2@clinic.example\nCc: sms+1@clinic.example",
        "1@sms.example 2@sms.example")]
    [InlineData("To: phones: sms+1@clinic.example, sms+2@clinic.example;", "1@sms.example 2@sms.example")]
    [InlineData("To: sms@clinic.example, sms+@clinic.example", "")]
    [InlineData("To: sms+1@elsewhere.example, smsx+1@clinic.example", "")]
    [InlineData("To: 447700900123@sms.example", "")] // nothing says that it was delivered here
    [InlineData("Delivered-To: sms+1@clinic.example", "")]
    [InlineData("To: undisclosed-recipients:;", "")]
    [InlineData("To: nobody, <>, ann@, sms+1@clinic.example", "1@sms.example")]
    [InlineData("To: Ann <ann@clinic.example, sms+1@clinic.example", "1@sms.example")]
    [InlineData("To: sms+1@clinic.example; sms+2@clinic.example", "1@sms.example 2@sms.example")]
    [InlineData("To: sms+1@clinic.example, Ann (the boss", "1@sms.example")]
    public void Those_behind_the_plus_stand_in_To_and_Cc(string header, string found) =>
        Assert.Equal(found, Find(MailboxRecipients.PlusAddress, header));

    [Theory]
    [InlineData("Delivered-To: sms+1@clinic.example", "1@sms.example")]
    [InlineData("delivered-to: 1@texts.example\nDelivered-To: 2@SMS.example", "1@texts.example 2@sms.example")]
    [InlineData("Delivered-To: 1@elsewhere.example\nTo: sms+1@clinic.example", "")]
    [InlineData("Delivered-To: sms@clinic.example", "")]
    public void Those_of_a_header_are_ours(string header, string found) =>
        Assert.Equal(found, Find(MailboxRecipients.Header, header));

    [Theory]
    [InlineData("Subject: +44 7700 900123, night-shift; ,", "+44 7700 900123@sms.example night-shift@sms.example")]
    [InlineData("Subject: =?utf-8?B?KzQ0IDc3MDAgOTAwMTIz?=", "+44 7700 900123@sms.example")]
    [InlineData("Subject: 1,\n 2", "1@sms.example 2@sms.example")]
    [InlineData("To: sms+1@clinic.example", "")]
    public void Those_of_the_subject_stand_between_commas(string header, string found) =>
        Assert.Equal(found, Find(MailboxRecipients.Subject, header));

    private static string Find(MailboxRecipients where, string header)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes($"{header}\n\nHello\n".ReplaceLineEndings("\r\n")));
        var options = new MailboxOptions { Recipients = where, Address = "sms@clinic.example" };
        return string.Join(
            ' ', FetchedRecipients.Find(options, HeaderList.Load(bytes, TestContext.Current.CancellationToken), Domains)
                .Select(one => $"{one.LocalPart}@{one.Domain}"));
    }
}
