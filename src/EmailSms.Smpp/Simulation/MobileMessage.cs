using System.Text.Json;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>What the letters of a person's text are made of, and what data_coding says of them.</summary>
public enum MobileCoding
{
    /// <summary>GSM-7 when it can be, else UCS-2, as phones do.</summary>
    Auto,

    /// <summary>GSM 03.38, data_coding 0; what is not in it becomes a question mark.</summary>
    Gsm7,

    /// <summary>UCS-2, data_coding 8.</summary>
    Ucs2,

    /// <summary>ISO 8859-1, data_coding 3.</summary>
    Latin1,

    /// <summary>ASCII, data_coding 1.</summary>
    Ascii,

    /// <summary>Octets, data_coding 4; see <see cref="MobileMessage.Binary"/>.</summary>
    Binary,
}

/// <summary>A message of a person's phone for the ESME, of any kind that comes over SMPP.</summary>
public sealed record MobileMessage
{
    /// <summary>A number with plus sign, a short code, or a name.</summary>
    public required string From { get; init; }

    /// <summary>One of the ESME's own numbers, with or without plus sign.</summary>
    public required string To { get; init; }

    /// <summary>Any text; long ones come in parts.</summary>
    public string Text { get; init; } = "";

    /// <summary>The octets of a binary message, instead of a text.</summary>
    public ReadOnlyMemory<byte> Binary { get; init; }

    /// <summary>What the letters are made of.</summary>
    public MobileCoding Coding { get; init; }

    /// <summary>data_coding, when it is to say something else than <see cref="Coding"/>; null: what it is.</summary>
    public byte? DataCoding { get; init; }

    /// <summary>How the parts say that they belong together.</summary>
    public Segmentation Segmentation { get; init; }

    /// <summary>
    /// The national tables of a GSM-7 text; their header elements come by themselves, and
    /// <see cref="MobileCoding.Auto"/> is GSM-7 when the text can be written with them.
    /// </summary>
    public Gsm7Tables Tables { get; init; }

    /// <summary>
    /// Information elements in front of that of the parts, such as those of ports: octets that are complete elements.
    /// </summary>
    public ReadOnlyMemory<byte> HeaderElements { get; init; }

    /// <summary>The reference of the parts; null: the next.</summary>
    public ushort? Reference { get; init; }

    /// <summary>
    /// Which parts come, from 1, in which order: <c>[3, 1, 1]</c> leaves out the second and doubles the first. Empty:
    /// all, in order.
    /// </summary>
    public IReadOnlyList<int> Order { get; init; } = [];

    /// <summary>It comes in data_sm, its text in message_payload.</summary>
    public bool DataSm { get; init; }

    /// <summary>Whose number it is; null: whoever is bound.</summary>
    public string? SystemId { get; init; }

    /// <summary>
    /// Reads a message from JSON: <c>from</c>, <c>to</c>, and of the others what is wanted: <c>text</c>, <c>binary</c>
    /// (hex), <c>coding</c>, <c>dataCoding</c>, <c>parts</c>, <c>lockingShift</c>,
    /// <c>singleShift</c>, <c>elements</c> (hex), <c>reference</c>, <c>order</c>, <c>dataSm</c>,
    /// <c>account</c>. Null, and every error, when it cannot be read.
    /// </summary>
    public static MobileMessage? Parse(string json, out IReadOnlyList<string> errors)
    {
        List<string> wrong = [];
        errors = wrong;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            MobileMessage message = Read(new ScenarioReader(document.RootElement, "", wrong));
            return wrong.Count == 0 ? message : null;
        }
        catch (JsonException broken)
        {
            wrong.Add($"This is no JSON: {broken.Message}");
            return null;
        }
    }

    private static MobileMessage Read(ScenarioReader from)
    {
        if (!from.Has("from")) from.Wrong("from", "this is missing");
        if (!from.Has("to")) from.Wrong("to", "this is missing");
        var message = new MobileMessage
        {
            From = from.Text("from") ?? "",
            To = from.Text("to") ?? "",
            Text = from.Text("text") ?? "",
            Binary = from.Hex("binary"),
            Coding = from.Word("coding", MobileCoding.Auto),
            DataCoding = from.Has("dataCoding") ? (byte)from.Count("dataCoding", 0, 255, 0) : null,
            Segmentation = from.Word("parts", Segmentation.Udh8),
            Tables = new Gsm7Tables(
                from.Word("lockingShift", NationalLanguage.Default),
                from.Word("singleShift", NationalLanguage.Default)),
            HeaderElements = from.Hex("elements"),
            Reference = from.Has("reference") ? (ushort)from.Count("reference", 0, ushort.MaxValue, 0) : null,
            Order = from.Numbers("order", 1, SmsSegmenter.PartsMax),
            DataSm = from.Flag("dataSm"),
            SystemId = from.Text("account"),
        };
        from.End();
        return message;
    }
}
