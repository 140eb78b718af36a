using System.ComponentModel.DataAnnotations;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>How a mailbox is read.</summary>
internal enum MailboxProtocol
{
    /// <summary>IMAP (RFC 9051, RFC 3501), with IDLE (RFC 2177) where the server offers it.</summary>
    Imap,

    /// <summary>POP3 (RFC 1939), with UIDL.</summary>
    Pop3,
}

/// <summary>How the way to a mailbox is kept from listeners.</summary>
internal enum MailboxTls
{
    /// <summary>TLS from the first byte (RFC 8314 3).</summary>
    Implicit,

    /// <summary>STARTTLS or STLS, or nothing is said.</summary>
    StartTls,

    /// <summary>In the clear, for a server on this machine.</summary>
    None,
}

/// <summary>Where in a mail it stands whom it is for.</summary>
internal enum MailboxRecipients
{
    /// <summary>In To and Cc, behind the plus of the mailbox's address: <c>sms+447700900123@example.com</c>.</summary>
    PlusAddress,

    /// <summary>In a header that the server writes: an address with a plus, or one of our own domains.</summary>
    Header,

    /// <summary>In the subject, which is then no part of the text: <c>+44 7700 900123, night-shift</c>.</summary>
    Subject,
}

/// <summary>What is taken for the envelope sender of a mail.</summary>
internal enum MailboxSender
{
    /// <summary>What the server noted at delivery (RFC 5321 4.4).</summary>
    ReturnPath,

    /// <summary>The From header, but for bounces, which have no sender.</summary>
    From,
}

/// <summary>What becomes of a mail that was decided about.</summary>
internal enum MailboxAfter
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>It is marked as read.</summary>
    Seen,

    /// <summary>It is flagged, and stays unread.</summary>
    Flag,

    /// <summary>It goes to another folder.</summary>
    Move,

    /// <summary>It is deleted for good.</summary>
    Delete,
}

/// <summary>An entry of <c>Mailboxes</c>: an account at somebody's mail server from which mails are fetched.</summary>
internal sealed class MailboxOptions : IValidatableObject
{
    public const string Section = "Mailboxes";

    /// <summary>
    /// What it is called in the log, on the timeline and in sender rules (<c>--listener</c>): small letters, digits and
    /// hyphens.
    /// </summary>
    [Required, StringLength(32)]
    public string Name { get; set; } = "";

    [EnumDataType(typeof(MailboxProtocol))]
    public MailboxProtocol Protocol { get; set; } = MailboxProtocol.Imap;

    [Required, StringLength(253)]
    public string Host { get; set; } = "";

    /// <summary>0: the usual one: 993 or 143 for IMAP, 995 or 110 for POP3.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    [EnumDataType(typeof(MailboxTls))]
    public MailboxTls Tls { get; set; } = MailboxTls.Implicit;

    /// <summary>Certificates (PEM) of the authorities to trust instead of the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Off for a certificate whose revocation list cannot be reached from here.</summary>
    public bool CheckRevocation { get; set; } = true;

    [Required, StringLength(255)]
    public string UserName { get; set; } = "";

    [StringLength(1024)]
    public string Password { get; set; } = "";

    /// <summary>A file that has the password in its first line, read at each login.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Tokens instead of a password: XOAUTH2, as Microsoft 365 and Google want it.</summary>
    public OAuthOptions OAuth { get; set; } = new();

    /// <summary>The folder that is read; POP3 has one.</summary>
    [Required, StringLength(255)]
    public string Folder { get; set; } = "INBOX";

    [EnumDataType(typeof(MailboxRecipients))]
    public MailboxRecipients Recipients { get; set; } = MailboxRecipients.PlusAddress;

    /// <summary>The mailbox's own address, without a plus.</summary>
    public string Address { get; set; } = "";

    /// <summary>The header that says whom a mail is for.</summary>
    [Required, StringLength(64)]
    public string RecipientHeader { get; set; } = "Delivered-To";

    [EnumDataType(typeof(MailboxSender))]
    public MailboxSender Sender { get; set; } = MailboxSender.ReturnPath;

    /// <summary>
    /// The name under which the server writes <c>Authentication-Results</c> that are believed; empty: none are.
    /// </summary>
    [StringLength(253)]
    public string AuthservId { get; set; } = "";

    /// <summary>How many <c>Received</c> of the server's own may stand above that field.</summary>
    [Range(0, 10)]
    public int ReceivedAboveMax { get; set; } = 1;

