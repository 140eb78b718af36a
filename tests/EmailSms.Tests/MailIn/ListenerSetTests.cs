using System.Security.Authentication;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Tests.EndToEnd;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.MailIn;

/// <summary>What each profile means to the SMTP library.</summary>
public sealed class ListenerSetTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TemporaryStore _disk = new(TimeProvider.System);

    public ListenerSetTests() => TestCertificate.Write(_folder, "cert").Dispose();

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ListenerProfile.Mx, SmtpTls.Offered, false, false, false, false, false)]
    [InlineData(ListenerProfile.Submission, SmtpTls.Required, true, true, false, false, false)]
    [InlineData(ListenerProfile.Submissions, SmtpTls.Implicit, true, true, false, false, false)]
    [InlineData(ListenerProfile.Lmtp, SmtpTls.Offered, false, false, false, false, true)]
    [InlineData(ListenerProfile.LegacyDevice, SmtpTls.Offered, true, false, true, true, false)]
    internal void A_profile_says_what_goes_without_saying(
        ListenerProfile profile, SmtpTls tls, bool hasAuth, bool requiresAuth, bool isInTheClear, bool forgives,
        bool isLmtp)
    {
        SmtpServerOptions made = Make(new ListenerOptions { Profile = profile }).Options;
        Assert.Equal("one", made.ListenerName);
        Assert.Equal(tls, made.Tls);
        Assert.Equal((hasAuth, requiresAuth), (made.Credentials is not null, made.RequiresAuthentication));
        Assert.Equal(isInTheClear, made.AllowsPlaintextAuth);
        Assert.Equal(
            (forgives, forgives, forgives),
            (made.AllowsMissingHelo, made.AllowsBareAddresses, made.AllowsBareLineFeeds));
        Assert.Equal(isLmtp, made.IsLmtp);
        Assert.Equal(SslProtocols.Tls12, made.TlsVersionMin);
        Assert.True(made.OffersDsn);
    }

    [Fact]
    public void Limits_are_those_of_all_then_those_of_devices_then_its_own()
    {
        SmtpServerOptions mx = Make(new ListenerOptions { Profile = ListenerProfile.Mx }).Options;
        Assert.Equal((77, 20 * 1024 * 1024, 50), (mx.RecipientsMax, mx.MailBytesMax, mx.ConnectionsPerAddressMax));
        SmtpServerOptions device = Make(new ListenerOptions { Profile = ListenerProfile.LegacyDevice }).Options;
        Assert.Equal(
            (10, 1024 * 1024, 5), (device.RecipientsMax, device.MailBytesMax, device.ConnectionsPerAddressMax));
        SmtpServerOptions own = Make(new ListenerOptions
        {
            Profile = ListenerProfile.LegacyDevice,
            Limits = new ListenerLimits { RecipientsMax = 99, SilenceMax = TimeSpan.FromSeconds(7) },
        }).Options;
        Assert.Equal((99, TimeSpan.FromSeconds(7)), (own.RecipientsMax, own.SilenceMax));
        Assert.Equal(1024 * 1024, own.MailBytesMax);
        Assert.Equal(9, own.ErrorsMax); // what a listener cannot say is as everywhere
    }

    [Fact]
    public void Old_TLS_and_certificates_of_clients_are_asked_for_by_name()
    {
#pragma warning disable SYSLIB0039, CA5397 // old on purpose
        Assert.Equal(SslProtocols.Tls, Make(new ListenerOptions
        {
            Profile = ListenerProfile.LegacyDevice,
            AllowsOldTls = true,
        }).Options.TlsVersionMin);
#pragma warning restore SYSLIB0039, CA5397

        SmtpServerOptions mx = Make(new ListenerOptions
        {
            Profile = ListenerProfile.Mx,
            RequiresClientCertificate = true,
            ClientAuthorityFile = _folder.File("cert.pem"),
        }).Options;
        Assert.Equal((SmtpClientCertificates.Required, SmtpTls.Required), (mx.ClientCertificates, mx.Tls));
    }

    private SmtpListener Make(ListenerOptions listener)
    {
        listener.Name = "one";
        listener.Listen = ["127.0.0.1:0"];
        listener.Networks = ["127.0.0.0/8"];
        var options = new MailInOptions
        {
            CertificateFile = _folder.File("cert.pem"),
            CertificateKeyFile = _folder.File("cert.key"),
            Listeners = [listener],
            Limits = new SmtpServerOptions
            {
                RecipientsMax = 77,
                MailBytesMax = 20 * 1024 * 1024,
                ConnectionsPerAddressMax = 50,
                ErrorsMax = 9,
            },
        };
        var accounts = new SubmissionAccounts(new SmtpUsers(_disk.Store, TimeProvider.System));
        return Assert.Single(
            new ListenerSet(options, accounts, NullLoggerFactory.Instance, TimeProvider.System).All);
    }
}
