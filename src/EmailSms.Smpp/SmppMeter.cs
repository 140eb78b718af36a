using System.Diagnostics.Metrics;

namespace EmailSms.Smpp;

/// <summary>
/// The metrics of the library, as a <see cref="System.Diagnostics.Metrics.Meter"/> named <c>EmailSms.Smpp</c>. Names
/// and tags are stable; seconds and octets are the units. Every instrument has the tag <c>smpp.bind</c>: system id and
/// address at the ESME, the account at the SMSC.
/// </summary>
public static class SmppMeter
{
    /// <summary>What a listener or OpenTelemetry subscribes to.</summary>
    public const string Name = "EmailSms.Smpp";

    private const string BindTag = "smpp.bind";
    private const string CommandTag = "smpp.command";
    private const string StatusTag = "smpp.status";
    private const string DirectionTag = "network.io.direction";

    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> InUse = Meter.CreateUpDownCounter<long>(
        "smpp.window.in_use", "{request}", "Requests that hold a slot of the window.");

    private static readonly Histogram<double> Wait = Meter.CreateHistogram<double>(
        "smpp.window.wait", "s", "From asking for a slot to being written.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "smpp.request.duration", "s", "From a request to its answer; smpp.command, smpp.status.");

    private static readonly Histogram<double> Enquire = Meter.CreateHistogram<double>(
        "smpp.enquire_link.duration", "s", "From enquire_link to its answer.");

    private static readonly Counter<long> NoAnswer = Meter.CreateCounter<long>(
        "smpp.requests.unanswered", "{request}", "Requests whose answer did not come in time; smpp.command.");

    private static readonly Counter<long> Late = Meter.CreateCounter<long>(
        "smpp.responses.late", "{response}", "Answers to nothing that is asked (any more).");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "smpp.requests.handled", "{request}", "Requests of the peer that were answered; smpp.command, smpp.status.");

    private static readonly Counter<long> Binds = Meter.CreateCounter<long>(
        "smpp.binds", "{bind}", "Binds that were answered; smpp.status. All but the first are reconnects.");

    private static readonly Counter<long> Pdus = Meter.CreateCounter<long>(
        "smpp.pdus", "{pdu}", "PDUs; network.io.direction is receive or transmit.");

    private static readonly Counter<long> Octets = Meter.CreateCounter<long>(
        "smpp.octets", "By", "Octets; network.io.direction is receive or transmit.");

    internal static void WindowInUse(string bind, int change)
    {
        if (InUse.Enabled) InUse.Add(change, Tag(BindTag, bind));
    }

    internal static void WindowWait(string bind, TimeSpan wait)
    {
        if (Wait.Enabled) Wait.Record(wait.TotalSeconds, Tag(BindTag, bind));
    }

    internal static void Answered(string bind, CommandId command, CommandStatus status, TimeSpan roundTrip)
    {
        if (!Duration.Enabled) return;
        Duration.Record(
            roundTrip.TotalSeconds, Tag(BindTag, bind), Tag(CommandTag, command.Name()), Tag(StatusTag, status.Name()));
    }

    internal static void EnquireLink(string bind, TimeSpan roundTrip) =>
        Enquire.Record(roundTrip.TotalSeconds, Tag(BindTag, bind));

    internal static void Unanswered(string bind, CommandId command) =>
        NoAnswer.Add(1, Tag(BindTag, bind), Tag(CommandTag, command.Name()));

    internal static void LateAnswer(string bind) => Late.Add(1, Tag(BindTag, bind));

    internal static void Handled(string bind, CommandId command, CommandStatus status)
    {
        if (Requests.Enabled)
            Requests.Add(1, Tag(BindTag, bind), Tag(CommandTag, command.Name()), Tag(StatusTag, status.Name()));
    }

    internal static void Bind(string bind, CommandStatus status) =>
        Binds.Add(1, Tag(BindTag, bind), Tag(StatusTag, status.Name()));

    internal static void In(string bind, int pdus, long octets) => Moved(bind, "receive", pdus, octets);

    internal static void Out(string bind, int pdus, long octets) => Moved(bind, "transmit", pdus, octets);

    private static void Moved(string bind, string direction, int pdus, long octets)
    {
        if (Pdus.Enabled) Pdus.Add(pdus, Tag(BindTag, bind), Tag(DirectionTag, direction));
        if (Octets.Enabled) Octets.Add(octets, Tag(BindTag, bind), Tag(DirectionTag, direction));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
