using EmailSms.Cli;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy.Proof;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.MailOut;

/// <summary>To the mail servers of a domain, found in a real DNS and reached on real sockets.</summary>
public sealed class DirectDeliveryTests : IAsyncLifetime
{
    private readonly OutboxRig _rig = new();
    private readonly SmtpSink _sink = SmtpSink.Open();
    private readonly DnsServer _server = DnsServer.Start("""
        x.example MX 20 backup.x.example
        x.example MX 10 mx.x.example
        mx.x.example A 127.0.0.1
        backup.x.example A 127.0.0.2
        away.example MX 10 gone.away.example
        away.example MX 20 mx.x.example
        gone.away.example A 127.0.0.3
        bare.example A 127.0.0.1
        null.example MX 0 .
        blank.example TXT nothing
        broken.example FAILS
        """);

    private DnsLookup _dns = null!;

    public ValueTask InitializeAsync()
    {
        var dns = new DnsOptions { Servers = [_server.EndPoint.ToString()], CacheEntriesMax = 0 };
        _dns = new DnsLookup(dns, TimeProvider.System, NullLogger<DnsLookup>.Instance);
        (_rig.Options.Host, _rig.Options.Direct) = (null, true);
        _rig.Direct = signatures => new DirectDelivery(
            _rig.Options, signatures, new MailServerLookup(_dns, dns, TimeProvider.System).FindAsync, _rig.Clock,
            _sink.Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _sink.DisposeAsync();
        _dns.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("x.example")] // the preferred of two
    [InlineData("away.example")] // the preferred is away
    [InlineData("bare.example")] // no MX: the domain's own address (RFC 5321 5.1)
    public async Task A_mail_reaches_a_server_of_its_domain(string domain)
    {
        await SendAsync($"ann@{domain}");
        await Eventually.IsAsync(() => _rig.Outbox.Count().Queued == 0);
        Assert.Equal($"ann@{domain}", Assert.Single(_sink.Mails).To);
    }

    [Theory]
    [InlineData("null.example", "556 5.1.10 null.example takes no mail (null MX)")]
    [InlineData("nowhere.example", "550 5.1.2 There is no domain nowhere.example")]
    [InlineData("blank.example", "550 5.1.2 No mail server of blank.example has an address")]
    public async Task A_domain_that_takes_none_is_refused_at_once(string domain, string answer)
    {
        await SendAsync($"ann@{domain}");
        await Eventually.IsAsync(() => _rig.Outbox.Count().Failed == 1);
        Assert.Equal(answer, Error());
    }

    [Fact]
    public async Task Where_the_DNS_says_nothing_the_mail_waits_and_the_others_do_not()
    {
        await SendAsync("ann@broken.example");
        await _rig.EnqueueAsync(Mail("bob@x.example"));
        await Eventually.IsAsync(() => _rig.Outbox.Count().Queued == 1); // settled, a moment after it was taken
        Assert.Equal("bob@x.example", Assert.Single(_sink.Mails).To);
        Assert.Equal("The DNS gave no answer about broken.example", Error());
    }

    [Fact]
    public async Task Mails_to_one_domain_share_a_connection()
    {
        await _rig.EnqueueAsync(Mail("ann@x.example"));
        await _rig.EnqueueAsync(Mail("bob@x.example"));
        await _rig.StartAsync(_sink.Port);
        await Eventually.IsAsync(() => _sink.Mails.Count == 2);
        Assert.Equal(1, _sink.Connections);
    }

    [Fact]
    public async Task Where_TLS_is_offered_and_fails_the_mail_goes_in_the_clear()
    {
        _sink.Offers = ["STARTTLS"];
        _sink.Answer = (at, line) => at is SinkStage.Reset && line == "STARTTLS" ? "220 2.0.0 no TLS follows" : null;
        await SendAsync("ann@x.example");
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
    }

    private async Task SendAsync(string to)
    {
        await _rig.EnqueueAsync(Mail(to));
        await _rig.StartAsync(_sink.Port);
    }

    private string? Error() => _rig.Disk.Store.Read(db =>
        db.Scalar("select error from outbox where error is not null order by id limit 1")) as string;

    private static OutgoingMail Mail(string to) => new(
        MailKind.Notice, "", EmailAddress.Parse(to), "From: gw@gw.example\r\nSubject: x\r\n\r\nhello\r\n"u8.ToArray());
}
