using System.ComponentModel.DataAnnotations;
using EmailSms.Carriers.Http;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>What stands behind a carrier.</summary>
internal enum CarrierKind
{
    /// <summary>A simulator inside this program, spoken to over SMPP on loopback: nothing leaves the machine.</summary>
    Sandbox,

    /// <summary>A short message centre, or an aggregator, over SMPP.</summary>
    Smpp,

    /// <summary>A provider or a gateway over HTTP, as a definition describes it.</summary>
    Http,
}

/// <summary>How a carrier is bound to.</summary>
internal enum BindPairing
{
    /// <summary>Each bind sends and receives.</summary>
    Transceiver,

    /// <summary>Each bind is two connections: one sends, the other receives.</summary>
    TransmitterAndReceiver,
}

/// <summary>How the phone is told to show an SMS at once and not to keep it (flash).</summary>
internal enum FlashMark
{
    /// <summary>By data_coding 0x10 or 0x18.</summary>
    DataCoding,

    /// <summary>By dest_addr_subunit 1.</summary>
    DestAddrSubunit,

    /// <summary>Not at all: the carrier refuses both, and the SMS is one like any other.</summary>
    None,
}

/// <summary>
/// What to do with an SMS that may have been sent: it went out and no answer came, or the process died.
/// </summary>
internal enum UnknownFate
{
    /// <summary>Send it again: twice rather than not at all.</summary>
    Resend,

    /// <summary>Hold it until somebody decides: not at all rather than twice.</summary>
    Hold,

    /// <summary>
    /// SMPP: send it again. HTTP: the same where the carrier knows our id and takes an SMS once; else an urgent one is
    /// sent once more, and others are held.
    /// </summary>
    Auto,
}

/// <summary>What that says of an SMS at a carrier over HTTP.</summary>
internal static class UnknownFates
{
    /// <summary>It is held until somebody decides, and not sent again.</summary>
    /// <param name="fate">The setting.</param>
    /// <param name="sms">The SMS.</param>
    /// <param name="deduplicates">The carrier knows our id, and takes an SMS once.</param>
    public static bool Holds(this UnknownFate fate, OutgoingSms sms, bool deduplicates) => fate switch
    {
        UnknownFate.Resend => false,
        UnknownFate.Hold => true,
        _ when deduplicates => false,
        _ => sms.Class is not SmsClass.Urgent || sms.Uncertain > 0, // an alarm is worth one SMS too many, not two
    };
}

/// <summary>A carrier: one entry of the section <c>Carriers</c>, under a name of your own.</summary>
internal sealed class CarrierOptions : IValidatableObject
{
    public const string Section = "Carriers";

    /// <summary>A named set of the values below; what is written beside it goes before.</summary>
    [StringLength(32)]
    public string? Preset { get; set; }

    /// <summary>What stands behind it.</summary>
    public CarrierKind Kind { get; set; } = CarrierKind.Smpp;

    /// <summary>
    /// How an HTTP carrier is spoken to: the name of a definition that the program carries, or a file that ends in
    /// .json.
    /// </summary>
    public string Definition { get; set; } = "";

    /// <summary>What the definition wants to know, such as an account and its key.</summary>
    public Dictionary<string, string> Values { get; set; } = [];

    /// <summary>The same from files: the path for each.</summary>
    public Dictionary<string, string> ValueFiles { get; set; } = [];

    /// <summary>The name or address of the SMSC.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. 2775 is the one registered for SMPP.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>The port of the receivers where it is another one.</summary>
    [Range(0, 65535)]
    public int ReceiverPort { get; set; }

    /// <summary>The account. The standard allows 15 characters (SMPP 3.4 5.2.1).</summary>
    [StringLength(32)]
    public string? SystemId { get; set; }

    /// <summary>
    /// Its password. The standard allows 8 characters (SMPP 3.4 5.2.2); some carriers give longer ones.
    /// </summary>
    [StringLength(64)]
    public string? Password { get; set; }

