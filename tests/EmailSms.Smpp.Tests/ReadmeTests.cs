using System.Net;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests;

/// <summary>The examples of the library's README: they are there word for word, and they work.</summary>
public sealed class ReadmeTests
{
    private static readonly ILoggerFactory Logs = NullLoggerFactory.Instance;

    [Fact]
    public async Task The_client_of_the_README_sends_a_text()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        CancellationToken deadline = Deadline.Token;
        await RunClientAsync(smsc.Endpoint.Port, deadline);
        Assert.Equal("Your appointment is at 10:30.", (await smsc.NextAsync(deadline)).Text);
    }

    [Fact]
    public async Task The_server_of_the_README_takes_a_text_and_sends_a_receipt()
    {
        var came = new TaskCompletionSource<DeliveryReceipt>();
        await using SmppServer server = StartServer(0);
        await using SmppClient client = await Esme.BoundAsync(server.Endpoint.Port, deliver: (message, _) =>
        {
            if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt)) came.TrySetResult(receipt);
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        SubmitResult result = await client.SubmitAsync(Esme.Submit(1, RegisteredDelivery.Final), Deadline.Token);

        string id = Assert.IsType<SubmitResult.Accepted>(result).MessageId;
        Assert.Equal(id, (await came.Task.WaitAsync(Deadline.Token)).MessageId);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("server")]
    public void The_README_has_these_examples_word_for_word(string example)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EmailSms.sln"))) root = Path.GetDirectoryName(root)!;
        string readme = File.ReadAllText(Path.Combine(root, "src", "EmailSms.Smpp", "README.md"));
        string source = File.ReadAllText(
            Path.Combine(root, "tests", "EmailSms.Smpp.Tests", "ReadmeTests.cs"));

        int from = source.IndexOf($"// <{example}>\n", StringComparison.Ordinal) + example.Length + 6;
        int to = source.IndexOf($"        // </{example}>", StringComparison.Ordinal);
        string code = source[(from + 8)..to].Replace("\n        ", "\n", StringComparison.Ordinal);

        Assert.Contains(code.TrimEnd(), readme, StringComparison.Ordinal);
    }

    private static async Task RunClientAsync(int port, CancellationToken deadline)
    {
        // <client>
        var options = new SmppClientOptions { Host = "127.0.0.1", Port = port, SystemId = "acme", Password = "secret" };
        await using var client = new SmppClient(options, Logs.CreateLogger<SmppClient>())
        {
            Deliver = async (message, stopping) =>
            {
                if (DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt))
                    await Console.Out.WriteLineAsync($"{receipt.MessageId} is {receipt.State}");
                else
                    await Console.Out.WriteLineAsync($"{message.Source.ToE164()} says: {MessageText.Read(message)}");
                return CommandStatus.Ok; // only now is the carrier told that you have it
            },
        };
        client.Start(); // stays bound from here on
        await client.WaitUntilBoundAsync(deadline);

        var sms = new SubmitSm
        {
            Source = SmppAddress.Alphanumeric("ACME"),
            Destination = SmppAddress.FromE164("+447700900123"),
            RegisteredDelivery = RegisteredDelivery.Final,
        };
        foreach (SubmitSm part in SmsSegmenter.ToSubmits(sms, SmsSegmenter.Split("Your appointment is at 10:30."), 1))
            Console.WriteLine(await client.SubmitAsync(part, deadline));
        await client.StopAsync(deadline);
        // </client>
    }

    private static SmppServer StartServer(int port)
    {
        // <server>
        long lastId = 0;
        var server = new SmppServer(new SmppServerOptions { SystemId = "example" }, Logs.CreateLogger<SmppServer>())
        {
            Bind = (bind, session, stopping) => ValueTask.FromResult(
                bind.Password == "secret" ? CommandStatus.Ok : CommandStatus.InvalidPassword),
            Submit = (session, sms, stopping) =>
            {
                string id = $"{Interlocked.Increment(ref lastId)}";
                Console.WriteLine($"{session.SystemId}: {MessageText.Read(sms)}");
                var receipt = new DeliverSm
                {
                    Source = sms.Destination,
                    Destination = sms.Source,
                    EsmClass = EsmClass.Receipt,
                    Tlvs =
                    [
                        Tlv.Of(TlvTag.ReceiptedMessageId, id),
                        Tlv.Of(TlvTag.MessageState, (byte)MessageState.Delivered),
                    ],
                };
                return ValueTask.FromResult(SubmitReply.Accept(id) with
                {
                    Answered = () => _ = session.SendAsync(receipt, stopping),
                });
            },
        };
        server.Start(new IPEndPoint(IPAddress.Loopback, port));
        // </server>
        return server;
    }
}
