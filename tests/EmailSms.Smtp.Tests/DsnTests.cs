namespace EmailSms.Smtp.Tests;

public sealed class DsnTests
{
    private static readonly SmtpServerOptions Offered = new() { OffersDsn = true };

    [Fact]
    public void What_the_sender_wants_to_hear_is_passed_on()
    {
        Assert.Null(EnvelopeParser.ParseMail("FROM:<a@b> RET=hdrs ENVID=QQ+2B1+3D", Offered, out SmtpMailFrom mail));
        Assert.Equal((SmtpDsnReturn.Headers, "QQ+1="), (mail.Return, mail.EnvelopeId));
        Assert.Null(EnvelopeParser.ParseRcpt(
            "TO:<a@b> NOTIFY=success,DELAY ORCPT=rfc822;Ann+20B+40c", Offered, false, out SmtpRcptTo recipient));
        Assert.Equal(SmtpNotify.Success | SmtpNotify.Delay, recipient.Notify);
        Assert.Equal("rfc822;Ann B@c", recipient.OriginalRecipient);
        Assert.Null(EnvelopeParser.ParseRcpt("TO:<a@b> NOTIFY=NEVER", Offered, false, out recipient));
        Assert.Equal(SmtpNotify.Never, recipient.Notify);
    }

    [Theory]
    [InlineData("RET=BODY", 501)]
    [InlineData("RET", 501)]
    [InlineData("RET=FULL RET=FULL", 501)]
    [InlineData("RET=FULL", 0)]
    [InlineData("ENVID", 501)]
    [InlineData("ENVID=a+", 501)]
    [InlineData("ENVID=a+4", 501)]
    [InlineData("ENVID=a+zz", 501)]
    [InlineData("ENVID=a+2b", 501)]
    [InlineData("ENVID=a+0D+0A", 501)]
    [InlineData("NOTIFY=NEVER", 555)]
    public void A_malformed_parameter_of_MAIL_is_refused(string parameters, int code) =>
        Assert.Equal(code, EnvelopeParser.ParseMail("FROM:<a@b> " + parameters, Offered, out _)?.Code ?? 0);

    [Theory]
    [InlineData("NOTIFY=NEVER,SUCCESS", 501)]
    [InlineData("NOTIFY=ALWAYS", 501)]
    [InlineData("NOTIFY=SUCCESS,", 501)]
    [InlineData("NOTIFY", 501)]
    [InlineData("NOTIFY=FAILURE NOTIFY=FAILURE", 501)]
    [InlineData("ORCPT=rfc822", 501)]
    [InlineData("ORCPT=;a", 501)]
    [InlineData("ORCPT=rfc822;", 501)]
    [InlineData("ORCPT=rfc822;+00", 501)]
    [InlineData("RET=FULL", 555)]
    public void A_malformed_parameter_of_RCPT_is_refused(string parameters, int code) =>
        Assert.Equal(code, EnvelopeParser.ParseRcpt("TO:<a@b> " + parameters, Offered, false, out _)?.Code ?? 0);

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void An_envelope_id_has_at_most_100_characters(int length, bool isTaken) => Assert.Equal(
        isTaken, EnvelopeParser.ParseMail("FROM:<a@b> ENVID=" + new string('x', length), Offered, out _) is null);

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void An_original_recipient_has_at_most_500_characters(int length, bool isTaken) => Assert.Equal(
        isTaken,
        EnvelopeParser.ParseRcpt("TO:<a@b> ORCPT=x;" + new string('x', length - 2), Offered, false, out _) is null);

    [Fact]
    public async Task Where_nobody_sends_reports_none_are_promised()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.DoesNotContain("DSN", await talk.AskAsync("EHLO client.example", "250"), StringComparison.Ordinal);
        await talk.AskAsync("MAIL FROM:<a@b> RET=FULL", "555 5.5.4");
        await talk.AskAsync("MAIL FROM:<a@b>", "250");
        await talk.AskAsync("RCPT TO:<a@b> NOTIFY=NEVER", "555 5.5.4");

        await using Mailroom other = await Mailroom.OpenAsync(options => options.OffersDsn = true);
        await using WireTalk second = await WireTalk.ConnectAsync(other.Address);
        await second.HearAsync("220");
        Assert.Contains("DSN", await second.AskAsync("EHLO client.example", "250"), StringComparison.Ordinal);
        await second.AskAsync("MAIL FROM:<a@b> RET=FULL", "250");
        await second.AskAsync("RCPT TO:<a@b> NOTIFY=NEVER", "250");
    }
}
