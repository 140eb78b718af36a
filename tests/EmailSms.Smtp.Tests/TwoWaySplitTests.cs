using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smtp.Tests;

/// <summary>
/// Every talk, cut in two at every octet. On pipes instead of sockets, since a socket may join what was sent apart; the
/// server reads the first half before the second is there, each time.
/// </summary>
public sealed class TwoWaySplitTests
{
    public static TheoryData<string> Talks() =>
        [.. Dialogue.NamesIn("").Concat(Dialogue.NamesIn("Legacy")).Concat(Dialogue.NamesIn("Lmtp"))];

    [Theory]
    [MemberData(nameof(Talks))]
    public async Task A_talk_goes_as_written_wherever_it_is_cut_in_two(string name)
    {
        Dialogue talk = Dialogue.Read(name);
        byte[] octets = talk.Octets;
        for (int cut = 0; cut <= octets.Length; cut++)
        {
            Mailroom room = Mailroom.Unopened();
            talk.Check(await PlayAsync(room, name, octets, cut), room);
        }
    }

    private static async Task<string> PlayAsync(Mailroom room, string name, byte[] octets, int cut)
    {
        var options = new SmtpServerOptions { HostName = "mx.example" };
        if (name.StartsWith("Legacy", StringComparison.Ordinal)) LegacyTests.Set(options);
        else if (name.StartsWith("Lmtp", StringComparison.Ordinal)) LmtpTests.Set(options);
        else DialogueTests.Set(options);

        var inline = new PipeOptions(null, PipeScheduler.Inline, PipeScheduler.Inline, 0, 0, -1, false);
        var toServer = new Pipe(inline);
        var toClient = new Pipe(inline);
        var connection = new DefaultConnectionContext(
            "split", new Duplex(toServer.Reader, toClient.Writer), new Duplex(toClient.Reader, toServer.Writer));
        var server = new SmtpConnectionHandler(
            options, () => new ScriptedHandler(room), NullLoggerFactory.Instance);

        Task session = server.OnConnectedAsync(connection);
        await toServer.Writer.WriteAsync(octets.AsMemory(0, cut), TestContext.Current.CancellationToken);
        await toServer.Writer.WriteAsync(octets.AsMemory(cut), TestContext.Current.CancellationToken);
        await toServer.Writer.CompleteAsync();
        await session.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await toClient.Writer.CompleteAsync();
        using var heard = new StreamReader(toClient.Reader.AsStream(), Encoding.Latin1);
        return await heard.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
