using System.Globalization;
using System.Numerics;

namespace EmailSms.Smpp;

/// <summary>
/// Finds the submission of a receipt where a carrier writes its ids in two ways. Both sides are kept under a key of
/// their own letters (<see cref="Key"/>), so the key of a submission never depends on the mode and a carrier's mode can
/// be changed at any time; what depends on it are the keys that are looked up. One of these belongs to one account: ids
/// of two carriers have nothing to do with each other, and a receipt may come over any bind. Safe for several threads.
/// </summary>
/// <param name="mode">What is known of the carrier.</param>
/// <param name="learnedAfter">
/// Receipts in a row that have to agree before <see cref="MessageIdMode.Auto"/> keeps to one way.
/// </param>
public sealed class MessageIdMatcher(MessageIdMode mode = MessageIdMode.AsIs, int learnedAfter = 20)
{
    private const int IdCharsMax = 64; // SMPP 3.4 4.4.2; a longer one is no number of theirs

    private static readonly MessageIdMode[] Ways =
    [
        MessageIdMode.BothHex, // first: it is the same letters, in whatever capitals and with whatever zeros
        MessageIdMode.ResponseHexReceiptDecimal,
        MessageIdMode.ResponseDecimalReceiptHex,
    ];

    private readonly Lock _gate = new();
    private MessageIdMode _agreeing; // the way of the last receipts
    private int _agreed;
    private MessageIdMode? _learned;

    /// <summary>What was configured.</summary>
    public MessageIdMode Mode => mode;

    /// <summary>
    /// What <see cref="MessageIdMode.Auto"/> has learned: <see cref="MessageIdMode.BothHex"/> for the same letters but
    /// for capitals and zeros, or one of the mixed ways. Null: nothing yet.
    /// </summary>
    public MessageIdMode? Learned
    {
        get
        {
            lock (_gate) return _learned;
        }
    }

    /// <summary>
    /// What an id is kept and looked up under: in capitals, without leading zeros. Two ids of a carrier may share one,
    /// so <see cref="IsMatch"/> has the last word. Empty for an empty id, which matches nothing.
    /// </summary>
    public static string Key(string id)
    {
        string plain = id.Trim();
        string key = plain.TrimStart('0').ToUpperInvariant();
        return key.Length == 0 && plain.Length > 0 ? "0" : key;
    }

    /// <summary>The keys of the submissions that a receipt may speak of, the likeliest first.</summary>
    public IReadOnlyList<string> KeysOfSubmission(string receiptId) => Keys(receiptId, Converted);

    /// <summary>The keys of the receipts that may have come before the response with this id.</summary>
    public IReadOnlyList<string> KeysOfReceipt(string responseId) =>
        Keys(responseId, static (way, id) => Converted(Mirrored(way), id));

    /// <summary>
    /// Whether the two ids are of one message. Learns from it when the mode is <see cref="MessageIdMode.Auto"/>.
    /// </summary>
    /// <param name="responseId">As it came in submit_sm_resp.</param>
    /// <param name="receiptId">As it came in the receipt.</param>
    /// <param name="isSamePhone">The receipt's source is the submission's destination.</param>
    public bool IsMatch(string responseId, string receiptId, bool isSamePhone)
    {
        (responseId, receiptId) = (responseId.Trim(), receiptId.Trim());
        if (responseId.Length == 0 || receiptId.Length == 0) return false;
        bool same = string.Equals(responseId, receiptId, StringComparison.Ordinal);
        switch (mode)
        {
            case MessageIdMode.AsIs:
                return same;
            case MessageIdMode.Auto:
                MessageIdMode? way = same ? MessageIdMode.BothHex : WayOf(responseId, receiptId);
                if (way is null || (!same && !isSamePhone)) return false;
                if (isSamePhone) Agree(way.Value, responseId, receiptId);
                return true;
            default:
                return same || Converted(mode, receiptId) == Key(responseId);
        }
    }

    // Text that is alike says nothing about ids that are decimal and hexadecimal at once, such as 12 and 12; ids with a
    // letter, or that differ, do.
    private void Agree(MessageIdMode way, string responseId, string receiptId)
    {
        lock (_gate)
        {
            if (_learned is not null) return;
            bool tells = way is not MessageIdMode.BothHex
                || Converted(MessageIdMode.ResponseHexReceiptDecimal, receiptId) != Key(responseId);
            if (!tells) return;
            _agreed = way == _agreeing ? _agreed + 1 : 1;
            _agreeing = way;
            if (_agreed >= learnedAfter) _learned = way;
        }
    }

    private MessageIdMode? WayOf(string responseId, string receiptId)
    {
        string key = Key(responseId);
        foreach (MessageIdMode way in Learned is { } learned ? [learned] : Ways)
        {
            if (Converted(way, receiptId) == key) return way;
        }

        return null;
    }

    private List<string> Keys(string id, Func<MessageIdMode, string, string?> convert)
    {
        if (Key(id) is not { Length: > 0 } own) return [];
        List<string> keys = [];
        switch (mode)
        {
            case MessageIdMode.Auto:
                keys.Add(own);
                foreach (MessageIdMode way in Learned is { } learned ? [learned] : Ways)
                {
                    if (convert(way, id) is { } key && !keys.Contains(key)) keys.Add(key);
                }

                break;
            case MessageIdMode.ResponseHexReceiptDecimal or MessageIdMode.ResponseDecimalReceiptHex:
                if (convert(mode, id) is { } other) keys.Add(other);
                if (!keys.Contains(own)) keys.Add(own); // some receipts of such a carrier are as they should be
                break;
            default:
                keys.Add(own);
                break;
        }

        return keys;
    }

    private static MessageIdMode Mirrored(MessageIdMode way) => way switch
    {
        MessageIdMode.ResponseHexReceiptDecimal => MessageIdMode.ResponseDecimalReceiptHex,
        MessageIdMode.ResponseDecimalReceiptHex => MessageIdMode.ResponseHexReceiptDecimal,
        _ => way,
    };

    /// <summary>The key of the response that a receipt speaks of, if ids are written so; null: they are not.</summary>
    private static string? Converted(MessageIdMode way, string receiptId)
    {
        string id = receiptId.Trim();
        if (id.Length is 0 or > IdCharsMax) return null;
        switch (way)
        {
            case MessageIdMode.BothDecimal:
                return id.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : Key(id);
            case MessageIdMode.ResponseHexReceiptDecimal:
                return id.AsSpan().ContainsAnyExceptInRange('0', '9')
                    ? null
                    : Key(BigInteger.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)
                        .ToString("X", CultureInfo.InvariantCulture));
            case MessageIdMode.ResponseDecimalReceiptHex:
                return BigInteger.TryParse( // the zero in front: else its highest bit would be a sign
                    "0" + id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger number)
                    ? Key(number.ToString(CultureInfo.InvariantCulture))
                    : null;
            default:
                return Key(id);
        }
    }
}
