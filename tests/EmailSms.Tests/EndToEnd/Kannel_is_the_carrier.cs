using System.Net;
using System.Net.Sockets;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The whole way through a foreign gateway: mail, our HTTP carrier, Kannel's smsbox, its bearerbox, SMPP, the
/// simulator's phones; and receipts and replies back over the same.
/// </summary>
public sealed class Kannel_is_the_carrier : IAsyncLifetime
{
    private const string Bearerbox = "/usr/sbin/bearerbox";
    private const string Smsbox = "/usr/sbin/smsbox";

    private readonly TestFolder _folder = new();
    private readonly List<LineProcess> _boxes = [];
    private readonly int _sendPort = FreePort();
    private readonly int _boxPort = FreePort();
    private readonly int _hookPort = FreePort();
    private TestGateway _test = null!;

    private string PublicUrl => $"http://127.0.0.1:{_hookPort}";

    public async ValueTask InitializeAsync()
    {
        LineProcess.Need("Kannel (Debian: kannel)", File.Exists(Bearerbox) && File.Exists(Smsbox));
        _test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Carriers["main"] = new CarrierOptions
                {
                    Kind = CarrierKind.Http,
                    Definition = "kannel",
                    Values = new()
                    {
                        ["Url"] = $"http://127.0.0.1:{_sendPort}",
                        ["User"] = "tester",
                        ["Password"] = "secret",
                        ["AllowedNetworks"] = "127.0.0.1/32",
                    },
                };
                settings.Http = new WebOptions { Listen = [$"127.0.0.1:{_hookPort}"], PublicUrl = PublicUrl };
            },
            behaviour: new SmscBehaviour
            {
                ReceiptDelay = TimeSpan.FromMilliseconds(100), // it loses those that come too early
                Rules =
                [
                    new SmscRule
                    {
                        Destinations = "*90", Statuses = [new WeightedStatus(CommandStatus.InvalidDestinationAddress)],
                    },
                    new SmscRule
                    {
                        Destinations = "*82",
                        Receipts = new ReceiptPlan
                        {
                            States = [new WeightedState(MessageState.Expired)],
                            Delay = TimeSpan.FromMilliseconds(100),
                        },
                    },
                ],
            });
        string file = _folder.File("kannel.conf");
        string hook = new HookAddresses(
            PublicUrl, await Webhooks.KeyAsync(_test.Store, TimeProvider.System)).Of("main");
        await File.WriteAllTextAsync(file, Configuration(_test.Phones.Endpoint.Port, hook));
        _boxes.Add(LineProcess.Start(Bearerbox, ["-v", "4", file]));
        await UntilOpenAsync(_boxPort); // smsbox gives up at once when nobody listens there
        _boxes.Add(LineProcess.Start(Smsbox, ["-v", "4", file]));
        await UntilOpenAsync(_sendPort);
        await TestGateway.UntilAsync(() => _test.Phones.Sessions.Any(session => session.IsReceiver));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LineProcess box in _boxes.AsEnumerable().Reverse()) box.Dispose();
        if (_test is not null) await _test.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Texts_go_out_receipts_and_replies_come_back()
    {
        string cyrillic = string.Concat(Enumerable.Repeat("Привет ", 20)).Trim();
        foreach (string text in new[] { "Boiler 3: 92 C, ask for [Ann]", new string('x', 400), cyrillic })
        {
            await _test.SendAsync(TestGateway.Mail(text));
            SimulatedSms sms = await _test.NextSmsAsync();
            Assert.Equal((text, TestGateway.OwnNumber.TrimStart('+')), (sms.Text, sms.From.TrimStart('+')));
        }

        await TestGateway.UntilAsync(() => _test.CountIn("delivered") == 3);
        string words = string.Concat(Enumerable.Repeat("long words ", 30)).Trim();
        foreach (string text in new[] { "On my way", "Grüße 😀", words })
        {
            await _test.TextAsync(text);
            CaughtMail mail = await _test.NextMailAsync();
            Assert.Contains(text, mail.Mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }

        Assert.Equal(7, _test.Phones.Counts.Submits); // parts; Kannel texted nobody by itself
        Assert.Empty(_test.Store.Read(db => db.Query("select id from webhook", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_refusal_and_an_expiry_are_told_to_the_sender()
    {
        await _test.SendAsync(TestGateway.Mail("No such number", to: "+447700900190"));
        await _test.SmsInStateAsync(SmsState.Failed, "+447700900190");
        Assert.StartsWith(
            "Not delivered", (await _test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);

        await _test.SendAsync(TestGateway.Mail("Switched off", to: "+447700900182"));
        await _test.SmsInStateAsync(SmsState.Expired, "+447700900182");
    }

    private static async Task UntilOpenAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    private static int FreePort() // Kannel cannot be told to choose
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private string Configuration(int smscPort, string hook) =>
        $"""
            group = core
            sms-combine-concatenated-mo = true
            admin-port = {FreePort()}
            admin-password = secret
            smsbox-port = {_boxPort}
            box-allow-ip = "127.0.0.1"
            dlr-storage = internal
            log-file = "{_folder.File("bearerbox.log")}"
            log-level = 0

            group = smsc
            smsc = smpp
            smsc-id = emailsms
            host = 127.0.0.1
            port = {smscPort}
            transceiver-mode = true
            smsc-username = kannel
            smsc-password = secret
            system-type = ""
            max-pending-submits = 10

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = {_sendPort}
            log-file = "{_folder.File("smsbox.log")}"
            log-level = 0

            group = sendsms-user
            username = tester
            password = secret
            max-messages = 10
            concatenation = true

            group = sms-service
            keyword = default
            catch-all = true
            omit-empty = true
            max-messages = 0
            get-url = "{hook}?from=%p&to=%P&text=%a&id=%I&coding=%c&charset=%C"
            """ + "\n";
}
