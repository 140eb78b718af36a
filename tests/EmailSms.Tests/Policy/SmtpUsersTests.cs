using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class SmtpUsersTests : IAsyncDisposable
{
    private const string Stored = "what checks a password";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
    private readonly TemporaryStore _disk;
    private readonly SmtpUsers _users;

    public SmtpUsersTests()
    {
        _disk = new TemporaryStore(_time);
        _users = new SmtpUsers(_disk.Store, _time);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_user_comes_back_as_it_was_written()
    {
        Assert.True(await AddAsync(Make(" Ann ", "Ann@x.example, @Y.example", "Ward 3")));

        SmtpUser read = _users.Find("ANN")!;
        Assert.Equal(("ann", "Ward 3", true), (read.Name, read.Note, read.IsEnabled));
        Assert.Equal(["ann@x.example", "@y.example"], read.SendAs.Select(pattern => pattern.ToString()));
        Assert.Equal((1_000_000, 1_000_000), (read.CreatedMs, read.PasswordMs));
        Assert.Equal(Stored, _users.FindCredential("Ann"));
        Assert.Null(_users.Find("bob"));
        Assert.Null(_users.FindCredential("bob"));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        Assert.True(await AddAsync(Make("ann")));
        Assert.False(await _disk.Store.WriteAsync(db => _users.Add(db, Make("ANN"), "another")));
        Assert.Equal(Stored, _users.FindCredential("ann"));
    }

    [Fact]
    public async Task A_disabled_user_cannot_authenticate_until_enabled()
    {
        await AddAsync(Make("ann"));
        Assert.True(await _disk.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "Ann", false)));
        Assert.Null(_users.FindCredential("ann"));
        Assert.False(_users.Find("ann")!.IsEnabled);
        Assert.True(await _disk.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ann", true)));
        Assert.Equal(Stored, _users.FindCredential("ann"));
        Assert.False(await _disk.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "bob", true)));
    }

    [Fact]
    public async Task A_new_password_takes_the_place_of_the_old()
    {
        await AddAsync(Make("ann"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _disk.Store.WriteAsync(db => _users.SetCredential(db, "ANN", "new")));
        Assert.Equal("new", _users.FindCredential("ann"));
        Assert.Equal((1_000_000, 1_001_000), (_users.Find("ann")!.CreatedMs, _users.Find("ann")!.PasswordMs));
        Assert.False(await _disk.Store.WriteAsync(db => _users.SetCredential(db, "bob", "new")));
    }

    [Fact]
    public async Task A_user_that_a_rule_names_stays()
    {
        await AddAsync(Make("ann"));
        await AddAsync(Make("bob"));
        var rules = new SenderRules(_disk.Store, _time);
        var draft = new SenderRuleDraft { Sender = "*", User = "Ann", Destinations = "*" };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        SenderRule kept = await _disk.Store.WriteAsync(db => rules.Add(db, rule));

        Assert.Equal([kept.Id], await RemoveAsync("ANN"));
        Assert.Equal(["ann", "bob"], _users.List().Select(user => user.Name));
        Assert.Equal([], await RemoveAsync("bob"));
        Assert.Null(await RemoveAsync("bob"));
        await _disk.Store.WriteAsync(db => SenderRules.Remove(db, kept.Id));
        Assert.Equal([], await RemoveAsync("ann"));
        Assert.Empty(_users.List());
    }

    [Theory]
    [InlineData("", "ann@x.example", true)] // any, as far as the rules go
    [InlineData("ann@x.example", "ANN@X.example", true)]
    [InlineData("ann@x.example", "bob@x.example", false)]
    [InlineData("@x.example", "bob@x.example", true)]
    [InlineData("@x.example", "bob@sub.x.example", false)]
    [InlineData("ann@y.example @x.example", "bob@x.example", true)]
    public void A_user_writes_as_its_own_addresses(string sendAs, string address, bool may) =>
        Assert.Equal(may, Make("ann", sendAs).MayWriteAs(EmailAddress.Parse(address)));

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        Assert.False(SmtpUser.TryCreate(
            "a n", "ann * @", "two\nlines", out SmtpUser? user, out IReadOnlyList<string> mistakes));
        Assert.Null(user);
        Assert.Equal(
            [
                "A user's name has 1 to 64 letters, digits and . - _ @ +, and no spaces.",
                "ann is neither an address nor a domain such as @example.com that a user may write as.",
                "* is neither an address nor a domain such as @example.com that a user may write as.",
                "@ is neither an address nor a domain such as @example.com that a user may write as.",
                "The note is one line of at most 200 characters.",
            ],
            mistakes);
    }

    [Fact]
    public void Every_limit_has_two_sides()
    {
        Assert.True(SmtpUser.TryCreate(new string('a', 64), null, new string('n', 200), out _, out _));
        Assert.False(SmtpUser.TryCreate(new string('a', 65), null, null, out _, out _));
        Assert.False(SmtpUser.TryCreate("", null, null, out _, out _));
        Assert.False(SmtpUser.TryCreate("ann", null, new string('n', 201), out _, out _));
        string hundred = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"@x{i}.example"));
        Assert.True(SmtpUser.TryCreate("ann", hundred, null, out _, out _));
        Assert.False(SmtpUser.TryCreate(
            "ann", hundred + " @y.example", null, out _, out IReadOnlyList<string> mistakes));
        Assert.Equal("A user takes at most 100 addresses to write as.", Assert.Single(mistakes));
    }

    private static SmtpUser Make(string name, string? sendAs = null, string? note = null)
    {
        bool isUser = SmtpUser.TryCreate(name, sendAs, note, out SmtpUser? user, out IReadOnlyList<string> mistakes);
        Assert.True(isUser, string.Join(' ', mistakes));
        return user!;
    }

    private Task<bool> AddAsync(SmtpUser user) => _disk.Store.WriteAsync(db => _users.Add(db, user, Stored));

    private Task<IReadOnlyList<long>?> RemoveAsync(string name) =>
        _disk.Store.WriteAsync(db => SmtpUsers.Remove(db, name));
}
