using System.IO.Enumeration;

namespace EmailSms.Smpp.Simulation;

/// <summary>Where a receipt says what it says.</summary>
public enum ReceiptForm
{
    /// <summary>In the text and in the optional parameters.</summary>
    TextAndTlv,

    /// <summary>In the text only (Appendix B of SMPP 3.4).</summary>
    Text,

    /// <summary>In the optional parameters only; the text is empty.</summary>
    Tlv,
}

/// <summary>
/// How the simulated SMSC behaves, good or bad. Everything may be changed while it runs and counts from the next
/// message on.
/// </summary>
public sealed class SmscBehaviour
{
    /// <summary>The pause before a submit is answered.</summary>
    public Delay SubmitDelay { get; set; }

    /// <summary>The pause between the answer and the receipt; see <see cref="Acceleration"/>.</summary>
    public Delay ReceiptDelay { get; set; }

    /// <summary>What receipts say; null: no receipts, whoever asks.</summary>
    public MessageState? ReceiptState { get; set; } = MessageState.Delivered;

    /// <summary>err of the receipts.</summary>
    public string ReceiptError { get; set; } = "000";

    /// <summary>Where receipts say it.</summary>
    public ReceiptForm ReceiptForm { get; set; }

    /// <summary>The receipt comes before the answer, as it does from fast carriers.</summary>
    public bool ReceiptFirst { get; set; }

    /// <summary>How ids are written in answers.</summary>
    public IdForm IdForm { get; set; }

    /// <summary>How ids are written in receipts; not every carrier writes both alike.</summary>
    public IdForm ReceiptIdForm { get; set; }

    /// <summary>Every so many submits, one is ESME_RTHROTTLED; 0: none.</summary>
    public int ThrottleEvery { get; set; }

    /// <summary>Submits above so many in a second are ESME_RTHROTTLED; 0: no limit.</summary>
    public double ThrottleAboveRate { get; set; }

    /// <summary>What submits to <see cref="RejectDestinations"/> are answered with; Ok: they are taken.</summary>
    public CommandStatus RejectStatus { get; set; }

    /// <summary>Digits, where <c>*</c> is any number of them: <c>4477009*</c>, <c>*13</c>; <c>*</c> is all.</summary>
    public string RejectDestinations { get; set; } = "*";

    /// <summary>Every so many submits the connection is dropped instead of an answer; 0: never.</summary>
    public long HangUpAfter { get; set; }

    /// <summary>Submits are taken and not answered.</summary>
    public bool Silent { get; set; }

    /// <summary>What binds are answered with.</summary>
    public CommandStatus BindStatus { get; set; }

    /// <summary>
    /// How some messages are treated otherwise; the first rule that fits counts. What is above and has no name in a
    /// <see cref="SmscRule"/> counts for all.
    /// </summary>
    public IReadOnlyList<SmscRule> Rules { get; set; } = [];

    /// <summary>
    /// How much faster time goes for receipts: with 86400 one that is due in three days comes after three seconds, and
    /// says that it took three days.
    /// </summary>
    public double Acceleration { get; set; } = 1;

    /// <summary>What is wrong with the connections.</summary>
    public WireBehaviour Wire { get; } = new();

    /// <summary>The rule for a message.</summary>
    internal SmscRule RuleFor(string account, string destination)
    {
        foreach (SmscRule rule in Rules)
        {
            if (rule.Fits(account, destination)) return rule;
        }

        bool rejects = RejectStatus is not CommandStatus.Ok
                       && FileSystemName.MatchesSimpleExpression(RejectDestinations, destination);
        return new SmscRule
        {
            Latency = SubmitDelay,
            Statuses = rejects ? [new WeightedStatus(RejectStatus)] : [],
            Answer = Silent ? AnswerKind.None : AnswerKind.Given,
            IdForm = IdForm,
            Receipts = ReceiptState is not { } state ? null : new ReceiptPlan
            {
                States = [new WeightedState(state, 1, ReceiptError)],
                Delay = ReceiptDelay,
                BeforeAnswer = ReceiptFirst,
                Form = ReceiptForm,
                TextIdForm = ReceiptIdForm,
                TlvIdForm = ReceiptIdForm,
            },
        };
    }
}
