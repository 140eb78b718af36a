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

/// <summary>How a message id is written.</summary>
public enum IdForm
{
    /// <summary>Digits: decimal.</summary>
    Digits,

    /// <summary>Hexadecimal digits, upper case.</summary>
    Hex,

    /// <summary>Hexadecimal digits, lower case, with leading zeros to 16.</summary>
    PaddedHex,
}

/// <summary>
/// How the simulated SMSC behaves, good or bad. Everything may be changed while it runs and counts from the next
/// message on.
/// </summary>
public sealed class SmscBehaviour
{
    /// <summary>The pause before a submit is answered.</summary>
    public TimeSpan SubmitDelay { get; set; }

    /// <summary>The pause between the answer and the receipt.</summary>
    public TimeSpan ReceiptDelay { get; set; }

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
}
