using System.Globalization;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>A folder of an IMAP account, over one connection that is kept.</summary>
internal sealed class ImapDrop(MailboxOptions options, MailboxLogin login, TimeProvider time) : IMailDrop
{
    private readonly ImapClient _client = new();
    private IMailFolder _folder = null!; // set when it is opened, before anything else is asked
    private IMailFolder? _target;
    private volatile bool _hasChanged;
    private CancellationTokenSource? _idle;

    public long Validity => _folder.UidValidity;

    public bool IsSettledAtOnce => true;

    public async Task OpenAsync(CancellationToken stopping)
    {
        await login.OpenAsync(_client, stopping).ConfigureAwait(false);
        _folder = await _client.GetFolderAsync(options.Folder, stopping).ConfigureAwait(false);
        await _folder.OpenAsync(
            options.After is MailboxAfter.Keep ? FolderAccess.ReadOnly : FolderAccess.ReadWrite, stopping)
            .ConfigureAwait(false);
        _folder.CountChanged += (_, _) => Changed();
    }

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken stopping)
    {
        _hasChanged = false;
        IList<UniqueId> all = await _folder.SearchAsync(SearchQuery.All, stopping).ConfigureAwait(false);
        return [.. all.Select(uid => uid.Id.ToString(CultureInfo.InvariantCulture))];
    }

    public async Task<IReadOnlyList<DropMail>> DescribeAsync(
        IReadOnlyList<string> uids, CancellationToken stopping)
    {
        var asked = new FetchRequest(
            MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate | MessageSummaryItems.Size
                | MessageSummaryItems.Flags,
            [HeaderId.From, HeaderId.ReturnPath]);
        IList<IMessageSummary> all = await _folder.FetchAsync(Ids(uids), asked, stopping).ConfigureAwait(false);

        // A mail that somebody has deleted is there, so marked, until the folder is cleaned (RFC 9051 2.3.2).
        return
        [
            .. from one in all
               where one.UniqueId.IsValid && one.Flags?.HasFlag(MessageFlags.Deleted) is not true
               orderby one.UniqueId.Id
               select new DropMail(
                   one.UniqueId.Id.ToString(CultureInfo.InvariantCulture), one.Size ?? 0, one.InternalDate,
                   one.Headers),
        ];
    }

    public async Task<Stream?> FetchAsync(string uid, bool isHeaderOnly, CancellationToken stopping)
    {
        try
        {
            // Both are BODY.PEEK: a mail that waits is not marked as read by it.
            return isHeaderOnly
                ? await _folder.GetStreamAsync(Ids([uid])[0], "HEADER", stopping).ConfigureAwait(false)
                : await _folder.GetStreamAsync(Ids([uid])[0], stopping).ConfigureAwait(false);
        }
        catch (MessageNotFoundException)
        {
            return null;
        }
    }

    public async Task SettleAsync(IReadOnlyList<string> uids, CancellationToken stopping)
    {
        List<UniqueId> ids = Ids(uids);
        switch (options.After)
        {
            case MailboxAfter.Seen:
                await FlagAsync(ids, MessageFlags.Seen, stopping).ConfigureAwait(false);
                break;
            case MailboxAfter.Flag:
                await FlagAsync(ids, MessageFlags.Flagged, stopping).ConfigureAwait(false);
                break;
            case MailboxAfter.Move:
                await MoveAsync(ids, stopping).ConfigureAwait(false);
                break;
            case MailboxAfter.Delete:
                await FlagAsync(ids, MessageFlags.Deleted, stopping).ConfigureAwait(false);
                await _folder.ExpungeAsync(ids, stopping).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        if (!_client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            TimeSpan pause = atMost < options.PollInterval ? atMost : options.PollInterval;
            await Task.Delay(pause, time, stopping).ConfigureAwait(false);
            await _client.NoOpAsync(stopping).ConfigureAwait(false);
            return;
        }

        TimeSpan span = atMost < options.IdleMax ? atMost : options.IdleMax;
        using var done = new CancellationTokenSource(span, time);
        Interlocked.Exchange(ref _idle, done);
        try
        {
            // What was announced while the last scan ran is not announced again.
            if (!_hasChanged) await _client.IdleAsync(done.Token, stopping).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Exchange(ref _idle, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (_client.IsConnected) await _client.DisconnectAsync(quit: true, brief.Token).ConfigureAwait(false);
        }
        catch (Exception trouble) when (MailboxReader.IsLoss(trouble)) // there is nobody to say goodbye to
        {
        }

        _client.Dispose();
    }

    private void Changed()
    {
        _hasChanged = true;
        try
        {
            Interlocked.Exchange(ref _idle, null)?.Cancel();
        }
        catch (ObjectDisposedException) // the IDLE has just ended by itself
        {
        }
    }

    private async Task MoveAsync(List<UniqueId> ids, CancellationToken stopping)
    {
        _target ??= await TargetAsync(stopping).ConfigureAwait(false);
        try
        {
            await _folder.MoveToAsync(ids, _target, stopping).ConfigureAwait(false);
        }
        catch (FolderNotFoundException gone)
        {
            // The client library does not forget a folder, so the next connection makes it anew.
            throw new IOException($"The folder {options.MoveTo} is not there any more", gone);
        }
    }

    // As the server writes it; else it is looked for and made below the folders of the account, whatever is put
    // between names there.
    private async Task<IMailFolder> TargetAsync(CancellationToken stopping)
    {
        try
        {
            return await _client.GetFolderAsync(options.MoveTo, stopping).ConfigureAwait(false);
        }
        catch (FolderNotFoundException)
        {
            IMailFolder folder = _client.GetFolder(_client.PersonalNamespaces[0]);
            char[] between = ['/', folder.DirectorySeparator];
            string[] names = options.MoveTo.Split(between, StringSplitOptions.RemoveEmptyEntries);
            foreach (string name in names.Length > 1 && names[0] == folder.Name ? names[1..] : names)
            {
                folder = await ChildAsync(folder, name, stopping).ConfigureAwait(false);
            }

            return folder;
        }
    }

    private static async Task<IMailFolder> ChildAsync(IMailFolder folder, string name, CancellationToken stopping)
    {
        try
        {
            return await folder.GetSubfolderAsync(name, stopping).ConfigureAwait(false);
        }
        catch (FolderNotFoundException)
        {
            return await folder.CreateAsync(name, isMessageFolder: true, stopping).ConfigureAwait(false)
                ?? throw new FolderNotFoundException(name);
        }
    }

    private async Task FlagAsync(List<UniqueId> ids, MessageFlags flag, CancellationToken stopping) =>
        await _folder.StoreAsync(ids, new StoreFlagsRequest(StoreAction.Add, flag) { Silent = true }, stopping)
            .ConfigureAwait(false);

    private List<UniqueId> Ids(IReadOnlyList<string> uids) =>
        [.. uids.Select(uid => new UniqueId(_folder.UidValidity, uint.Parse(uid, CultureInfo.InvariantCulture)))];
}
