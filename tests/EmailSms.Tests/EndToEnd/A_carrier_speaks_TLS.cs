using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A carrier with an authority of its own, that wants to see a certificate of ours.</summary>
public sealed class A_carrier_speaks_TLS : IAsyncDisposable
{
    private const string Name = "smsc.carrier.example";

    private readonly TestFolder _files = new();
    private readonly X509Certificate2 _authority = Make("Carrier CA", null);
    private readonly X509Certificate2 _own = Make("gateway.clinic.example", null);
    private readonly X509Certificate2 _carrier;
    private readonly SmppServer _smsc;

    public A_carrier_speaks_TLS()
    {
        _carrier = Make(Name, _authority);
        File.WriteAllText(_files.File("ca.pem"), _authority.ExportCertificatePem());
        File.WriteAllText(_files.File("own.pem"), _own.ExportCertificatePem());
        File.WriteAllText(
            _files.File("own.key"),
            _own.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(_files.File("own.pfx"), _own.Export(X509ContentType.Pkcs12, "secret"));
        var tls = new SmppServerTls
        {
            Certificate = _carrier,
            ClientCertificateRequired = true,
            ClientPins = [SmppPins.Of(_own)],
            TrustPinsAlone = true,
        };
        _smsc = new SmppServer(new SmppServerOptions { Tls = tls }, NullLogger<SmppServer>.Instance)
        {
            Submit = (_, _, _) => ValueTask.FromResult(SubmitReply.Accept("1")),
        };
        _smsc.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public async ValueTask DisposeAsync()
    {
        await _smsc.DisposeAsync();
        _carrier.Dispose();
        _authority.Dispose();
        _own.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("own.pem", "own.key", true)]
    [InlineData("own.pfx", "", true)]
    [InlineData("own.pfx", "", false)]
    public async Task And_is_known_by_its_authority_and_name_or_by_its_key(string file, string key, bool byAuthority)
    {
        await using TestGateway test = await StartAsync(tls =>
        {
            tls.CertificateFile = _files.File(file);
            tls.CertificateKeyFile = key.Length > 0 ? _files.File(key) : "";
            tls.CertificatePassword = "secret";
            if (byAuthority) (tls.CaFile, tls.ServerName) = (_files.File("ca.pem"), Name);
            else (tls.Pins, tls.TrustPinsAlone) = ([SmppPins.Of(_carrier)], true);
        });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.SmsInStateAsync(SmsState.Sent);
    }

    [Theory]
    [InlineData("", Name)] // an authority that nobody knows
    [InlineData("ca.pem", "other.carrier.example")]
    [InlineData("ca.pem", "")] // 127.0.0.1 is not in the certificate
    public async Task And_hears_nothing_from_us_when_it_is_not_who_it_should_be(string authority, string name)
    {
        await using TestGateway test = await StartAsync(tls =>
        {
            (tls.CertificateFile, tls.CertificatePassword) = (_files.File("own.pfx"), "secret");
            (tls.CaFile, tls.ServerName) = (authority.Length > 0 ? _files.File(authority) : "", name);
        });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => Bind(test).LastError is not null);
        Assert.Contains("certificate", Bind(test).LastError, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await test.SmsInStateAsync(SmsState.Queued)).Attempts);
        Assert.Empty(_smsc.Sessions);
    }

    [Fact]
    public async Task And_a_file_that_holds_no_certificate_stops_the_start()
    {
        File.WriteAllText(_files.File("empty.pem"), "nothing\n");
        await Assert.ThrowsAnyAsync<CryptographicException>(
            () => StartAsync(tls => tls.CaFile = _files.File("empty.pem")));
    }

    private static BindStatus Bind(TestGateway test) => test.Gateway.Carriers.All[0].Status.Binds[0];

    private static X509Certificate2 Make(string name, X509Certificate2? authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority is null, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Replace(' ', '-'));
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        if (authority is null)
        {
            using X509Certificate2 root = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
            return Exportable(root);
        }

        using X509Certificate2 signed = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        using X509Certificate2 whole = signed.CopyWithPrivateKey(key);
        return Exportable(whole);
    }

    private static X509Certificate2 Exportable(X509Certificate2 made) => X509CertificateLoader.LoadPkcs12(
        made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);

    private Task<TestGateway> StartAsync(Action<CarrierTlsOptions> change) => TestGateway.StartAsync(settings =>
    {
        CarrierOptions main = settings.Carriers["main"];
        (main.Port, main.Tls.Enabled) = (_smsc.Endpoint.Port, true);
        change(main.Tls);
    });
}
