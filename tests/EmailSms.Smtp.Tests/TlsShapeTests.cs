using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smtp.Tests;

/// <summary>Several names, certificates that have expired, and certificates of clients.</summary>
public sealed class TlsShapeTests
{
    [Fact]
    public async Task A_client_is_shown_the_certificate_of_the_host_it_asked_for()
    {
        string folder = Directory.CreateTempSubdirectory("smtp-sni-").FullName;
        SmtpCertificateFile one = Write(folder, "one.example");
        SmtpCertificateFile two = Write(folder, "*.two.example");
        foreach (SmtpTls tls in (SmtpTls[])[SmtpTls.Implicit, SmtpTls.Offered])
        {
            await using Mailroom room = await Mailroom.OpenAsync(options =>
            {
                options.Tls = tls;
                options.Certificate = TestCertificate.Context;
                options.CertificateByName = SmtpCertificateFile.ByName(one, two);
            });
            Assert.Equal("CN=one.example", await SeenAsync(room, tls, "one.example"));
            Assert.Equal("CN=*.two.example", await SeenAsync(room, tls, "mail.two.example"));
            Assert.Equal("CN=mx.example", await SeenAsync(room, tls, "other.example"));
            Assert.Equal("CN=mx.example", await SeenAsync(room, tls, "127.0.0.1")); // no name
            Assert.Equal(
                ["mail.two.example", "one.example", "other.example", null],
                room.Sessions.Select(session => session.TlsServerName).OrderBy(name => name ?? "~"));
            Assert.All(room.Sessions, session => Assert.NotNull(session.TlsCipherSuite));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_choice_that_fails_falls_back()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Tls = SmtpTls.Implicit;
            options.Certificate = TestCertificate.Context;
            options.CertificateByName = _ => throw new IOException("scripted");
        });
        Assert.Equal("CN=mx.example", await SeenAsync(room, SmtpTls.Implicit, "one.example"));
    }

    [Fact]
    public async Task An_expired_certificate_is_shown_since_it_still_hides_the_mail()
    {
        using X509Certificate2 expired = TestCertificate.Make(
            "old.example",
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var context = SslStreamCertificateContext.Create(expired, additionalCertificates: null, offline: true);
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Tls = SmtpTls.Offered;
            options.Certificate = () => context;
        });
        Assert.Equal("CN=old.example", await SeenAsync(room, SmtpTls.Offered, "old.example"));
    }

    [Theory]
    [InlineData(SmtpClientCertificates.NotAsked, "device.example", true, null)]
    [InlineData(SmtpClientCertificates.Requested, "device.example", true, "CN=device.example")]
    [InlineData(SmtpClientCertificates.Requested, "stranger.example", true, null)]
    [InlineData(SmtpClientCertificates.Requested, null, true, null)]
    [InlineData(SmtpClientCertificates.Required, "device.example", true, "CN=device.example")]
    [InlineData(SmtpClientCertificates.Required, "stranger.example", false, null)]
    [InlineData(SmtpClientCertificates.Required, "throws.example", false, null)]
    [InlineData(SmtpClientCertificates.Required, null, false, null)]
    public async Task A_certificate_of_a_client_is_believed_or_as_none(
        SmtpClientCertificates wanted, string? shown, bool isTaken, string? known)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Tls = SmtpTls.Implicit;
            options.Certificate = TestCertificate.Context;
            options.ClientCertificates = wanted;
            options.ClientCertificateValidator = static (certificate, _, _) =>
                certificate.Subject == "CN=throws.example"
                    ? throw new InvalidOperationException("scripted")
                    : certificate.Subject == "CN=device.example";
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        Task<string> greeting = GreetAsync(talk, shown);
        if (isTaken) await greeting;
        else await Assert.ThrowsAnyAsync<Exception>(() => greeting);
        Assert.Equal(isTaken ? 1 : 0, room.Sessions.Count);
        Assert.Equal(known, room.Sessions.FirstOrDefault()?.ClientCertificate?.Subject);
    }

    [Fact]
    public async Task Without_a_validator_the_roots_of_the_system_decide()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Tls = SmtpTls.Implicit;
            options.Certificate = TestCertificate.Context;
            options.ClientCertificates = SmtpClientCertificates.Requested;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await GreetAsync(talk, "device.example");
        Assert.Null(Assert.Single(room.Sessions).ClientCertificate); // nobody has signed it but itself
    }

    private static async Task<string> GreetAsync(WireTalk talk, string? shown)
    {
        using X509Certificate2? own = shown is null ? null : TestCertificate.Make(shown);
        await talk.SecureAsync("mx.example", own);
        return await talk.HearAsync("220");
    }

    private static async Task<string> SeenAsync(Mailroom room, SmtpTls tls, string host)
    {
        await using WireTalk talk = tls is SmtpTls.Implicit
            ? await WireTalk.ConnectAsync(room.Address)
            : await WireTalk.GreetedAsync(room.Address);
        if (tls is not SmtpTls.Implicit) await talk.AskAsync("STARTTLS", "220");
        using X509Certificate2 certificate = await talk.SecureAsync(host, null);
        if (tls is SmtpTls.Implicit) await talk.HearAsync("220");
        else await talk.AskAsync("NOOP", "250");
        return certificate.Subject;
    }

    private static SmtpCertificateFile Write(string folder, string name)
    {
        using X509Certificate2 certificate = TestCertificate.Make(name);
        string path = Path.Combine(folder, name.Replace('*', '_') + ".pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12));
        return new SmtpCertificateFile(path, null, null, NullLoggerFactory.Instance);
    }
}
