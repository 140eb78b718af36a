using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>
/// A hostile SMSC against our client: whatever it does, the client is bound again afterwards, no slot of its window is
/// lost, and what was under way is told to be of unknown fate.
/// </summary>
public sealed class RoughWireTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Octet_by_octet_and_many_in_a_packet_are_no_trouble(bool octetByOctet, bool several)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        (smsc.Behaviour.Wire.OctetByOctet, smsc.Behaviour.Wire.SeveralInAPacket) = (octetByOctet, several);

        SubmitResult[] results = await WindowAsync(client, 40);

        Assert.All(results, r => Assert.IsType<SubmitResult.Accepted>(r));
        Assert.Equal(0, client.LateAnswers);
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task A_half_open_connection_is_found_out_and_replaced()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        smsc.Behaviour.Wire.HalfOpen = true;

        SubmitResult[] results = await WindowAsync(client, 8);

        Assert.All(results, r => Assert.IsType<SubmitResult.Unknown>(r));
        await Deadline.UntilAsync(() => !client.IsBound, "the dead connection is dropped");
        smsc.Behaviour.Wire.HalfOpen = false;
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_enquire_link_is_left()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        smsc.Behaviour.Wire.NoEnquireLinkAnswer = true;
        await using SmppClient client = await ClientAsync(smsc);

        await Deadline.UntilAsync(() => smsc.Counts.Binds >= 2, "a second bind");

        smsc.Behaviour.Wire.NoEnquireLinkAnswer = false;
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task Answers_with_wrong_sequence_numbers_are_of_unknown_fate_and_counted()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        smsc.Behaviour.Wire.WrongSequenceEvery = 4;

        SubmitResult[] results = await WindowAsync(client, 8);

        Assert.Equal(
            (6, 2),
            (results.Count(r => r is SubmitResult.Accepted), results.Count(r => r is SubmitResult.Unknown)));
        Assert.Equal(2, client.LateAnswers);
        smsc.Behaviour.Wire.WrongSequenceEvery = 0;
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task Commands_nobody_knows_are_nacked_and_cost_nothing()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        smsc.Behaviour.Wire.UnknownCommandEvery = 1;
        smsc.SendUnknown();

        Assert.All(await WindowAsync(client, 20), r => Assert.IsType<SubmitResult.Accepted>(r));

        Assert.Equal(1, smsc.Counts.Binds);
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task Garbage_in_the_middle_of_a_window_ends_the_session_with_every_fate_told()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        smsc.Behaviour.Wire.GarbageEvery = 5;

        SubmitResult[] results = await WindowAsync(client, 8);

        Assert.Equal(4, results.Count(r => r is SubmitResult.Accepted));
        Assert.All(
            results.Where(r => r is not SubmitResult.Accepted),
            r => Assert.True(r is SubmitResult.Unknown or SubmitResult.NotSent, $"{r}"));
        smsc.Behaviour.Wire.GarbageEvery = 0;
        await IsWholeAsync(smsc, client);
    }

    [Fact]
    public async Task A_peer_that_reads_slowly_gets_everything_in_its_own_time()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc, answerMax: TimeSpan.FromSeconds(30));
        smsc.Behaviour.Wire.ReadOctetsPerSecond = 2000;
        Task<SubmitResult[]> results = WindowAsync(client, 20);
        await Deadline.UntilAsync(() => smsc.Counts.Submits >= 2, "the first submits");
        smsc.Behaviour.Wire.ReadOctetsPerSecond = 50_000;
        Assert.All(await results, r => Assert.IsType<SubmitResult.Accepted>(r));
        await IsWholeAsync(smsc, client);
    }

    [Theory]
    [InlineData("hangup")]
    [InlineData("unbind")]
    [InlineData("garbage")]
    public async Task After_every_way_to_end_a_session_the_client_is_back(string command)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await ClientAsync(smsc);
        await new SimulatorConsole(smsc).DoAsync(command, Deadline.Token);
        await Deadline.UntilAsync(() => smsc.Counts.Binds >= 2, "a second bind");
        await IsWholeAsync(smsc, client);
    }

    /// <summary>The client is bound, its window empty, and a full window of submits goes through.</summary>
    private static async Task IsWholeAsync(SmscSimulator smsc, SmppClient client)
    {
        SubmitResult[] results;
        do
        {
            await client.WaitUntilBoundAsync(Deadline.Token);
            results = await WindowAsync(client, 8);
        }
        while (results.Any(r => r is SubmitResult.NotSent or SubmitResult.Unknown)); // the old session was still ending

        Assert.All(results, r => Assert.IsType<SubmitResult.Accepted>(r));
        Assert.Equal((0, 0), (client.InFlight, client.Waiting));
        Assert.True(smsc.Counts.Accepted >= 8);
    }

    private static Task<SubmitResult[]> WindowAsync(SmppClient client, int count) => Task.WhenAll(
        Enumerable.Range(0, count).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));

    private static async Task<SmppClient> ClientAsync(SmscSimulator smsc, TimeSpan? answerMax = null)
    {
        SmppClientOptions plain = Esme.Options(smsc.Endpoint.Port);
        var client = new SmppClient(
            new SmppClientOptions
            {
                Host = plain.Host,
                Port = plain.Port,
                SystemId = plain.SystemId,
                Window = 8,
                AnswerMax = answerMax ?? TimeSpan.FromSeconds(2),
                EnquireLinkIdle = TimeSpan.FromSeconds(1),
                EnquireLinkAnswerMax = TimeSpan.FromSeconds(2),
                ReconnectFirst = plain.ReconnectFirst,
                ReconnectMax = plain.ReconnectMax,
            },
            NullLogger<SmppClient>.Instance)
        {
            Deliver = (_, _) => ValueTask.FromResult(CommandStatus.Ok),
        };
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);
        return client;
    }
}
