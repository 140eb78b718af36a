using System.Diagnostics;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>Wireshark's reading of what we say: nothing malformed, and the words that were meant.</summary>
public sealed class TsharkTests
{
    [Fact]
    public async Task Tshark_reads_all_we_say_and_finds_nothing_malformed()
    {
        if (!ForeignPeer.Works("tshark", "--version")) ForeignPeer.Missing("tshark (Debian: tshark) is not installed.");
        string path = Path.Combine(Directory.CreateTempSubdirectory("smpp-").FullName, "talk.pcap");
        try
        {
            await TalkAsync(path);

            string[] all = await ReadAsync(path, "-T", "fields", "-e", "smpp.command_id", "-E", "aggregator=/s");
            uint[] commands = [.. all.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => Convert.ToUInt32(id, 16))];
            Assert.Equal(
                new uint[]
                {
                    0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0x15, 0x103,
                    0x80000003, 0x80000004, 0x80000005, 0x80000006, 0x80000007, 0x80000008, 0x80000009, 0x80000015,
                    0x80000103,
                },
                commands.Distinct().Order());
            Assert.Empty(await ReadAsync(path, "-Y", "_ws.malformed or _ws.expert.severity == error"));
            Assert.Equal(await ReadAsync(path, "-Y", "tcp.len > 0"), await ReadAsync(path, "-Y", "smpp"));

            string words = string.Join('\n', await ReadAsync(path, "-V", "-o", "smpp.decode_sms_over_smpp:GSM 7-bit"));
            foreach (string meant in new[]
                     {
                         "Boiler 3: 92 C, pressure falling", "Привет из котельной", "On my way", "stat:DELIVRD",
                         "447700900123", "System ID: esme",
                     })
                Assert.Contains(meant, words, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static async Task TalkAsync(string path)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using var talk = new RecordedTalk(smsc.Endpoint);
        var receipts = new CountdownEvent(2);
        await using (SmppClient client = await Esme.BoundAsync(talk.Port, deliver: (message, stopping) =>
                     {
                         if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? _)) receipts.Signal();
                         return ValueTask.FromResult(CommandStatus.Ok);
                     }))
        {
            SubmitSm template = Esme.Submit(1, RegisteredDelivery.Final);
            foreach ((string text, Segmentation segmentation) in new[]
                     {
                         ("Boiler 3: 92 C, pressure falling", Segmentation.Udh8),
                         ("Привет из котельной", Segmentation.Udh8),
                     })
            {
                foreach (SubmitSm part in Submits(template, text, segmentation))
                    Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(part, Deadline.Token));
            }

            foreach (Segmentation segmentation in Enum.GetValues<Segmentation>())
            {
                foreach (SubmitSm part in Submits(Esme.Submit(), new string('Ж', 300), segmentation))
                    Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(part, Deadline.Token));
            }

            SmppAddress source = template.Source, destination = template.Destination;
            foreach (SmppPdu request in new SmppPdu[]
                     {
                         new QuerySm("1", source), new CancelSm("1", source, destination) { ServiceType = "" },
                         new ReplaceSm("1", source) { ShortMessage = "new words"u8.ToArray() },
                         new DataSm
                         {
                             Source = source, Destination = destination,
                             Tlvs = [new Tlv(TlvTag.MessagePayload, "by data_sm"u8.ToArray())],
                         },
                         EnquireLink.Instance,
                     })
                Assert.IsType<RequestOutcome.Answered>(await client.RequestAsync(request, Deadline.Token));
            Assert.True(await smsc.InjectAsync("+447700900123", "447700900999", "On my way", deadline: Deadline.Token));
            await Deadline.UntilAsync(() => receipts.IsSet, "both receipts");
            await client.StopAsync(Deadline.Token);
        }

        talk.Write(path);
    }

    private static IReadOnlyList<SubmitSm> Submits(SubmitSm template, string text, Segmentation segmentation) =>
        SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(text, segmentation), 300, segmentation);

    private static async Task<string[]> ReadAsync(string path, params string[] arguments)
    {
        using Process tshark = Process.Start(new ProcessStartInfo(
            "tshark", ["-r", path, "-d", "tcp.port==2775,smpp", "-o", "tcp.check_checksum:FALSE", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        Task<string> errors = tshark.StandardError.ReadToEndAsync(Deadline.Token);
        string output = await tshark.StandardOutput.ReadToEndAsync(Deadline.Token);
        await tshark.WaitForExitAsync(Deadline.Token);
        Assert.True(tshark.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
