using EmailSms.Smpp.Text;

namespace EmailSms.Messages;

/// <summary>
/// One SMS on its way to a carrier.
/// </summary>
/// <param name="Id">Its name everywhere: on the timeline, in notices, in the answer to DATA.</param>
/// <param name="To">The phone.</param>
/// <param name="SenderId">The source address: a number with plus sign, letters, or empty for the carrier's
/// default.</param>
/// <param name="Body">The text, in NFC, lines ended by LF.</param>
/// <param name="Parts">How many parts it makes.</param>
/// <param name="Reference">What joins its parts on the phone; the same in every attempt.</param>
/// <param name="Attempts">Attempts that were settled before this one.</param>
/// <param name="ExpiresMs">When it is too late for it, unix milliseconds.</param>
/// <param name="PartsAccepted">The parts that carriers took in earlier attempts.</param>
/// <param name="DespiteOptOut">It goes to a person who opted out, too: the one confirmation that a STOP is answered
/// by, or an alarm whose rule says so.</param>
/// <param name="Class">How it is carried and shown.</param>
internal sealed record OutgoingSms(
    Guid Id,
    PhoneNumber To,
    string SenderId,
    string Body,
    int Parts,
    ushort Reference,
    int Attempts,
    long ExpiresMs,
    IReadOnlyList<PartTaken> PartsAccepted,
    bool DespiteOptOut,
    SmsClass Class = SmsClass.Normal)
{
    private const long FreshMs = 60_000;

    /// <summary>The language whose tables it was counted with, and may be sent with.</summary>
    public NationalLanguage Language { get; init; }

    /// <summary>Attempts before this one that may have sent it.</summary>
    public int Uncertain { get; init; }

    /// <summary>A throttle has told it when to come again: it has a place in the line there.</summary>
    public bool WasPutOff { get; init; }

    /// <summary>The sender rule that let it in; null for an answer of our own.</summary>
    public long? RuleId { get; init; }

    /// <summary>The carriers that it may take; empty: all.</summary>
    public IReadOnlyList<string> AllowedCarriers { get; init; } = [];

    /// <summary>The carrier that may have sent it, or that has some of its parts; null: none.</summary>
    public string? StaysWith { get; init; }

    /// <summary>Its text was changed on disk and cannot be opened: it must not be sent.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Carriers that have surely not sent it since it was leased: the next one in line is asked.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>The carrier whose turn it is, since those before have surely not sent it; null: any.</summary>
    public string? GoesTo { get; init; }

    /// <summary>It comes from the line of those that wait for a carrier, and overtakes nobody there.</summary>
    public bool HasWaited { get; init; }

    /// <summary>
    /// The carrier where it is its turn: it was in the lane before, or waited for earlier SMS to its phone; null: none.
    /// </summary>
    public string? TurnAt { get; init; }

    /// <summary>It was leased from such a line, and has no place in a lane yet.</summary>
    public bool IsComing { get; init; }

    /// <summary>What it tells its carrier for the registries of a country; null: nothing.</summary>
    public SmsRegistration? Registration { get; init; }

    /// <summary>Its turn among those in memory: the lower goes first.</summary>
    public long Turn { get; init; }

    /// <summary>It has not waited: what was looked at and noted when it was let in still holds.</summary>
    public bool IsFresh(long nowMs) => nowMs - TimeOrderedId.MsOf(Id) < FreshMs;

    /// <summary>
    /// A carrier took this part before. Another one begins anew: it may cut the text at other places.
    /// </summary>
    public bool IsAccepted(string carrier, int part) => PartsAccepted.Contains(new PartTaken(carrier, part));
}

/// <summary>A part, counted from 1, that a carrier took.</summary>
internal sealed record PartTaken(string Carrier, int Part);
