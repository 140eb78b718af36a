using EmailSms.Carriers;
using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// What decides about a mail, put together once for the gateway and for a question: the two cannot answer differently.
/// </summary>
internal sealed record MailInParts(
    RecipientDesk Recipients, OriginDesk Origins, MailDesk Mails, Repetition Repetition, ConversationLink Conversations,
    SubmissionAccounts Accounts, Quotas Quotas, DnsLookup Dns)
    : IDisposable
{
    public static MailInParts Of(
        GatewaySettings settings, SqliteStore store, ILoggerFactory loggers, TimeProvider time)
    {
        var rules = new SenderRules(store, time);
        var dns = new DnsLookup(settings.Dns, time, loggers.CreateLogger<DnsLookup>());
        var origins = new OriginDesk(
            rules, new ProofOfOrigin(settings.Policy, settings.Dns, dns, settings.Smtp.Limits.HostName, time));
        var accounts = new SubmissionAccounts(new SmtpUsers(store, time));
        ConversationLink conversations = LinkOf(settings.Replies, time);
        var quotas = new Quotas(
            settings.Limits, PriceFile.Read(settings.Prices),
            TimeZoneInfo.FindSystemTimeZoneById(settings.Addresses.TimeZone));
        var recipients = new RecipientDesk(
            rules, accounts,
            DutiesOf(settings.OptOuts, settings.QuietHours, conversations, store, time),
            new RecipientParser(), new NameResolver(store, time),
            new Colleagues(token => settings.Replies.TokenAnswers is TokenAnswers.SameDomain
                ? store.Read(db => conversations.ByToken(db, token))
                : null),
            new Correspondents(store, conversations), settings.Addresses, TakesFictitious(settings),
            new LimitDesk(store, quotas, settings.Addresses.RepeatWindow, time), time);
        return new MailInParts(
            recipients,
            origins,
            new MailDesk(
                recipients, accounts, origins,
                new TextDesk(new MailComposer(new LearnedDisclaimers(store, time))),
                new RegistrationDesk(store, conversations)),
            new Repetition(settings.Addresses),
            conversations,
            accounts,
            quotas,
            dns);
    }

    /// <inheritdoc/>
    public void Dispose() => Dns.Dispose();

    /// <summary>What is owed to the people behind numbers.</summary>
    public static RecipientDuties DutiesOf(
        OptOutOptions optOuts, QuietHoursOptions quiet, ConversationLink conversations, SqliteStore store,
        TimeProvider time) =>
        new(
            new OptOuts(store, new OptOutScopes(optOuts)), new Consents(store), new QuietHours(quiet),
            number => store.Read(db => AddressBook.ZoneOf(db, number)),
            (recipient, mailbox) => store.Read(db => conversations.SenderIdOf(db, mailbox, recipient)), time);

    /// <summary>What the numbers of conversations are for a mail on its way out.</summary>
    public static ConversationLink LinkOf(RepliesOptions options, TimeProvider time)
    {
        long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
        long Since() => NowMs() - (long)options.ConversationWindow.TotalMilliseconds;
        return new ConversationLink(
            (db, their, mailbox) => Replies.Conversations.OwnNumberFor(db, their, mailbox, Since()),
            db => OwnNumbers.Default(db)?.E164,
            (db, pool, their, mailbox) => Replies.Conversations.FromPool(db, pool, their, mailbox, Since()),
            (db, named, mailbox) => Replies.Conversations.IsShared(
                db, named.Own, named.Their, (named.Mailbox, mailbox), Since()),
            (db, token) => Replies.Conversations.FindByToken(db, token) is { } named
                ? new NamedConversation(named.OwnText, named.Their, named.Mailbox)
                : null,
            Replies.Conversations.HaveWritten,
            OwnNumbers.RegistrationOf,
            (db, own, their, mailbox, sms, messageId) =>
                Replies.Conversations.NoteSms(db, own, their, mailbox, sms, messageId, NowMs()));
    }

    // Numbers of films and examples belong to nobody, so only a sandbox may be sent to for them, unless switched on.
    private static bool TakesFictitious(GatewaySettings settings) =>
        settings.Addresses.AllowFictitious
        || settings.Carriers.Values.All(carrier => carrier.Kind is CarrierKind.Sandbox);
}
