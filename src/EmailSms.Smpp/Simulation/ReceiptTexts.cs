using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// The texts of receipts, as carriers write them. A template has <c>{id} {sub} {dlvrd} {submitted} {done} {stat}
/// {state} {number} {err} {from} {to} {text}</c>: stat is DELIVRD, state DELIVERED, number 2; text is the first 20
/// letters of the message, from and to are those of the message. The dates take a format: <c>{done:yyyyMMddHHmmss}</c>.
/// </summary>
public static partial class ReceiptTexts
{
    /// <summary>Appendix B of SMPP 3.4.</summary>
    public const string Standard =
        "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submitted} done date:{done} stat:{stat} err:{err} text:{text}";

    /// <summary>The forms of the field by their names.</summary>
    public static IReadOnlyDictionary<string, string> ByName { get; } = new Dictionary<string, string>
    {
        ["standard"] = Standard,
        ["capital-text"] = Standard.Replace("text:", "Text:", StringComparison.Ordinal),
        ["no-text"] = Standard.Replace(" text:{text}", "", StringComparison.Ordinal),
        ["upper-case"] =
            "ID:{id} SUB:{sub} DLVRD:{dlvrd} SUBMIT DATE:{submitted} DONE DATE:{done} "
            + "STAT:{stat} ERR:{err} TEXT:{text}",
        ["seconds"] = "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submitted:yyMMddHHmmss} "
            + "done date:{done:yyMMddHHmmss} stat:{stat} err:{err} text:{text}",
        ["long-year"] = "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submitted:yyyyMMddHHmmss} "
            + "done date:{done:yyyyMMddHHmmss} stat:{stat} err:{err} text:{text}",
        ["time-zone"] = "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submitted:yyMMddHHmmss}+0000 "
            + "done date:{done:yyMMddHHmmss}+0000 stat:{stat} err:{err} text:{text}",
        ["long-states"] =
            "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submitted} done date:{done} stat:{state} err:{err}",
        ["number-states"] = "id:{id} submit date:{submitted} done date:{done} stat:{number} err:{err}",
        ["short"] = "id:{id} stat:{stat} err:{err}",
        ["other-order"] = "stat:{stat} err:{err} id:{id} done date:{done} submit date:{submitted} sub:{sub}",
        ["blank-id"] =
            "id: sub:{sub} dlvrd:{dlvrd} submit date:{submitted} done date:{done} stat:{stat} err:{err} text:{text}",
        ["csv"] = "00,{done:ddMMyyHHmm},{submitted:ddMMyyHHmm},,{to},8000,{id}",
    }.ToFrozenDictionary();

    internal static string Write(string template, Receipt receipt) =>
        Holes().Replace(template, hole => receipt.Fill(hole.Groups[1].Value, hole.Groups[2].Value));

    /// <summary>The names in a template that are none of the above.</summary>
    internal static IEnumerable<string> Unknown(string template) => Holes().Matches(template)
        .Select(hole => hole.Groups[1].Value)
        .Where(name => !Receipt.Names.Contains(name));

    internal static string Word(MessageState state) => state switch
    {
        MessageState.Delivered => "DELIVRD",
        MessageState.Undeliverable => "UNDELIV",
        MessageState.Accepted => "ACCEPTD",
        MessageState.Rejected => "REJECTD",
        _ => state.ToString().ToUpperInvariant(),
    };

    [GeneratedRegex(@"\{([a-z]+)(?::([A-Za-z]+))?\}")]
    private static partial Regex Holes();

    /// <summary>What a receipt tells of.</summary>
    internal sealed record Receipt(
        string Id, MessageState State, string Error, DateTimeOffset Submitted, DateTimeOffset Done,
        string From, string To, string Text)
    {
        public static readonly string[] Names =
        [
            "id", "sub", "dlvrd", "submitted", "done", "stat", "state", "number", "err", "from", "to", "text",
        ];

        public string Fill(string name, string format) => name switch
        {
            "id" => Id,
            "sub" => "001",
            "dlvrd" => State is MessageState.Delivered ? "001" : "000",
            "submitted" => Date(Submitted, format),
            "done" => Date(Done, format),
            "stat" => Word(State),
            "state" => State.ToString().ToUpperInvariant(),
            "number" => ((byte)State).ToString(CultureInfo.InvariantCulture),
            "err" => Error,
            "from" => From,
            "to" => To,
            "text" => Text,
            _ => "",
        };

        private static string Date(DateTimeOffset time, string format) =>
            time.ToString(format.Length > 0 ? format : "yyMMddHHmm", CultureInfo.InvariantCulture);
    }
}
