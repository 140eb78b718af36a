namespace EmailSms.Smpp;

/// <summary>
/// What went over one bind, or one account at the SMSC, since its start: counted once, shown as a snapshot and as
/// metrics. Outlives sessions.
/// </summary>
internal sealed class SessionTraffic(string name)
{
    private long _requests;
    private long _accepted;
    private long _throttled;
    private long _rejected;
    private long _unanswered;
    private long _lateAnswers;
    private long _deliveries;
    private long _deliveriesRefused;
    private long _pdusIn;
    private long _pdusOut;
    private long _octetsIn;
    private long _octetsOut;
    private long _binds;
    private long _roundTripTicks;

    /// <summary>The value of the tag smpp.bind.</summary>
    public string Name { get; set; } = name;

    public long LateAnswers => Interlocked.Read(ref _lateAnswers);

    /// <summary>Smoothed over some eight answers; null before the first.</summary>
    public TimeSpan? RoundTrip =>
        Interlocked.Read(ref _roundTripTicks) is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

    public SmppTraffic Snapshot() => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _accepted), Interlocked.Read(ref _throttled),
        Interlocked.Read(ref _rejected), Interlocked.Read(ref _unanswered), Interlocked.Read(ref _lateAnswers),
        Interlocked.Read(ref _deliveries), Interlocked.Read(ref _deliveriesRefused), Interlocked.Read(ref _binds),
        Interlocked.Read(ref _pdusIn), Interlocked.Read(ref _pdusOut), Interlocked.Read(ref _octetsIn),
        Interlocked.Read(ref _octetsOut));

    /// <summary>A request took a slot and was written, after waiting for so long.</summary>
    public void Waited(TimeSpan wait)
    {
        Interlocked.Increment(ref _requests);
        SmppMeter.WindowInUse(Name, 1);
        SmppMeter.WindowWait(Name, wait);
    }

    /// <summary>A request that held a slot holds it no more.</summary>
    public void Freed() => SmppMeter.WindowInUse(Name, -1);

    public void Answered(CommandId request, CommandStatus status, TimeSpan roundTrip)
    {
        if (request is CommandId.EnquireLink)
        {
            SmppMeter.EnquireLink(Name, roundTrip);
            return;
        }

        SmppMeter.Answered(Name, request, status, roundTrip);
        if (request is not (CommandId.SubmitSm or CommandId.DeliverSm or CommandId.DataSm or CommandId.SubmitMulti))
            return;

        // Two threads may both read the old value: the figure is a smoothed one in any case.
        long before = Interlocked.Read(ref _roundTripTicks);
        long smoothed = before == 0 ? roundTrip.Ticks : before + ((roundTrip.Ticks - before) / 8);
        Interlocked.Exchange(ref _roundTripTicks, Math.Max(1, smoothed));
        if (status is CommandStatus.Ok) Interlocked.Increment(ref _accepted);
        else if (status.Class() is CommandStatusClass.Throttled) Interlocked.Increment(ref _throttled);
        else Interlocked.Increment(ref _rejected);
    }

    public void Unanswered(CommandId request)
    {
        Interlocked.Increment(ref _unanswered);
        SmppMeter.Unanswered(Name, request);
    }

    public void LateAnswer()
    {
        Interlocked.Increment(ref _lateAnswers);
        SmppMeter.LateAnswer(Name);
    }

    /// <summary>A request of the peer was answered, by the application or for it.</summary>
    public void Handled(CommandId request, CommandStatus status)
    {
        Interlocked.Increment(ref status is CommandStatus.Ok ? ref _deliveries : ref _deliveriesRefused);
        SmppMeter.Handled(Name, request, status);
    }

    public void Bound()
    {
        Interlocked.Increment(ref _binds);
        SmppMeter.Bind(Name, CommandStatus.Ok);
    }

    public void BindRefused(CommandStatus status) => SmppMeter.Bind(Name, status);

    public void In(int pdus, long octets)
    {
        Interlocked.Add(ref _pdusIn, pdus);
        Interlocked.Add(ref _octetsIn, octets);
        SmppMeter.In(Name, pdus, octets);
    }

    public void Out(int pdus, long octets)
    {
        Interlocked.Add(ref _pdusOut, pdus);
        Interlocked.Add(ref _octetsOut, octets);
        SmppMeter.Out(Name, pdus, octets);
    }
}
