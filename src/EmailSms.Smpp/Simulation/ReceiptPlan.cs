namespace EmailSms.Smpp.Simulation;

/// <summary>Which receipts come for a message, when, and in which of the many forms of the field.</summary>
public sealed record ReceiptPlan
{
    /// <summary>The states a message may end in.</summary>
    public IReadOnlyList<WeightedState> States { get; init; } = [new(MessageState.Delivered)];

    /// <summary>
    /// States on the way, told one after the other before the last one, each after <see cref="Delay"/>. They have
    /// esm_class 0x20 if the submit asked for notifications on the way, else that of the receipts.
    /// </summary>
    public IReadOnlyList<MessageState> Before { get; init; } = [];

    /// <summary>The pause after the answer, divided by <see cref="SmscBehaviour.Acceleration"/>.</summary>
    public Delay Delay { get; init; }

    /// <summary>It comes before the answer, as it does from fast carriers; then there is no delay.</summary>
    public bool BeforeAnswer { get; init; }

    /// <summary>Each comes so many times.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>
    /// Receipts wait until there are so many, or for a second, and then leave in the reverse order; 0: they do not.
    /// </summary>
    public int ReverseOver { get; init; }

    /// <summary>Receipts come also for messages that asked for none.</summary>
    public bool Unasked { get; init; }

    /// <summary>Where it says what it says.</summary>
    public ReceiptForm Form { get; init; }

    /// <summary>The text: a template; see <see cref="ReceiptTexts"/>.</summary>
    public string Text { get; init; } = ReceiptTexts.Standard;

    /// <summary>How ids are written in the text; not every carrier writes both alike.</summary>
    public IdForm TextIdForm { get; init; }

    /// <summary>How ids are written in receipted_message_id.</summary>
    public IdForm TlvIdForm { get; init; }

    /// <summary>esm_class. 0x04 in the standard; 0x44 and 0x00 are seen.</summary>
    public byte EsmClass { get; init; } = Smpp.EsmClass.Receipt;

    /// <summary>The text is in UCS-2, with data_coding 8.</summary>
    public bool Ucs2 { get; init; }

    /// <summary>The text is in message_payload.</summary>
    public bool Payload { get; init; }

    /// <summary>A NUL ends the text.</summary>
    public bool NulAtEnd { get; init; }

    /// <summary>It comes in a data_sm, which has its text in message_payload.</summary>
    public bool DataSm { get; init; }
}
