using EmailSms.Carriers;
using EmailSms.Delivery;
using EmailSms.MailIn;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.Cli.Demo;

/// <summary>
/// The demo's configuration and its data. Limits are wide, so that test tools may hammer it, and pauses short, so that
/// one sees something; a service is configured otherwise.
/// </summary>
internal static class DemoSettings
{
    private const string Note = "demo";
    private const string Carrier = "demo";

    public static GatewaySettings Create(DemoOptions options, string folder, (string Host, int Port) smartHost) => new()
    {
        Store = new StoreOptions { Folder = folder },
        Smtp = new MailInOptions
        {
            Listen = [options.Smtp.ToString()],
            Limits = new SmtpServerOptions
            {
                HostName = DemoOptions.Domain,
                MailBytesMax = 32 * 1024 * 1024,
                ConnectionsMax = 2000,
                ConnectionsPerAddressMax = 2000,
                ConnectionsPerMinuteMax = 1_000_000,
                ErrorsMax = 1000,
                RefusalsMax = 1000,
                UnknownRecipientsMax = 1000,
                UnknownRecipientsPerHourMax = 1_000_000,
                JunkCommandsMax = 100_000,
                MailsPerSessionMax = 1_000_000,
                SessionMax = TimeSpan.FromDays(1),
            },
        },
        Addresses = new AddressOptions
        {
            Domains = [DemoOptions.Domain],
            DefaultRegion = "GB",
            AllowFictitious = true,
        },
        Carriers = new Dictionary<string, CarrierOptions>
        {
            [Carrier] = new()
            {
                Kind = options.Smsc is null ? CarrierKind.Sandbox : CarrierKind.Smpp,
                Host = options.Smsc?.Host,
                Port = options.Smsc?.Port ?? 2775,
                SystemId = options.SystemId,
                Password = options.Password,
                ReconnectMax = TimeSpan.FromSeconds(2),
            },
        },
        Delivery = new DeliveryOptions { RetryFirst = TimeSpan.FromSeconds(1), RetryMax = TimeSpan.FromSeconds(10) },
        Replies = new RepliesOptions { DefaultMailbox = "office@company.example" },
        SmartHost = new SmartHostOptions
        {
            Host = smartHost.Host,
            Port = smartHost.Port,
            RetryFirst = TimeSpan.FromSeconds(1),
            RetryMax = TimeSpan.FromSeconds(10),
        },
    };

    /// <summary>
    /// Writes who may send and our number, in place of what an earlier demo wrote to the same folder.
    /// </summary>
    public static Task WriteDataAsync(DemoOptions options, SqliteStore store, TimeProvider time)
    {
        var rules = new SenderRules(store, time);
        List<long> old = [.. rules.List().Where(rule => rule.Note == Note).Select(rule => rule.Id)];
        List<SenderRule> open = [.. Senders(options.Allow).Select(Rule)];
        return store.WriteAsync(db =>
        {
            foreach (long id in old) SenderRules.Remove(db, id);
            foreach (SenderRule rule in open) rules.Add(db, rule);
            OwnNumbers.Put(
                db, new OwnNumber(PhoneNumber.FromE164(DemoOptions.OwnNumber), null, IsDefault: true),
                time.GetUtcNow().ToUnixTimeMilliseconds());
        });
    }

    private static IEnumerable<string> Senders(IReadOnlyList<string> allow) =>
        allow.Count == 0 ? ["*"] : allow.Select(one => one.Contains('@', StringComparison.Ordinal) ? one : $"@{one}");

    private static SenderRule Rule(string sender)
    {
        var draft = new SenderRuleDraft
        {
            Sender = sender,
            Networks = "127.0.0.0/8,::1/128",
            Destinations = "*",
            DefaultRegion = "GB",
            PartsMax = SenderRuleDraft.PartsHardMax,
            RecipientsMax = SenderRuleDraft.RecipientsHardMax,
            Note = Note,
        };
        return draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes)
            ? rule
            : throw new FormatException($"--allow {sender}: {string.Join(' ', mistakes)}");
    }
}
