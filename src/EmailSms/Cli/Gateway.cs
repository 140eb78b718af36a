using System.Net;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Carriers.Routing;
using EmailSms.Composing;
using EmailSms.Delivery;
using EmailSms.MailIn;
using EmailSms.MailIn.Mailboxes;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Smtp;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Cli;

/// <summary>
/// The whole house, put together by hand so that it can be read: what is made of what, what starts after what, and
/// what stops before what. It decides nothing.
/// </summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly ILogger<Gateway> _log;
    private readonly GatewayFrame _frame;
    private readonly bool _ownsFrame;
    private readonly List<BackgroundService> _workers;
    private readonly UnansweredTexts _unanswered;
    private readonly List<MailboxReader> _mailboxes;
    private readonly SubmissionAccounts _accounts;
    private readonly MailInParts _parts;
    private readonly Intake _intake;
    private readonly ListenerSet _listeners;
    private readonly SmtpServer _smtp;
    private readonly MailInOptions _mailIn;
    private readonly GatewaySettings _settings;
    private readonly ControlDesk _desk;
    private readonly NumberCarriers _numbers;
    private readonly WebListener _web;
    private readonly TimeProvider _time;

    private Gateway(
        GatewaySettings settings, GatewayFrame frame, bool ownsFrame, SqliteStore store, CarrierSet carriers,
        Wiring wiring, HookDesk hooks, ILoggerFactory loggers, TimeProvider time)
    {
        _log = loggers.CreateLogger<Gateway>();
        (_frame, _ownsFrame) = (frame, ownsFrame);
        _mailIn = settings.Smtp;
        _settings = settings;
        _time = time;
        Store = store;
        Carriers = carriers;
        Outbox = wiring.Outbox;
        Queue = wiring.Queue;
        _numbers = wiring.Numbers;
        _desk = new ControlDesk(
            store, carriers, wiring.Quality, wiring.Queue, wiring.Escalations, wiring.Outbox, wiring.Numbers, hooks);

        MailInParts mailIn = _parts = MailInParts.Of(settings, store, loggers, time);
        string domain = settings.Addresses.Domains[0];
        string admin = settings.Replies.DefaultMailbox;
        _accounts = mailIn.Accounts;
        var quotas = new QuotaDesk(
            store, mailIn.Quotas, settings.Limits.ConsecutiveNumbersMax, wiring.Outbox, domain, admin, time,
            loggers.CreateLogger<QuotaDesk>());
        var acceptance = new Acceptance(
            store, wiring.Queue, wiring.Escalations, mailIn.Conversations,
            new CutNotices(wiring.Outbox, domain, time), mailIn.Repetition, new Storms(wiring.Queue, time),
            new LoopAlerts(wiring.Alerts, settings.Addresses, loggers.CreateLogger<LoopAlerts>()),
            quotas,
            settings.Notices, time);
        _intake = new Intake(
            store,
            mailIn.Recipients,
            mailIn.Origins,
            mailIn.Mails,
            acceptance,
            new PostmasterDesk(wiring.Outbox, settings.Addresses.Domains, admin, time),
            new BounceDesk(
                settings.Addresses.Domains, wiring.Dead.IsKnown, wiring.Dead.TakeBounceAsync),
            time,
            loggers.CreateLogger<Intake>());
        _mailboxes = ReadersOf(settings, mailIn, acceptance, wiring.Outbox, store, loggers, time);
        _web = new WebListener(settings.Http, hooks, loggers, frame.Web);
        var logins = new LoginTrail(store, new SmtpUsers(store, time), time, loggers.CreateLogger<LoginTrail>());
        _intake.Guesses.Wrong = logins.NoteToken;
        hooks.Refused = logins.NoteHook;
        _listeners = new ListenerSet(settings.Smtp, _accounts, loggers, time, logins.Note);
        _smtp = new SmtpServer(
            () => new IntakeSession(_intake, _listeners, loggers.CreateLogger<Intake>()), loggers, time)
        {
            Sockets = frame.Mail,
        };
        _workers =
        [
            logins,
            new OutboxSender(
                wiring.Outbox, settings.SmartHost, settings.Dkim, store, Direct, time,
                loggers.CreateLogger<OutboxSender>()),
            new OverdueTexts(wiring.Replies, time, loggers.CreateLogger<OverdueTexts>()),
            _unanswered = wiring.Unanswered,
            new NoticeClock(store, wiring.Notices, time, loggers.CreateLogger<NoticeClock>()),
            new EscalationClock(
                store, wiring.Escalations, quotas.CountFollowUp, wiring.Outbox, domain, time,
                loggers.CreateLogger<EscalationClock>()),
            hooks,
            new Maintenance(store, ForgottenWithTime(settings), time, loggers.CreateLogger<Maintenance>()),
            DispatcherOf(settings, store, carriers, wiring, loggers, time),
        ];
    }

    public SqliteStore Store { get; }

    public CarrierSet Carriers { get; }

    public Outbox Outbox { get; }

    public SmsQueue Queue { get; }

    /// <summary>Where carriers call, with the ports that were chosen.</summary>
    public IReadOnlyList<Uri> WebAddresses => _web.Addresses;

    /// <summary>The listeners that were started, each with its name and the port that was chosen.</summary>
    public IReadOnlyList<SmtpListener> Listeners => _smtp.Listeners;

    /// <summary>Where mail is taken, with the ports that were chosen.</summary>
    public IReadOnlyList<IPEndPoint> SmtpEndpoints => _smtp.Endpoints;

    /// <summary>
    /// Opens the store and makes the rooms; nothing runs yet. Without a frame it has one of its own, from here to its
    /// end.
    /// </summary>
    /// <exception cref="StoreException">The data folder is in use, or its database cannot be opened.</exception>
    public static async Task<Gateway> CreateAsync(
        GatewaySettings settings, ILoggerFactory loggers, TimeProvider time, GatewayFrame? frame = null)
    {
        GatewayFrame around = frame ?? GatewayFrame.Take(settings.Store.Folder, loggers);
        SqliteStore? store = null;
        CarrierSet? carriers = null;
        try
        {
            store = SqliteStore.Open(
                settings.Store, time, loggers.CreateLogger<SqliteStore>(), AuditTrail.SinkOf("service", time));
            Wiring wiring = Wire(settings, store, loggers, time);
            var receipts = new ReceiptDesk(store, wiring.Fates, loggers.CreateLogger<ReceiptDesk>());
            var events = new CarrierEvents(receipts.TakeAsync, wiring.Replies.TakeAsync)
            {
                BindLost = wiring.Unanswered.Lost,
            };
            var hooks = new HookAddresses(
                settings.Http.PublicUrl, await Webhooks.KeyAsync(store, time).ConfigureAwait(false));
            carriers = await CarrierSet.CreateAsync(
                settings.Carriers, events, hooks, loggers, time, settings.Addresses.OnlyRegion)
                .ConfigureAwait(false);
            var desk = new HookDesk(
                store, carriers, hooks, events, wiring.Alerts, time, loggers.CreateLogger<HookDesk>());
            return new Gateway(settings, around, frame is null, store, carriers, wiring, desk, loggers, time);
        }
        catch
        {
            if (carriers is not null) await carriers.DisposeAsync().ConfigureAwait(false);
            if (store is not null) await store.DisposeAsync().ConfigureAwait(false);
            if (frame is null) await around.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins: mail out, carriers, the queue of before, and last the listener.</summary>
    /// <param name="stopping">Ends the workers.</param>
    /// <param name="note">What the audit trail is told of it; null: that the service started.</param>
    public async Task StartAsync(CancellationToken stopping, Action<StoreSession>? note = null)
    {
        await Store.WriteAsync(note ?? (db => ConfigurationTrail.NoteStart(db, _settings))).ConfigureAwait(false);
        _numbers.Refresh();
        foreach (BackgroundService worker in _workers) await worker.StartAsync(stopping).ConfigureAwait(false);
        Queue.Apply(Store.Read(Pauses.List));
        await Carriers.ApplyAsync(Store.Read(Pauses.List)).ConfigureAwait(false);
        await Carriers.StartAsync().ConfigureAwait(false);
        await _frame.Control.StartAsync(stopping).ConfigureAwait(false);
        _frame.Control.Open(_desk);
        foreach ((string key, string sentence) in ListenerWarnings.Of(_mailIn, _time))
        {
            _log.SettingIsRisky(key, sentence);
        }

        await _web.StartAsync(stopping).ConfigureAwait(false);
        await _smtp.StartAsync(_listeners.All, stopping).ConfigureAwait(false);
        _listeners.OpenSockets();
        foreach (MailboxReader reader in _mailboxes) await reader.StartAsync(stopping).ConfigureAwait(false);
        _log.Started(string.Join(", ", _smtp.Listeners.Select(NameOf)), Carriers.All.Count);
    }

    /// <summary>Ends: no new mail, no new submits, the windows emptied, unbound. What is on disk stays there.</summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        _log.Stopping();
        await Task.WhenAll(_mailboxes.Select(reader => reader.StopAsync(deadline))).ConfigureAwait(false);
        await _smtp.StopAsync(deadline).ConfigureAwait(false);
        await _web.StopAsync(deadline).ConfigureAwait(false);
        foreach (BackgroundService worker in Enumerable.Reverse(_workers))
        {
            await worker.StopAsync(deadline).ConfigureAwait(false);
        }

        _frame.Control.Close();
        if (_ownsFrame) await _frame.Control.StopAsync(deadline).ConfigureAwait(false);
        await Carriers.StopAsync(deadline).ConfigureAwait(false);
        await _unanswered.SettleAllAsync().ConfigureAwait(false);
        _log.Stopped();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _intake.Dispose();
        _parts.Dispose();
        foreach (BackgroundService worker in _workers.Concat(_mailboxes)) worker.Dispose();
        Outbox.Dispose();
        await Carriers.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        if (_ownsFrame) await _frame.DisposeAsync().ConfigureAwait(false);
    }

    private DirectDelivery Direct(DkimSignatures signatures) => new(
        _settings.SmartHost, signatures, new MailServerLookup(_parts.Dns, _settings.Dns, _time).FindAsync, _time);

    private static string NameOf(SmtpListener listener) => listener.Options.ListenerName.Length == 0
        ? $"{listener.EndPoint}"
        : $"{listener.EndPoint} ({listener.Options.ListenerName})";

    private static List<MailboxReader> ReadersOf(
        GatewaySettings settings, MailInParts mailIn, Acceptance acceptance, Outbox outbox, SqliteStore store,
        ILoggerFactory loggers, TimeProvider time)
    {
        var desk = new FetchDesk(
            store, mailIn.Recipients, mailIn.Origins, mailIn.Mails, acceptance, outbox, settings.Addresses.Domains,
            settings.Smtp.Limits.MailBytesMax, time, loggers.CreateLogger<FetchDesk>());
        return
        [
            .. settings.Mailboxes.Select(
                one => new MailboxReader(one, desk, store, time, loggers.CreateLogger<MailboxReader>())),
        ];
    }

    private static Wiring Wire(
        GatewaySettings settings, SqliteStore store, ILoggerFactory loggers, TimeProvider time)
    {
        string domain = settings.Addresses.Domains[0];
        var queue = new SmsQueue(store, settings.Queue, time);
        var outbox = new Outbox(store, settings.SmartHost, time)
        {
            Words = MailTemplates.Load(settings.MailTemplates, loggers.CreateLogger<Outbox>()),
            Settled = (db, queued, error) => TellOfMail(db, queued.Mail, error, time),
        };
        var mails = new ReplyMails(outbox, settings.Replies, domain, time);
        var dead = new DeadMailboxes(
            store, mails, settings.Replies, time, loggers.CreateLogger<DeadMailboxes>());
        var alerts = new AdminAlerts(outbox, domain, settings.Replies.DefaultMailbox, time);
        outbox.Settled += (db, queued, error) =>
        {
            // What the admin's own mailbox does not take is told to nobody: the log has it.
            if (error is null || dead.TakeFailure(db, queued.Id, error) || alerts.IsAdmin(queued.Mail.To)) return;
            alerts.Tell(db, "mail", to => FailedMail.Build(
                to.Words, to.Admin, to.Id, queued.Mail.To.ToString(), error, Outbox.Count(db).Failed, to.At,
                to.Domain));
        };
        var scopes = new OptOutScopes(settings.OptOuts);
        var optOuts = new OptOuts(store, scopes);
        var escalations = new Escalations(
            queue, MailInParts.LinkOf(settings.Replies, time).Note, settings.Notices, time);
        var notices = new NoticeDesk(
            outbox, settings.Notices, domain, TimeZoneInfo.FindSystemTimeZoneById(settings.Addresses.TimeZone), time);
        Tariffs tariffs = TariffFiles.Read(settings.Prices.Currency, settings.Carriers);
        CarrierQuality quality = QualityWatch.Read(store, settings.Quality, time);
        var fates = new Fates(
            notices, escalations, scopes, tariffs, new QualityWatch(quality), settings.Delivery, time)
        {
            LeftLater = (db, sms) => Conversations.NoteLeft(
                db, sms.SenderId, sms.To, sms.Mailbox, sms.Id, time.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        var unanswered = new UnansweredTexts(store, time, loggers.CreateLogger<UnansweredTexts>());
        var replies = new ReplyDesk(
            store,
            new KeywordDesk(
                queue, optOuts, settings.OptOuts.ReadWords(), settings.Replies, settings.OptOuts,
                (carrier, keyword) => AnswersItself(settings, carrier, keyword), time,
                loggers.CreateLogger<KeywordDesk>()),
            escalations, new ReplyRouting(settings.Replies), new Questions(queue, settings.Replies, time),
            mails, unanswered, settings.Replies, time,
            loggers.CreateLogger<ReplyDesk>());
        return new Wiring(
            queue, outbox, alerts, optOuts, fates, notices, replies, unanswered, dead, escalations, tariffs, quality,
            new NumberCarriers(store));
    }

    private static Dispatcher DispatcherOf(
        GatewaySettings settings, SqliteStore store, CarrierSet carriers, Wiring wiring, ILoggerFactory loggers,
        TimeProvider time)
    {
        var gate = new RecipientGate(
            store, wiring.OptOuts, new Consents(store), new QuietHours(settings.QuietHours),
            new SenderRules(store, time), new SmtpUsers(store, time),
            number => store.Read(db => AddressBook.ZoneOf(db, number)), time);
        var alerts = new CarrierAlerts(wiring.Alerts);
        SendThrottles throttles = RoutingParts.ThrottlesOf(settings, loggers, time);
        var attempts = new AttemptDesk(
            store, wiring.Queue, wiring.Fates, gate, throttles.Ask, alerts, settings.Delivery, time,
            loggers.CreateLogger<AttemptDesk>())
        {
            Ended = throttles.Hear,
            PausesChanged = () => carriers.ApplyAsync(store.Read(Pauses.List)),
        };
        Router router = RoutingParts.RouterOf(
            settings, store, wiring.Numbers, wiring.Tariffs, wiring.Quality);
        return new Dispatcher(
            store, wiring.Queue, carriers, router, attempts, wiring.Fates, alerts, settings.Delivery, time,
            loggers.CreateLogger<Dispatcher>());
    }

    private static RetentionTask[] ForgottenWithTime(GatewaySettings settings)
    {
        RetentionOptions keep = settings.Retention;
        return
        [
            SmsRetention.ParkedReceipts(keep.ParkedReceipts), SmsRetention.Texts(keep.Texts),
            SmsRetention.Lines(keep.Texts), SmsRetention.Subjects(keep.Texts), SmsRetention.Alarms(keep.Texts),
            InboundRetention.Texts(keep.Texts), Webhooks.Retention(keep.Texts), OutboxRetention.Mails(keep.Texts),
            SmsRetention.Records(keep.Records), SmsRetention.Mails(keep.Records),
            InboundRetention.Records(keep.Records), InboundRetention.Conversations(keep.Records),
            ConsentRetention.Answers(keep.Records), ConsentRetention.Withdrawn(keep.Consents),
            AuditTrail.Retention(keep.Audit), PhoneNetworks.Retention(keep.Networks),
        ];
    }

    private static bool AnswersItself(GatewaySettings settings, string carrier, Keyword keyword) =>
        settings.Carriers.TryGetValue(carrier, out CarrierOptions? options)
        && (keyword is Keyword.Help ? options.AnswersHelp : options.AnswersStop);

    private static void TellOfMail(StoreSession db, OutgoingMail mail, string? error, TimeProvider time)
    {
        foreach (string id in mail.MoreSms.Prepend(mail.SmsId ?? ""))
        {
            if (!Guid.TryParse(id, out Guid sms)) continue;
            Timeline.Append(
                db, sms, time.GetUtcNow().ToUnixTimeMilliseconds(),
                error is null ? Timeline.Mailed : Timeline.MailFailed,
                new { kind = mail.Kind.ToString().ToLowerInvariant(), to = mail.To.ToString(), error });
        }
    }

    private sealed record Wiring(
        SmsQueue Queue, Outbox Outbox, AdminAlerts Alerts, OptOuts OptOuts, Fates Fates, NoticeDesk Notices,
        ReplyDesk Replies, UnansweredTexts Unanswered, DeadMailboxes Dead, Escalations Escalations, Tariffs Tariffs,
        CarrierQuality Quality, NumberCarriers Numbers);
}
