using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>A text as the phone would show it, put together from its parts.</summary>
/// <param name="From">The sender: digits or a name, as submitted.</param>
/// <param name="To">The number, as submitted.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Encoding">What its letters were sent as.</param>
/// <param name="MessageIds">The id of each part, in order.</param>
/// <param name="Submits">Each part as it came, in order.</param>
/// <param name="SystemId">The account that sent it.</param>
/// <param name="ReceivedAt">When the last part came.</param>
public sealed record SimulatedSms(
    string From,
    string To,
    string Text,
    SmsEncoding Encoding,
    IReadOnlyList<string> MessageIds,
    IReadOnlyList<SubmitSm> Submits,
    string SystemId,
    DateTimeOffset ReceivedAt)
{
    /// <summary>How many parts it came in.</summary>
    public int Parts => Submits.Count;
}

/// <summary>What a simulator has done since its start.</summary>
/// <param name="Submits">submit_sm that came.</param>
/// <param name="Accepted">Those that were given an id.</param>
/// <param name="Throttled">Those answered ESME_RTHROTTLED.</param>
/// <param name="Rejected">Those refused otherwise.</param>
/// <param name="ReceiptsTaken">Receipts that the ESME acknowledged.</param>
/// <param name="TextsTaken">Parts of injected texts that the ESME acknowledged.</param>
/// <param name="Redeliveries">deliver_sm sent again since the ESME did not take them.</param>
public sealed record SimulatorCounts(
    long Submits, long Accepted, long Throttled, long Rejected, long ReceiptsTaken, long TextsTaken, long Redeliveries)
{
    /// <summary>Binds that were taken.</summary>
    public long Binds { get; init; }

    /// <summary>Binds that were refused.</summary>
    public long BindsRefused { get; init; }

    /// <summary>Submits that were left without an answer, or hung up on.</summary>
    public long Unanswered { get; init; }

    /// <summary>Receipts that wait for their time, or for somebody to take them.</summary>
    public long ReceiptsWaiting { get; init; }
}
