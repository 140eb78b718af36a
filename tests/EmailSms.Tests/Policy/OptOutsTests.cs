using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class OptOutsTests : IAsyncDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164("+447700900123");
    private static readonly PhoneNumber Other = PhoneNumber.FromE164("+447700900124");

    private readonly TemporaryStore _disk = new(new FakeTimeProvider());
    private readonly OptOuts _optOuts;

    public OptOutsTests() => _optOuts = new OptOuts(_disk.Store);

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task An_opt_out_is_found_by_its_number_and_no_other()
    {
        Assert.Null(_optOuts.Find(Number));
        Assert.True(await RecordAsync(Number, OptOuts.Everything));
        Assert.Equal(new OptOut(Number, "*", 1000, "stop", "mo-1"), _optOuts.Find(Number));
        Assert.Equal("*", _optOuts.Find(Number, "ACME")?.Scope);
        Assert.Null(_optOuts.Find(Other));
    }

    [Fact]
    public async Task An_opt_out_from_one_sender_leaves_the_others()
    {
        await RecordAsync(Number, "ACME");
        Assert.NotNull(_optOuts.Find(Number, "ACME"));
        Assert.Null(_optOuts.Find(Number, "OTHER"));
        Assert.NotNull(_optOuts.Find(Number)); // the carrier chooses the sender ID: it may be that one
    }

    [Fact]
    public async Task Whoever_wants_nothing_agrees_to_nothing_until_they_come_back()
    {
        bool Agrees() => new Consents(_disk.Store).Holds(Number, "marketing");
        await _disk.Store.WriteAsync(
            db => Consents.Add(db, new Consent(Number, "marketing", 1, "paper", null, null, null)));
        await RecordAsync(Number, "ACME");
        Assert.True(Agrees()); // there is more than that sender
        await RecordAsync(Number, OptOuts.Everything);
        Assert.False(Agrees());
        await _disk.Store.WriteAsync(db => Consents.Rejoin(db, Number, "start", null, 2));
        Assert.True(Agrees());
    }

    [Fact]
    public async Task Whoever_comes_back_agrees_to_nothing_that_was_ended_another_way()
    {
        await _disk.Store.WriteAsync(db =>
        {
            foreach (string purpose in (string[])["marketing", "news"])
            {
                Consents.Add(db, new Consent(Number, purpose, 1, "paper", null, null, null));
            }

            Consents.Withdraw(db, Number, null, Consents.ByStop, 2);
            Consents.Rejoin(db, Number, "start", null, 3);
            Consents.Withdraw(db, Number, "news", "by hand", 4);
            Consents.Withdraw(db, Number, null, Consents.ByStop, 5);
            Consents.Rejoin(db, Number, "start", null, 6);
        });
        var consents = new Consents(_disk.Store);
        Assert.Equal((true, false), (consents.Holds(Number, "marketing"), consents.Holds(Number, "news")));
    }

    [Fact]
    public async Task A_sender_ID_of_letters_is_the_same_in_capitals()
    {
        await RecordAsync(Number, "Acme");
        Assert.False(await RecordAsync(Number, "ACME"));
        Assert.True(await _disk.Store.WriteAsync(db => OptOuts.Remove(db, Number, "acme")));
        Assert.Null(_optOuts.Find(Number, "ACME"));
    }

    [Fact]
    public async Task The_first_time_stays_the_one_that_counts()
    {
        Assert.True(await RecordAsync(Number, OptOuts.Everything));
        Assert.False(await _disk.Store.WriteAsync(
            db => OptOuts.Record(db, Number, OptOuts.Everything, "cancel", null, 2000)));
        Assert.Equal((1000, "stop"), (_optOuts.Find(Number)!.SinceMs, _optOuts.Find(Number)!.Word));
    }

    [Fact]
    public async Task It_is_seen_by_a_later_piece_of_the_same_write()
    {
        OptOut? seen = await _disk.Store.WriteAsync(db =>
        {
            OptOuts.Record(db, Number, OptOuts.Everything, "stop", null, 1000);
            return _optOuts.Find(db, Number);
        });
        Assert.Null(Assert.IsType<OptOut>(seen).InboundId);
    }

    [Fact]
    public async Task A_wish_that_is_taken_back_is_gone_in_its_scope_alone()
    {
        await RecordAsync(Number, OptOuts.Everything);
        await RecordAsync(Number, "ACME");
        Assert.True(await _disk.Store.WriteAsync(db => OptOuts.Remove(db, Number, OptOuts.Everything)));
        Assert.False(await _disk.Store.WriteAsync(db => OptOuts.Remove(db, Number, OptOuts.Everything)));
        Assert.Null(_optOuts.Find(Number, "OTHER"));
        Assert.NotNull(_optOuts.Find(Number, "ACME"));
    }

    [Fact]
    public async Task They_are_listed_in_pages_without_a_gap()
    {
        await RecordAsync(Other, OptOuts.Everything);
        await RecordAsync(Number, "ACME");
        await RecordAsync(Number, OptOuts.Everything);

        List<OptOut> all = [];
        for (OptOut? last = null; all.Count <= 3; last = all[^1])
        {
            IReadOnlyList<OptOut> page = _optOuts.List(last, limit: 1);
            if (page.Count == 0) break;
            all.Add(Assert.Single(page));
        }

        Assert.Equal([(Number, "*"), (Number, "ACME"), (Other, "*")], all.Select(o => (o.Number, o.Scope)));
    }

    private Task<bool> RecordAsync(PhoneNumber number, string scope) =>
        _disk.Store.WriteAsync(db => OptOuts.Record(db, number, scope, "stop", "mo-1", 1000));
}
