using EmailSms.MailIn.Mailboxes;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailIn;

public sealed class FetchedMailsTests : IAsyncDisposable
{
    private const string Source = "imap://sms@example.com@imap.example.com/INBOX";

    private static readonly FetchedKey Key = new(Source, 7, "17");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly TemporaryStore _store;
    private readonly FetchedMails _mails;

    public FetchedMailsTests()
    {
        _store = new TemporaryStore(_time);
        _mails = new FetchedMails(_store.Store, _time);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_waits_does_so_since_it_was_seen_first_and_keeps_what_it_had()
    {
        DateTimeOffset first = _time.GetUtcNow();
        Guid mail = Guid.NewGuid();
        await WaitAsync(new WaitingMail("No", 5, new HashSet<int> { 2, 0 }, IsTaken: true), mail);
        _time.Advance(TimeSpan.FromHours(1));
        await WaitAsync(new WaitingMail("Not yet", 5, new HashSet<int> { 0, 1, 2 }, IsTaken: true), mail: null);
        await _mails.NoteUnreadAsync(Key, "The mail could not be read");
        Assert.Equal(new SeenMail(first, IsSettled: false, Waits: true), _mails.Of(Source, 7)["17"]);
        WaitingMail kept = _store.Store.Read(db => FetchedMails.FindWaiting(db, Key))!;
        Assert.Equal(("Not yet", 5, true), (kept.Reason, kept.Recipients, kept.IsTaken));
        Assert.Equal([0, 1, 2], kept.Done.Order());
    }

    [Fact]
    public async Task What_could_not_be_read_waits_with_all_that_it_is_for()
    {
        await _mails.NoteUnreadAsync(Key, "The mail could not be read");
        WaitingMail kept = _store.Store.Read(db => FetchedMails.FindWaiting(db, Key))!;
        Assert.Equal(("The mail could not be read", 0, 0, false), (
            kept.Reason, kept.Recipients, kept.Done.Count, kept.IsTaken));
    }

    [Fact]
    public async Task What_is_decided_is_not_decided_again_and_nothing_is_kept_of_that_write()
    {
        await WaitAsync(new WaitingMail("No", 5, new HashSet<int>(), IsTaken: false), mail: null);
        await NoteAsync("taken");
        Assert.Null(_store.Store.Read(db => FetchedMails.FindWaiting(db, Key)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => NoteAsync("refused"));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WaitAsync(new WaitingMail("No", 5, new HashSet<int>(), IsTaken: false), mail: null));
        Assert.Equal("taken", _store.Store.Read(db => db.Scalar("select outcome from fetched_mail")));
    }

    [Fact]
    public async Task What_is_gone_is_forgotten_a_month_after_it_was_decided()
    {
        await WaitAsync(new WaitingMail("No", 5, new HashSet<int>(), IsTaken: false), mail: null);
        _time.Advance(TimeSpan.FromDays(20));
        await NoteAsync("taken");
        _time.Advance(TimeSpan.FromDays(20));
        Assert.False(_mails.IsLongAgo(_mails.Of(Source, 7)["17"]));
        _time.Advance(TimeSpan.FromDays(11));
        Assert.True(_mails.IsLongAgo(_mails.Of(Source, 7)["17"]));
        await _store.Store.WriteAsync(db => _mails.Note(db, Key with { Validity = 6 }, "taken"));
        await _mails.ForgetAsync(Source, 7, ["17"]);
        Assert.Empty(_mails.Of(Source, 7));
        Assert.Single(_mails.Of(Source, 6));
        _time.Advance(TimeSpan.FromDays(31));
        await _mails.ForgetAsync(Source, 7, []);
        Assert.Empty(_mails.Of(Source, 6));
    }

    private Task WaitAsync(WaitingMail waiting, Guid? mail) =>
        _store.Store.WriteAsync(db => _mails.NoteWaiting(db, Key, waiting, mail));

    private Task NoteAsync(string outcome) => _store.Store.WriteAsync(db => _mails.Note(db, Key, outcome));
}
