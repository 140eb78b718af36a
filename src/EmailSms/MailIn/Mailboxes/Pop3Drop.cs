using MailKit.Net.Pop3;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>
/// A POP3 account: a connection for each look, since the server locks the mailbox and shows nothing new while one is
/// open, and deletes at QUIT (RFC 1939 6).
/// </summary>
internal sealed class Pop3Drop(MailboxOptions options, MailboxLogin login, TimeProvider time) : IMailDrop
{
    private Pop3Client _client = new();
    private Dictionary<string, int> _places = [];
    private IList<int> _sizes = [];

    public long Validity => 0;

    public bool IsSettledAtOnce => options.After is not MailboxAfter.Delete;

    public async Task OpenAsync(CancellationToken stopping)
    {
        await login.OpenAsync(_client, stopping).ConfigureAwait(false);

        // A server that does not say what it can is tried, for which there has to be a mail.
        if (_client.Capabilities.HasFlag(Pop3Capabilities.UIDL) || _client.Count == 0) return;
        throw new IOException("The server has no UIDL, by which a mail is known again");
    }

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken stopping)
    {
        _places = [];
        if (_client.Count == 0) return [];
        IList<string> uids = await _client.GetMessageUidsAsync(stopping).ConfigureAwait(false);
        _sizes = await _client.GetMessageSizesAsync(stopping).ConfigureAwait(false);
        _places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int place, string uid) in uids.Index()) _places[uid] = place;
        return [.. uids.Distinct()];
    }

    public async Task<IReadOnlyList<DropMail>> DescribeAsync(
        IReadOnlyList<string> uids, CancellationToken stopping)
    {
        bool canLook = _client.Capabilities.HasFlag(Pop3Capabilities.Top);
        List<DropMail> all = [];
        foreach (string uid in uids)
        {
            int place = _places[uid];
            HeaderList? fields = null;
            if (canLook)
            {
                fields = await _client.GetMessageHeadersAsync(place, stopping).ConfigureAwait(false);
            }

            all.Add(new DropMail(uid, _sizes[place], fields is null ? null : ArrivedAt(fields), fields));
        }

        return all;
    }

    public async Task<Stream?> FetchAsync(string uid, bool isHeaderOnly, CancellationToken stopping) =>
        await _client.GetStreamAsync(_places[uid], isHeaderOnly, stopping).ConfigureAwait(false);

    public async Task SettleAsync(IReadOnlyList<string> uids, CancellationToken stopping)
    {
        if (options.After is not MailboxAfter.Delete) return;
        List<int> places = [.. uids.Select(uid => _places[uid])];
        if (places.Count > 0) await _client.DeleteMessagesAsync(places, stopping).ConfigureAwait(false);
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken stopping)
    {
        await _client.DisconnectAsync(quit: true, stopping).ConfigureAwait(false);
        TimeSpan pause = atMost < options.PollInterval ? atMost : options.PollInterval;
        await Task.Delay(pause, time, stopping).ConfigureAwait(false);
        _client.Dispose();
        _client = new Pop3Client();
        await OpenAsync(stopping).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (_client.IsConnected) await _client.DisconnectAsync(quit: true, brief.Token).ConfigureAwait(false);
        }
        catch (Exception trouble) when (MailboxReader.IsLoss(trouble))
        {
        }

        _client.Dispose();
    }

    /// <summary>The date behind the last semicolon of the topmost Received (RFC 5321 4.4).</summary>
    internal static DateTimeOffset? ArrivedAt(HeaderList fields)
    {
        string? received = fields[HeaderId.Received];
        int at = received?.LastIndexOf(';') ?? -1;
        return at >= 0 && DateUtils.TryParse(received![(at + 1)..], out DateTimeOffset date) ? date : null;
    }
}
