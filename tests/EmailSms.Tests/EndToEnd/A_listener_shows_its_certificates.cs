using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSms.MailIn;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Several certificates for one listener, and certificates that its clients must show.</summary>
public sealed class A_listener_shows_its_certificates : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("one.example", "CN=one.example")]
    [InlineData("two.example", "CN=two.example")]
    [InlineData("three.example", "CN=one.example")] // nobody's: the first
    public async Task To_a_client_that_names_a_host_the_one_for_it(string host, string subject)
    {
        TestCertificate.Write(_folder, "one", "one.example").Dispose();
        TestCertificate.Write(_folder, "two", "two.example").Dispose();
        await using TestGateway test = await StartAsync(new ListenerOptions
        {
            Certificates = [TestCertificate.Setting(_folder, "one"), TestCertificate.Setting(_folder, "two")],
        });

        await using SslStream tls = await ConnectAsync(test, host);
        Assert.Equal(subject, tls.RemoteCertificate?.Subject);
    }

    [Fact]
    public async Task And_lets_in_only_who_shows_one_of_its_authority()
    {
        TestCertificate.Write(_folder, "one").Dispose();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = Authority(authorityKey);
        await File.WriteAllTextAsync(
            _folder.File("authority.pem"), authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using X509Certificate2 client = Client(authority);
        using X509Certificate2 stranger = TestCertificate.Write(_folder, "stranger");
        await using TestGateway test = await StartAsync(new ListenerOptions
        {
            Certificates = [TestCertificate.Setting(_folder, "one")],
            RequiresClientCertificate = true,
            ClientAuthorityFile = _folder.File("authority.pem"),
        });

        await using (SslStream tls = await ConnectAsync(test, "sms.example", client))
        {
            Assert.StartsWith("220 ", await GreetingAsync(tls), StringComparison.Ordinal);
        }

        foreach (X509Certificate2? wrong in new[] { null, stranger })
        {
            // In TLS 1.3 a client learns of the refusal with the first octet it reads, in 1.2 in the handshake.
            string? heard = null;
            try
            {
                await using SslStream tls = await ConnectAsync(test, "sms.example", wrong);
                heard = await GreetingAsync(tls);
            }
            catch (Exception refused) when (refused is IOException or AuthenticationException)
            {
                // as it should be
            }

            Assert.Null(heard);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Task<TestGateway> StartAsync(ListenerOptions listener)
    {
        listener.Name = "secure";
        listener.Profile = ListenerProfile.Submissions;
        listener.Listen = ["127.0.0.1:0"];
        return TestGateway.StartAsync(settings => settings.Smtp.Listeners.Add(listener));
    }

    private static async Task<SslStream> ConnectAsync(TestGateway test, string host, X509Certificate2? client = null)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync((IPEndPoint)test.At("secure"), deadline.Token);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ClientCertificates = client is null ? null : [client],
                    RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null,
                },
                deadline.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static async Task<string?> GreetingAsync(SslStream tls)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        using var reader = new StreamReader(tls, leaveOpen: true);
        return await reader.ReadLineAsync(deadline.Token);
    }

    private static X509Certificate2 Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=Our own", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private static X509Certificate2 Client(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=printer-3", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 signed = request.Create(authority, now.AddHours(-1), now.AddDays(7), [1, 2, 3, 4]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
