using System.Globalization;
using System.Text.Json;
using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>
/// What a call of a carrier's says: receipts, texts, and what it wants to hear. Not read: the definition knows nothing
/// of the kind.
/// </summary>
internal sealed record HookReading(
    IReadOnlyList<InboundReceipt> Receipts, IReadOnlyList<InboundText> Texts, HookAnswer Answer, bool IsRead = true);

/// <summary>Reads what comes to a carrier's hooks, as its definition says.</summary>
internal sealed class HookReader(string carrier, CarrierOptions options, HttpDefinition definition, HttpTerms terms)
{
    private const int RawCharsMax = 2000;

    /// <summary>How the numbers in its texts and receipts are read.</summary>
    public SourceNumbers Numbers { get; init; } = new(options.Region, options.BareNumbers);

    /// <summary>Reads a call.</summary>
    /// <param name="call">As it came.</param>
    /// <param name="reference">Our reference in its address; null: the address of the account.</param>
    public HookReading Read(HookCall call, string? reference)
    {
        Said said = call.ToSaid(definition.CharsetName);
        List<InboundReceipt> receipts = [];
        List<InboundText> texts = [];
        HookAnswer answer = definition.Answer;
        bool isRead = false;
        if (definition.Receipt is { } receipt)
        {
            foreach (Said item in Items(said, receipt.Inside, receipt.Items)
                .Where(item => receipt.When.All(one => one.Holds(item))))
            {
                if (ReadReceipt(item, receipt, reference) is not { } read) continue;
                receipts.Add(read);
                answer = receipt.Answer ?? answer;
                isRead = true;
            }
        }

        if (definition.Inbound is { } inbound)
        {
            foreach (Said item in Items(said, inbound.Inside, inbound.Items)
                .Where(item => inbound.When.All(one => one.Holds(item))))
            {
                if (ReadText(item, inbound) is not { } read) continue;
                texts.Add(read);
                answer = inbound.Answer ?? answer;
                isRead = true;
            }
        }

        if (definition.Ignore.Any(one => one.Holds(said))) isRead = true;
        return new HookReading(receipts, texts, answer, isRead);
    }

    private static IEnumerable<Said> Items(Said said, JsonPath? inside, JsonPath? items)
    {
        if (inside is not null)
        {
            string text = said.Json is { } outer ? inside.Find(outer).Select(one => one.ToString()).FirstOrDefault("")
                : "";
            said = said with { Json = Said.Parse(text) };
        }

        if (items is null) return said.Json is null ? [] : [said];
        return said.Json is { } json ? items.Find(json).Select(one => said with { Json = one }) : [];
    }

    private InboundReceipt? ReadReceipt(Said item, ReceiptPart part, string? reference)
    {
        string own = reference ?? part.Reference.First(item) ?? "";
        string id = part.Id.First(item) ?? own;
        if (id.Length == 0) return null;
        string word = "";
        string state = "unknown";
        foreach (string one in part.State.Each(item))
        {
            word = one;
            if (StateOf(part, one) is not { } known) continue;
            state = known;
            break;
        }

        if (word.Length == 0) return null;
        string error = part.Error.First(item) ?? "";
        CodeMeaning? meaning = error.Length == 0 ? null : terms.Errors.Find(error) ?? part.Codes.Find(error);
        bool isLost = state is "undelivered" or "rejected" or "expired";
        if (isLost && meaning is CodeMeaning.Expired) state = "expired";
        if (meaning is CodeMeaning.Uncertain) (state, isLost) = ("unknown", false);
        ErrorSentence? sentence = isLost
            ? terms.ReceiptErrors.GetValueOrDefault(error) ?? part.Sentences.GetValueOrDefault(error)
            : null;
        return new InboundReceipt(
            carrier, id, Numbers.Read(part.Phone.First(item) ?? ""), Final(state), Null(error), Raw(item))
        {
            Meaning = sentence?.Text ?? (isLost ? Sentence(error, meaning) : null),
            Status = sentence?.Status ?? (isLost ? CarrierFailures.StatusOfLoss(meaning) : null),
            Sms = SmsOf(own),
            OptsOut = isLost && meaning is CodeMeaning.OptedOut,
            IsOfSettings = isLost && meaning is CodeMeaning.Authentication,
            Price = part.Price?.Of(item, 1) is [var price] ? price : null,
            Network = part.Network.Of(item),
        };
    }

    private static string? StateOf(ReceiptPart part, string word)
    {
        if (part.States.TryGetValue(word, out string? exact)) return exact;
        foreach ((string pattern, string state) in part.States)
        {
            if (pattern.EndsWith('*')
                && word.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)) return state;
        }

        return null;
    }

    private static ReceiptState Final(string state) => state switch
    {
        "delivered" => ReceiptState.Delivered,
        "expired" => ReceiptState.Expired,
        "undelivered" or "rejected" => ReceiptState.Undeliverable,
        _ => ReceiptState.EnRoute,
    };

    private static string? Sentence(string error, CodeMeaning? meaning) =>
        meaning is CodeMeaning.Number or CodeMeaning.Sender or CodeMeaning.Content or CodeMeaning.Policy
            or CodeMeaning.OptedOut
            ? CarrierFailures.Of(meaning.Value, error, null).Sentence
            : null;

    private InboundText? ReadText(Said item, TextPart part)
    {
        if (part.From.First(item) is not { } from) return null;
        string text = part.Text.First(item) ?? "";
        SourceNumber source = Numbers.ReadEither(from);
        return new InboundText(
            carrier, source.Text, Numbers.Read(part.To.First(item) ?? ""), text.ReplaceLineEndings("\n"),
            Place(item, part))
        {
            CarrierId = part.Id.First(item),
            OrFrom = source.OrElse,
            Network = part.Network.Of(item),
        };
    }

    private static InboundPart? Place(Said item, TextPart part)
    {
        if (!TryNumber(part.PartTotal.First(item), out int total) || total < 2
            || !TryNumber(part.PartNumber.First(item), out int number) || number < 1 || number > total)
        {
            return null;
        }

        // A reference that is no number is as good as one: it only has to be the same for all parts.
        string reference = part.PartReference.First(item) ?? "";
        return new InboundPart(
            TryNumber(reference, out int value) ? value : StableHash(reference), number, total, IsWide: true);
    }

    private static bool TryNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int StableHash(string text) => BitConverter.ToInt32(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))) & int.MaxValue;

    private static Guid? SmsOf(string reference) =>
        Guid.TryParse(reference.Length > 32 && reference[8] != '-' ? reference[..32] : reference, out Guid sms)
            ? sms
            : null;

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static string Raw(Said item)
    {
        string raw = item.Json is { } json ? JsonSerializer.Serialize(json) : item.Body;
        return raw.Length > RawCharsMax ? raw[..RawCharsMax] : raw;
    }
}
