using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Replies;

public sealed class InboxTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqliteStore _store;

    public InboxTests() => _store = SqliteStore.Open(
        new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
        NullLogger<SqliteStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Parts_in_any_order_make_the_text_and_one_that_comes_twice_counts_once()
    {
        Assert.Null(await AddAsync(3, "c", 0));
        Assert.Null(await AddAsync(1, "a", 1));
        Assert.Null(await AddAsync(1, "again", 2));
        Assert.Equal("abc", await AddAsync(2, "b", 3));
    }

    [Fact]
    public async Task A_part_that_is_sent_again_after_its_text_was_whole_begins_no_other()
    {
        foreach (int part in new[] { 1, 2, 3 }) await AddAsync(part, $"{part}", 0);
        Assert.Null(await AddAsync(3, "3", 60_000));
        Assert.Null(_store.Read(Inbox.LongestSilentMs));

        Assert.Null(await AddAsync(3, "other", 60_001)); // the reference is used again
        Assert.Equal(60_001, _store.Read(Inbox.LongestSilentMs));
    }

    [Fact]
    public async Task References_of_8_and_of_16_bits_are_counted_apart()
    {
        Assert.Null(await AddAsync(1, "a", 0));
        Assert.Null(await AddAsync(2, "b", 0));
        Assert.Null(await AddAsync(3, "x", 0, isWide: true));
        Assert.Equal("abc", await AddAsync(3, "c", 0));
    }

    [Fact]
    public async Task A_text_is_silent_since_its_last_part_and_not_since_its_first()
    {
        await AddAsync(1, "a", 1000);
        await AddAsync(2, "b", 5000);
        await AddAsync(1, "x", 3000, reference: 8);
        Assert.Equal(3000, _store.Read(Inbox.LongestSilentMs));

        Assert.Single(await TakeIncompleteAsync(3000));
        Assert.Equal(5000, _store.Read(Inbox.LongestSilentMs));
        Assert.Empty(await TakeIncompleteAsync(4999));
        InboundText late = Assert.Single(await TakeIncompleteAsync(5000));
        Assert.Contains("part 3 of 3 is missing", late.Text, StringComparison.Ordinal);
        Assert.StartsWith("ab", late.Text, StringComparison.Ordinal);
        Assert.Null(_store.Read(Inbox.LongestSilentMs));
    }

    private Task<string?> AddAsync(int part, string text, long nowMs, int reference = 7, bool isWide = false) =>
        _store.WriteAsync(db => Inbox.AddPart(
            db, TimeOrderedId.Next(TimeProvider.System),
            new InboundText("main", "+447700900123", "+447700900999", text, null),
            new InboundPart(reference, part, 3, isWide), nowMs));

    private Task<List<InboundText>> TakeIncompleteAsync(long beforeMs) =>
        _store.WriteAsync(db => Inbox.TakeIncomplete(db, beforeMs));
}
