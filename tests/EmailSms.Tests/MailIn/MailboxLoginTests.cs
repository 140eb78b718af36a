using EmailSms.MailIn.Mailboxes;
using EmailSms.MailOut;
using EmailSms.Tests.EndToEnd;
using EmailSms.Tests.Peers;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using MailKit.Security;

namespace EmailSms.Tests.MailIn;

/// <summary>The way into a real Dovecot.</summary>
public sealed class MailboxLoginTests : IAsyncDisposable
{
    private const string User = "sms@clinic.example";

    private readonly TemporaryStore _store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_certificate_counts_by_its_authority_and_its_name()
    {
        using var folder = new TestFolder();
        TestCertificate.Write(folder, "cert", "localhost").Dispose();
        await using DovecotServer server = await DovecotServer.StartAsync(
            "ssl = yes", $"ssl_cert = <{folder.File("cert.pem")}", $"ssl_key = <{folder.File("cert.key")}");
        await File.WriteAllTextAsync(folder.File("password"), $"{DovecotServer.Password}\nnot this\n", Stop);
        MailboxOptions options = Of(server);
        (options.Tls, options.CaFile) = (MailboxTls.StartTls, folder.File("cert.pem"));
        (options.Password, options.PasswordFile) = ("", folder.File("password"));

        options.Host = "localhost";
        await OpenAsync(options);
        using (var pop3 = new Pop3Client())
        {
            using var login = new MailboxLogin(options, _store.Store, TimeProvider.System);
            options.Port = server.Pop3Port;
            await login.OpenAsync(pop3, Stop);
            Assert.True(pop3.IsSecure && pop3.IsAuthenticated);
            options.Port = server.ImapPort;
        }

        options.Host = "127.0.0.1"; // not its name
        await Assert.ThrowsAsync<SslHandshakeException>(() => OpenAsync(options));
        (options.Host, options.CaFile) = ("localhost", ""); // an authority that the system does not know
        await Assert.ThrowsAsync<SslHandshakeException>(() => OpenAsync(options));
    }

    [Fact]
    public async Task Without_TLS_where_it_is_asked_for_nothing_is_said()
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        MailboxOptions options = Of(server);
        options.Tls = MailboxTls.StartTls;
        await Assert.ThrowsAsync<NotSupportedException>(() => OpenAsync(options));
    }

    [Fact]
    public async Task A_token_opens_it_and_one_that_is_refused_is_asked_for_anew()
    {
        int given = 0;
        await using var authority = new JsonEndpoint((request, _) =>
            request.StartsWith("POST", StringComparison.Ordinal)
                ? (200, $$"""{"access_token":"token-{{++given}}","expires_in":3600}""")
                : request.Contains("token-2", StringComparison.Ordinal)
                    ? (200, $$"""{"user":"{{User}}"}""")
                    : (401, """{"error":"invalid_token"}"""));
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.File("oauth2.conf"),
            $"tokeninfo_url = http://127.0.0.1:{authority.Port}/tokeninfo?access_token=\n"
                + "introspection_mode = auth\nusername_attribute = user\n",
            Stop);
        DovecotServer.Need();
        if (!OperatingSystem.IsWindows()) // its processes run under names of their own
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        await using DovecotServer server = await DovecotServer.StartAsync(
            "auth_mechanisms = plain xoauth2",
            "passdb {", "driver = oauth2", "mechanisms = xoauth2", $"args = {folder.File("oauth2.conf")}", "}");
        MailboxOptions options = Of(server);
        options.Password = "";
        options.OAuth = new OAuthOptions
        {
            TokenUrl = $"http://127.0.0.1:{authority.Port}/token",
            ClientId = "app",
            RefreshToken = "grant",
        };
        using var login = new MailboxLogin(options, _store.Store, TimeProvider.System);
        using var first = new ImapClient();
        await Assert.ThrowsAsync<AuthenticationException>(() => login.OpenAsync(first, Stop));
        using var second = new ImapClient();
        await login.OpenAsync(second, Stop);
        Assert.True(second.IsAuthenticated);
        using var third = new ImapClient();
        await login.OpenAsync(third, Stop); // with the same one
        Assert.Equal(2, given);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task OpenAsync(MailboxOptions options)
    {
        using var login = new MailboxLogin(options, _store.Store, TimeProvider.System);
        using var client = new ImapClient();
        await login.OpenAsync(client, Stop);
        Assert.True(client.IsSecure && client.IsAuthenticated);
    }

    private static MailboxOptions Of(DovecotServer server) => new()
    {
        Name = "office",
        Host = "127.0.0.1",
        Port = server.ImapPort,
        Tls = MailboxTls.None,
        CheckRevocation = false, // nobody publishes a list for it
        UserName = User,
        Password = DovecotServer.Password,
        Address = User,
    };
}
