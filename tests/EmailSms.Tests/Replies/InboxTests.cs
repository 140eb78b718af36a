using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;
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
        Assert.Null(await AddAsync(1, "a", 2));
        Assert.Equal("abc", await AddAsync(2, "b", 3));
    }

    [Fact]
    public async Task A_part_that_is_sent_again_after_its_text_was_whole_begins_no_other()
    {
        foreach (int part in new[] { 1, 2, 3 }) await AddAsync(part, $"{part}", 0);
        Assert.Null(await AddAsync(3, "3", 3_600_000));
        Assert.Null(_store.Read(Inbox.LongestSilentMs));

        Assert.Null(await AddAsync(3, "other", 3_600_001)); // the reference is used again
        Assert.Equal(3_600_001, _store.Read(Inbox.LongestSilentMs));
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

    [Fact]
    public async Task Of_several_mailboxes_one_is_another_and_no_part_of_an_address_is()
    {
        var id = Guid.CreateVersion7();
        var text = new InboundText("main", "+447700900123", "+447700900999", "Yes", null);
        await _store.WriteAsync(db =>
        {
            Inbox.Add(
                db, new InboxEntry(id, 0, text.From, text.To, text.Text, "joann@x.example Ann@x.example", "all"), text,
                null);
            Inbox.Reroute(db, id, "ann@x.example", "desk@x.example", "owner of the number");
        });
        InboxEntry entry = _store.Read(db => Inbox.Find(db, id))!;
        Assert.Equal(
            ("joann@x.example desk@x.example", "owner of the number"), (entry.Mailbox, entry.Reason));
        await _store.WriteAsync(db => Inbox.Reroute(db, id, "desk@x.example", "joann@x.example", "default mailbox"));
        Assert.Equal("joann@x.example", _store.Read(db => Inbox.Find(db, id))!.Mailbox);
    }

    [Fact]
    public async Task A_pair_that_was_cut_between_two_parts_is_whole_again()
    {
        Assert.Null(await AddRawAsync(2, DataCoding.Ucs2, [0xDE, 0x91, 0x00, 0x21]));
        Assert.Null(await AddRawAsync(1, DataCoding.Ucs2, [0x00, 0x41, 0xD8, 0x3D]));
        Assert.Equal("A🚑!€", await AddRawAsync(3, DataCoding.Ucs2, [0x20, 0xAC]));
        Assert.Equal(0L, _store.Read(db => db.Scalar("select count(*) from inbound where octets is not null")));
    }

    [Fact]
    public async Task An_escape_and_its_letter_too_and_a_part_in_another_coding_is_read_by_itself()
    {
        await AddRawAsync(1, DataCoding.Default, [0x41, 0x1B]);
        await AddRawAsync(2, DataCoding.Default, [0x65, 0x00]);
        Assert.Equal("A€@Ж", await AddRawAsync(3, DataCoding.Ucs2, [0x04, 0x16]));
    }

    [Fact]
    public async Task Halves_on_both_sides_of_a_gap_are_no_pair()
    {
        await AddRawAsync(1, DataCoding.Ucs2, [0x00, 0x41, 0xD8, 0x3D]);
        await AddRawAsync(3, DataCoding.Ucs2, [0xDE, 0x91, 0x00, 0x42]);
        InboundText text = Assert.Single(await TakeIncompleteAsync(0));
        Assert.Equal("A\uFFFD […part 2 of 3 is missing…] \uFFFDB", text.Text);
    }

    [Theory]
    [InlineData(NationalLanguage.Turkish, NationalLanguage.Default)]
    [InlineData(NationalLanguage.Default, NationalLanguage.Hindi)]
    [InlineData(NationalLanguage.Urdu, NationalLanguage.Urdu)]
    public async Task What_a_part_is_made_of_is_remembered(NationalLanguage locks, NationalLanguage shifts)
    {
        var tables = new Gsm7Tables(locks, shifts);
        byte[] letters = [0x07, 0x1B, 0x41, 0x41];
        foreach (int part in new[] { 1, 2 }) await AddRawAsync(part, 0, letters, tables);
        string one = Gsm7.Decode(letters, tables);
        Assert.Equal(one + one + "\u00A7", await AddRawAsync(3, 0, [0xA7], default, DefaultAlphabet.Latin1));
    }

    private Task<string?> AddRawAsync(
        int part, byte dataCoding, byte[] octets, Gsm7Tables tables = default,
        DefaultAlphabet alphabet = DefaultAlphabet.Gsm7) =>
        _store.WriteAsync(db =>
        {
            var raw = new TextOctets(octets, dataCoding, tables, alphabet);
            return Inbox.AddPart(
                db, TimeOrderedId.Next(TimeProvider.System),
                new InboundText("main", "+447700900123", "+447700900999", TextOctets.Read([raw]), null),
                new InboundPart(7, part, 3) { Octets = raw }, 0);
        });

    private Task<string?> AddAsync(int part, string text, long nowMs, int reference = 7, bool isWide = false) =>
        _store.WriteAsync(db => Inbox.AddPart(
            db, TimeOrderedId.Next(TimeProvider.System),
            new InboundText("main", "+447700900123", "+447700900999", text, null),
            new InboundPart(reference, part, 3, isWide), nowMs));

    private Task<List<InboundText>> TakeIncompleteAsync(long beforeMs) =>
        _store.WriteAsync(db => Inbox.TakeIncomplete(db, beforeMs));
}
