using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class AckWordsTests
{
    [Theory]
    [InlineData("ack", true)]
    [InlineData("ACK!", true)]
    [InlineData(" Ack, on my way", true)]
    [InlineData("acknowledged", true)]
    [InlineData("Ok", true)]
    [InlineData("I cannot ack this", false)]
    [InlineData("not ok", false)]
    [InlineData("acknowledgement", false)]
    [InlineData("", false)]
    [InlineData("👍", false)]
    public void The_first_word_takes_an_alarm(string text, bool isAck) => Assert.Equal(isAck, AckWords.Read(text));
}
