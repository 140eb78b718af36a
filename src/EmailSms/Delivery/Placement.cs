using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Delivery;

/// <summary>
/// From memory to the lanes: each SMS into that of the first carrier which takes SMS now. What finds no place goes back
/// to the disk, so that it is in nobody's way.
/// <code>
///   none takes it ────────────────────► waits for all of them
///   its lane is full, or others wait ─► waits for room there, in their line
///   enough to its phone are there ────► waits for these, in a line of the phone's own
/// </code>
/// </summary>
internal sealed class Placement(
    SmsQueue queue, Router router, IReadOnlyDictionary<string, CarrierLane> lanes, AttemptDesk attempts,
    TimeProvider time, ILogger log)
{
    private const int PlacedAtOnce = 500;
    private const int PhonesAtOnce = 100;

    // Phones of which one came from a line and was sent back: those that come after it follow it there.
    private readonly HashSet<string> _sentBack = [];

    /// <summary>Places those that are ready, once there are any.</summary>
    public async Task RoundAsync(CancellationToken stopping)
    {
        await queue.Ready.WaitToReadAsync(stopping).ConfigureAwait(false);
        int releases = queue.Releases;
        List<WaitingSms> waiting = [];
        List<OutgoingSms> left = [];
        for (int i = 0; i < PlacedAtOnce && queue.Ready.TryRead(out OutgoingSms? sms); i++)
        {
            WaitingSms? waits = null;
            try
            {
                waits = Place(sms, waiting);
                if (waits is null)
                {
                    queue.Arrived(sms);
                    continue;
                }
            }
            catch (Exception fault) // it is neither lost, nor in the way of those behind it
            {
                log.RoutingFault(fault, sms.Id);
            }

            // Whom all have refused just now comes back after a pause; whose next carrier is full waits for that one.
            if (waits is null || (sms.Tried.Count > 0 && !waits.IsFull)) left.Add(sms);
            else waiting.Add(waits);
            if (sms.IsComing) _sentBack.Add(sms.To.E164);
        }

        await Dispatcher.OrPutBackAsync(
            left.Count == 0 ? Task.CompletedTask : attempts.DeferAsync(left),
            () => GoOn([.. left, .. waiting.Select(one => one.Sms)])).ConfigureAwait(false);
        left.ForEach(queue.Arrived);
        if (waiting.Count > 0)
        {
            await Dispatcher.OrPutBackAsync(
                queue.ParkAsync(waiting), () => GoOn(waiting.Select(one => one.Sms))).ConfigureAwait(false);
            waiting.ForEach(one => queue.Arrived(one.Sms));
            Look(waiting);

            // They have been told to wait by routes that are not those of now.
            if (queue.Releases != releases) await queue.ReleaseAsync(carrier: null).ConfigureAwait(false);
        }

        _sentBack.RemoveWhere(phone => queue.ComingTo(phone) == 0);
        if (left.Count + waiting.Count > 0 || lanes.Values.Any(IsHungry)) queue.Ring();
    }

    /// <summary>It has room for SMS, and some wait on disk for it.</summary>
    public bool IsHungry(CarrierLane lane) => (IsWaitedFor(lane) || lane.HasHungry) && lane.IsLow && lane.IsOpen;

    /// <summary>An attempt in a lane has ended: whether somebody on disk may go there now.</summary>
    public bool IsHungry(CarrierLane lane, PhoneNumber ended)
    {
        NoteHungry(lane, ended.E164);
        return IsHungry(lane);
    }

    /// <summary>Leases what waits on disk for a lane, if that has room.</summary>
    public async Task FeedAsync(CarrierLane lane)
    {
        if (!IsHungry(lane)) return;

        // Not while some are on their way to the lanes: it would be room that they take.
        bool isWaitedFor = IsWaitedFor(lane);
        if (isWaitedFor && queue.Ready.Count > 0) return;
        int room = lane.Room;
        if (lane.HasHungry)
        {
            room -= await FeedPhonesAsync(lane, isWaitedFor ? Math.Max(1, room / 2) : room).ConfigureAwait(false);
        }

        if (room > 0 && IsWaitedFor(lane)) await queue.LeaseWaitingAsync(lane.Name, room).ConfigureAwait(false);
    }

    /// <summary>Whether another carrier would take an SMS that this one surely has not sent.</summary>
    public bool HasOther(OutgoingSms sms) => Router.Pick(Decide(sms), name => WhyNot(sms, name)) is not null;

    /// <summary>SMS that are still leased look for a carrier anew.</summary>
    public void GoOn(IEnumerable<OutgoingSms> all)
    {
        foreach (OutgoingSms sms in all) queue.GoOn(sms);
    }

    // Null: it is in a lane.
    private WaitingSms? Place(OutgoingSms sms, List<WaitingSms> waiting)
    {
        RouteDecision decision = Decide(sms);
        while (true)
        {
            if (Router.Pick(decision, name => WhyNot(sms, name)) is not { } picked)
            {
                if (sms.GoesTo is not null)
                {
                    sms = sms with { GoesTo = null }; // the one it waited for is away: all are asked again
                    continue;
                }

                if (decision.Candidates.Count == 0) log.NoneMayHaveIt(sms.Id);
                return new WaitingSms(sms, [.. decision.Candidates.Select(one => one.Carrier)], IsFull: false);
            }

            CarrierLane lane = lanes[picked.Carrier];

            // Asked once: the line may be empty a moment later, and those before it on their way.
            bool isLined = IsNew(sms, lane) && queue.IsWaitedFor(lane.Name, sms.Class);
            bool isBehind = !isLined && IsBehind(sms, lane, waiting);
            if (isLined || isBehind || !lane.HasRoomFor(sms.Class) || IsInLine(sms, lane, waiting))
            {
                // If it closes, an alarm is freed of the carrier that it stays with.
                bool hasOther = decision.Candidates.Count > 1
                    || sms is { StaysWith: not null, Class: SmsClass.Urgent };
                return new WaitingSms(sms, [lane.Name], IsFull: true) { HasOther = hasOther, IsBehind = isBehind };
            }

            if (lane.TryAdd(sms with { IsComing = false }, decision.Route)) return null;
        }
    }

    // Others are before it in the lane's line, or have just been sent there.
    private bool IsInLine(OutgoingSms sms, CarrierLane lane, List<WaitingSms> waiting) =>
        (IsNew(sms, lane) && queue.IsComing(sms.To, sms.Class))
        || IsSentBack(sms)
        || (!lane.Carrier.KeepsOrder && lane.IsFullOf(sms.To, sms.Class))
        || waiting.Exists(one => !one.IsBehind && IsBefore(one, sms, lane));

    // It waits for others to its phone, in a line of theirs: such as go one after the other, and of which enough are
    // in the lane.
    private bool IsBehind(OutgoingSms sms, CarrierLane lane, List<WaitingSms> waiting)
    {
        if (lane.Carrier.KeepsOrder) return false;
        bool isAfterOthers = IsSentBack(sms) || (IsNew(sms, lane) && queue.IsComing(sms.To, sms.Class))
            || (sms.TurnAt != lane.Name && sms.Tried.Count == 0
                && queue.IsPhoneWaitedFor(lane.Name, sms.To, sms.Class))
            || waiting.Exists(one => one.IsBehind && one.Sms.To == sms.To && IsBefore(one, sms, lane));
        bool hasLine = queue.IsPhoneWaitedFor(lane.Name, sms.To.E164)
            || queue.PhonesWaitedFor(lane.Name) < lane.PhoneLinesMax;

        // Who came from the line of its phone and finds no room goes back there: others of it may still be in it.
        bool isOfLine = sms.TurnAt == lane.Name && !lane.HasRoomFor(sms.Class);
        return isOfLine || (hasLine && (isAfterOthers || lane.IsFullOf(sms.To, sms.Class)));
    }

    private static bool IsBefore(WaitingSms one, OutgoingSms sms, CarrierLane lane) =>
        one.For.Contains(lane.Name) && (one.Sms.Class is SmsClass.Urgent || sms.Class is not SmsClass.Urgent);

    private bool IsSentBack(OutgoingSms sms) => sms.IsComing && _sentBack.Contains(sms.To.E164);

    // It has been neither in a line, nor in the lane, nor at another carrier.
    private static bool IsNew(OutgoingSms sms, CarrierLane lane) =>
        !sms.HasWaited && sms.Tried.Count == 0 && sms.TurnAt != lane.Name;

    private RouteDecision Decide(OutgoingSms sms)
    {
        RouteQuestion question = RouteQuestion.Of(sms, time.GetUtcNow(), Random.Shared.NextDouble());
        if (sms.StaysWith is not { } stays) return router.Decide(question);

        // An alarm is worth one SMS too many: it does not wait for a carrier that is away.
        bool isAway = !lanes.TryGetValue(stays, out CarrierLane? lane) || !lane.IsOpen;
        bool isFree = isAway && sms.Class is SmsClass.Urgent;
        return router.Decide(isFree ? question : question with { StaysWith = stays });
    }

    private string? WhyNot(OutgoingSms sms, string carrier) =>
        sms.Tried.Contains(carrier) || (sms.GoesTo is { } next && next != carrier)
            ? "has not taken it just now"
            : lanes[carrier].WhyClosed;

    // A lane may have closed while somebody was put down to wait for it, or have run out of SMS to a phone.
    private void Look(List<WaitingSms> waiting)
    {
        int count = waiting.Count(one => !one.IsFull);
        if (count > 0) log.NoCarrier(count);
        foreach (string name in waiting.Where(one => one.IsFull).Select(one => one.For[0]).Distinct())
        {
            if (!lanes[name].IsOpen) lanes[name].HasClosed = true;
        }

        foreach (WaitingSms one in waiting.Where(one => one.IsBehind)) NoteHungry(lanes[one.For[0]], one.Sms.To.E164);
    }

    private bool NoteHungry(CarrierLane lane, string phone)
    {
        bool isHungry = queue.IsPhoneWaitedFor(lane.Name, phone) && lane.IsLowOn(phone);
        if (isHungry) lane.AddHungry(phone);
        return isHungry;
    }

    // Its own line stands still while too many phones have lines of theirs: these have enough for its whole window.
    private bool IsWaitedFor(CarrierLane lane) =>
        queue.IsWaitedFor(lane.Name) && queue.PhonesWaitedFor(lane.Name) <= lane.PhoneLinesMax / 2;

    // How many are on their way. A phone stays among the hungry until it is seen to have enough.
    private async Task<int> FeedPhonesAsync(CarrierLane lane, int room)
    {
        List<(string Phone, int Room)> hungry = [];
        int wanted = 0;
        foreach (string phone in lane.Hungry)
        {
            if (wanted >= room || hungry.Count == PhonesAtOnce) break;
            lane.RemoveHungry(phone);
            if (!NoteHungry(lane, phone)) continue;
            if (queue.ComingTo(phone) > 0) continue; // first those, or later ones could come before earlier ones
            int more = Math.Min(lane.PhoneMax - lane.CountTo(phone), room - wanted);
            if (more <= 0) continue;
            hungry.Add((phone, more));
            wanted += more;
        }

        return hungry.Count == 0 ? 0 : await queue.LeaseForPhonesAsync(lane.Name, hungry).ConfigureAwait(false);
    }
}
