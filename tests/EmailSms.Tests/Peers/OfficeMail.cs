using System.Net;
using EmailSms.Cli;
using EmailSms.MailOut;
using EmailSms.Policy;
using EmailSms.Smpp.Simulation;
using EmailSms.Smtp.Tests.Foreign;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Peers;

/// <summary>
/// The mail server of a company, as Debian has it: Postfix takes and relays, Dovecot checks its passwords and shows its
/// mailboxes.
/// <code>
///   the world ──────────────► Postfix ──► Dovecot's mailboxes (clinic.example) ──► mail programs
///   the gateway ── AUTH, TLS ──► │ └────► the gateway (sms.example)
///                                └──────► the world (everything else)
/// </code>
/// It is started once for all tests that use it; each of them has a gateway and phones of its own.
/// </summary>
public sealed class OfficeMail : IAsyncLifetime
{
    public const string Collection = "the mail server of a company";

    internal const string Account = "emailsms";
    internal const string Domain = "clinic.example";

    /// <summary>A mailbox that its owner took along to a place where it is refused.</summary>
    internal const string Moved = "moved@clinic.example";

    private const int PeopleMax = 40;

    private static readonly string[] Mailboxes =
    [
        "desk@clinic.example", TestGateway.Office, TestGateway.Staff,
        .. Enumerable.Range(1, PeopleMax).Select(Person),
    ];

    private readonly TestFolder _folder = new();
    private readonly CuttingRelay _toGateway = new(target: 0);
    private PostfixInstance? _postfix;
    private DovecotServer? _dovecot;
    private int _people;

    /// <summary>All mail servers but this one and the gateway.</summary>
    internal SmtpSink World { get; } = SmtpSink.Open();

    internal PolicyServer Policy { get; } = new();

    internal DovecotServer Dovecot => _dovecot!;

    internal int SmtpPort => _postfix!.Smtp.Port;

    internal IPEndPoint Smtp => _postfix!.Smtp;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it, unless another test did. Where it is not installed the test is skipped.</summary>
    internal async Task NeedAsync()
    {
        LineProcess.Need("Postfix, started by root,", PostfixInstance.Missing() is null);
        DovecotServer.Need();
        if (_postfix is not null) return;
        _dovecot = await DovecotServer.StartAsync(
            "auth_mechanisms = plain login cram-md5 scram-sha-256",
            "mailbox_idle_check_interval = 1 secs",
            "service auth {\n unix_listener auth-postfix {\n mode = 0666\n }\n}");
        TestCertificate.Write(_folder, "postfix", host: "localhost").Dispose();
        string boxes = string.Join(' ', Mailboxes.Select(one => $"{{ {one} = {one}/ }}"));
        _postfix = await PostfixInstance.StartAsync(
            "smtpd_tls_security_level = may", "smtpd_tls_auth_only = yes",
            $"smtpd_tls_cert_file = {_folder.File("postfix.pem")}",
            $"smtpd_tls_key_file = {_folder.File("postfix.key")}",
            "smtpd_sasl_auth_enable = yes", "smtpd_sasl_type = dovecot",
            $"smtpd_sasl_path = {_dovecot.File("run/auth-postfix")}",
            "smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination",
            "smtpd_recipient_restrictions = reject_unlisted_recipient, "
                + $"check_policy_service inet:127.0.0.1:{Policy.Port}",
            $"virtual_mailbox_domains = {Domain}", $"virtual_mailbox_base = {_dovecot.MailFolder("")}",
            $"virtual_mailbox_maps = inline:{{ {boxes} }}", "virtual_minimum_uid = 1",
            "virtual_uid_maps = static:8", "virtual_gid_maps = static:8", // the user mail, as which Dovecot reads
            $"virtual_alias_maps = inline:{{ {{ {Moved} = gone@elsewhere.example }} }}",
            $"relay_domains = {TestGateway.Domain}",
            $"transport_maps = inline:{{ {{ {TestGateway.Domain} = smtp:[127.0.0.1]:{_toGateway.Port} }} }}",
            $"relayhost = [127.0.0.1]:{World.Port}",
            "queue_run_delay = 1s", "minimal_backoff_time = 1s", "maximal_backoff_time = 1s",
            "transport_retry_time = 1s");
    }

    /// <summary>A gateway that sends through it, with a login, and that it relays to.</summary>
    internal async Task<TestGateway> StartGatewayAsync(
        Action<GatewaySettings>? change = null, Func<SenderRuleDraft, SenderRuleDraft>? rule = null,
        SmscBehaviour? behaviour = null)
    {
        await NeedAsync();
        Policy.Answer = PolicyServer.NoOpinion;
        World.Answer = (_, _) => null;
        TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.SmartHost.Host = "localhost";
                settings.SmartHost.Port = SmtpPort;
                settings.SmartHost.Tls = SmartHostTls.StartTls;
                settings.SmartHost.CaFile = _folder.File("postfix.pem");
                settings.SmartHost.CheckRevocation = false; // nobody lists it
                settings.SmartHost.UserName = Account;
                settings.SmartHost.Password = DovecotServer.Password;
                change?.Invoke(settings);
            },
            rule, behaviour);
        _toGateway.Target = test.Smtp.Port;
        return test;
    }

    /// <summary>The next of them, whose mailbox no other test has used.</summary>
    internal string NextPerson()
    {
        Assert.True(++_people <= PeopleMax, "There are more people in the tests than mailboxes.");
        return Person(_people);
    }

    /// <summary>Waits for a line of Postfix' log with all these words.</summary>
    internal async Task<string> LoggedAsync(params string[] words)
    {
        string? found = null;
        await TestGateway.UntilAsync(() =>
        {
            using var log = new FileStream(
                _postfix!.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(log);
            found = reader.ReadToEnd().Split('\n').FirstOrDefault(
                line => words.All(word => line.Contains(word, StringComparison.Ordinal)));
            return found is not null;
        });
        return found!;
    }

    /// <summary>A mail that Postfix sent to the world, once it is there.</summary>
    internal async Task<SunkMail> SentToAsync(string recipient)
    {
        SunkMail? found = null;
        await TestGateway.UntilAsync(() => (found = World.Mails.FirstOrDefault(mail => mail.To == recipient)) != null);
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postfix is not null) await _postfix.DisposeAsync();
        if (_dovecot is not null) await _dovecot.DisposeAsync();
        await _toGateway.DisposeAsync();
        await World.DisposeAsync();
        await Policy.DisposeAsync();
        _folder.Dispose();
    }

    private static string Person(int number) => $"person{number}@{Domain}";
}

/// <summary>The classes that share it.</summary>
[CollectionDefinition(OfficeMail.Collection)]
public sealed class OfficeMailTests : ICollectionFixture<OfficeMail>;
