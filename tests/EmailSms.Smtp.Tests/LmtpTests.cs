using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp.Tests;

public sealed class LmtpTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    public static TheoryData<string, Cut> Talks() => DialogueTests.TalksIn("Lmtp");

    [Theory]
    [MemberData(nameof(Talks))]
    public async Task A_talk_in_LMTP_goes_as_written_however_it_is_cut(string name, Cut cut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(Set);
        await Dialogue.Read(name).PlayAsync(room, cut);
    }

    [Fact]
    public async Task LHLO_is_unknown_in_SMTP()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("LHLO client.example", "500 5.5.1");
    }

    [Fact]
    public async Task A_verdict_that_hangs_up_is_said_after_those_before_it()
    {
        await using Mailroom room = await Mailroom.OpenAsync(Set);
        room.Look = message =>
        {
            message.SetReply(0, new SmtpReply(421, "4.7.0", "Scripted") { HangUp = true });
            Assert.Throws<ArgumentException>(() => message.SetReply(0, new SmtpReply(354, "", "No verdict")));
            Assert.Throws<ArgumentOutOfRangeException>(() => message.SetReply(2, SmtpReply.Ok));
            return Task.CompletedTask;
        };
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("LHLO client.example", "250");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<one@gw.example>", "250");
        await talk.AskAsync("RCPT TO:<two@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.AskAsync("text\r\n.", "421 4.7.0");
        await talk.HearAsync("250 2.6.0");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public void LMTP_is_not_spoken_on_port_25()
    {
        var lmtp = new SmtpServerOptions { IsLmtp = true };
        Assert.Throws<OptionsValidationException>(() => new SmtpListener(new IPEndPoint(IPAddress.Loopback, 25), lmtp));
        Assert.True(new SmtpListener(new IPEndPoint(IPAddress.Loopback, 24), lmtp).Options.IsLmtp);
    }

    [Fact]
    public async Task Python_delivers_over_a_Unix_socket_and_a_socket_left_behind_is_no_obstacle()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Python has no Unix sockets on Windows.");
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await LeaveBehindAsync(path);
        await using Mailroom room = await Mailroom.OpenAsync();
        await using var server = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance);
        var listener = new SmtpListener(new UnixDomainSocketEndPoint(path), new()
        {
            HostName = "mx.example",
            IsLmtp = true,
            ConnectionsPerAddressMax = 1, // there is no address to count by
        });
        await server.StartAsync([listener], Stopping);
        Assert.Empty(server.Endpoints);
        Assert.Equal(path, Assert.Single(server.Listeners).EndPoint.ToString());

        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await other.ConnectAsync(listener.EndPoint, Stopping);
        const string script =
            """
            import smtplib, sys
            with smtplib.LMTP(sys.argv[1]) as client:
                client.sendmail("ann@a.example", ["bob@gw.example"], "Subject: hi\r\n\r\ntext\r\n")
            """;
        await ForeignProgram.RunAsync("python3", ["-c", script, path]);
        Assert.Equal("Subject: hi\r\n\r\ntext\r\n", (await room.NextMailAsync()).Text);
        Assert.All(room.Sessions, session => Assert.Equal(IPAddress.None, session.Remote.Address));
        other.Close();
        await server.StopAsync(Stopping);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_socket_that_somebody_listens_on_and_a_file_of_somebody_else_stay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file in use is told otherwise on Windows.");
        await using Mailroom room = await Mailroom.OpenAsync();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        SmtpListener[] listeners = [new(new UnixDomainSocketEndPoint(path), new SmtpServerOptions())];
        await using var first = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance);
        await first.StartAsync(listeners, Stopping);
        await using var second = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance);
        await Assert.ThrowsAnyAsync<IOException>(() => second.StartAsync(listeners, Stopping));
        Assert.True(File.Exists(path));
        await first.StopAsync(Stopping);

        await File.WriteAllTextAsync(path, "dear to somebody", Stopping);
        await using var third = new SmtpServer(() => new ScriptedHandler(room), NullLoggerFactory.Instance);
        await Assert.ThrowsAnyAsync<IOException>(() => third.StartAsync(listeners, Stopping));
        Assert.Equal("dear to somebody", await File.ReadAllTextAsync(path, Stopping));
        File.Delete(path);
    }

    // As after a kill: the file is there and nobody behind it.
    private static async Task LeaveBehindAsync(string path)
    {
        const string script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
        await ForeignProgram.RunAsync("python3", ["-c", script, path]);
        Assert.True(File.Exists(path));
    }

    internal static void Set(SmtpServerOptions options)
    {
        DialogueTests.Set(options);
        options.IsLmtp = true;
    }
}
