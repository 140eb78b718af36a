using System.Security.Cryptography;
using EmailSms.Api;
using EmailSms.Cli;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Store;

public sealed class ResealingTests : IDisposable
{
    private const int Count = 1234; // some pages, and a part of one

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_can_be_cut_off_and_said_again_and_everything_is_readable_all_the_time()
    {
        TextKeyOptions first = Key("first");
        await using (SqliteStore plain = Open())
        {
            var queue = new SmsQueue(plain, new QueueOptions(), TimeProvider.System);
            for (int i = 0; i < Count; i++)
            {
                Guid id = Guid.CreateVersion7();
                string text = i == 0 ? "" : $"Text {i}"; // one that was forgotten
                await plain.WriteAsync(db => queue.Enqueue(
                    db,
                    new NewSms(
                        id, null, PhoneNumber.FromE164("+447700900123"), "", "", text, "gsm7", 1, null,
                        NoticeSetting.Never, long.MaxValue),
                    new { }));
            }
        }

        await using (SqliteStore store = Open(first))
        {
            Assert.Equal(Expected(), Texts(store));
            using var cut = new CancellationTokenSource();
            int writes = 0;
            store.Committed = () =>
            {
                if (++writes == 3) cut.Cancel();
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ResealAsync(store, cut.Token));
            Assert.InRange(Sealed(store, "first"), 1, Count - 2);
            Assert.Equal(Expected(), Texts(store));
        }

        await using (SqliteStore store = Open(first))
        {
            (IReadOnlyDictionary<string, long> written, _) =
                await ResealAsync(store, TestContext.Current.CancellationToken);
            Assert.InRange(written["sms.body"], 1, Count - 2); // the rest, and not all once more
            Assert.Equal(Count - 1, Sealed(store, "first"));
            (written, _) = await ResealAsync(store, TestContext.Current.CancellationToken);
            Assert.Empty(written);
        }

        await using (SqliteStore store = Open(Key("second"), first))
        {
            Assert.Equal(Expected(), Texts(store));
            (_, IReadOnlyList<string> gone) = await ResealAsync(store, TestContext.Current.CancellationToken);
            Assert.Equal(["first"], gone);
            Assert.Equal(0, Sealed(store, "first"));
            Assert.Equal(Expected(), Texts(store));
        }

        Assert.Throws<StoreException>(() => Open(first));
    }

    private static IEnumerable<string> Expected() => Enumerable.Range(0, Count).Select(i => i == 0 ? "" : $"Text {i}");

    private static List<string> Texts(SqliteStore store)
    {
        List<SmsRecord> all = store.Read(db => SmsRecord.Search(db, new SmsSearch(Limit: Count * 2)));
        return [.. all.OrderBy(sms => sms.Body.Length == 0 ? 0 : int.Parse(sms.Body[5..])).Select(sms => sms.Body)];
    }

    private static long Sealed(SqliteStore store, string key) => (long)store.Read(db => db.Scalar(
        "select count(*) from sms where instr(body, @mark) = 1", ("@mark", $"\u0002s:{key}:")))!;

    private static Task<(IReadOnlyDictionary<string, long> Written, IReadOnlyList<string> Gone)> ResealAsync(
        SqliteStore store, CancellationToken stopping) =>
        new Resealing(store, StoreCommand.SealedColumns, TimeProvider.System).RunAsync(stopping);

    private SqliteStore Open(params TextKeyOptions[] keys) => SqliteStore.Open(
        new StoreOptions { Folder = _folder.File("data"), DiskFreeBytesMin = 0, TextKeys = [.. keys] },
        TimeProvider.System, NullLogger<SqliteStore>.Instance, AuditTrail.SinkOf("cli:test"));

    private TextKeyOptions Key(string id)
    {
        File.WriteAllText(_folder.File(id), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return new TextKeyOptions { Id = id, File = _folder.File(id) };
    }
}
