using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Peers;
using EmailSms.Smtp.Tests;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The whole way through a foreign gateway: mail, our HTTP carrier, Kannel's smsbox, its bearerbox, SMPP, the
/// simulator's phones; and receipts and replies back over the same.
/// </summary>
public sealed class Kannel_is_the_carrier : IAsyncLifetime
{
    private readonly KannelBoxes _boxes = new();
    private readonly int _hookPort = LoopbackPort.Free();
    private TestGateway _test = null!;

    private string PublicUrl => $"http://127.0.0.1:{_hookPort}";

    public async ValueTask InitializeAsync()
    {
        LineProcess.Need("Kannel (Debian: kannel)", KannelBoxes.AreInstalled);
        _test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Carriers["main"] = new CarrierOptions
                {
                    Kind = CarrierKind.Http,
                    Definition = "kannel",
                    Values = new()
                    {
                        ["Url"] = $"http://127.0.0.1:{_boxes.SendPort}",
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
        string hook = new HookAddresses(
            PublicUrl, await Webhooks.KeyAsync(_test.Store, TimeProvider.System)).Of("main");
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        await _boxes.StartAsync(
            _test.Phones.Endpoint.Port, $"{hook}?from=%p&to=%P&text=%a&id=%I&coding=%c&charset=%C", deadline.Token);
        await TestGateway.UntilAsync(() => _test.Phones.Sessions.Any(session => session.IsReceiver));
    }

    public async ValueTask DisposeAsync()
    {
        await _boxes.DisposeAsync();
        if (_test is not null) await _test.DisposeAsync();
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
}