    /// <summary>What becomes of a mail, taken or refused; POP3 can <c>Keep</c> and <c>Delete</c>.</summary>
    [EnumDataType(typeof(MailboxAfter))]
    public MailboxAfter After { get; set; } = MailboxAfter.Seen;

    /// <summary>The folder for <c>Move</c>; made where it is missing.</summary>
    [StringLength(255)]
    public string MoveTo { get; set; } = "";

    /// <summary>
    /// Mails that lay there for longer are left as they are: what was in the mailbox before this program, and what the
    /// server numbers anew. No longer than <c>Addresses:RepeatWindow</c>, in which a mail is known again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan AgeMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often is looked where the server offers no IDLE, and by POP3.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long one IDLE lasts. RFC 2177 3 says less than 29 minutes; many a router forgets a connection after 5.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:28:00")]
    public TimeSpan IdleMax { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How long the server may take for an answer.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>The longest pause before the next connection; the first is a second, and it doubles.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The port that is meant.</summary>
    public int PortOrUsual => Port != 0 ? Port : (Protocol, Tls) switch
    {
        (MailboxProtocol.Imap, MailboxTls.Implicit) => 993,
        (MailboxProtocol.Imap, _) => 143,
        (_, MailboxTls.Implicit) => 995,
        _ => 110,
    };

    /// <summary>Where a UID of it means something.</summary>
    public string Source => Protocol is MailboxProtocol.Imap
        ? $"imap://{UserName}@{Host}/{Folder}"
        : $"pop3://{UserName}@{Host}";

    /// <summary>Whose results are believed about its mails.</summary>
    public UpstreamOptions? Provider => AuthservId.Length == 0
        ? null
        : new UpstreamOptions { AuthservId = AuthservId, ReceivedAboveMax = ReceivedAboveMax };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            yield return Wrong($"'{Name}' is not a name of small letters, digits and hyphens.", nameof(Name));
        }

        if (CaFile.Length > 0 && !File.Exists(CaFile))
        {
            yield return Wrong($"There is no file {CaFile}.", nameof(CaFile));
        }

        if (Tls is MailboxTls.None && !SmartHostOptionsSense.IsThisMachine(Host))
        {
            yield return Wrong(
                "is None, and the password would travel in the clear: use Implicit or StartTls.", nameof(Tls));
        }

        int secrets = new[] { Password, PasswordFile, OAuth.TokenUrl }.Count(one => one is { Length: > 0 });
        if (secrets != 1)
        {
            yield return Wrong(
                "needs one of Password, PasswordFile and OAuth:TokenUrl, and no second one.", nameof(Password));
        }

        foreach (ValidationResult one in ValidateTokens().Concat(ValidateUse())) yield return one;
    }

    private IEnumerable<ValidationResult> ValidateTokens()
    {
        if (OAuth.TokenUrl is not { } text) yield break;
        bool isUrl = Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
        if (!isUrl)
        {
            yield return Wrong($"'{text}' is not an https:// address.", $"{nameof(OAuth)}:{nameof(OAuth.TokenUrl)}");
        }

        if (OAuth.ClientId is null)
        {
            yield return Wrong("must be set.", $"{nameof(OAuth)}:{nameof(OAuth.ClientId)}");
        }

        if (!OAuth.HasSecret)
        {
            yield return Wrong(
                "must be set, or ClientSecret for the client to ask in its own name.",
                $"{nameof(OAuth)}:{nameof(OAuth.RefreshToken)}");
        }
    }

    private IEnumerable<ValidationResult> ValidateUse()
    {
        bool hasAddress = EmailAddress.TryParse(Address, out EmailAddress address);
        if (Address.Length > 0 && (!hasAddress || address.LocalPart.Contains('+', StringComparison.Ordinal)))
        {
            yield return Wrong($"'{Address}' is not an address such as sms@example.com.", nameof(Address));
        }

        if (Recipients is MailboxRecipients.PlusAddress && Address.Length == 0)
        {
            yield return Wrong("must be set: recipients are written behind a plus of it.", nameof(Address));
        }

        if (Protocol is MailboxProtocol.Pop3 && After is not (MailboxAfter.Keep or MailboxAfter.Delete))
        {
            yield return Wrong($"is {After}, and POP3 can do Keep and Delete alone.", nameof(After));
        }

        bool isElsewhere = MoveTo.Length > 0 && !MoveTo.Equals(Folder, StringComparison.OrdinalIgnoreCase);
        if (After is MailboxAfter.Move && !isElsewhere)
        {
            yield return Wrong("must name another folder, for After is Move.", nameof(MoveTo));
        }
    }

    private static ValidationResult Wrong(string sentence, string key) => new(sentence, [key]);
}
