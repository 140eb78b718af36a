using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Carriers.Routing;

/// <summary>What carriers tell of the networks of phones, on disk.</summary>
public sealed class PhoneNetworksTests : IAsyncDisposable
{
    private const long Day = 24L * 60 * 60 * 1000;

    private static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");

    private readonly TemporaryStore _disk = new(TimeProvider.System);

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task The_last_word_counts_and_the_same_one_is_written_down_once_a_day()
    {
        Assert.Null(Known());
        await NoteAsync("23410", "web", 1000);
        Assert.Equal(("234-10", "web", 1000L), Known());
        await NoteAsync("23410", "main", 1000 + Day);
        Assert.Equal(("234-10", "web", 1000L), Known()); // not older than a day
        await NoteAsync("23415", "main", 2000);
        Assert.Equal(("234-15", "main", 2000L), Known());
        await NoteAsync("23415", "web", 2001 + Day);
        Assert.Equal(("234-15", "web", 2001 + Day), Known());
        await _disk.Store.WriteAsync(db =>
        {
            long before = Changes(db);
            PhoneNetworks.Note(db, Phone, MobileNetwork.Read("23415")!, "main", 2002 + Day);
            Assert.Equal(before, Changes(db)); // nothing was written at all
        });
    }

    [Fact]
    public async Task What_nobody_tells_again_is_forgotten()
    {
        await NoteAsync("23410", "web", 1000);
        RetentionTask task = PhoneNetworks.Retention(TimeSpan.FromDays(90));
        Assert.Empty(_disk.Store.Read(db => task.Find(db, 1000, "", 10)));
        Assert.Equal([Phone.E164], _disk.Store.Read(db => task.Find(db, 1001, "", 10)));
        Assert.Empty(_disk.Store.Read(db => task.Find(db, 1001, Phone.E164, 10)));
        await NoteAsync("23415", "web", 1001); // between the two
        await _disk.Store.WriteAsync(db => task.Forget(db, Phone.E164, 1001));
        Assert.Equal(("234-15", "web", 1001L), Known());
        await _disk.Store.WriteAsync(db => task.Forget(db, Phone.E164, 1002));
        Assert.Null(Known());
    }

    private static long Changes(StoreSession db) => (long)db.Scalar("select total_changes()")!;

    private Task NoteAsync(string network, string carrier, long nowMs) => _disk.Store.WriteAsync(
        db => PhoneNetworks.Note(db, Phone, MobileNetwork.Read(network)!, carrier, nowMs));

    private (string, string, long)? Known() => _disk.Store.Read(db => PhoneNetworks.Find(db, Phone)) is { } known
        ? (known.Network.ToString(), known.Carrier, known.ToldMs)
        : null;
}
