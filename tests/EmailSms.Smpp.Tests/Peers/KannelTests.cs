using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>Kannel, the gateway that most of the field runs, bound to our SMSC.</summary>
public sealed class KannelTests
{
    [Fact]
    public async Task Kannel_sends_and_receives_over_our_SMSC()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(
            new SmscBehaviour { ReceiptDelay = TimeSpan.FromMilliseconds(100) }); // it loses those that come too early
        await using KannelPeer kannel = await KannelPeer.StartAsync(smsc.Endpoint.Port);
        await Deadline.UntilAsync(() => smsc.Sessions.Any(s => s.IsReceiver), "Kannel is bound");
        Assert.Equal("kannel", Assert.Single(smsc.Sessions).SystemId);

        string cyrillic = string.Concat(Enumerable.Repeat("Привет ", 20));
        foreach (string text in new[] { "Boiler 3: 92 C", new string('x', 400), cyrillic })
        {
            Assert.Contains("Accepted", await kannel.SendAsync(text, "447700900999", "447700900123"),
                StringComparison.Ordinal);
            SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
            Assert.Equal((text, "447700900999", "447700900123"), (sms.Text, sms.From, sms.To));
            Assert.Equal(SmsSegmenter.CountParts(text), sms.Parts);
            Assert.Equal(new[] { 1, 8 }.AsEnumerable(), await NextReportsAsync(kannel, 2));
        }

        string words = string.Concat(Enumerable.Repeat("long words ", 30)).Trim();
        foreach (string text in new[] { "On my way", "Grüße 😀", words })
        {
            Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", text, deadline: Deadline.Token));
            (string from, string to, string theirs) = await kannel.NextTextAsync();
            Assert.Equal(("447700900123", "447700900999", text), (from.TrimStart('+'), to.TrimStart('+'), theirs));
        }
    }

    [Fact]
    public async Task Kannel_hears_of_a_refusal_and_of_a_failure()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour
        {
            Rules =
            [
                new SmscRule
                {
                    Destinations = "*90", Statuses = [new WeightedStatus(CommandStatus.InvalidDestinationAddress)],
                },
                new SmscRule
                {
                    Receipts = new ReceiptPlan
                    {
                        States = [new WeightedState(MessageState.Undeliverable)],
                        Delay = TimeSpan.FromMilliseconds(100),
                    },
                },
            ],
        });
        await using KannelPeer kannel = await KannelPeer.StartAsync(smsc.Endpoint.Port);
        await kannel.SendAsync("no such number", "447700900999", "447700900190");
        Assert.Equal(16, await kannel.NextReportAsync());
        await kannel.SendAsync("switched off", "447700900999", "447700900123");
        Assert.Equal(new[] { 2, 8 }.AsEnumerable(), await NextReportsAsync(kannel, 2));
    }

    // Sorted: each report is a request of its own, and the second may overtake the first on its way.
    private static async Task<int[]> NextReportsAsync(KannelPeer kannel, int count)
    {
        var reports = new int[count];
        for (int i = 0; i < count; i++) reports[i] = await kannel.NextReportAsync();
        Array.Sort(reports);
        return reports;
    }
}
