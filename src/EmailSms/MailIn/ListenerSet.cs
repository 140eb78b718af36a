using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using EmailSms.Policy;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// The listeners of the configuration, as the SMTP library takes them: what each profile means, in one place. It knows,
/// too, whom each lets in.
/// </summary>
internal sealed class ListenerSet
{
    private static readonly SmtpReply NotServed =
        new(554, "5.7.1", "This listener serves its own networks only, and yours is none of them");

    private readonly List<SmtpListener> _all = [];
    private readonly Dictionary<string, NetworkList> _networks = [];
    private readonly Dictionary<string, MailPace> _paces = [];

    /// <summary>Loads the certificates, and throws where one cannot be.</summary>
    public ListenerSet(
        MailInOptions options, SubmissionAccounts accounts, ILoggerFactory loggers, TimeProvider time,
        Action<SmtpAuthReport>? authEnded = null)
    {
        var certificates = new CertificateShelf(loggers, time);
        SmtpServerOptions plain = Copy(options.Limits);
        plain.OffersDsn = true; // the reports that it promises are the notices
        plain.AuthEnded = authEnded;
        certificates.Give(options.Certificates, plain);
        foreach (IPEndPoint at in options.EndPoints) _all.Add(new SmtpListener(at, plain));

        foreach (ListenerOptions listener in options.Listeners)
        {
            SmtpServerOptions smtp = Copy(plain);
            smtp.ListenerName = listener.Name;
            certificates.Give(listener.Certificates, smtp);
            Profile(listener, smtp, accounts);
            if (listener.RequiresClientCertificate)
            {
                if (smtp.Tls is SmtpTls.Offered) smtp.Tls = SmtpTls.Required; // who leaves TLS out shows nothing
                smtp.ClientCertificates = SmtpClientCertificates.Required;
                smtp.ClientCertificateValidator = ClientAuthority.Load(listener.ClientAuthorityFile);
            }

            Limit(listener, smtp);
            if (listener.Networks.Count > 0) _networks.Add(listener.Name, Networks(listener.Networks));
            int? pace = listener.Limits.MailsPerMinuteMax ?? (IsForDevices(listener) ? 30 : null);
            if (pace is { } most) _paces.Add(listener.Name, new MailPace(most, time));
            foreach (EndPoint at in listener.EndPoints) _all.Add(new SmtpListener(at, smtp));
        }
    }

    /// <summary>To be started, those of <c>Smtp:Listen</c> first.</summary>
    public IReadOnlyList<SmtpListener> All => _all;

