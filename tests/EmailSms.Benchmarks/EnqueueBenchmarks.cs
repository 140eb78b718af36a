using BenchmarkDotNet.Attributes;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Benchmarks;

/// <summary>SMS into the queue, each awaited until it is on disk: one writer at a time, and 256 at once.</summary>
[MemoryDiagnoser]
public class EnqueueBenchmarks
{
    private const int Sms = 2048;
    private string _folder = "";
    private SqliteStore _store = null!;
    private SmsQueue _queue = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("emailsms-bench-").FullName;
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder }, TimeProvider.System, NullLogger<SqliteStore>.Instance);
        _queue = new SmsQueue(_store, new QueueOptions(), TimeProvider.System);
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Sms)]
    public Task Writers256() => Task.WhenAll(Enumerable.Range(0, 256).Select(_ => EnqueueAsync(Sms / 256)));

    [Benchmark(OperationsPerInvoke = 64)]
    public Task Writer1() => EnqueueAsync(64);

    private async Task EnqueueAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var sms = new NewSms(
                TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164("+447700900123"), "",
                "ann@clinic.example", "The freezer is at -4 degrees.", "gsm7", 1, 1, NoticeSetting.Never,
                long.MaxValue);
            await _store.WriteAsync(db => _queue.Enqueue(db, sms, new { from = sms.Mailbox }));
        }
    }
}
