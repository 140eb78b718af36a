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

    [Fact]
    public void The_body_is_what_it_says_and_not_how_it_was_written()
    {
        const string plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
        string? one = Of($"{Device}{plain}8bit\r\n", "T = 90 C");
        Assert.Equal(one, Of($"{Device}{plain}base64\r\n", "VCA9IDkwIEM="));
        Assert.Equal(one, Of($"{Device}{plain}quoted-printable\r\n", "T =3D 90 C"));
        Assert.NotEqual(one, Of($"{Device}{plain}base64\r\n", "VCA9IDkxIEM="));
    }

    [Fact]
    public void Everything_that_hangs_on_a_mail_is_of_its_body_and_no_boundary_is()
    {
        string first = Of(WithPicture("one"), "") ?? "";
        Assert.Equal(first, Of(WithPicture("two"), ""));
        Assert.NotEqual(first, Of(WithPicture("one").Replace("R0lG", "R0lH", StringComparison.Ordinal), ""));
        Assert.NotEqual(first, Of(WithPicture("one").Replace("image/gif", "image/png", StringComparison.Ordinal), ""));
        Assert.NotEqual(Of(PassesOn("one"), ""), Of(PassesOn("two"), ""));
    }

    private static string WithPicture(string boundary) =>
        $"{Device}Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\n\r\nMotion\r\n"
        + $"--{boundary}\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lG\r\n"
        + $"--{boundary}--\r\n";

    private static string PassesOn(string text) =>
        $"{Device}Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n{text}";

    private static string? Of(string header, string text)
    {
        using var bytes = new MemoryStream(Encoding.ASCII.GetBytes($"{header}\r\n{text}"));
        using MimeMessage mail = MailComposer.Load(bytes, TestContext.Current.CancellationToken);
        return MailIdentity.Of(mail);
    }
}