    /// <summary>
    /// Lets everybody who may enter its folder open a Unix socket, once it is there: its own mode is the process's
    /// umask, which lets in nobody but us.
    /// </summary>
    public void OpenSockets()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode readAndWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        foreach (UnixDomainSocketEndPoint file in _all.Select(one => one.EndPoint).OfType<UnixDomainSocketEndPoint>())
        {
            File.SetUnixFileMode(file.ToString(), readAndWrite);
        }
    }

    /// <summary>Null: the client may come in by this listener.</summary>
    public SmtpReply? Admit(SmtpSessionInfo session) =>
        _networks.TryGetValue(session.Listener, out NetworkList? networks)
        && !IsLocal(session) && !networks.Contains(session.Remote.Address)
            ? NotServed
            : null;

    /// <summary>Each recipient of a mail gets a reply of its own there (RFC 2033).</summary>
    public bool AnswersEach(SmtpSessionInfo session) =>
        _all.Exists(one => one.Options.IsLmtp && one.Options.ListenerName == session.Listener);

    /// <summary>The client came by a Unix socket: it has no address, and the file's mode let it in.</summary>
    public static bool IsLocal(SmtpSessionInfo session) => session.Remote.Address.Equals(IPAddress.None);

    /// <summary>Null: the client may begin one more mail, which is counted by this.</summary>
    public SmtpReply? TakeMail(SmtpSessionInfo session) =>
        _paces.TryGetValue(session.Listener, out MailPace? pace) && !pace.TryTake(session.Remote.Address)
            ? new SmtpReply(451, "4.7.1", "Too many mails in a minute from your address, try again later")
            : null;

    private static bool IsForDevices(ListenerOptions listener) => listener.Profile is ListenerProfile.LegacyDevice;

    private static void Profile(ListenerOptions listener, SmtpServerOptions smtp, SubmissionAccounts accounts)
    {
        switch (listener.Profile)
        {
            case ListenerProfile.Mx:
                smtp.Tls = listener.RequiresTls ? SmtpTls.Required : SmtpTls.Offered;
                break;
            case ListenerProfile.Submission:
            case ListenerProfile.Submissions:
                smtp.Tls = listener.Profile is ListenerProfile.Submission ? SmtpTls.Required : SmtpTls.Implicit;
                smtp.Credentials = accounts.FindAsync;
                smtp.RequiresAuthentication = true;
                break;
            case ListenerProfile.Lmtp:
                smtp.IsLmtp = true;
                break;
            case ListenerProfile.LegacyDevice:
                smtp.Credentials = accounts.FindAsync;
                smtp.RequiresAuthentication = listener.RequiresAuth;
                smtp.AllowsPlaintextAuth = true;
                smtp.AllowsMissingHelo = true;
                smtp.AllowsBareAddresses = true;
                smtp.AllowsBareLineFeeds = true;
#pragma warning disable SYSLIB0039, CA5397 // old on purpose, for devices that know nothing newer, and said by an admin
                if (listener.AllowsOldTls) smtp.TlsVersionMin = SslProtocols.Tls;
#pragma warning restore SYSLIB0039, CA5397
                smtp.MailBytesMax = Math.Min(smtp.MailBytesMax, 1024 * 1024);
                smtp.RecipientsMax = Math.Min(smtp.RecipientsMax, 10);
                smtp.ConnectionsPerAddressMax = Math.Min(smtp.ConnectionsPerAddressMax, 5);
                smtp.MailsPerSessionMax = Math.Min(smtp.MailsPerSessionMax, 20);
                break;
            default:
                throw new InvalidOperationException($"Listener {listener.Name} has no profile.");
        }
    }

    private static void Limit(ListenerOptions listener, SmtpServerOptions smtp)
    {
        ListenerLimits limits = listener.Limits;
        if (listener.ProxyNetworks.Count > 0) smtp.ProxyNetworks = Networks(listener.ProxyNetworks).All;
        smtp.HostName = limits.HostName ?? smtp.HostName;
        smtp.MailBytesMax = limits.MailBytesMax ?? smtp.MailBytesMax;
        smtp.RecipientsMax = limits.RecipientsMax ?? smtp.RecipientsMax;
        smtp.ConnectionsMax = limits.ConnectionsMax ?? smtp.ConnectionsMax;
        smtp.ConnectionsPerAddressMax = limits.ConnectionsPerAddressMax ?? smtp.ConnectionsPerAddressMax;
        smtp.MailsPerSessionMax = limits.MailsPerSessionMax ?? smtp.MailsPerSessionMax;
        smtp.SilenceMax = limits.SilenceMax ?? smtp.SilenceMax;
        smtp.SessionMax = limits.SessionMax ?? smtp.SessionMax;
    }

    private static NetworkList Networks(List<string> words) =>
        NetworkList.TryParse(string.Join(' ', words), out NetworkList? networks, out IReadOnlyList<string> mistakes)
            ? networks
            : throw new InvalidOperationException(string.Join(' ', mistakes));

    // All of them, those that are added one day, too: a listener differs from Smtp:Limits only where it says so.
    private static SmtpServerOptions Copy(SmtpServerOptions options)
    {
        var copy = new SmtpServerOptions();
        foreach (PropertyInfo property in typeof(SmtpServerOptions).GetProperties().Where(one => one.CanWrite))
        {
            property.SetValue(copy, property.GetValue(options));
        }

        return copy;
    }
}
