using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>TLS on both sides, with certificates that nobody knows, as carriers have them.</summary>
public sealed class TlsTests : IAsyncDisposable
{
    private readonly X509Certificate2 _carrier = SelfSigned("smsc.example.test");
    private readonly X509Certificate2 _esme = SelfSigned("esme.example.test");
    private SmppServer? _server;

    [Fact]
    public async Task A_certificate_of_nobody_known_is_refused_by_default()
    {
        await using SmppClient client = Start(new SmppClientTls());
        await Deadline.UntilAsync(() => client.Trouble is not null, "the trouble is known");
        Assert.Contains("certificate", client.Trouble, StringComparison.OrdinalIgnoreCase);
        Assert.False(client.IsBound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pinned_key_is_trust_enough_when_told_so(bool hex)
    {
        string pin = SmppPins.Of(_carrier);
        if (hex) pin = Convert.ToHexString(Convert.FromBase64String(pin));
        await using SmppClient client = Start(new SmppClientTls { Pins = [pin], TrustPinsAlone = true });
        await client.WaitUntilBoundAsync(Deadline.Token);
        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
    }

    [Fact]
    public async Task A_pin_does_not_replace_the_trust_of_the_system_by_itself()
    {
        await using SmppClient client = Start(new SmppClientTls { Pins = [SmppPins.Of(_carrier)] });
        await Deadline.UntilAsync(() => client.Trouble is not null, "the trouble is known");
        Assert.False(client.IsBound);
    }

    [Fact]
    public async Task Another_key_than_the_pinned_one_is_refused()
    {
        await using SmppClient client = Start(
            new SmppClientTls { Pins = [SmppPins.Of(_esme)], TrustPinsAlone = true });
        await Deadline.UntilAsync(() => client.Trouble is not null, "the trouble is known");
        Assert.False(client.IsBound);
    }

    [Fact]
    public async Task The_SMSC_may_want_a_certificate_and_pin_it()
    {
        var server = new SmppServerTls
        {
            Certificate = _carrier,
            ClientCertificateRequired = true,
            ClientPins = [SmppPins.Of(_esme)],
            TrustPinsAlone = true,
        };
        var tls = new SmppClientTls { Pins = [SmppPins.Of(_carrier)], TrustPinsAlone = true };

        await using (SmppClient without = Start(tls, server))
            await Deadline.UntilAsync(() => without.Trouble is not null, "the trouble is known");
        await using SmppClient with = Start(tls with { ClientCertificate = _esme }, server);
        await with.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task The_name_asked_for_is_sent_and_may_be_another_than_the_host()
    {
        string? asked = null;
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        SmppClientOptions options = Esme.Options(((IPEndPoint)listener.LocalEndpoint).Port) with
        {
            Tls = new SmppClientTls
            {
                ServerName = "smsc.example.test",
                TrustPinsAlone = true,
                Pins = [SmppPins.Of(_carrier)],
            },
        };
        await using var client = new SmppClient(options, NullLogger<SmppClient>.Instance);
        client.Start();
        using System.Net.Sockets.TcpClient peer = await listener.AcceptTcpClientAsync(Deadline.Token);
        await using var secure = new System.Net.Security.SslStream(peer.GetStream());
        await secure.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                asked = hello.ServerName;
                return ValueTask.FromResult(
                    new System.Net.Security.SslServerAuthenticationOptions { ServerCertificate = _carrier });
            },
            null,
            Deadline.Token);
        Assert.Equal("smsc.example.test", asked);
    }

    [Fact]
    public async Task Plain_SMPP_on_the_TLS_port_is_hung_up_on()
    {
        await using SmppClient client = Start(new SmppClientTls());
        ScriptedPeer plain = await ScriptedPeer.ConnectAsync(_server!.Endpoint);
        await plain.SayAsync(new BindRequest(BindType.Transceiver, "esme", "secret"), 1);
        await plain.HearTheEndAsync();
        Assert.Empty(_server.Sessions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zz")]
    public void A_pin_that_is_none_is_refused_with_a_sentence(string pin) =>
        Assert.Contains(
            "SHA-256", Assert.Throws<ArgumentException>(() => new SmppPins([pin])).Message, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _carrier.Dispose();
        _esme.Dispose();
    }

    internal static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private SmppClient Start(SmppClientTls tls, SmppServerTls? serverTls = null)
    {
        if (_server is null)
        {
            var options = new SmppServerOptions { Tls = serverTls ?? new SmppServerTls { Certificate = _carrier } };
            _server = new SmppServer(options, NullLogger<SmppServer>.Instance)
            {
                Submit = (_, _, _) => ValueTask.FromResult(SubmitReply.Accept("1")),
            };
            _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        }

        var client = new SmppClient(
            Esme.Options(_server.Endpoint.Port) with { Tls = tls }, NullLogger<SmppClient>.Instance);
        client.Start();
        return client;
    }
}
