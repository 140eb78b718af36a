using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp.Tests;

public sealed class SmtpReplyTests
{
    [Theory]
    [InlineData(199, "")]
    [InlineData(600, "")]
    [InlineData(250, "5.1.1")]
    [InlineData(250, "2.1")]
    [InlineData(250, "2.1.x")]
    [InlineData(250, "2.1.1000")]
    [InlineData(250, "2..1")]
    [InlineData(354, "3.0.0")]
    [InlineData(550, " 5.1.1")]
    public void A_reply_with_codes_that_contradict_each_other_does_not_exist(int code, string enhancedCode) =>
        Assert.ThrowsAny<ArgumentException>(() => new SmtpReply(code, enhancedCode, "text"));

    [Fact]
    public void A_text_cannot_smuggle_a_second_reply() =>
        Assert.Equal("one?two?", new SmtpReply(250, "2.0.0", "one\rtwoé").Text);

    [Fact]
    public async Task Each_line_of_a_reply_has_the_codes_and_at_most_512_octets()
    {
        string text = new string('x', 600) + "\n\nlast";
        var reply = new SmtpReply(550, "5.7.1", text);
        await using var server = new SmtpServer(
            new SmtpServerOptions(), () => new OneAnswer(reply), new LoggerFactory());
        await server.StartAsync([new(System.Net.IPAddress.Loopback, 0)], TestContext.Current.CancellationToken);
        await using WireTalk talk = await WireTalk.GreetedAsync(server.Endpoints[0]);
        string heard = await talk.AskAsync("MAIL FROM:<ann@a.example>", "550-5.7.1 x");

        string[] lines = heard.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines[..3], line => Assert.StartsWith("550-5.7.1 ", line, StringComparison.Ordinal));
        Assert.Equal(510, lines[0].Length);
        Assert.Equal("550-5.7.1 ", lines[2]);
        Assert.Equal("550 5.7.1 last", lines[3]);
        Assert.Equal(600, lines[0].Length + lines[1].Length - 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("one\n")]
    public async Task A_reply_ends_whatever_its_text_is(string text)
    {
        await using var server = new SmtpServer(
            new SmtpServerOptions(), () => new OneAnswer(new SmtpReply(550, "5.7.1", text)), new LoggerFactory());
        await server.StartAsync([new(System.Net.IPAddress.Loopback, 0)], TestContext.Current.CancellationToken);
        await using WireTalk talk = await WireTalk.GreetedAsync(server.Endpoints[0]);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "550");
        await talk.AskAsync("NOOP", "250 2.0.0");
    }

    /// <summary>Gives the same answer to every MAIL.</summary>
    private sealed class OneAnswer(SmtpReply reply) : ISmtpHandler
    {
        public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
            new(SmtpReply.Ok);

        public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) => new(reply);

        public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) => new(reply);

        public ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping) => new(reply);

        public void OnReset()
        {
        }
    }
}
