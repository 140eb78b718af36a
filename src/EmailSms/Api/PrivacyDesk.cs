using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Api;

/// <summary>What there is of a person.</summary>
/// <param name="Counts">Rows by table.</param>
/// <param name="Waiting">What is still to be done with something of theirs: tables, and how many rows.</param>
/// <param name="Refusals">What the admin has to change first, a sentence each.</param>
/// <param name="Hash">What is kept of them in the place of the number or address; null: nothing.</param>
internal sealed record PersonalHoldings(
    IReadOnlyDictionary<string, long> Counts, IReadOnlyDictionary<string, long> Waiting,
    IReadOnlyList<string> Refusals, string? Hash);

/// <summary>What was done to forget a person.</summary>
/// <param name="Erased">Rows that were changed or removed, by table.</param>
/// <param name="Ended">SMS that waited and were ended.</param>
/// <param name="Left">Rows that could not go yet, by table; with any of them it is to be done again.</param>
/// <param name="Hash">What is kept in the place of the number or address.</param>
/// <param name="Carriers">SMS by carrier, which have records of their own.</param>
internal sealed record Erasure(
    IReadOnlyDictionary<string, long> Erased, int Ended, IReadOnlyDictionary<string, long> Left, string Hash,
    IReadOnlyDictionary<string, long> Carriers);

