using System.IO.Enumeration;

namespace EmailSms.Smpp.Simulation;

/// <summary>A status and how often it is given, beside the others.</summary>
/// <param name="Status">Any; <see cref="CommandStatus.Ok"/> takes the message.</param>
/// <param name="Weight">0 and above; 1 beside 3 is one in four.</param>
public readonly record struct WeightedStatus(CommandStatus Status, double Weight = 1);

/// <summary>What becomes of a message, and how often, beside the others.</summary>
/// <param name="State">The last state; null: no receipt ever comes.</param>
/// <param name="Weight">0 and above; 1 beside 3 is one in four.</param>
/// <param name="Error">err of the receipt.</param>
public readonly record struct WeightedState(MessageState? State, double Weight = 1, string Error = "000");

/// <summary>What becomes of a submit_sm instead of an answer.</summary>
public enum AnswerKind
{
    /// <summary>It is answered.</summary>
    Given,

    /// <summary>The message is taken and never answered: its fate is unknown to the ESME.</summary>
    None,

    /// <summary>The message is taken and the connection dropped, with whatever else is in the window.</summary>
    HangUp,
}

/// <summary>
/// How messages to some destinations, from some accounts, are treated. The first rule that fits counts; without one it
/// is the <see cref="SmscBehaviour"/> itself.
/// </summary>
public sealed record SmscRule
{
    /// <summary>Digits, where <c>*</c> is any number of them: <c>4477009*</c>, <c>*13</c>; <c>*</c> is all.</summary>
    public string Destinations { get; init; } = "*";

    /// <summary>The same for the system_id that submits.</summary>
    public string Accounts { get; init; } = "*";

    /// <summary>The pause before the answer. Answers overtake each other when it varies.</summary>
    public Delay Latency { get; init; }

    /// <summary>Submits above so many in a second are refused with <see cref="ThrottleStatus"/>; 0: none.</summary>
    public double RateMax { get; init; }

    /// <summary>ESME_RTHROTTLED, or ESME_RMSGQFUL.</summary>
    public CommandStatus ThrottleStatus { get; init; } = CommandStatus.Throttled;

    /// <summary>What they are answered with; empty: all are taken.</summary>
    public IReadOnlyList<WeightedStatus> Statuses { get; init; } = [];

    /// <summary>Whether there is an answer at all.</summary>
    public AnswerKind Answer { get; init; }

    /// <summary>To what share of the messages that happens; 0.5 is every other one. The others are answered.</summary>
    public double AnswerShare { get; init; } = 1;

    /// <summary>How ids are written in answers.</summary>
    public IdForm IdForm { get; init; }

    /// <summary>What receipts come; null: none, whoever asks.</summary>
    public ReceiptPlan? Receipts { get; init; } = new();

    /// <summary>What the person writes back when the whole text has come; null: nothing.</summary>
    public string? Reply { get; init; }

    /// <summary>How long the person thinks.</summary>
    public Delay ReplyDelay { get; init; } = TimeSpan.FromSeconds(1);

    internal bool Fits(string account, string destination) =>
        FileSystemName.MatchesSimpleExpression(Destinations, destination)
        && (Accounts == "*" || FileSystemName.MatchesSimpleExpression(Accounts, account, ignoreCase: false));

    internal AnswerKind DrawAnswer(ref Dice dice) => dice.Next() < AnswerShare ? Answer : AnswerKind.Given;

    internal CommandStatus DrawStatus(ref Dice dice) =>
        Statuses.Count == 0 ? CommandStatus.Ok : dice.Pick(Statuses, s => s.Weight).Status;
}
