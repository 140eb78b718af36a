using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.MailIn;
using EmailSms.MailIn.Mailboxes;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>The whole configuration: one property for each section of the file.</summary>
internal sealed class GatewaySettings
{
    public StoreOptions Store { get; set; } = new();

    public MailInOptions Smtp { get; set; } = new();

    public List<MailboxOptions> Mailboxes { get; set; } = [];

    public AddressOptions Addresses { get; set; } = new();

    public PolicyOptions Policy { get; set; } = new();

    public DnsOptions Dns { get; set; } = new();

    public Dictionary<string, CarrierOptions> Carriers { get; set; } = [];

    public List<RouteOptions> Routes { get; set; } = [];

    public LimitOptions Limits { get; set; } = new();

    public PriceOptions Prices { get; set; } = new();

    public List<ThrottleOptions> Throttles { get; set; } = [];

    public QualityOptions Quality { get; set; } = new();

    public WebOptions Http { get; set; } = new();

    public QueueOptions Queue { get; set; } = new();

    public DeliveryOptions Delivery { get; set; } = new();

    public NoticeOptions Notices { get; set; } = new();

    public OptOutOptions OptOuts { get; set; } = new();

    public QuietHoursOptions QuietHours { get; set; } = new();

    public RetentionOptions Retention { get; set; } = new();

    public RepliesOptions Replies { get; set; } = new();

    public SmartHostOptions SmartHost { get; set; } = new();

    public List<DkimOptions> Dkim { get; set; } = [];

    public MailTemplateOptions MailTemplates { get; set; } = new();
}
