using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Messages;

/// <summary>What a receipt says of one submission, in the order in which it may move (SMPP 3.4 5.2.28).</summary>
internal enum ReceiptState
{
    /// <summary>With the carrier: accepted, en route, scheduled, or a word we do not know.</summary>
    EnRoute,

    /// <summary>On the phone.</summary>
    Delivered,

    /// <summary>The carrier gave up in time.</summary>
    Expired,

    /// <summary>Deleted, undeliverable, rejected or skipped.</summary>
    Undeliverable,
}

/// <summary>A delivery receipt as a carrier gave it.</summary>
/// <param name="Carrier">The carrier's name in the configuration.</param>
/// <param name="CarrierId">The id that the carrier gave to the submission.</param>
/// <param name="From">The phone it is about, as the carrier writes it.</param>
/// <param name="State">Normalised.</param>
/// <param name="Error">The carrier's own error code, raw.</param>
/// <param name="Raw">The whole receipt in text: kept as long as texts are, since many repeat one.</param>
internal sealed record InboundReceipt(
    string Carrier, string CarrierId, string From, ReceiptState State, string? Error, string Raw)
{
    /// <summary>How this carrier's receipts name its ids.</summary>
    public MessageIdMatcher Ids { get; init; } = Attempt.AlikeIds;

    /// <summary>What the error means, in a sentence, where the carrier's table says it.</summary>
    public string? Meaning { get; init; }

    /// <summary>The same in the terms of mail (RFC 3463), such as <c>5.1.1</c>, of a failure.</summary>
    public string? Status { get; init; }

    /// <summary>What the carrier takes for what the receipt is about; null: it does not say.</summary>
    public Money? Price { get; init; }

    /// <summary>The network that the phone is in; null: it does not say.</summary>
    public MobileNetwork? Network { get; init; }

    /// <summary>The SMS that it names by our own id, where the carrier gives that back.</summary>
    public Guid? Sms { get; init; }

    /// <summary>The person wants no SMS, says the error.</summary>
    public bool OptsOut { get; init; }

    /// <summary>A setting or an account of ours is wrong, says the error: every SMS will meet it.</summary>
    public bool IsOfSettings { get; init; }
}

/// <summary>A text, or a part of one, that a phone sent.</summary>
/// <param name="Carrier">The carrier's name in the configuration.</param>
/// <param name="From">Who sent it: a number with plus sign, a short code, or letters.</param>
/// <param name="To">Our number, as the carrier writes it.</param>
/// <param name="Text">Decoded.</param>
/// <param name="Part">Which part of how many it is; null for a whole one.</param>
internal sealed record InboundText(string Carrier, string From, string To, string Text, InboundPart? Part)
{
    /// <summary>The number that it may be from as well, as the carrier writes it; null: that is sure.</summary>
    public string? OrFrom { get; init; }

    /// <summary>The network that the phone is in; null: the carrier does not say.</summary>
    public MobileNetwork? Network { get; init; }

    /// <summary>The carrier's own id of it, by which one that comes again is known; null: it gives none.</summary>
    public string? CarrierId { get; init; }
}

/// <summary>A place among the parts of one text: counted from 1, joined by the reference.</summary>
/// <param name="Reference">The same for all of them.</param>
/// <param name="Number">Which one it is.</param>
/// <param name="Total">How many there are.</param>
/// <param name="IsWide">The reference has 16 bits: those and the ones of 8 bits are counted apart.</param>
internal sealed record InboundPart(int Reference, int Number, int Total, bool IsWide = false)
{
    /// <summary>
    /// Its letters as they came, to be read together with its neighbours': some senders cut inside an emoji. Null where
    /// the carrier has read them.
    /// </summary>
    public TextOctets? Octets { get; init; }
}
