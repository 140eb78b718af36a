using System.Text;
using EmailSms.Composing;
using MimeKit;

namespace EmailSms.Tests.Composing;

public sealed class MailIdentityTests
{
    private const string Device =
        "From: ups@plant.example\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nSubject: UPS\r\n";

    [Fact]
    public void A_message_id_is_the_name_of_a_mail_whatever_it_says()
    {
        Assert.Equal("<1@plant.example>", Of(Device + "Message-ID: <1@plant.example>\r\n", "On battery"));
        Assert.Equal("<1@plant.example>", Of("Message-ID: <1@plant.example>\r\n", "On mains"));
    }

    [Fact]
    public void Without_one_the_sender_the_date_the_subject_and_the_text_are()
    {
        string? one = Of(Device, "On battery");
        Assert.NotNull(one);
        Assert.Equal(one, Of(Device, "On battery"));
        Assert.NotEqual(one, Of(Device, "On mains"));
        Assert.NotEqual(one, Of(Device.Replace("10:00:00", "10:00:01", StringComparison.Ordinal), "On battery"));
        Assert.NotEqual(one, Of(Device.Replace("UPS", "UPS 2", StringComparison.Ordinal), "On battery"));
        Assert.NotEqual(one, Of(Device.Replace("ups@", "plc@", StringComparison.Ordinal), "On battery"));
    }

    [Theory]
    [InlineData("From: ups@plant.example\r\nSubject: UPS\r\n")]
    [InlineData("From: ups@plant.example\r\nSubject: UPS\r\nDate: \r\n")]
    public void Without_a_date_too_no_mail_is_the_same_as_another(string header) =>
        Assert.Null(Of(header, "On battery"));

    private static string? Of(string header, string text)
    {
        using var bytes = new MemoryStream(Encoding.ASCII.GetBytes($"{header}\r\n{text}"));
        using MimeMessage mail = MailComposer.Load(bytes, TestContext.Current.CancellationToken);
        return MailIdentity.Of(mail, text);
    }
}
