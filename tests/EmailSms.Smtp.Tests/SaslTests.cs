using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp.Tests;

/// <summary>The mechanisms that bind a channel or show a token, and the accounts that are switched off.</summary>
public sealed class SaslTests
{
    private static readonly SmtpCredential Ann = SmtpCredential.Create("ann", "pencil", 4096);
    private static readonly ChannelBindingToken Channel = new("tls-server-end-point", [1, 2, 3]);

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("p=tls-server-end-point,,n=ann,r=x", true, true, "ann")]
    [InlineData("p=tls-exporter,,n=ann,r=x", true, true, null)] // a kind that we do not bind
    [InlineData("p=tls-server-end-point,,n=ann,r=x", true, false, null)] // -PLUS and not offered
    [InlineData("p=tls-server-end-point,,n=ann,r=x", false, true, null)] // bound, and -PLUS not chosen
    [InlineData("n,,n=ann,r=x", true, true, null)] // -PLUS without a binding
    [InlineData("y,,n=ann,r=x", true, true, null)]
    [InlineData("y,,n=ann,r=x", false, true, null)] // somebody took -PLUS out of our EHLO
    [InlineData("y,,n=ann,r=x", false, false, "ann")] // it was not in it
    [InlineData("n,,n=ann,r=x", false, true, "ann")] // the client cannot
    public void A_channel_is_bound_as_it_was_offered_or_not_at_all(
        string message, bool isPlus, bool isOffered, string? user) =>
        Assert.Equal(user, ScramExchange.Begin(message, isOffered ? Channel : null, isPlus)?.User);

    [Fact]
    public async Task MailKit_binds_its_password_to_the_certificate()
    {
        await using Mailroom room = await OpenAsync(options => options.OffersChannelBinding = true);
        using SmtpClient client = await ConnectAsync(room);
        Assert.Contains("SCRAM-SHA-256-PLUS", client.AuthenticationMechanisms);
        await client.AuthenticateAsync(new SaslMechanismScramSha256Plus("ann", "pencil"), Stopping);
        Assert.Equal("ann", Assert.Single(room.Sessions).Identity);

        using SmtpClient wrong = await ConnectAsync(room);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => wrong.AuthenticateAsync(new SaslMechanismScramSha256Plus("ann", "wrong"), Stopping));
    }

    [Fact]
    public async Task A_channel_is_offered_inside_TLS_only_and_where_it_was_switched_on()
    {
        await using Mailroom plain = await OpenAsync(options =>
        {
            options.OffersChannelBinding = true;
            options.Tls = SmtpTls.Offered;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(plain.Address);
        await talk.HearAsync("220");
        Assert.DoesNotContain("-PLUS", await talk.AskAsync("EHLO c", "250"), StringComparison.Ordinal);
        await talk.AskAsync("AUTH SCRAM-SHA-256-PLUS", "504 5.5.4");
        await talk.AskAsync("STARTTLS", "220");
        await talk.SecureAsync();
        Assert.Contains(" SCRAM-SHA-256-PLUS SCRAM-SHA-256 ", await talk.AskAsync("EHLO c", "250"));
        await talk.AskAsync("AUTH SCRAM-SHA-256 " + Base64("y,,n=ann,r=abc"), "535 5.7.8");

        await using Mailroom off = await OpenAsync();
        await using WireTalk second = await WireTalk.ConnectTlsAsync(off.Address);
        await second.HearAsync("220");
        Assert.DoesNotContain("-PLUS", await second.AskAsync("EHLO c", "250"), StringComparison.Ordinal);
        await second.AskAsync("AUTH SCRAM-SHA-256-PLUS", "504 5.5.4");
    }

    [Theory]
    [InlineData("XOAUTH2")]
    [InlineData("OAUTHBEARER")]
    public async Task MailKit_shows_a_token_and_hears_that_one_is_wrong(string mechanism)
    {
        await using Mailroom room = await OpenAsync();
        using SmtpClient client = await ConnectAsync(room);
        await client.AuthenticateAsync(Token(mechanism, "right"), Stopping);
        Assert.Equal("ann", Assert.Single(room.Sessions).Identity);

        using SmtpClient wrong = await ConnectAsync(room);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => wrong.AuthenticateAsync(Token(mechanism, "wrong"), Stopping));
        Assert.Null(room.Sessions.Last().Identity);
    }

    [Theory]
    [InlineData("XOAUTH2", "user=ann\u0001auth=Bearer wrong\u0001\u0001", "")]
    [InlineData("OAUTHBEARER", "n,a=ann,\u0001host=h\u0001port=25\u0001auth=Bearer wrong\u0001\u0001", "AQ==")]
    public async Task A_wrong_token_is_told_why_before_it_is_refused(string mechanism, string message, string dummy)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await SecuredAsync(room);
        string challenge = await talk.AskAsync($"AUTH {mechanism} {Base64(message)}", "334 ");
        Assert.Equal(
            """{"status":"invalid_token","schemes":"bearer"}""",
            Encoding.UTF8.GetString(Convert.FromBase64String(challenge[4..])));
        await talk.AskAsync(dummy, "535 5.7.8");
        await talk.AskAsync($"AUTH {mechanism} {Base64(message)}", "334 ");
        await talk.AskAsync("*", "501 5.7.0");
    }

    [Theory]
    [InlineData("right", "235 2.7.0")]
    [InlineData("disabled", "525 5.7.13")]
    [InlineData("weak", "534 5.7.9")]
    [InlineData("down", "454 4.7.0")]
    [InlineData("throws", "454 4.7.0")]
    public async Task Each_end_of_a_proof_has_its_reply(string token, string expected)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await SecuredAsync(room);
        await talk.AskAsync(
            "AUTH OAUTHBEARER " + Base64($"n,,\u0001auth=Bearer {token}\u0001\u0001"), expected);
        Assert.Equal(token == "right" ? "ann" : null, Assert.Single(room.Sessions).Identity);
    }

    [Fact]
    public async Task A_token_may_be_longer_than_a_command_line()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await SecuredAsync(room);
        string message = Base64($"user=ann\u0001auth=Bearer right{new string('x', 8000)}\u0001\u0001");
        await talk.AskAsync("AUTH XOAUTH2 " + message, "334 "); // read, and not the right one
        await talk.AskAsync("", "535");
        await talk.AskAsync("AUTH XOAUTH2 " + new string('Q', 12_400), "500 5.5.2");
        await talk.AskAsync("NOOP " + new string('x', 2048), "500 5.5.2");
        await talk.AskAsync("NOOP", "250");
    }

    [Theory]
    [InlineData("XOAUTH2", "user=ann\u0001auth=Bearer t\u0001")]
    [InlineData("XOAUTH2", "user=ann\u0001auth=Basic t\u0001\u0001")]
    [InlineData("XOAUTH2", "auth=Bearer t\u0001user=ann\u0001\u0001")]
    [InlineData("XOAUTH2", "user=ann\u0001auth=Bearer \u0001\u0001")]
    [InlineData("XOAUTH2", "user=a\nn\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("XOAUTH2", "user=ann\u0001auth=Bearer t t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=ann,\u0001auth=Bearer t\u0001")]
    [InlineData("OAUTHBEARER", "p=tls-exporter,a=ann,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=ann\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,ann,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=a=b,\u0001auth=Bearer t\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=ann,\u0001auth=Bearer t\u0001auth=Bearer u\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=ann,\u0001host=h\u0001\u0001")]
    [InlineData("OAUTHBEARER", "")]
    public async Task A_message_that_shows_no_token_is_not_asked_about(string mechanism, string message)
    {
        await using Mailroom room = await OpenAsync(
            options => options.Tokens = (_, _) => throw new InvalidOperationException("asked"));
        await using WireTalk talk = await SecuredAsync(room);
        await talk.AskAsync($"AUTH {mechanism} {(message.Length > 0 ? Base64(message) : "=")}", "501 5.5.2");
    }

    [Fact]
    public async Task A_token_does_not_cross_the_network_in_the_clear_and_is_in_no_text()
    {
        await using Mailroom room = await OpenAsync(options => options.Tls = SmtpTls.Offered);
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.DoesNotContain("OAUTH", await talk.AskAsync("EHLO c", "250"), StringComparison.Ordinal);
        await talk.AskAsync("AUTH XOAUTH2", "538 5.7.11");
        var token = new SmtpBearerToken("ann", "secret", Assert.Single(room.Sessions));
        Assert.DoesNotContain("secret", token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_alone_will_do()
    {
        await using Mailroom room = await OpenAsync(options =>
        {
            options.Credentials = null;
            options.RequiresAuthentication = true;
        });
        await using WireTalk talk = await WireTalk.ConnectTlsAsync(room.Address);
        await talk.HearAsync("220");
        Assert.EndsWith("\n250 AUTH OAUTHBEARER XOAUTH2", await talk.AskAsync("EHLO c", "250"));
        await talk.AskAsync("AUTH PLAIN", "504 5.5.4");
    }

    [Fact]
    public async Task An_account_that_is_off_is_told_so_to_who_knows_its_password()
    {
        SmtpCredential off = Ann.AsDisabled();
        Assert.True(off.IsDisabled);
        await using Mailroom room = await OpenAsync(options => options.Credentials = (_, _) => new(off));
        await using WireTalk talk = await SecuredAsync(room);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0wrong"), "535 5.7.8");
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "525 5.7.13");
        Assert.Null(Assert.Single(room.Sessions).Identity);
    }

    [Fact]
    public void Certificates_by_name_need_one_for_those_who_give_none() =>
        Assert.Throws<OptionsValidationException>(
            () => SmtpServerOptionsLimits.Check(new() { CertificateByName = _ => null }));

    private static SaslMechanism Token(string mechanism, string token) => mechanism == "XOAUTH2"
        ? new SaslMechanismOAuth2("ann", token)
        : new SaslMechanismOAuthBearer("ann", token);

    private static async Task<WireTalk> SecuredAsync(Mailroom room)
    {
        WireTalk talk = await WireTalk.ConnectTlsAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("EHLO client.example", "250");
        return talk;
    }

    private static async Task<SmtpClient> ConnectAsync(Mailroom room)
    {
        var client = new SmtpClient();
        client.ServerCertificateValidationCallback = static (_, seen, _, _) => seen?.Subject == "CN=mx.example";
        await client.ConnectAsync("127.0.0.1", room.Address.Port, SecureSocketOptions.SslOnConnect, Stopping);
        return client;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static Task<Mailroom> OpenAsync(Action<SmtpServerOptions>? set = null) => Mailroom.OpenAsync(options =>
    {
        options.Certificate = TestCertificate.Context;
        options.Tls = SmtpTls.Implicit;
        options.AuthFailureDelay = TimeSpan.Zero;
        options.Credentials = (name, _) => new(name == "ann" ? Ann : null);
        options.Tokens = (shown, _) => new(shown.Token switch
        {
            "right" when shown.User is "ann" or "" => SmtpAuthOutcome.Accepted("ann"),
            "disabled" => SmtpAuthOutcome.Disabled,
            "weak" => SmtpAuthOutcome.TooWeak,
            "down" => SmtpAuthOutcome.Unavailable,
            "throws" => throw new IOException("scripted"),
            _ => SmtpAuthOutcome.Rejected,
        });
        set?.Invoke(options);
    });
}
