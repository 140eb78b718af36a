using EmailSms.Messages;

namespace EmailSms.Tests.Messages;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("Undeliverable: SMS from +44 7700 900123", "Undeliverable: SMS from …")]
    [InlineData("to +447700900123, not +447700900124", "to …, not …")]
    [InlineData("(0)7700-900.123 is off", "(… is off")]
    [InlineData("+44 (0) 7700 - 900 123", "…")]
    [InlineData("550 5.1.10 no 447700900123 here", "550 5.1.10 no … here")]
    [InlineData("550-5.1.10 07700 900 123", "550-5.1.10 …")]
    [InlineData("smtp; 5.7.515 refused", "smtp; 5.7.515 refused")]
    [InlineData("451 4.7.1 in 300 seconds", "451 4.7.1 in 300 seconds")]
    [InlineData("123456 and 7", "123456 and 7")]
    public void Numbers_are_masked_however_they_are_written_and_codes_stay(string text, string masked) =>
        Assert.Equal(masked, ForeignText.Masked(text));
}
