using EmailSms.Api;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Api;

public sealed class AuditTrailTests : IAsyncDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164("+447700900123");

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly SqliteStore _store;

    public AuditTrailTests() => _store = SqliteStore.Open(
        new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance,
        AuditTrail.SinkOf("cli:ann", _time));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_is_told_with_who_when_before_and_after()
    {
        await _store.WriteAsync(db => OptOuts.Record(db, Number, "*", "stop", null, 5));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _store.WriteAsync(db =>
        {
            db.ActAs("phone");
            return OptOuts.Remove(db, Number, "*");
        });
        await _store.WriteAsync(db => OptOuts.Remove(db, Number, "*")); // changes nothing, tells nothing

        List<AuditEntry> all = [.. AuditTrail.All(_store)];
        const string Row = """{"number":"+447700900123","scope":"*","since_ms":5,"word":"stop"}""";
        Assert.Collection(
            all,
            one => Assert.Equal(
                (1L, 1_795_600_800_000, "cli:ann", "added", "opt_out +447700900123 *", null, Row),
                (one.Id, one.AtMs, one.Actor, one.Action, one.Subject, one.Before, one.After)),
            one => Assert.Equal(
                (2L, 1_795_600_801_000, "phone", "removed", "opt_out +447700900123 *", Row, null),
                (one.Id, one.AtMs, one.Actor, one.Action, one.Subject, one.Before, one.After)));
        Assert.Empty(Check().Mistakes);
    }

    [Fact]
    public async Task Of_a_row_that_stays_what_differs_is_told_and_secrets_are_not()
    {
        var users = new SmtpUsers(_store, _time);
        Assert.True(SmtpUser.TryCreate("ann", null, null, out SmtpUser? user, out _));
        await _store.WriteAsync(db => users.Add(db, user, "SCRAM-SHA-256$top-secret"));
        await _store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ANN", false));
        await _store.WriteAsync(db => users.SetCredential(db, "ann", "SCRAM-SHA-256$other-secret"));

        AuditEntry[] all = [.. AuditTrail.All(_store)];
        Assert.Equal(
            ("changed", """{"is_enabled":1}""", """{"is_enabled":0}"""), (all[1].Action, all[1].Before, all[1].After));
        Assert.Equal("""{"credential":"***"}""", all[2].After); // changed at the same moment it was made
        Assert.All(all, one => Assert.DoesNotContain("secret", one.Before + one.After, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_that_is_not_kept_is_not_told()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync(db =>
        {
            OptOuts.Record(db, Number, "*", "stop", null, 5);
            throw new InvalidOperationException("no");
        }));
        Assert.Empty(AuditTrail.All(_store));
    }

    [Theory]
    [InlineData("delete from opt_out")]
    [InlineData("  INSERT OR REPLACE INTO opt_out (number, scope, since_ms, word) values ('+1', '*', 0, '')")]
    [InlineData("update sender_rule set priority = 1")]
    public async Task A_change_that_goes_around_it_is_refused(string sql)
    {
        InvalidOperationException no = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _store.WriteAsync(db => db.Execute(sql)));
        Assert.Contains("are audited", no.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync(
            db => db.Change("contact", [("name", "x")], () => db.Execute(sql)))); // and so is one of another table
    }

    [Theory]
    [InlineData("update audit set actor = 'cli:bob' where id = 2", "Entry 2: it was changed.")]
    [InlineData("update audit set at_ms = 7 where id = 2", "Entry 2: it was changed.")]
    [InlineData("update audit set new_value = '{}' where id = 2", "Entry 2: its content was changed.")]
    [InlineData("update audit set subject = null, old_value = null, new_value = null, salt = null where id = 2",
        "Entry 2: it was emptied, and no entry says so.")]
    [InlineData("update audit set salt = null where id = 2", "its content was written after it was erased.")]
    [InlineData("delete from audit where id = 2", "Entry 3: those from 2 to 2 are missing.")]
    [InlineData("delete from audit where id = 1", "Entry 2: those before it are missing.")]
    [InlineData("update audit set prev_hash = hash where id = 2", "Entry 2: it does not follow the one before.")]
    [InlineData("delete from audit where id = 4", "No entry has the hash that was given")]
    public async Task What_was_done_to_it_shows(string sql, string mistake)
    {
        for (int i = 0; i < 4; i++)
        {
            await _store.WriteAsync(db => OptOuts.Record(db, Number, $"pool:{i}", "stop", null, 5));
        }

        AuditCheck before = Check();
        Assert.Equal((4L, 1L, 0), (before.Count, before.First, before.Mistakes.Count));
        await _store.WriteAsync(db => db.Execute(sql));
        Assert.Contains(
            AuditCheck.Of(AuditTrail.All(_store), before.Head).Mistakes,
            one => one.Contains(mistake, StringComparison.Ordinal));
    }

    private AuditCheck Check() => AuditCheck.Of(AuditTrail.All(_store));
}
