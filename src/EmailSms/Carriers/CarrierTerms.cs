using System.Globalization;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>
/// What of a carrier's settings is written in words and used as something else: read once, with every mistake named.
/// </summary>
internal sealed class CarrierTerms
{
    private static readonly string[] Classes =
    [
        nameof(FailureClass.Throttled), nameof(FailureClass.Temporary), nameof(FailureClass.Permanent),
        nameof(FailureClass.OptedOut), nameof(FailureClass.Authentication),
    ];

    private readonly List<(string Key, string Wrong)> _wrong = [];

    private CarrierTerms(CarrierOptions options)
    {
        Languages = ReadLanguages(options);
        Tlvs = ReadTlvs(options);
        VendorTlvs =
        [
            .. options.VendorTlvs.Select((one, i) => VendorTlv.Read(
                one, (key, wrong) => Note($"{nameof(CarrierOptions.VendorTlvs)}:{i}:{key}", wrong)))
                .OfType<VendorTlv>(),
        ];
        NetworkTlvs = ReadNetworkTlvs(options);
        Errors = ReadErrors(options);
        Pattern = ReadPattern(options);
        ReceiptErrors = ReadReceiptErrors(
            options, code => code.TrimStart('0').ToUpperInvariant(),
            (code, wrong) => Note($"{nameof(CarrierOptions.ReceiptErrors)}:{code}", wrong));
    }

    public IReadOnlyList<(string Key, string Wrong)> Wrong => _wrong;

    public IReadOnlyList<NationalLanguage> Languages { get; }

    public IReadOnlyList<Tlv> Tlvs { get; }

    /// <summary>Those that are made of an SMS's registration, in their order.</summary>
    public IReadOnlyList<VendorTlv> VendorTlvs { get; }

    /// <summary>The tags in which the network of a phone is told: none, one for both codes, or one for each.</summary>
    public IReadOnlyList<ushort> NetworkTlvs { get; }

    /// <summary>Statuses that mean something else at this carrier.</summary>
    public IReadOnlyDictionary<CommandStatus, FailureClass> Errors { get; }

    public ReceiptPattern? Pattern { get; }

    /// <summary>What a <see cref="DeliveryReceipt.ErrorCode"/> means.</summary>
    public IReadOnlyDictionary<string, ErrorSentence> ReceiptErrors { get; }

    public static CarrierTerms Read(CarrierOptions options) => new(options);

    /// <summary>What error codes in receipts mean, by the form in which they are looked up.</summary>
    public static Dictionary<string, ErrorSentence> ReadReceiptErrors(
        CarrierOptions options, Func<string, string> form, Action<string, string> note)
    {
        Dictionary<string, ErrorSentence> errors = new(StringComparer.Ordinal);
        foreach ((string code, string written) in options.ReceiptErrors)
        {
            if (!ErrorSentence.TryRead(written, out ErrorSentence? read, out string? wrong)) note(code, wrong);
            else if (!errors.TryAdd(form(code), read)) note(code, "This code stands here twice.");
        }

        return errors;
    }

    private List<NationalLanguage> ReadLanguages(CarrierOptions options)
    {
        List<NationalLanguage> languages = [];
        foreach (string name in options.Languages)
        {
            if (TryName(name, out NationalLanguage language) && language is not NationalLanguage.Default)
            {
                languages.Add(language);
                continue;
            }

            Note(nameof(CarrierOptions.Languages), $"'{name}' has no tables; those that have are "
                + string.Join(", ", Enum.GetNames<NationalLanguage>()[1..]) + ".");
        }

        return languages;
    }

    private List<Tlv> ReadTlvs(CarrierOptions options)
    {
        List<Tlv> tlvs = [];
        foreach ((string key, string value) in options.Tlvs)
        {
            string setting = $"{nameof(CarrierOptions.Tlvs)}:{key}";
            if (!TryNumber(key, out uint tag) || tag > ushort.MaxValue)
            {
                Note(setting, "The tag is no number such as 0x1400.");
            }
            else if (ReadTlv((ushort)tag, value) is { } tlv)
            {
                tlvs.Add(tlv);
            }
            else
            {
                Note(setting, "The value is text:…, hex:…, u8:…, u16:… or u32:…, such as text:1101234567890.");
            }
        }

        return tlvs;
    }

