using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class SmtpCertificateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtp-cert-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private string CertificateFile => Path.Combine(_folder, "mx.pem");

    private string KeyFile => Path.Combine(_folder, "mx.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_renewed_certificate_is_used_within_ten_seconds()
    {
        Write("old.example");
        SmtpCertificateFile file = Open();
        Assert.Equal("CN=old.example", Subject(file));
        Write("new.example");
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("CN=old.example", Subject(file));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=new.example", Subject(file));
    }

    [Fact]
    public void Files_that_did_not_change_are_not_loaded_again()
    {
        Write("old.example");
        SmtpCertificateFile file = Open();
        SslStreamCertificateContext old = file.Current();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(old, file.Current());
        Write("new.example");
        _time.Advance(TimeSpan.FromSeconds(10));
        SslStreamCertificateContext renewed = file.Current();
        Assert.NotSame(old, renewed);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(renewed, file.Current());
    }

    [Fact]
    public void A_renewal_gone_wrong_keeps_the_certificate_that_was_until_it_is_put_right()
    {
        Write("old.example");
        SmtpCertificateFile file = Open();
        File.WriteAllText(CertificateFile, "-----BEGIN CERTIFICATE-----\nhalf");
        File.SetLastWriteTimeUtc(CertificateFile, _written.AddMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=old.example", Subject(file));
        File.Delete(CertificateFile);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=old.example", Subject(file));
        Write("new.example");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=new.example", Subject(file));
    }

    [Fact]
    public void A_renewal_gone_wrong_is_told_once_and_until_it_is_put_right()
    {
        Write("old.example");
        var log = new LogKeeper();
        var file = new SmtpCertificateFile(CertificateFile, KeyFile, null, log, _time);
        Assert.Null(file.Trouble);
        File.WriteAllText(KeyFile, "no key");
        File.SetLastWriteTimeUtc(KeyFile, _written.AddMinutes(1));
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal("CN=old.example", Subject(file));
            Assert.NotNull(file.Trouble);
        }

        Assert.Equal([5027], log.Events);
        Write("new.example");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=new.example", Subject(file));
        Assert.Null(file.Trouble);
        Assert.Equal([5027, 5026], log.Events);
    }

    [Theory]
    [InlineData(-2, -1)]
    [InlineData(1, 2)]
    public void A_new_certificate_that_is_not_valid_now_does_not_replace_one_that_is(int fromDays, int toDays)
    {
        Write("old.example");
        SmtpCertificateFile file = Open();
        DateTimeOffset now = _time.GetUtcNow();
        Write(TestCertificate.Make("new.example", now.AddDays(fromDays), now.AddDays(toDays)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=old.example", Subject(file));
        Assert.Contains("is valid from", file.Trouble!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_certificate_is_replaced_by_whatever_there_is()
    {
        DateTimeOffset now = _time.GetUtcNow();
        Write(TestCertificate.Make("old.example", now.AddDays(-3), now.AddDays(-2)));
        SmtpCertificateFile file = Open();
        Write(TestCertificate.Make("new.example", now.AddDays(-2), now.AddDays(-1)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=new.example", Subject(file));
    }

    [Fact]
    public void A_file_with_certificate_and_key_or_a_PFX_will_do()
    {
        using X509Certificate2 certificate = TestCertificate.Make("one.example");
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n" + KeyPem(certificate));
        Assert.Equal("CN=one.example", Subject(new(CertificateFile, null, null, NullLoggerFactory.Instance)));

        string pfx = Path.Combine(_folder, "mx.pfx");
        File.WriteAllBytes(pfx, certificate.Export(X509ContentType.Pkcs12, "secret"));
        Assert.Equal("CN=one.example", Subject(new(pfx, null, "secret", NullLoggerFactory.Instance)));
        Assert.Throws<CryptographicException>(
            () => new SmtpCertificateFile(pfx, null, "wrong", NullLoggerFactory.Instance));
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_at_the_start_is_told_there()
    {
        Assert.ThrowsAny<IOException>(Open);
        File.WriteAllText(CertificateFile, "no certificate");
        File.WriteAllText(KeyFile, "no key");
        Assert.Throws<CryptographicException>(Open);
    }

    [Fact]
    public async Task A_running_server_shows_the_renewed_certificate_to_the_next_client()
    {
        Write("old.example");
        SmtpCertificateFile file = Open();
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Certificate = file.Current;
            options.Tls = SmtpTls.Implicit;
        });
        Assert.Equal("CN=old.example", await SeenSubjectAsync(room));
        Write("new.example");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=new.example", await SeenSubjectAsync(room));
    }

    private static async Task<string> SeenSubjectAsync(Mailroom room)
    {
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        using X509Certificate2 certificate = await talk.SecureAsync();
        await talk.HearAsync("220");
        return certificate.Subject;
    }

    private static string Subject(SmtpCertificateFile file)
    {
        SslStreamCertificateContext context = file.Current();
        Assert.True(context.TargetCertificate.HasPrivateKey);
        return context.TargetCertificate.Subject;
    }

    private static string KeyPem(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private SmtpCertificateFile Open() => new(CertificateFile, KeyFile, null, NullLoggerFactory.Instance, _time);

    private void Write(string name) => Write(TestCertificate.Make(name));

    private void Write(X509Certificate2 certificate)
    {
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, KeyPem(certificate));
        _written = _written.AddDays(1); // a file system may know only whole seconds
        File.SetLastWriteTimeUtc(CertificateFile, _written);
        File.SetLastWriteTimeUtc(KeyFile, _written);
    }
}
