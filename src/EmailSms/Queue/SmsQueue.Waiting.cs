using System.Collections.Concurrent;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>An SMS that goes back to the disk, to wait for carriers.</summary>
/// <param name="Sms">It.</param>
/// <param name="For">The carriers: whichever of them has room first takes it.</param>
/// <param name="IsFull">It is the turn of the one named, which has enough of them in memory.</param>
internal sealed record WaitingSms(OutgoingSms Sms, IReadOnlyList<string> For, bool IsFull)
{
    /// <summary>Another carrier may have it, if the one that is full closes.</summary>
    public bool HasOther { get; init; } = true;

    /// <summary>
    /// It waits for earlier SMS to its phone, of which the carrier named has enough in memory, and not for room.
    /// </summary>
    public bool IsBehind { get; init; }

    /// <summary>Others have surely not sent it: when it comes back it goes to the one named.</summary>
    public bool IsNext => IsFull && (Sms.Tried.Count > 0 || Sms.GoesTo is not null);
}

/// <content>
/// SMS that wait on disk for a carrier, each set of carriers in a line of its own, so that a slow one or a dead one
/// holds up nobody else's: they are in no lease but those that are made for one of their carriers.
/// </content>
internal sealed partial class SmsQueue
{
    // A release of more would keep the writer from everything else for too long.
    private const int ReleasedAtOnce = 5000;

    // The end of the line of those that have tried others before.
    private const string NextMark = " next ";

    // The lines that may have somebody in them: copied when it changes, which only the writer's thread does.
    private volatile HashSet<(string On, int Priority)> _lines = [];
    private volatile bool _lineNeedsRoom;

    /// <summary>Whether SMS may wait on disk for this carrier, of a class that this one must not overtake.</summary>
    public bool IsWaitedFor(string carrier, SmsClass smsClass)
    {
        HashSet<(string On, int Priority)> lines = _lines;
        if (lines.Count == 0) return false;
        string name = $":{carrier}:";
        int priority = PriorityOf(smsClass);
        return lines.Any(line => line.Priority >= priority && line.On.Contains(name, StringComparison.Ordinal));
    }

    /// <summary>The same of any class.</summary>
    public bool IsWaitedFor(string carrier) => IsWaitedFor(carrier, SmsClass.Normal);

    /// <summary>Gives leased SMS back to the disk, where each waits for its carriers.</summary>
    public Task ParkAsync(IReadOnlyList<WaitingSms> parked) => store.WriteAsync(db =>
    {
        foreach (WaitingSms one in parked)
        {
            string on = one.IsBehind ? PhoneLineFor(one) : LineOf(one.For) + (one.IsNext ? NextMark : "");
            db.Execute(
                "update sms set leased_by = null, submitting = null, waits_for = @for, waits_on = @on where id = @id",
                ("@for", one is { IsFull: true, HasOther: true } ? "lane" : "carrier"), ("@on", on),
                ("@id", one.Sms.Id.ToString()));
            (string, int) line = (on, PriorityOf(one.Sms.Class));
            if (!one.IsBehind && !_lines.Contains(line)) _lines = [.. _lines, line];
        }

        db.Afterwards(kept => { if (kept) Settled(parked.Count); });
    });

