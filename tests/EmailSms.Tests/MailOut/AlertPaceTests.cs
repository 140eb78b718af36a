using EmailSms.MailOut;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailOut;

public sealed class AlertPaceTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly AlertPace _pace;

    public AlertPaceTests() => (_disk, _pace) = (new TemporaryStore(_time), new AlertPace(_time));

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_trouble_is_told_once_an_hour_and_each_by_itself()
    {
        Assert.True(await AskAsync("main"));
        Assert.False(await AskAsync("MAIN"));
        Assert.True(await AskAsync("spare"));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(await AskAsync("main"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await AskAsync("main"));
    }

    [Fact]
    public async Task A_write_that_is_not_kept_has_told_nobody()
    {
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => _disk.Store.WriteAsync(db =>
        {
            Assert.True(_pace.IsNews(db, "main"));
            throw new InvalidOperationException("The write fails.");
        }));
        Assert.True(await AskAsync("main"));
        Assert.False(await AskAsync("main"));
    }

    private Task<bool> AskAsync(string what) => _disk.Store.WriteAsync(db => _pace.IsNews(db, what));
}
