using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class NumberBlocksTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 14, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;

    public NumberBlocksTests() => _disk = new TemporaryStore(_time);

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_row_is_found_in_any_order_and_only_in_one_block_of_one_sender()
    {
        Assert.Equal([1, 1, 3, 1, 1, 5], await NoteAsync("a", 10, 12, 11, 50, 14, 13));
        Assert.Equal([1, 5], await NoteAsync("a", 99, 12));
        Assert.Equal(1, await NoteAsync("a", "+447700900200")); // its neighbour in the next block
        Assert.Equal([1], await NoteAsync("b", 15));
        Assert.Equal([6], await NoteAsync("a", 15));
    }

    [Fact]
    public async Task Every_number_of_a_block_counts_and_one_again_counts_once()
    {
        IReadOnlyList<int> rows = await NoteAsync("a", [.. Enumerable.Range(0, 100)]);
        Assert.Equal(Enumerable.Range(1, 100), rows);
        Assert.Equal([100], await NoteAsync("a", 0));
    }

    [Fact]
    public async Task A_block_is_forgotten_an_hour_after_its_last_number()
    {
        await NoteAsync("a", 1, 2, 3);
        _time.Advance(NumberBlocks.Memory - TimeSpan.FromSeconds(1));
        Assert.Equal([4], await NoteAsync("a", 4));
        _time.Advance(NumberBlocks.Memory);
        Assert.Equal([1], await NoteAsync("a", 5));
    }

    [Fact]
    public async Task Short_codes_have_no_block() => Assert.Equal(1, await NoteAsync("a", "60123"));

    private async Task<IReadOnlyList<int>> NoteAsync(string sender, params int[] lastDigits)
    {
        List<int> rows = [];
        foreach (int digits in lastDigits) rows.Add(await NoteAsync(sender, $"+4477009001{digits:00}"));
        return rows;
    }

    private Task<int> NoteAsync(string sender, string number) => _disk.Store.WriteAsync(db => NumberBlocks.Note(
        db, sender, PhoneNumber.FromE164(number), _time.GetUtcNow().ToUnixTimeMilliseconds()));
}
