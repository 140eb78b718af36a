using System.Security.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class TlsTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_STARTTLS_all_that_was_said_before_is_forgotten()
    {
        await using Mailroom room = await OpenAsync(SmtpTls.Offered);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.Contains("\n250 STARTTLS", await talk.AskAsync("EHLO before.example", "250"), StringComparison.Ordinal);
        await talk.AskAsync("STARTTLS", "220 2.0.0");
        await talk.SecureAsync();

        await talk.AskAsync("MAIL FROM:<ann@a.example>", "503 5.5.1 Send EHLO first");
        SmtpSessionInfo session = Assert.Single(room.Sessions);
        Assert.Null(session.Helo);
        Assert.True(session.Tls is SslProtocols.Tls12 or SslProtocols.Tls13);

        Assert.DoesNotContain("STARTTLS", await talk.AskAsync("EHLO after.example", "250"), StringComparison.Ordinal);
        await talk.AskAsync("STARTTLS", "503 5.5.1");
        await talk.SayAsync("MAIL FROM:<ann@a.example>\r\nRCPT TO:<bob@gw.example>\r\nDATA\r\n");
        await talk.HearAsync("250 2.1.0");
        await talk.HearAsync("250 2.1.5");
        await talk.HearAsync("354");
        await talk.SayAsync(new string('x', 100_000) + "\r\n.\r\n");
        await talk.HearAsync("250 2.6.0");
        await talk.AskAsync("QUIT", "221");
        await talk.HearTheEndAsync();
        Assert.Equal(100_002, (await room.NextMailAsync()).Octets.Length);
    }

    [Fact]
    public async Task What_is_slipped_in_behind_STARTTLS_is_never_a_command()
    {
        await using Mailroom room = await OpenAsync(SmtpTls.Offered);
        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            await talk.SayAsync("STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@a.example>\r\n");
            await talk.HearAsync("220 2.0.0");
            await Assert.ThrowsAnyAsync<Exception>(talk.SecureAsync);
        }

        await room.Server.StopAsync(Stopping);
        Assert.Equal(["disposed"], room.Events);
    }

    [Fact]
    public async Task STARTTLS_has_its_place_and_no_argument()
    {
        await using Mailroom room = await OpenAsync(SmtpTls.Offered);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("STARTTLS", "503 5.5.1 Send EHLO first");
        await talk.AskAsync("EHLO client.example", "250");
        await talk.AskAsync("STARTTLS now", "501 5.5.4");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("STARTTLS", "503 5.5.1");
    }

    [Fact]
    public async Task Without_a_certificate_there_is_no_STARTTLS()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.DoesNotContain("STARTTLS", await talk.AskAsync("EHLO client.example", "250"), StringComparison.Ordinal);
        await talk.AskAsync("STARTTLS", "502 5.5.1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_is_not_there_is_a_454_and_the_session_goes_on(bool throws)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.Certificate =
            () => throws ? throw new IOException("scripted") : null);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("STARTTLS", "454 4.7.0");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
    }

    [Fact]
    public async Task Where_TLS_is_required_nothing_goes_before_it()
    {
        await using Mailroom room = await OpenAsync(SmtpTls.Required);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("NOOP", "250");
        foreach (string command in (string[])["MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA", "RSET", "VRFY a", "HELO a"])
        {
            await talk.AskAsync(command, "530 5.7.0 Must issue a STARTTLS command first");
        }

        await talk.AskAsync("STARTTLS", "220");
        await talk.SecureAsync();
        await talk.AskAsync("EHLO client.example", "250");
        await talk.AskAsync("MAIL FROM:<a@b>", "250");
        Assert.Equal(["mail <a@b>"], room.Events);
    }

    [Fact]
    public async Task A_client_that_speaks_plainly_where_TLS_comes_first_hears_nothing_and_the_end()
    {
        await using Mailroom room = await OpenAsync(SmtpTls.Implicit);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.SayAsync("EHLO client.example\r\n");
        Assert.False((await HearRestAsync(talk)).Contains("250", StringComparison.Ordinal));
        Assert.Empty(room.Sessions);
    }

    [Fact]
    public async Task A_handshake_that_does_not_come_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        await using Mailroom room = await OpenAsync(SmtpTls.Implicit, time);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        Task end = talk.HearTheEndAsync();
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, Task.Delay(5, Stopping));
        }

        await end;
    }

    [Fact]
    public async Task Silence_and_stopping_are_told_inside_TLS_too()
    {
        var time = new FakeTimeProvider();
        await using Mailroom room = await OpenAsync(SmtpTls.Implicit, time);
        await using WireTalk silent = await WireTalk.ConnectTlsAsync(room.Address);
        await silent.HearAsync("220");
        Task<string> told = silent.HearAsync("421 4.4.2");
        while (!told.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(told, Task.Delay(5, Stopping));
        }

        await told;
        await silent.HearTheEndAsync();

        await using WireTalk idle = await WireTalk.ConnectTlsAsync(room.Address);
        await idle.HearAsync("220");
        Task stopped = room.Server.StopAsync(Stopping);
        await idle.HearAsync("421 4.3.2");
        await idle.HearTheEndAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), Stopping);
    }

    [Theory]
    [InlineData(SmtpTls.Required)]
    [InlineData(SmtpTls.Implicit)]
    public void TLS_without_a_certificate_is_refused_at_the_start(SmtpTls tls) =>
        Assert.Throws<OptionsValidationException>(() => SmtpServerOptionsLimits.Check(new() { Tls = tls }));

    private static async Task<string> HearRestAsync(WireTalk talk)
    {
        try
        {
            string rest = "";
            while (await talk.HearLineAsync() is { } line) rest += line;
            return rest;
        }
        catch (Exception end) when (end is IOException or Xunit.Sdk.XunitException)
        {
            return ""; // an alert of TLS is no line, and a reset is an end as well
        }
    }

    private static Task<Mailroom> OpenAsync(SmtpTls tls, TimeProvider? time = null) => Mailroom.OpenAsync(
        options =>
        {
            options.Certificate = TestCertificate.Context;
            options.Tls = tls;
        },
        time);
}
