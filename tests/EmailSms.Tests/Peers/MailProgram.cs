using EmailSms.Tests.EndToEnd;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.Peers;

/// <summary>What a person reads mail with: IMAP, with IDLE, and what was read is marked so.</summary>
internal sealed class MailProgram : IAsyncDisposable
{
    private readonly ImapClient _client = new();
    private readonly Queue<MimeMessage> _unread = [];

    private MailProgram()
    {
    }

    public static async Task<MailProgram> OpenAsync(DovecotServer server, string user)
    {
        var program = new MailProgram();
        await program._client.ConnectAsync("127.0.0.1", server.ImapPort, SecureSocketOptions.None);
        await program._client.AuthenticateAsync(user, DovecotServer.Password);
        await program._client.Inbox!.OpenAsync(FolderAccess.ReadWrite);
        return program;
    }

    /// <summary>The next mail that nobody has read, in the order in which they came; those before it go by.</summary>
    public async Task<MimeMessage> NextAsync(Func<MimeMessage, bool>? isIt = null)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        while (true)
        {
            while (_unread.TryDequeue(out MimeMessage? mail))
            {
                if (isIt is null || isIt(mail)) return mail;
            }

            if (!await FetchAsync(deadline.Token)) await IdleAsync(deadline.Token);
        }
    }

    /// <summary>Presses Reply, and writes above what is quoted.</summary>
    public static MimeMessage AnswerTo(MimeMessage mail, string from, string text)
    {
        MailboxAddress to = mail.ReplyTo.Mailboxes.FirstOrDefault() ?? mail.From.Mailboxes.First();
        MimeMessage answer = TestGateway.Mail(
            $"{text}\n\nOn Tuesday, {mail.From} wrote:\n> {mail.TextBody}", to.LocalPart, from, $"Re: {mail.Subject}");
        answer.InReplyTo = mail.MessageId;
        answer.References.AddRange(mail.References);
        answer.References.Add(mail.MessageId!);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected) await _client.DisconnectAsync(quit: true);
        _client.Dispose();
    }

    private async Task<bool> FetchAsync(CancellationToken deadline)
    {
        IMailFolder inbox = _client.Inbox!;
        IList<UniqueId> unseen = await inbox.SearchAsync(SearchQuery.NotSeen, deadline);
        foreach (UniqueId uid in unseen)
        {
            _unread.Enqueue(await inbox.GetMessageAsync(uid, deadline));
            await inbox.StoreAsync(
                uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen) { Silent = true }, deadline);
        }

        return unseen.Count > 0;
    }

    // A mail that came after the search and before IDLE is announced by Dovecot when IDLE begins.
    private async Task IdleAsync(CancellationToken deadline)
    {
        using var done = new CancellationTokenSource();
        void Stop(object? sender, EventArgs change) => done.Cancel();
        _client.Inbox!.CountChanged += Stop;
        try
        {
            await using CancellationTokenRegistration over = deadline.Register(done.Cancel);
            await _client.IdleAsync(done.Token, CancellationToken.None);
        }
        finally
        {
            _client.Inbox!.CountChanged -= Stop;
        }

        deadline.ThrowIfCancellationRequested();
    }
}
