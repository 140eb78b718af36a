using System.Collections.Concurrent;
using System.Net;
using EmailSms.MailIn.Mailboxes;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using static EmailSms.Tests.EndToEnd.HostedMailbox;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The SMS of a mail are on disk, and its server does not know it yet. At that moment everything ends, and nobody is
/// texted twice.
/// </summary>
public sealed class A_mailbox_is_left_half_way
{
    [Theory]
    [InlineData(nameof(MailboxProtocol.Imap), nameof(MailboxAfter.Move), "MOVE")]
    [InlineData(nameof(MailboxProtocol.Imap), nameof(MailboxAfter.Delete), "EXPUNGE")]
    [InlineData(nameof(MailboxProtocol.Pop3), nameof(MailboxAfter.Delete), "DELE")]
    [InlineData(nameof(MailboxProtocol.Pop3), nameof(MailboxAfter.Delete), "QUIT")] // it deletes then, and no earlier
    public async Task By_a_connection_that_is_lost_and_a_gateway_that_ends(string protocol, string after, string cut)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using CuttingRelay relay = RelayOf(server, protocol, cut);
        MailboxOptions mailbox = protocol == nameof(MailboxProtocol.Imap)
            ? Imap(server)
            : Pop3(server, MailboxAfter.Delete);
        (mailbox.Port, mailbox.After, mailbox.MoveTo) = (relay.Port, Enum.Parse<MailboxAfter>(after), "Done");
        await server.DeliverAsync(User, NamelessMail("Pump 3 is down"));
        await using TestGateway test = await StartAsync(mailbox);
        Assert.Equal("Pump 3 is down", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => relay.Cuts > 1); // it comes back, and tries that and no second SMS
        await test.StopGatewayAsync();
        Assert.Single((await server.FlagsAsync(User))!);

        relay.Cut = null;
        await test.StartGatewayAsync();
        await server.UntilAsync(User, "INBOX", flags => flags.Count == 0);
        int moved = after == nameof(MailboxAfter.Move) ? 1 : 0;
        Assert.Equal(moved, (await server.FlagsAsync(User, "Done"))?.Count ?? 0);
        await server.DeliverAsync(User, NamelessMail("Pump 3 is up"));
        Assert.Equal("Pump 3 is up", (await test.NextSmsAsync()).Text);
        Assert.Equal(2, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
    }

    [Theory]
    [InlineData(nameof(MailboxProtocol.Imap), nameof(MailboxAfter.Move), "MOVE")]
    [InlineData(nameof(MailboxProtocol.Pop3), nameof(MailboxAfter.Delete), "DELE")]
    [InlineData(nameof(MailboxProtocol.Pop3), nameof(MailboxAfter.Delete), "QUIT")]
    public async Task By_a_process_that_is_killed(string protocol, string after, string cut)
    {
        await using DovecotServer server = await DovecotServer.StartAsync();
        await using CuttingRelay relay = RelayOf(server, protocol, cut);
        var arrived = new ConcurrentQueue<string>();
        await using var phones = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance)
        {
            SmsReceived = sms => arrived.Enqueue(sms.Text),
        };
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using ServiceProcess service = await ServiceAsync(phones, protocol, after, relay.Port);
        await server.DeliverAsync(User, NamelessMail("Pump 3 is down"));
        await service.StartAsync();
        await TestGateway.UntilAsync(() => relay.Cuts > 0);
        await DeliveredAsync(service, 1); // what is on its way to a carrier may be repeated, and is not what is asked
        await service.KillAsync();
        Assert.Equal("taken 0", await SeenAsync(service));
        Assert.Single((await server.FlagsAsync(User))!);

        relay.Cut = null;
        await service.StartAsync();
        await server.UntilAsync(User, "INBOX", flags => flags.Count == 0);
        await server.DeliverAsync(User, NamelessMail("Pump 3 is up"));
        await DeliveredAsync(service, 2);
        await server.UntilAsync(User, "INBOX", flags => flags.Count == 0);
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(["Pump 3 is down", "Pump 3 is up"], arrived);
    }

    private static CuttingRelay RelayOf(DovecotServer server, string protocol, string cut) =>
        new(protocol == nameof(MailboxProtocol.Imap) ? server.ImapPort : server.Pop3Port) { Cut = cut };

    private static async Task<ServiceProcess> ServiceAsync(
        SmscSimulator phones, string protocol, string after, int port)
    {
        var service = new ServiceProcess(phones.Endpoint.Port, window: 10, mailbox: new
        {
            Name = "office",
            Protocol = protocol,
            Host = "127.0.0.1",
            Port = port,
            Tls = nameof(MailboxTls.None),
            UserName = User,
            DovecotServer.Password,
            Address = User,
            After = after,
            MoveTo = "Done",
            PollInterval = "00:00:01",
            ReconnectMax = "00:00:01",
        });
        (int code, string output) = await service.CommandAsync(
            "senders", "add", "--from", "@clinic.example", "--to", "*", "--listener", "office", "--proof", "token",
            "--token", Secret);
        Assert.True(code == 0, output);
        return service;
    }

    private static async Task DeliveredAsync(ServiceProcess service, long count)
    {
        await using SqliteStore store = service.OpenStore();
        string delivered = SmsRecord.StateText(SmsState.Delivered);
        await TestGateway.UntilAsync(() => store.Read(SmsRecord.Count).GetValueOrDefault(delivered) == count);
    }

    private static async Task<string?> SeenAsync(ServiceProcess service)
    {
        await using SqliteStore store = service.OpenStore();
        return store.Read(db => db.Scalar("select outcome || ' ' || settled from fetched_mail")) as string;
    }
}
