using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Replies;

/// <summary>When the same words are the same text, and when they are said again.</summary>
public sealed class UnansweredTextsTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly InboundText Yes = new("main", "+447700900123", "+447700900999", "Yes", null);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private UnansweredTexts _texts;

    public UnansweredTextsTests()
    {
        _disk = new TemporaryStore(_clock);
        _texts = Make();
    }

    public async ValueTask DisposeAsync()
    {
        _texts.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task Whose_yes_is_on_its_way_is_another_one_than_the_same_words_now()
    {
        Assert.False(await TakeAsync(Yes));
        Assert.False(await TakeAsync(Yes));
        Assert.False(await TakeAsync(Yes));
    }

    [Fact]
    public async Task After_a_crash_it_is_known_once_for_ten_minutes_and_by_all_that_it_is()
    {
        await TakeAsync(Yes);
        Crash();
        Assert.False(await TakeAsync(Yes with { Text = "yes" }));
        Assert.False(await TakeAsync(Yes with { Carrier = "other" }));
        Assert.False(await TakeAsync(Yes with { From = "+447700900124" }));
        Assert.False(await TakeAsync(Yes with { To = "+447700900998" }));
        Assert.True(await TakeAsync(Yes));
        Assert.False(await TakeAsync(Yes));

        Crash();
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.False(await TakeAsync(Yes));
    }

    [Fact]
    public async Task After_a_bind_broke_it_is_known_unless_its_yes_was_long_there()
    {
        await _texts.StartAsync(TestContext.Current.CancellationToken);
        await TakeAsync(Yes);
        await Eventually.IsAsync(() => Marks() == 0, _clock, Second); // its yes has arrived
        _texts.Lost("main");
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.False(await TakeAsync(Yes));

        _texts.Lost("other");
        Assert.False(await TakeAsync(Yes));
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        _texts.Lost("MAIN");
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(await TakeAsync(Yes)); // one for each of the two
        Assert.True(await TakeAsync(Yes));
        Assert.False(await TakeAsync(Yes));
        await _texts.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_came_in_before_the_bind_broke_and_was_kept_after_it_had_no_yes()
    {
        long takenMs = NowMs();
        _texts.Lost("main");
        Assert.False(await TakeAsync(Yes, takenMs));
        _clock.Advance(Second);
        Assert.True(await TakeAsync(Yes));
    }

    [Fact]
    public async Task Parts_and_texts_with_an_id_are_known_otherwise()
    {
        InboundText part = Yes with { Part = new InboundPart(1, 1, 2) };
        InboundText named = Yes with { CarrierId = "m-1" };
        foreach (InboundText text in new[] { part, named }) await TakeAsync(text);
        Assert.Equal(0, Marks());
    }

    [Fact]
    public async Task Marks_are_gone_after_a_stop_in_good_order_and_ten_minutes_after_a_crash()
    {
        await TakeAsync(Yes);
        await _texts.SettleAllAsync();
        Assert.Equal(0, Marks());

        await TakeAsync(Yes);
        Crash();
        await _texts.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.IsAsync(() => Marks() == 0, _clock, TimeSpan.FromMinutes(1));
        Assert.True(_clock.GetUtcNow() > new DateTimeOffset(2026, 11, 25, 10, 10, 0, TimeSpan.Zero));
        await _texts.StopAsync(TestContext.Current.CancellationToken);
    }

    private UnansweredTexts Make() => new(_disk.Store, _clock, NullLogger<UnansweredTexts>.Instance);

    private void Crash()
    {
        _texts.Dispose();
        _texts = Make();
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long Marks() =>
        _disk.Store.Read(db => (long)db.Scalar("select count(*) from inbound where unanswered is not null")!);

    // True: it was one of before.
    private Task<bool> TakeAsync(InboundText text, long? takenMs = null) => _disk.Store.WriteAsync(db =>
    {
        long at = takenMs ?? NowMs();
        if (_texts.IsRepeat(db, text, at)) return true;
        var id = Guid.CreateVersion7();
        Inbox.Add(db, new InboxEntry(id, at, text.From, text.To, text.Text, null, null), text, null);
        _texts.Add(db, id, text, at);
        return false;
    });
}