    /// <summary>
    /// Leases SMS that wait for a carrier into memory, the urgent first, but a part of the room is for the others.
    /// </summary>
    public async Task LeaseWaitingAsync(string carrier, int room)
    {
        int most = Math.Min(room, RoomForLines());
        if (most <= 0) return;
        string name = $":{carrier}:";
        await store.WriteAsync(db =>
        {
            RemindUnlessKept(db);
            List<OutgoingSms> taken = [];
            int urgentMax = Math.Max(1, most - (most / BulkShare));
            foreach (int priority in (int[])[1, 0])
            {
                foreach ((string on, _) in _lines
                    .Where(line => line.Priority == priority && line.On.Contains(name, StringComparison.Ordinal))
                    .OrderBy(line => IsNext(line.On) ? 0 : 1))
                {
                    int left = (priority == 1 ? urgentMax : most) - taken.Count;
                    if (left <= 0) break;
                    List<OutgoingSms> some = Coming(db, TakeWaiting(db, on, priority, left)
                        .ConvertAll(sms => sms with { GoesTo = IsNext(on) ? carrier : null }));
                    if (some.Count < left) _lines = [.. _lines.Where(line => line != (on, priority))];
                    taken.AddRange(some);
                }
            }

            Keep(db, taken);
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// A carrier takes no SMS any more: those that wait for room in its lane may take another one. Null: the clock has
    /// changed what routes say, so all that wait are looked at again.
    /// </summary>
    public async Task ReleaseAsync(string? carrier)
    {
        if (carrier is null) Interlocked.Increment(ref _releases);
        if (_lines.Count == 0 && _phones.IsEmpty) return;
        while (await store.WriteAsync(db => ReleaseSome(db, carrier)).ConfigureAwait(false) == ReleasedAtOnce) ;
    }

    /// <summary>An SMS that is still leased goes on in memory, to another carrier.</summary>
    public void GoOn(OutgoingSms sms) => _ready.Writer.TryWrite(sms);

    private int ReleaseSome(StoreSession db, string? carrier)
    {
        RemindUnlessKept(db);
        int released = carrier is null ? ReleaseAll(db) : ReleaseLane(db, carrier);
        if (released == 0) return 0;
        _backlog = _urgentBacklog = true;
        db.Afterwards(_ => Ring());
        return released;
    }

    private int ReleaseAll(StoreSession db)
    {
        int released = db.Execute(
            """
            update sms set waits_for = null, waits_on = null
             where id in (select id from sms where waits_on is not null limit @limit)
            """,
            ("@limit", ReleasedAtOnce));
        if (released == ReleasedAtOnce) return released;
        _lines = [];
        _phones.Clear();
        return released;
    }

    private int ReleaseLane(StoreSession db, string carrier)
    {
        string on = LineOf([carrier]);
        int released = db.Execute(
            """
            update sms set waits_for = null, waits_on = null
             where id in (select id from sms where waits_on in (@on, @next) and waits_for = 'lane' limit @limit)
            """,
            ("@on", on), ("@next", on + NextMark), ("@limit", ReleasedAtOnce));
        return released + (released < ReleasedAtOnce ? ReleasePhones(db, carrier, ReleasedAtOnce - released) : 0);
    }

    // Whoever waits is in a line that is known, or nobody looks until it expires.
    private void RemindUnlessKept(StoreSession db)
    {
        HashSet<(string On, int Priority)> before = _lines;
        KeyValuePair<string, ConcurrentDictionary<string, PhoneLine>>[] phones = [.. _phones];
        db.Afterwards(kept =>
        {
            if (kept) return;
            _lines = [.. _lines, .. before];
            foreach ((string carrier, ConcurrentDictionary<string, PhoneLine> lines) in phones)
            {
                _phones[carrier] = lines;
            }
        });
    }

    private static bool IsNext(string on) => on.EndsWith(NextMark, StringComparison.Ordinal);

    // Those who wait for the same carriers are in one line, in whatever order they would ask them. No name of a carrier
    // has a colon in it: that parts the keys of the configuration.
    private static string LineOf(IReadOnlyList<string> carriers) =>
        $" {string.Join(' ', carriers.Order(StringComparer.Ordinal).Select(one => $":{one}:"))} ";

    private List<OutgoingSms> TakeWaiting(StoreSession db, string on, int priority, int limit) => Taken(db, db.Query(
        $"""
        update sms set leased_by = @node, waits_for = null, waits_on = null
         where id in (select id from sms
                       where waits_on = @on and priority = @priority and state = 'queued' and leased_by is null
                       order by due_ms, id limit @limit)
        returning {Columns}
        """,
        row => Map(db, row), ("@node", _node), ("@on", on), ("@priority", priority), ("@limit", limit)));
}
