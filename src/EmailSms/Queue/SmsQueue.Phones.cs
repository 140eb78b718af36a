using System.Collections.Concurrent;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <content>
/// SMS that wait on disk for earlier ones to the same phone, where those go one after the other: each phone in a line
/// of its own, so that a storm to one takes no room from the others.
/// </content>
internal sealed partial class SmsQueue
{
    // The phones with somebody in a line, maybe, by carrier. The writer's thread changes it.
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, PhoneLine>> _phones = new();

    // Leased from a line, and without a place yet: who is new must not overtake them. By phone and priority.
    private readonly ConcurrentDictionary<(string Phone, int Priority), int> _coming = new();

    private long _phoneLines; // so many have been opened: the name of the next one
    private int _releases;

    /// <summary>So often have all that wait been let go, since what routes say has changed.</summary>
    public int Releases => Volatile.Read(ref _releases);

    /// <summary>How many phones have a line of their own at a carrier.</summary>
    public int PhonesWaitedFor(string carrier) =>
        _phones.TryGetValue(carrier, out ConcurrentDictionary<string, PhoneLine>? lines) ? lines.Count : 0;

    /// <summary>Whether a phone has one.</summary>
    public bool IsPhoneWaitedFor(string carrier, string phone) =>
        _phones.TryGetValue(carrier, out ConcurrentDictionary<string, PhoneLine>? lines) && lines.ContainsKey(phone);

    /// <summary>Whether SMS may wait in it that one of this class must not overtake.</summary>
    public bool IsPhoneWaitedFor(string carrier, PhoneNumber phone, SmsClass smsClass) =>
        _phones.TryGetValue(carrier, out ConcurrentDictionary<string, PhoneLine>? lines)
        && lines.TryGetValue(phone.E164, out PhoneLine? line) && line.Kinds >= PhoneLine.KindOf(PriorityOf(smsClass));

    /// <summary>SMS to a phone that were leased from a line and have no place yet.</summary>
    public int ComingTo(string phone) =>
        _coming.GetValueOrDefault((phone, 0)) + _coming.GetValueOrDefault((phone, 1));

    /// <summary>Whether there are any that one of this class must not overtake.</summary>
    public bool IsComing(PhoneNumber phone, SmsClass smsClass) => _coming.ContainsKey((phone.E164, 1))
        || (PriorityOf(smsClass) == 0 && _coming.ContainsKey((phone.E164, 0)));

    /// <summary>One has found its place, in a lane or on disk: who is new may follow.</summary>
    public void Arrived(OutgoingSms sms)
    {
        if (sms.IsComing) CountComing(sms, -1);
    }

    /// <summary>
    /// Leases SMS of phones that have lines of their own at a carrier, for each the urgent first, as long as there is
    /// room in memory.
    /// </summary>
    /// <returns>How many were leased.</returns>
    public async Task<int> LeaseForPhonesAsync(string carrier, IReadOnlyList<(string Phone, int Room)> phones)
    {
        int most = RoomForLines();
        if (most <= 0) return 0;
        return await store.WriteAsync(db =>
        {
            List<OutgoingSms> taken = [];
            foreach ((string phone, int room) in phones)
            {
                taken.AddRange(TakeBehind(db, carrier, phone, Math.Min(room, most - taken.Count)));
                if (taken.Count < most) continue;
                _lineNeedsRoom = true; // for the others
                break;
            }

            Keep(db, taken);
            return taken.Count;
        }).ConfigureAwait(false);
    }

    private List<OutgoingSms> TakeBehind(StoreSession db, string carrier, string phone, int room)
    {
        List<OutgoingSms> taken = [];
        if (!_phones.TryGetValue(carrier, out ConcurrentDictionary<string, PhoneLine>? lines)
            || !lines.TryGetValue(phone, out PhoneLine? line))
        {
            return taken;
        }

        PhoneLine before = line;
        foreach ((int priority, bool isNext) in PhoneLine.InOrder)
        {
            if (!line.Has(priority, isNext)) continue;
            int left = room - taken.Count;
            if (left == 0) break;
            List<OutgoingSms> some = Coming(db, TakeWaiting(db, line.On(carrier, isNext), priority, left)
                .ConvertAll(sms => sms with { TurnAt = carrier, GoesTo = isNext ? carrier : null }));
            if (some.Count < left) line = line.Without(priority, isNext);
            taken.AddRange(some);
        }

        if (line == before) return taken;
        if (line.Kinds > 0) lines[phone] = line;
        else lines.TryRemove(phone, out _);
        db.Afterwards(kept =>
        {
            if (!kept) lines[phone] = before;
        });
        return taken;
    }