    /// <summary>A file that has the password in its first line, read at start.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>TLS, where the carrier speaks it.</summary>
    public CarrierTlsOptions Tls { get; set; } = new();

    /// <summary>What the carrier wants as system_type; mostly nothing.</summary>
    [StringLength(12)]
    public string SystemType { get; set; } = "";

    /// <summary>The version of the protocol that the bind names: 3.3, 3.4 or 5.0.</summary>
    [RegularExpression("3[.][34]|5[.]0", ErrorMessage = "The version is 3.3, 3.4 or 5.0.")]
    public string InterfaceVersion { get; set; } = "3.4";

    /// <summary>address_range of the bind; mostly nothing.</summary>
    [StringLength(40)]
    public string AddressRange { get; set; } = "";

    /// <summary>Binds of the same account. A carrier that allows fewer refuses the others (ESME_RALYBND).</summary>
    [Range(1, 16)]
    public int Binds { get; set; } = 1;

    /// <summary>What each of them is.</summary>
    public BindPairing BindType { get; set; }

    /// <summary>
    /// Submits that may wait for their answers at once, on each bind. Throughput is the window divided by the round
    /// trip: 50 at 40 ms are 1,250 a second, 10 are 250.
    /// </summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 50;

    /// <summary>Submits a second that the contract allows, over all binds; 0 for no limit of ours.</summary>
    [Range(0, 10_000)]
    public int SubmitsPerSecondMax { get; set; }

    /// <summary>Halves the rate when the carrier says "slower", and lets it grow back.</summary>
    public bool AdaptRate { get; set; } = true;

    /// <summary>A price list: CSV with the columns prefix, price, from and until. Read at the start.</summary>
    public string Prices { get; set; } = "";

    /// <summary>
    /// The source address for an SMS that has none of its own: a number with plus sign, up to 11 letters and digits, or
    /// nothing, and then the carrier chooses.
    /// </summary>
    [StringLength(16)]
    public string SenderId { get; set; } = "";

    /// <summary>
    /// The country (ISO 3166, two letters) in whose form a number without country code is read that a text or a receipt
    /// comes from. Empty: the default region of the addresses, if there is exactly one.
    /// </summary>
    public string Region { get; set; } = "";

    /// <summary>
    /// How digits without plus sign and type are read, which may be a number of that country or one with its country
    /// code: Auto, International or National.
    /// </summary>
    public BareNumbers BareNumbers { get; set; }

    /// <summary>Type of number and numbering plan of a source that is a number.</summary>
    [RegularExpression(AddressTypes.Pattern, ErrorMessage = AddressTypes.Sentence)]
    public string SourceNumberType { get; set; } = "1/1";

    /// <summary>The same of a source that is a name.</summary>
    [RegularExpression(AddressTypes.Pattern, ErrorMessage = AddressTypes.Sentence)]
    public string SourceNameType { get; set; } = "5/0";

    /// <summary>The same of a short code, either way.</summary>
    [RegularExpression(AddressTypes.Pattern, ErrorMessage = AddressTypes.Sentence)]
    public string ShortCodeType { get; set; } = "6/0";

    /// <summary>The same of the phone.</summary>
    [RegularExpression(AddressTypes.Pattern, ErrorMessage = AddressTypes.Sentence)]
    public string DestinationType { get; set; } = "1/1";

    /// <summary>What the carrier takes octets for that come under its default data_coding, both ways.</summary>
    public DefaultAlphabet Alphabet { get; set; } = DefaultAlphabet.Gsm7;

    /// <summary>data_coding of a text in that alphabet; 0 says "the default of the carrier".</summary>
    [Range(0, 255)]
    public int DataCoding { get; set; }

    /// <summary>National tables that may be used where a letter is missing, such as Turkish.</summary>
    public List<string> Languages { get; set; } = [];

    /// <summary>How a long text is cut, and how its parts say that they belong together.</summary>
    public Segmentation LongTexts { get; set; } = Segmentation.Udh8;

    /// <summary>All parts but the last say that more is to come.</summary>
    public bool MoreMessagesToSend { get; set; }