/// <summary>
/// Finds a person everywhere, and forgets them: a few rows a write and a pause between two, beside a service.
/// <code>
///   what waits to be sent ──► ended            table by table: find ──► taken out, a batch a write ──► found again?
///   what is in a hand     ──► waited for          ▲                                                      │ yes
///                                                 └──────────────────────────────────────────────────────┘
/// </code>
/// Nothing of it is remembered between two writes: what was begun and cut off is finished by doing it again.
/// </summary>
internal sealed class PrivacyDesk(
    SqliteStore store, IReadOnlyList<PersonalTable> tables, Person person, TimeProvider time)
{
    /// <summary>The action of the entry that tells of an erasure.</summary>
    public const string ErasedAction = AuditCheck.ErasedAction;

    /// <summary>The action of the entry that tells of an export.</summary>
    public const string ExportedAction = "exported";

    private const int PageMax = 500;
    private const int BatchMax = 100;
    private const int PassesMax = 10;
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookAgainEvery = TimeSpan.FromMilliseconds(200);

    private readonly PersonalRows _rows = new(person, (db, sms) => SmsPersonalData.IsTheirs(db, sms, person));

    /// <summary>Every row with the person in it; never more than a page is in memory.</summary>
    public IEnumerable<PersonalFinding> Find()
    {
        foreach (PersonalTable table in tables)
        {
            foreach (List<PersonalFinding> page in Pages(table))
            {
                foreach (PersonalFinding finding in page) yield return finding;
            }
        }
    }

    /// <summary>Whether a row is nothing but the hash that is kept of somebody who was erased.</summary>
    public static bool IsHash(PersonalFinding finding) =>
        finding.Row.Table.Name == "opt_out"
        && finding.Row.Text("number")!.StartsWith(ErasedNumbers.Mark, StringComparison.Ordinal);

    /// <summary>Counts what there is, and finds what stands in the way of forgetting it.</summary>
    public PersonalHoldings Look()
    {
        Dictionary<string, long> counts = [];
        Dictionary<string, long> waiting = [];
        List<string> refusals = [];
        string? hash = null;
        foreach (PersonalFinding finding in Find())
        {
            if (IsHash(finding))
            {
                hash = finding.Row.Text("number");
                continue;
            }

            Count(counts, finding);
            if (finding.IsWaiting) Count(waiting, finding);
            if (store.Read(db => _rows.Refusal(db, finding.Row)) is { } sentence) refusals.Add(sentence);
        }

        return new PersonalHoldings(counts, waiting, refusals, hash);
    }

    /// <summary>SMS of the person by carrier.</summary>
    public Dictionary<string, long> Carriers() => store.Read(db => SmsPersonalData.CarriersOf(db, person));

    /// <summary>Notes that somebody has read all that there is; under a hash, as the trail outlives people.</summary>
    public Task NoteExportAsync() => store.WriteAsync(db => db.Note(
        ExportedAction, $"person {ErasedNumbers.Make(db, person.Number ?? person.Address!, NowMs())}"));

    /// <summary>Forgets the person.</summary>
    /// <param name="patience">How long what is in a carrier's or the smart host's hand is waited for.</param>
    /// <param name="stopping">Ends it between two writes.</param>
    public async Task<Erasure> EraseAsync(TimeSpan patience, CancellationToken stopping)
    {
        Dictionary<string, long> carriers = Carriers();
        Dictionary<string, long> erased = [];
        string hash = await store.WriteAsync(
            db => ErasedNumbers.Make(db, person.Number ?? person.Address!, NowMs())).ConfigureAwait(false);
        long started = time.GetTimestamp();
        int ended = 0;
        List<PersonalFinding> waiting = [];
        for (int pass = 0; pass < PassesMax; pass++)
        {
            ended += await EndAsync(stopping).ConfigureAwait(false);
            long before = erased.Values.Sum();
            waiting = await PassAsync(erased, stopping).ConfigureAwait(false);
            if (waiting.Count == 0 && erased.Values.Sum() == before) break; // a whole pass found nothing
            if (waiting.Count == 0) continue;
            if (!await AreDoneAsync(waiting, started, patience, stopping).ConfigureAwait(false)) break;
        }

        Dictionary<string, long> left = [];
        foreach (PersonalFinding finding in waiting) Count(left, finding);
        await store.WriteAsync(db => db.Note(
            ErasedAction, $"person {hash}", after: new { rows = erased, ended, left })).ConfigureAwait(false);
        return new Erasure(erased, ended, left, hash, carriers);
    }

    private async Task<int> EndAsync(CancellationToken stopping)
    {
        int ended = 0;
        while (true)
        {
            int batch = await store.WriteAsync(db => SmsPersonalData.EndWaiting(db, person, BatchMax, NowMs()))
                .ConfigureAwait(false);
            ended += batch;
            if (batch < BatchMax) return ended;
            await Task.Delay(BatchPause, time, stopping).ConfigureAwait(false);
        }
    }

    // Returns what cannot go yet.
    private async Task<List<PersonalFinding>> PassAsync(Dictionary<string, long> erased, CancellationToken stopping)
    {
        List<PersonalFinding> waiting = [];
        foreach (PersonalTable table in tables)
        {
            foreach (List<PersonalFinding> page in Pages(table))
            {
                waiting.AddRange(page.Where(one => one.IsWaiting));
                foreach (PersonalFinding[] batch in page.Where(one => !one.IsWaiting).Chunk(BatchMax))
                {
                    int count = await store.WriteAsync(db => Erase(db, table, batch)).ConfigureAwait(false);
                    if (count > 0) erased[table.Name] = erased.GetValueOrDefault(table.Name) + count;
                    await Task.Delay(BatchPause, time, stopping).ConfigureAwait(false);
                }
            }
        }

        return waiting;
    }

    // Each row is read again in the write: it may have changed since it was found.
    private int Erase(StoreSession db, PersonalTable table, PersonalFinding[] batch)
    {
        List<PersonalRow> done = [];
        foreach (PersonalFinding one in batch)
        {
            if (PersonalRows.Again(db, one.Row) is { } now && _rows.Find(db, now) is { } finding
                && _rows.Erase(db, finding))
            {
                done.Add(now);
            }
        }

        if (done.Count > 0) table.Told?.Invoke(db, done);
        return done.Count;
    }

    private async Task<bool> AreDoneAsync(
        List<PersonalFinding> waiting, long started, TimeSpan patience, CancellationToken stopping)
    {
        while (true)
        {
            bool isAny = store.Read(db => waiting.Exists(one =>
                PersonalRows.Again(db, one.Row) is { } now && new PersonalFinding(now, one.IsTheirs).IsWaiting));
            if (!isAny) return true;
            if (time.GetElapsedTime(started) > patience) return false;
            await EndAsync(stopping).ConfigureAwait(false); // one may have come back from its carrier
            await Task.Delay(LookAgainEvery, time, stopping).ConfigureAwait(false);
        }
    }

    private IEnumerable<List<PersonalFinding>> Pages(PersonalTable table)
    {
        PersonalRow? after = null;
        while (true)
        {
            (PersonalRow? last, List<PersonalFinding> found) = store.Read(db =>
            {
                List<PersonalRow> page = PersonalRows.Page(db, table, after, PageMax);
                return (page.LastOrDefault(), page.ConvertAll(row => _rows.Find(db, row)).OfType<PersonalFinding>()
                    .ToList());
            });
            if (last is null) yield break;
            if (found.Count > 0) yield return found;
            after = last;
        }
    }

    private static void Count(Dictionary<string, long> counts, PersonalFinding finding)
    {
        string table = finding.Row.Table.Name;
        counts[table] = counts.GetValueOrDefault(table) + 1;
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
