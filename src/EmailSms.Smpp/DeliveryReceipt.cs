using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp;

/// <summary>
/// What became of a message, as the SMSC tells it (SMPP 3.4 4.6.1 and Appendix B). The optional parameters are believed
/// first, then the text, in whatever order and spelling it comes. What stands behind "text:" is somebody else's words
/// and never read.
/// </summary>
public sealed record DeliveryReceipt
{
    /// <summary>
    /// The id of the submit_sm_resp, as it came here; may differ in form (hex, decimal). Empty if missing.
    /// </summary>
    public required string MessageId { get; init; }

    /// <summary>The state; <see cref="MessageState.Unknown"/> when it is missing or unheard of.</summary>
    public required MessageState State { get; init; }

    /// <summary>The carrier's own error, as it came ("000", "0032", "C1"), or null.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// The same to look up in a table: in capitals and without leading zeros ("32" for "0032"); null for none, which is
    /// also what zeros mean. The numbers are each carrier's own.
    /// </summary>
    public string? ErrorCode =>
        Error?.Trim().TrimStart('0').ToUpperInvariant() is { Length: > 0 } code ? code : null;

    /// <summary>network_error_code as "type:code", such as "3:21" (3 = GSM), or null.</summary>
    public string? NetworkError { get; init; }

    /// <summary>When it was submitted, as the SMSC writes it; its time zone is anybody's guess.</summary>
    public string? SubmitDate { get; init; }

    /// <summary>When it came to this state, as the SMSC writes it; its time zone is anybody's guess.</summary>
    public string? DoneDate { get; init; }

    /// <summary>The state is one on the way (esm_class 0x20), or by its nature not the last one.</summary>
    public bool IsIntermediate { get; init; }

    /// <summary>The whole text, for the record.</summary>
    public required string Raw { get; init; }

    /// <summary>
    /// Reads a receipt. False: it is none but a person's text, whatever that says: a text that only looks like a
    /// receipt can be written on any phone.
    /// </summary>
    public static bool TryParse(DeliverSm message, [NotNullWhen(true)] out DeliveryReceipt? receipt) =>
        TryParse(message, null, out receipt);

    /// <summary>The same with a pattern of the carrier's own, which goes before the standard's form.</summary>
    public static bool TryParse(
        DeliverSm message, ReceiptPattern? pattern, [NotNullWhen(true)] out DeliveryReceipt? receipt)
    {
        receipt = null;
        string? idByTlv = message.FindTlv(TlvTag.ReceiptedMessageId)?.Text.Trim();
        int type = message.EsmClass & EsmClass.TypeMask;
        bool isReceipt = type is EsmClass.Receipt or EsmClass.IntermediateNotification
                         || (type == 0 && !string.IsNullOrEmpty(idByTlv));
        if (!isReceipt) return false;

        // A machine wrote it, in ASCII, whatever data_coding 0 means to people: in GSM 03.38 the '_' of an id would be
        // '§'.
        string raw = MessageText.Read(message, DefaultAlphabet.Ascii).TrimEnd('\0');
        ReceiptText text = pattern?.Read(raw) ?? ReceiptText.Parse(raw);
        MessageState state =
            message.FindTlv(TlvTag.MessageState)?.Number is { } number and <= (byte)MessageState.Skipped
                ? (MessageState)number
                : text.State ?? MessageState.Unknown;
        receipt = new DeliveryReceipt
        {
            MessageId = string.IsNullOrEmpty(idByTlv) ? text.Id ?? "" : idByTlv,
            State = state,
            Error = text.Error,
            NetworkError = NetworkErrorOf(message),
            SubmitDate = text.SubmitDate,
            DoneDate = text.DoneDate,
            IsIntermediate = type is EsmClass.IntermediateNotification
                             || state is MessageState.Scheduled or MessageState.Enroute or MessageState.Accepted,
            Raw = raw,
        };
        return true;
    }

    private static string? NetworkErrorOf(DeliverSm message)
    {
        if (message.FindTlv(TlvTag.NetworkErrorCode) is not { Value.Length: 3 } tlv) return null;
        ReadOnlySpan<byte> value = tlv.Value.Span;
        return string.Create(CultureInfo.InvariantCulture, $"{value[0]}:{(value[1] << 8) | value[2]}");
    }
}
