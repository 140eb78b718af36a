using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>An SMS that goes back to the disk, to wait for carriers.</summary>
/// <param name="Sms">It.</param>
/// <param name="For">The carriers: whichever of them has room first takes it.</param>
/// <param name="IsFull">It is the turn of the one named, which has enough of them in memory.</param>
internal sealed record WaitingSms(OutgoingSms Sms, IReadOnlyList<string> For, bool IsFull);

/// <content>
/// SMS that wait on disk for a carrier, each set of carriers in a line of its own, so that a slow one or a dead one
/// holds up nobody else's: they are in no lease but those that are made for one of their carriers.
/// </content>
internal sealed partial class SmsQueue
{
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
            string on = LineOf(one.For);
            db.Execute(
                "update sms set leased_by = null, submitting = null, waits_for = @for, waits_on = @on where id = @id",
                ("@for", one.IsFull ? "lane" : "carrier"), ("@on", on), ("@id", one.Sms.Id.ToString()));
            (string, int) line = (on, PriorityOf(one.Sms.Class));
            if (!_lines.Contains(line)) _lines = [.. _lines, line];
        }

        db.Afterwards(kept => { if (kept) Settled(parked.Count); });
    });

    /// <summary>
    /// Leases SMS that wait for a carrier into memory, the urgent first, but a part of the room is for the others.
    /// </summary>
    public async Task LeaseWaitingAsync(string carrier, int room)
    {
        int most = Math.Min(Math.Min(room, options.LeaseMax), options.ReadyMax + UrgentExtra - Held);
        if (most <= 0)
        {
            _lineNeedsRoom = true; // the next SMS that is settled rings
            return;
        }

        string name = $":{carrier}:";
        await store.WriteAsync(db =>
        {
            List<OutgoingSms> taken = [];
            int urgentMax = Math.Max(1, most - (most / BulkShare));
            foreach (int priority in (int[])[1, 0])
            {
                foreach ((string on, _) in _lines.Where(
                    line => line.Priority == priority && line.On.Contains(name, StringComparison.Ordinal)))
                {
                    int left = (priority == 1 ? urgentMax : most) - taken.Count;
                    if (left <= 0) break;
                    List<OutgoingSms> some = TakeWaiting(db, on, priority, left);
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
        if (_lines.Count == 0) return;
        await store.WriteAsync(db =>
        {
            int released = carrier is null
                ? db.Execute("update sms set waits_for = null, waits_on = null where waits_on is not null")
                : db.Execute(
                    "update sms set waits_for = null, waits_on = null where waits_on = @on and waits_for = 'lane'",
                    ("@on", LineOf([carrier])));
            if (carrier is null) _lines = [];
            if (released == 0) return;
            _backlog = _urgentBacklog = true;
            db.Afterwards(_ => Ring());
        }).ConfigureAwait(false);
    }

    /// <summary>An SMS that is still leased goes on in memory, to another carrier.</summary>
    public void GoOn(OutgoingSms sms) => _ready.Writer.TryWrite(sms);

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
        row => Map(db, row), ("@node", _node), ("@on", on), ("@priority", priority), ("@limit", limit)))
        .ConvertAll(sms => sms with { HasWaited = true });
}
