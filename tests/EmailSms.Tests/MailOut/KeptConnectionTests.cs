using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.MailOut;

/// <summary>
/// A connection that was kept and is lost is opened anew for the same mail, unless the host may have that mail.
/// </summary>
public sealed class KeptConnectionTests : IAsyncDisposable
{
    private readonly SmtpSink _sink = SmtpSink.Open();
    private readonly SmartHost _host;

    public KeptConnectionTests() => _host = new SmartHost(
        new SmartHostAddress { Host = "127.0.0.1", Port = _sink.Port, Tls = SmartHostTls.None },
        new DkimSignatures([]), tokens: null);

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _sink.DisposeAsync();
    }

    [Theory]
    [InlineData("Mail")]
    [InlineData("Recipient")]
    [InlineData("Data")]
    public async Task One_that_ends_before_the_text_says_nothing_of_the_mail(string stage)
    {
        await SendSecondAsync(stage, SmtpSink.HangUp);
        Assert.Equal((2, 2), (_sink.Connections, _sink.Mails.Count));
    }

    [Fact]
    public async Task One_that_ends_where_the_answer_to_the_text_was_due_may_have_taken_it()
    {
        SendResult second = await SendSecondAsync("EndOfData", SmtpSink.HangUp);
        Assert.IsType<SendResult.Dropped>(second);
        Assert.Equal(1, _sink.Connections);
        Assert.Equal(2, _sink.Commands.Count(line => line == "DATA"));
    }

    [Fact]
    public async Task One_that_says_no_to_the_text_and_ends_has_not_taken_it()
    {
        await SendSecondAsync("EndOfData", "421 4.7.0 too many mails");
        Assert.Equal((2, 2), (_sink.Connections, _sink.Mails.Count));
    }

    // The host's answer at a stage of the second mail, once.
    private async Task<SendResult> SendSecondAsync(string stage, string answer)
    {
        Assert.IsType<SendResult.Sent>(await _host.SendAsync(Mail("a")));
        Assert.True(_host.IsOpen);
        bool isSaid = false;
        _sink.Answer = (at, _) =>
        {
            if (isSaid || at.ToString() != stage) return null;
            isSaid = true;
            return answer;
        };
        SendResult second = await _host.SendAsync(Mail("b"));
        Assert.True(isSaid);
        return second;
    }

    private static OutgoingMail Mail(string body) => new(
        MailKind.Notice, "", EmailAddress.Parse("ann@x.example"),
        System.Text.Encoding.ASCII.GetBytes($"Subject: x\r\n\r\n{body}\r\n"), "sms");
}
