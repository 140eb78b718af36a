using EmailSms.Replies;

namespace EmailSms.Tests.Replies;

public sealed class TextToMailTests
{
    [Theory]
    [InlineData("ann@clinic.example#Boiler 3#It is off", "ann@clinic.example", "Boiler 3", "It is off")]
    [InlineData("ann@clinic.example(Boiler 3)It is off", "ann@clinic.example", "Boiler 3", "It is off")]
    [InlineData("  ann@clinic.example It is off (again)", "ann@clinic.example", null, "It is off (again)")]
    [InlineData("ann@clinic.example\nIt is off", "ann@clinic.example", null, "It is off")]
    [InlineData("ann@clinic.example##It is off", "ann@clinic.example", null, "It is off")]
    [InlineData("ann@clinic.example", "ann@clinic.example", null, "")]
    public void A_text_that_begins_with_an_address_is_mail(string text, string to, string? subject, string words)
    {
        Assert.True(TextToMail.TryRead(text, out TextToMail? mail));
        Assert.Equal((to, subject, words), (mail.To.ToString(), mail.Subject, mail.Words));
    }

    [Theory]
    [InlineData("Mail ann@clinic.example about it")]
    [InlineData("ann@clinic#Boiler#off")]
    [InlineData("ann@clinic.example#no end of the subject")]
    [InlineData("@clinic.example hello")]
    [InlineData("")]
    public void Others_are_texts(string text) => Assert.False(TextToMail.TryRead(text, out _));
}
