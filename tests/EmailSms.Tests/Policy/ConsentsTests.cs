using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class ConsentsTests : IAsyncDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164("+447700900123");

    private readonly TemporaryStore _disk = new(new FakeTimeProvider());

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_list_that_comes_again_adds_nothing_and_revives_nothing()
    {
        Consent one = Given(100);
        Assert.True(await MergeAsync(one));
        Assert.False(await MergeAsync(one));
        await _disk.Store.WriteAsync(db => Consents.Withdraw(db, Number, null, "by hand", 200));
        Assert.False(await MergeAsync(one)); // the list is older than that
        Assert.False(Holds());

        Assert.True(await MergeAsync(Given(300)));
        Assert.True(Holds());
        Assert.Equal(2, All().Count);
    }

    [Fact]
    public async Task A_list_ends_what_it_says_has_ended()
    {
        await MergeAsync(Given(100));
        Consent ended = Given(100) with { WithdrawnMs = 150, WithdrawnHow = "by mail" };
        Assert.True(await MergeAsync(ended));
        Assert.False(await MergeAsync(ended));
        Consent kept = Assert.Single(All());
        Assert.Equal((150L, "by mail"), (kept.WithdrawnMs, kept.WithdrawnHow));
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        Assert.Empty((Given(100) with { WithdrawnMs = 100, WithdrawnHow = "stop" }).Mistakes(100));
        Assert.Equal(
            ["A consent cannot have ended before it was given."],
            (Given(100) with { WithdrawnMs = 99, WithdrawnHow = "stop" }).Mistakes(100));
        Assert.Equal(
            ["A consent cannot have ended in the future."],
            (Given(100) with { WithdrawnMs = 101, WithdrawnHow = "stop" }).Mistakes(100));
        Assert.Equal(
            ["A consent that was withdrawn needs the time of it."],
            (Given(100) with { WithdrawnHow = "stop" }).Mistakes(100));
    }

    private static Consent Given(long ms) => new(Number, "marketing", ms, "web-form", null, null, null);

    private Task<bool> MergeAsync(Consent consent) => _disk.Store.WriteAsync(db => Consents.Merge(db, consent));

    private bool Holds() => new Consents(_disk.Store).Holds(Number, "marketing");

    private List<Consent> All() => _disk.Store.Read(db => Consents.Of(db, Number));
}
