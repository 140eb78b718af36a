using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Replies;

public sealed class ConversationsTests : IAsyncLifetime
{
    private const string Own = "+447700900999";
    private const long Start = 1_000_000;

    private static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");

    private readonly TemporaryStore _database = new(TimeProvider.System);

    [Theory]
    [InlineData("+447700900999")]
    [InlineData("447700900999")]
    [InlineData("00447700900999")]
    public async Task A_reply_finds_the_mailbox_however_the_carrier_writes_our_number(string own)
    {
        await NoteAsync(Own, "Ann@clinic.example", Start, "<1@x>");
        Assert.Equal("ann@clinic.example", Find(own)?.Mailbox);
        Assert.Null(Find(own, their: "+447700900124"));
    }

    [Fact]
    public async Task The_latest_to_write_on_that_number_gets_it()
    {
        await NoteAsync(Own, "ann@clinic.example", Start);
        await NoteAsync(Own, "bob@clinic.example", Start + 1);
        await NoteAsync("+447700900998", "eve@clinic.example", Start + 2);
        Assert.Equal("bob@clinic.example", Find(Own)?.Mailbox);
        await NoteAsync(Own, "ann@clinic.example", Start + 3);
        Assert.Equal("ann@clinic.example", Find(Own)?.Mailbox);
        Assert.Equal("eve@clinic.example", Find("+447700900998")?.Mailbox);
        Assert.Null(Find("+447700900997")); // another number of ours: nobody wrote from it
    }

    [Fact]
    public async Task A_name_cannot_be_answered_so_any_number_of_ours_is_its_answer()
    {
        await NoteAsync("CLINIC", "ann@clinic.example", Start);
        Assert.Equal("ann@clinic.example", Find(Own)?.Mailbox);
        await NoteAsync(Own, "bob@clinic.example", Start - 1); // older, and yet the number it came to
        Assert.Equal("bob@clinic.example", Find(Own)?.Mailbox);
    }

    [Fact]
    public async Task Sixty_newer_ones_on_other_numbers_hide_none()
    {
        await NoteAsync(Own, "ann@clinic.example", Start);
        await NoteAsync("CLINIC", "bob@clinic.example", Start);
        for (int i = 0; i < 60; i++) await NoteAsync($"+4477009008{i:00}", $"m{i}@clinic.example", Start + 1 + i);
        Assert.Equal("ann@clinic.example", Find(Own)?.Mailbox);
        Assert.Equal("bob@clinic.example", Find("+447700900997")?.Mailbox);
    }

    [Fact]
    public async Task A_closed_one_keeps_no_number()
    {
        await NoteAsync(Own, "ann@clinic.example", Start);
        Assert.True(await _database.Store.WriteAsync(db => Conversations.Close(db, Find(Own)!.Id, Start)));
        Assert.Null(_database.Store.Read(db => Conversations.OwnNumberFor(db, Phone, "ann@clinic.example", 0)));
    }

    [Fact]
    public async Task A_pool_gives_each_mailbox_a_number_of_its_own_with_a_phone()
    {
        string[] pool = ["+447700900901", "+447700900902"];
        string Next(string mailbox) => _database.Store.Read(
            db => Conversations.FromPool(db, pool, Phone, mailbox, sinceMs: 0));
        Assert.Equal(pool[0], Next("ann@clinic.example"));
        await NoteAsync(pool[0], "ann@clinic.example", Start);
        Assert.Equal(pool[1], Next("bob@clinic.example"));
        await NoteAsync(pool[1], "bob@clinic.example", Start + 1);
        Assert.Equal(pool[0], Next("Ann@clinic.example")); // each keeps its own
        Assert.Equal(pool[0], Next("eve@clinic.example")); // there is none left: the one that was silent longest
        await NoteAsync(pool[0], "ann@clinic.example", Start + 2);
        Assert.Equal(pool[1], Next("eve@clinic.example"));
        Assert.Equal(pool[1], _database.Store.Read(
            db => Conversations.FromPool(db, pool, Phone, "eve@clinic.example", sinceMs: Start + 2)));
    }

    [Fact]
    public async Task It_is_over_when_its_window_is_and_each_message_moves_that()
    {
        await NoteAsync(Own, "ann@clinic.example", Start);
        Assert.NotNull(Find(Own, since: Start));
        Assert.Null(Find(Own, since: Start + 1));
        Conversation conversation = Find(Own, since: Start)!;
        await _database.Store.WriteAsync(db => Conversations.NoteReply(db, conversation, "<r@x>", Start + 100));
        Assert.NotNull(Find(Own, since: Start + 100));
        Assert.Null(Find(Own, since: Start + 101));
    }

    [Fact]
    public async Task It_begins_anew_when_an_SMS_leaves_later_and_never_goes_back()
    {
        await NoteAsync(Own, "ann@clinic.example", Start);
        await NoteAsync(Own, "bob@clinic.example", Start + 1);
        var sms = Guid.NewGuid();
        await LeaveAsync(sms, Start + 100);
        Conversation left = Find(Own)!;
        Assert.Equal(("ann@clinic.example", Start + 100, sms), (left.Mailbox, left.LastMs, left.LastSms));
        await LeaveAsync(Guid.NewGuid(), Start + 99);
        Assert.Equal(left.LastSms, Find(Own, since: Start + 100)!.LastSms);

        Task LeaveAsync(Guid one, long atMs) => _database.Store.WriteAsync(db =>
            Conversations.NoteLeft(db, Own, Phone, "Ann@clinic.example", one, atMs));
    }

    [Fact]
    public async Task It_remembers_the_latest_ten_mails_each_once()
    {
        for (int i = 0; i < 12; i++) await NoteAsync(Own, "ann@clinic.example", Start, $"<{i}@x>");
        await NoteAsync(Own, "ann@clinic.example", Start, "<11@x>");
        await NoteAsync(Own, "ann@clinic.example", Start, null);
        Assert.Equal(Enumerable.Range(2, 10).Select(i => $"<{i}@x>"), Find(Own)!.MessageIds);
    }

    [Theory]
    [InlineData("+447700900999", "+447700900999")]
    [InlineData("CLINIC", "clinic")]
    [InlineData("60123", "60123")]
    [InlineData("", null)]
    public async Task The_next_mail_keeps_to_the_sender_ID_of_the_last(string own, string? expected)
    {
        await NoteAsync(own, "ann@clinic.example", Start);
        string? kept = _database.Store.Read(
            db => Conversations.OwnNumberFor(db, Phone, "ANN@clinic.example", Start));
        Assert.Equal(expected, kept, ignoreCase: true);
        Assert.Null(_database.Store.Read(db => Conversations.OwnNumberFor(db, Phone, "bob@clinic.example", Start)));
        Assert.Null(_database.Store.Read(db => Conversations.OwnNumberFor(db, Phone, "ann@clinic.example", Start + 1)));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private Task NoteAsync(string own, string mailbox, long atMs, string? messageId = null) =>
        _database.Store.WriteAsync(db =>
            Conversations.NoteSms(db, own, Phone, mailbox, Guid.NewGuid(), messageId, atMs));

    private Conversation? Find(string own, string? their = null, long since = 0) =>
        _database.Store.Read(db => Conversations.FindFor(db, own, their ?? Phone.E164, since));
}