    /// <summary>How an SMS that is to be shown at once is marked.</summary>
    public FlashMark Flash { get; set; } = FlashMark.DataCoding;

    /// <summary>service_type; mostly nothing.</summary>
    [StringLength(5)]
    public string ServiceType { get; set; } = "";

    /// <summary>priority_flag.</summary>
    [Range(0, 3)]
    public int Priority { get; set; }

    /// <summary>Optional parameters of every submit, by tag: text:…, hex:…, u8:…, u16:… or u32:….</summary>
    public Dictionary<string, string> Tlvs { get; set; } = [];

    /// <summary>Optional parameters made of what an SMS is registered as, after the others and in this order.</summary>
    public List<VendorTlvOptions> VendorTlvs { get; set; } = [];

    /// <summary>
    /// Optional parameters in which the carrier tells the network of a phone, with receipts and texts: one with MCC and
    /// MNC, such as 0x1503, or that of the MCC and that of the MNC.
    /// </summary>
    public List<string> NetworkTlvs { get; set; } = [];

    /// <summary>
    /// Tells the carrier until when an SMS is wanted. Off for the few that refuse it (ESME_RINVEXPIRY).
    /// </summary>
    public bool SendValidity { get; set; } = true;

    /// <summary>How the ids in receipts relate to those in answers.</summary>
    public MessageIdMode MessageIds { get; set; } = MessageIdMode.Auto;

    /// <summary>A regular expression for receipts that are written in a way of the carrier's own.</summary>
    [StringLength(500)]
    public string ReceiptPattern { get; set; } = "";

    /// <summary>The carrier's own words for states, such as 00 for Delivered.</summary>
    public Dictionary<string, string> ReceiptStates { get; set; } = [];

    /// <summary>What its error codes in receipts mean, for the mail to the sender.</summary>
    public Dictionary<string, string> ReceiptErrors { get; set; } = [];

    /// <summary>
    /// What a command_status means where this carrier means something of its own, by name or number: Throttled,
    /// Temporary, Permanent, OptedOut or Authentication.
    /// </summary>
    public Dictionary<string, string> Errors { get; set; } = [];

    /// <summary>
    /// The carrier answers STOP and START itself: they are obeyed here as well, and not answered a second time.
    /// </summary>
    public bool AnswersStop { get; set; }

    /// <summary>The same for HELP.</summary>
    public bool AnswersHelp { get; set; }

    /// <summary>What becomes of an SMS that may have been sent.</summary>
    public UnknownFate Unknown { get; set; } = UnknownFate.Auto;

    /// <summary>
    /// How long a submit may wait for its answer. Below 10 seconds a busy carrier makes duplicates of what it did take.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan AnswerMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>After so long without a word from the carrier it is asked whether it is there (enquire_link).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan EnquireLinkIdle { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two tries to bind; the first is a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>When it is left alone because it fails.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    /// <summary>Timers and limits of an SMPP carrier that are seldom touched.</summary>
    public CarrierSessionOptions Session { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Region.Length > 0 && !RegionCode.IsOne(Region))
        {
            yield return new ValidationResult(
                $"'{Region}' is not a country in two capital letters such as GB.", [nameof(Region)]);
        }

        if (Kind is CarrierKind.Http)
        {
            foreach ((string key, string wrong) in HttpTerms.Read(this).Wrong)
            {
                yield return new ValidationResult(wrong, [key]);
            }
        }

        if (Kind is not CarrierKind.Smpp) yield break;
        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return new ValidationResult(
                "An SMPP carrier needs the name of its host, such as smpp.carrier.example.", [nameof(Host)]);
        }

        if (string.IsNullOrEmpty(SystemId))
        {
            yield return new ValidationResult("An SMPP carrier needs the account it binds with.", [nameof(SystemId)]);
        }

        foreach ((string key, string wrong) in CarrierTerms.Read(this).Wrong)
        {
            yield return new ValidationResult(wrong, [key]);
        }
    }
}