    // They are on their way from here on, or the write is not kept.
    private List<OutgoingSms> Coming(StoreSession db, List<OutgoingSms> taken)
    {
        foreach (OutgoingSms sms in taken) CountComing(sms, 1);
        db.Afterwards(kept =>
        {
            if (kept) return;
            foreach (OutgoingSms sms in taken) CountComing(sms, -1);
        });
        return taken.ConvertAll(sms => sms with { HasWaited = true, IsComing = true });
    }

    // Two threads count: the writer's up, and whoever places down.
    private void CountComing(OutgoingSms sms, int by)
    {
        (string, int) key = (sms.To.E164, PriorityOf(sms.Class));
        int count = _coming.AddOrUpdate(key, by, (_, before) => before + by);
        if (count == 0) _coming.TryRemove(KeyValuePair.Create(key, 0));
    }

    // What memory has room for, of those in lines.
    private int RoomForLines()
    {
        if (RoomNow() is > 0 and int room) return room;
        _lineNeedsRoom = true; // the next SMS that is settled rings, and one that was a moment ago is seen now
        Interlocked.MemoryBarrier();
        return RoomNow();

        int RoomNow() => Math.Min(options.LeaseMax, options.ReadyMax + UrgentExtra - Held);
    }

    // The line of a phone, opened if need be.
    private string PhoneLineFor(WaitingSms one)
    {
        string carrier = one.For[0];
        ConcurrentDictionary<string, PhoneLine> lines = _phones.GetOrAdd(carrier, static _ => new());
        if (!lines.TryGetValue(one.Sms.To.E164, out PhoneLine? line)) line = new PhoneLine(++_phoneLines, 0);
        lines[one.Sms.To.E164] = line.With(PriorityOf(one.Sms.Class), one.IsNext);
        return line.On(carrier, one.IsNext);
    }

    // Those who wait for a phone at a carrier that has closed may take another, or wait for it like all others: when
    // it is back nobody is before them there.
    private int ReleasePhones(StoreSession db, string carrier, int limit)
    {
        if (PhonesWaitedFor(carrier) == 0) return 0;
        string on = LineOf([carrier]);
        int released = db.Execute(
            """
            update sms set waits_for = null, waits_on = null
             where id in (select id from sms
                           where waits_on >= @from and waits_on < @until and waits_for = 'lane' limit @limit)
            """,
            ("@from", on + PhoneLine.Mark), ("@until", on + PhoneLine.MarkEnd), ("@limit", limit));
        if (released == limit) return released;
        int moved = db.Execute(
            $"""
            update sms set waits_on = case when waits_on like '%{NextMark}' then @next else @on end
             where id in (select id from sms where waits_on >= @from and waits_on < @until limit @limit)
            """,
            ("@on", on), ("@next", on + NextMark), ("@from", on + PhoneLine.Mark),
            ("@until", on + PhoneLine.MarkEnd), ("@limit", limit - released));
        if (moved > 0) _lines = [.. _lines, (on, 0), (on, 1), (on + NextMark, 0), (on + NextMark, 1)];
        if (released + moved < limit) _phones.TryRemove(carrier, out _);
        return released + moved;
    }

    /// <summary>A phone's line. On disk it has a number, so that no phone is named twice.</summary>
    /// <param name="Number">Which.</param>
    /// <param name="Kinds">Who may be in it: a bit for each priority, and whether others were tried before.</param>
    private sealed record PhoneLine(long Number, int Kinds)
    {
        public const string Mark = "#";
        public const string MarkEnd = "$"; // the character after it

        /// <summary>Who comes first in it.</summary>
        public static readonly (int Priority, bool IsNext)[] InOrder = [(1, true), (1, false), (0, true), (0, false)];

        // Urgent ones have the higher bits.
        public static int KindOf(int priority, bool isNext = false) => 1 << ((2 * priority) + (isNext ? 1 : 0));

        public string On(string carrier, bool isNext) =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{LineOf([carrier])}{Mark}{Number}")
            + (isNext ? NextMark : "");

        public bool Has(int priority, bool isNext) => (Kinds & KindOf(priority, isNext)) != 0;

        public PhoneLine With(int priority, bool isNext) => this with { Kinds = Kinds | KindOf(priority, isNext) };

        public PhoneLine Without(int priority, bool isNext) => this with { Kinds = Kinds & ~KindOf(priority, isNext) };
    }
}
