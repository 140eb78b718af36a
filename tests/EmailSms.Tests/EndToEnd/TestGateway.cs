using System.Net;
using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Cli;
using EmailSms.Cli.Demo;
using EmailSms.Delivery;
using EmailSms.MailIn;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Smpp.Simulation;
using EmailSms.Smtp;
using EmailSms.Store;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The whole product in a test: the real gateway on real sockets and a real database, a simulator as its SMSC, and the
/// catch-all mailbox as its smart host.
/// </summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string Domain = "sms.example";
    public const string OwnNumber = "+447700900999";
    public const string Phone = "+447700900123";
    public const string Staff = "ann@clinic.example";
    public const string Office = "office@clinic.example";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly bool _hasOwnPhones;

    private TestGateway(SmscSimulator phones, CatchAllMailbox mailbox, bool hasOwnPhones)
    {
        (Phones, Mailbox, _hasOwnPhones) = (phones, mailbox, hasOwnPhones);
        Settings = DefaultSettings();
    }

    public GatewaySettings Settings { get; }

    /// <summary>Where the gateway logs to; nowhere unless a test wants to read it.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    public SmscSimulator Phones { get; }

    public CatchAllMailbox Mailbox { get; }

    public Gateway Gateway { get; private set; } = null!;

    public SqliteStore Store => Gateway.Store;

    public IPEndPoint Smtp => Gateway.SmtpEndpoints[0];

    /// <summary>Starts everything; what a test wants otherwise it says before, or in the rule.</summary>
    public static async Task<TestGateway> StartAsync(
        Action<GatewaySettings>? change = null, Func<SenderRuleDraft, SenderRuleDraft>? rule = null,
        SmscBehaviour? behaviour = null, bool startGateway = true)
    {
        var phones = new SmscSimulator(
            new SmscSimulatorOptions { Behaviour = behaviour ?? new SmscBehaviour() }, NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var mailbox = new CatchAllMailbox(NullLoggerFactory.Instance, TimeProvider.System);
        await mailbox.StartAsync(CancellationToken.None);
        var test = new TestGateway(phones, mailbox, hasOwnPhones: true);
        test.Settings.Carriers["main"].Port = phones.Endpoint.Port;
        test.Settings.SmartHost.Port = mailbox.Endpoint.Port;
        change?.Invoke(test.Settings);
        if (startGateway) await test.StartGatewayAsync(rule);
        return test;
    }

    /// <summary>Starts the gateway, once, or again on the data it left.</summary>
    public async Task StartGatewayAsync(Func<SenderRuleDraft, SenderRuleDraft>? rule = null)
    {
        Gateway = await Gateway.CreateAsync(Settings, Loggers, TimeProvider.System);
        var draft = new SenderRuleDraft
        {
            Sender = "@clinic.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            DefaultRegion = "GB",
        };
        var rules = new SenderRules(Store, TimeProvider.System);
        if (rules.List().Count == 0)
        {
            draft = rule?.Invoke(draft) ?? draft;
            Assert.True(draft.TryBecomeRule(out SenderRule? made, out _));
            await Store.WriteAsync(db => rules.Add(db, made));
            await Store.WriteAsync(db => OwnNumbers.Put(
                db, new OwnNumber(PhoneNumber.FromE164(OwnNumber), "desk@clinic.example", IsDefault: true), 0));
        }

        await Gateway.StartAsync(CancellationToken.None);
    }

    /// <summary>Stops the gateway as SIGTERM does, and keeps its data.</summary>
    public async Task StopGatewayAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await Gateway.StopAsync(deadline.Token);
        await Gateway.DisposeAsync();
    }

    public static MimeMessage Mail(string text, string to = Phone, string from = Staff, string subject = "Note") => new(
        [MailboxAddress.Parse(from)], [new MailboxAddress("", $"{to}@{Domain}")], subject,
        new TextPart("plain") { Text = text });

    /// <summary>Sends a mail as a client does, and returns the server's answer to it.</summary>
    public async Task<string> SendAsync(MimeMessage mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(Smtp.Address.ToString(), Smtp.Port, SecureSocketOptions.None);
        string answer = await client.SendAsync(mail);
        await client.DisconnectAsync(quit: true);
        return answer;
    }

    /// <summary>Runs our own program on its data, to the end.</summary>
    public Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync([.. words, "--data", Settings.Store.Folder]);

    /// <summary>The same with <c>--json</c>, which must go well: a value for each line.</summary>
    public async Task<JsonElement[]> RunJsonAsync(params string[] words)
    {
        (int code, string output, string errors) = await RunAsync([.. words, "--json"]);
        Assert.True(code == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The refusal of a mail that must be refused.</summary>
    public async Task<SmtpCommandException> SendRefusedAsync(MimeMessage mail) =>
        await Assert.ThrowsAnyAsync<SmtpCommandException>(() => SendAsync(mail));

    /// <summary>The next SMS that a phone shows.</summary>
    public async Task<SimulatedSms> NextSmsAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await Phones.NextAsync(deadline.Token);
    }

    /// <summary>A person texts.</summary>
    public async Task TextAsync(string text, string from = Phone, string to = OwnNumber)
    {
        using var deadline = new CancellationTokenSource(Patience);
        Assert.True(await Phones.InjectAsync(from, to, text, deadline: deadline.Token));
    }

    /// <summary>The next mail that came out.</summary>
    public async Task<CaughtMail> NextMailAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await Mailbox.Mails.ReadAsync(deadline.Token);
    }

    /// <summary>The only SMS there is, once it is in a state.</summary>
    public async Task<SmsRecord> SmsInStateAsync(SmsState state, string? to = null)
    {
        PhoneNumber? number = to is null ? null : PhoneNumber.FromE164(to);
        List<SmsRecord> found = [];
        await UntilAsync(() =>
        {
            found = Store.Read(db => SmsRecord.Search(db, new SmsSearch(To: number)));
            return found.Exists(sms => sms.State == state);
        });
        return found.First(sms => sms.State == state);
    }

    /// <summary>Waits for something to become true that nobody announces, with a deadline.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It did not come true in time.");
            await Task.Delay(10);
        }
    }

    /// <summary>Adds a rule beside the one that every test has.</summary>
    public async Task<SenderRule> AddRuleAsync(SenderRuleDraft draft)
    {
        bool isRule = draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes);
        Assert.True(isRule, string.Join(" ", mistakes));
        var rules = new SenderRules(Store, TimeProvider.System);
        return await Store.WriteAsync(db => rules.Add(db, rule!));
    }

    /// <summary>Where a listener with a name takes mail.</summary>
    public EndPoint At(string listener) =>
        Gateway.Listeners.First(one => one.Options.ListenerName == listener).EndPoint;

    /// <summary>Adds an account.</summary>
    public async Task AddUserAsync(string name, string password, string sendAs = "")
    {
        Assert.True(SmtpUser.TryCreate(name, sendAs, null, out SmtpUser? user, out _));
        var users = new SmtpUsers(Store, TimeProvider.System);
        string credential = SmtpCredential.Create(user.Name, password).ToStored();
        Assert.True(await Store.WriteAsync(db => users.Add(db, user, credential)));
    }

    /// <summary>How many SMS are in a state, as it is written on disk.</summary>
    public long CountIn(string state) => Store.Read(SmsRecord.Count).GetValueOrDefault(state);

    /// <summary>How many SMS are held in memory.</summary>
    public long Leased() =>
        Store.Read(db => (long)db.Scalar("select count(*) from sms where leased_by is not null")!);

    public IEnumerable<string> Kinds(Guid sms) => Store.Read(db => Timeline.Of(db, sms)).Select(line => line.Kind);

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null) await StopGatewayAsync();
        if (_hasOwnPhones) await Phones.DisposeAsync();
        await Mailbox.DisposeAsync();
        _folder.Dispose();
    }

    private GatewaySettings DefaultSettings() => new()
    {
        Store = new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 },
        Smtp = new MailInOptions
        {
            Listen = ["127.0.0.1:0"],
            Limits = new SmtpServerOptions { ConnectionsPerAddressMax = 500, ConnectionsPerMinuteMax = 100_000 },
        },
        Limits = new LimitOptions { ConsecutiveNumbersMax = 0 },
        Addresses = new AddressOptions { Domains = [Domain], DefaultRegion = "GB", AllowFictitious = true },
        Carriers = new Dictionary<string, CarrierOptions>
        {
            ["main"] = new()
            {
                Host = "127.0.0.1",
                SystemId = "test",
                Password = "test",
                ReconnectMax = TimeSpan.FromSeconds(1),
                AnswerMax = TimeSpan.FromSeconds(10),
            },
        },
        Delivery = new DeliveryOptions
        {
            RetryFirst = TimeSpan.FromMilliseconds(100),
            RetryMax = TimeSpan.FromSeconds(1),
        },
        Replies = new RepliesOptions { DefaultMailbox = Office },
        SmartHost = new SmartHostOptions
        {
            Host = "127.0.0.1",
            RetryFirst = TimeSpan.FromSeconds(1),
            RetryMax = TimeSpan.FromSeconds(1),
        },
    };
}
