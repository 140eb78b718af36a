using System.Net.Sockets;
using EmailSms.MailIn.Mailboxes;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.MailIn;

/// <summary>A POP3 server of before CAPA (RFC 2449).</summary>
public sealed class Pop3DropTests : IAsyncDisposable
{
    private readonly TemporaryStore _store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(1, true, true)]
    [InlineData(1, false, false)]
    public async Task Is_tried_for_UIDL_and_cannot_be_while_there_is_no_mail(int mails, bool hasUidl, bool isOpen)
    {
        await using var server = new LoopbackServer(client => AnswerAsync(client, mails, hasUidl));
        MailboxOptions options = new()
        {
            Name = "office",
            Protocol = MailboxProtocol.Pop3,
            Host = "127.0.0.1",
            Port = server.Port,
            Tls = MailboxTls.None,
            UserName = "sms",
            Password = "secret",
        };
        using var login = new MailboxLogin(options, _store.Store, TimeProvider.System);
        await using var drop = new Pop3Drop(options, login, TimeProvider.System);
        CancellationToken stop = TestContext.Current.CancellationToken;
        if (!isOpen)
        {
            IOException no = await Assert.ThrowsAsync<IOException>(() => drop.OpenAsync(stop));
            Assert.Contains("UIDL", no.Message, StringComparison.Ordinal);
            return;
        }

        await drop.OpenAsync(stop);
        Assert.Equal(mails, (await drop.ListAsync(stop)).Count);
    }

    private static async Task AnswerAsync(TcpClient client, int mails, bool hasUidl)
    {
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("+OK ready");
        while (await reader.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            await writer.WriteLineAsync((words[0].ToUpperInvariant(), words.Length) switch
            {
                ("USER" or "PASS" or "QUIT", _) => "+OK",
                ("STAT", _) => $"+OK {mails} {mails * 100}",
                ("UIDL", 1) when hasUidl => "+OK\r\n1 first\r\n.",
                ("UIDL", _) when hasUidl => "+OK 1 first",
                ("LIST", 1) => mails == 0 ? "+OK\r\n." : "+OK\r\n1 100\r\n.",
                _ => "-ERR what is that?",
            });
        }
    }
}