    private List<ushort> ReadNetworkTlvs(CarrierOptions options)
    {
        List<ushort> tags = [];
        foreach (string written in options.NetworkTlvs)
        {
            if (TryNumber(written, out uint tag) && tag is > 0 and <= ushort.MaxValue) tags.Add((ushort)tag);
            else Note(nameof(CarrierOptions.NetworkTlvs), $"'{written}' is no tag such as 0x1503.");
        }

        if (options.NetworkTlvs.Count > 2)
        {
            Note(nameof(CarrierOptions.NetworkTlvs), "It is one tag for MCC and MNC, or one for each.");
        }

        return tags;
    }

    private static Tlv? ReadTlv(ushort tag, string written)
    {
        string[] both = written.Split(':', 2);
        if (both.Length < 2) return null;
        string value = both[1];
        switch (both[0])
        {
            case "text":
                return Tlv.Of(tag, value);
            case "hex" when value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit):
                return new Tlv(tag, Convert.FromHexString(value));
            case "u8" when TryNumber(value, out uint one) && one <= byte.MaxValue:
                return Tlv.Of(tag, (byte)one);
            case "u16" when TryNumber(value, out uint two) && two <= ushort.MaxValue:
                return Tlv.Of(tag, (ushort)two);
            case "u32" when TryNumber(value, out uint four):
                return new Tlv(tag, Convert.FromHexString(four.ToString("X8", CultureInfo.InvariantCulture)));
            default:
                return null;
        }
    }

    private Dictionary<CommandStatus, FailureClass> ReadErrors(CarrierOptions options)
    {
        Dictionary<CommandStatus, FailureClass> errors = [];
        foreach ((string key, string value) in options.Errors)
        {
            string setting = $"{nameof(CarrierOptions.Errors)}:{key}";
            if (TryStatus(key) is not { } status)
            {
                Note(setting, "This is no status such as 1025, 0x401 or ESME_RSUBMITFAIL.");
            }
            else if (!Classes.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                Note(setting, $"The meaning is one of {string.Join(", ", Classes)}.");
            }
            else
            {
                errors[status] = Enum.Parse<FailureClass>(value, ignoreCase: true);
            }
        }

        return errors;
    }

    private static CommandStatus? TryStatus(string key)
    {
        if (TryNumber(key, out uint number)) return number == 0 ? null : (CommandStatus)number;
        foreach (CommandStatus known in Enum.GetValues<CommandStatus>())
        {
            if (known is CommandStatus.Ok) continue;
            if (known.Name().Equals(key, StringComparison.OrdinalIgnoreCase)) return known;
        }

        return null;
    }

    private ReceiptPattern? ReadPattern(CarrierOptions options)
    {
        Dictionary<string, MessageState> states = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string word, string name) in options.ReceiptStates)
        {
            if (TryName(name, out MessageState state))
            {
                states[word] = state;
                continue;
            }

            string names = string.Join(", ", Enum.GetNames<MessageState>());
            Note($"{nameof(CarrierOptions.ReceiptStates)}:{word}", $"The state is one of {names}.");
        }

        if (options.ReceiptPattern.Length == 0)
        {
            if (states.Count > 0)
            {
                Note(nameof(CarrierOptions.ReceiptStates), "The words belong to a ReceiptPattern, and there is none.");
            }

            return null;
        }

        if (ReceiptPattern.TryCreate(
            options.ReceiptPattern, states, out ReceiptPattern? pattern, out string? wrong))
        {
            return pattern;
        }

        Note(nameof(CarrierOptions.ReceiptPattern), wrong);
        return null;
    }

    // Enum.TryParse takes numbers, too, and several names with commas.
    private static bool TryName<T>(string name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name.Length > 0 && char.IsAsciiLetter(name[0]) && Enum.TryParse(name, ignoreCase: true, out value)
            && Enum.IsDefined(value);
    }

    /// <summary>A number as it is or, with 0x before it, in hexadecimal.</summary>
    public static bool TryNumber(string text, out uint number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private void Note(string key, string wrong) => _wrong.Add((key, wrong));
}
