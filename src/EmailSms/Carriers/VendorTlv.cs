using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>An optional parameter that is made of the registration of an SMS, as one carrier wants it.</summary>
internal sealed class VendorTlv
{
    private readonly ushort _tag;
    private readonly Template _value;
    private readonly VendorTlvOptions _options;
    private readonly string[] _requiredFor;

    private VendorTlv(ushort tag, Template value, VendorTlvOptions options, string[] requiredFor) =>
        (_tag, _value, _options, _requiredFor) = (tag, value, options, requiredFor);

    /// <summary>Reads one, and tells what is wrong with it, each with the setting that it is of.</summary>
    public static VendorTlv? Read(VendorTlvOptions options, Action<string, string> note)
    {
        bool isWrong = false;
        void Note(string key, string wrong)
        {
            isWrong = true;
            note(key, wrong);
        }

        if (!CarrierTerms.TryNumber(options.Tag, out uint tag) || tag is 0 or > ushort.MaxValue)
        {
            Note(nameof(options.Tag), "The tag is no number such as 0x1400.");
        }

        if (!Template.TryParse(options.Value, out Template? value, out string? malformed))
        {
            Note(nameof(options.Value), $"It {malformed}");
        }
        else if (options.Value.Length == 0
            || value.Names.FirstOrDefault(name => !SmsRegistration.Names.Contains(name)) is not null)
        {
            string names = string.Join(", ", SmsRegistration.Names.Select(name => $"{{{name}}}"));
            Note(nameof(options.Value), $"The value is a text with places of these: {names}.");
        }

        string[] requiredFor = options.RequiredFor.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (!Array.TrueForAll(requiredFor, IsPrefix))
        {
            Note(nameof(options.RequiredFor), "Prefixes are such as +91, parted by commas.");
        }

        return isWrong ? null : new VendorTlv((ushort)tag, value!, options, requiredFor);
    }

    /// <summary>The parameter for an SMS; null: it is left out.</summary>
    /// <exception cref="ArgumentException">The number is not texted without it, or the value does not fit.</exception>
    public Tlv? Of(OutgoingSms sms)
    {
        bool isKnown = _value.Names.All(name => sms.Registration?.Value(name) is not null);
        bool isWanted = _value.Names.Any() || sms.Registration is not null; // a constant goes with the ids
        if (isKnown && isWanted) return Make(_value.TextOf(name => sms.Registration?.Value(name)));
        string to = sms.To.E164;
        if (!Array.Exists(_requiredFor, prefix => to.StartsWith(prefix, StringComparison.Ordinal))) return null;
        string missing = string.Join(", ", _value.Names.Where(name => sms.Registration?.Value(name) is null));
        throw new ArgumentException(
            $"this carrier wants {missing} for such a number, and neither the rule nor our number has it");
    }

    private Tlv Make(string value)
    {
        if (_options.Hash == "sha256")
        {
            value = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        }

        if (_options.Type[0] == 'u') return new Tlv(_tag, Number(value));
        byte[] octets = _options.Encoding switch
        {
            "latin1" => Encoding.Latin1.GetBytes(value),
            "utf-8" => Encoding.UTF8.GetBytes(value),
            "ucs2" => Encoding.BigEndianUnicode.GetBytes(value),
            _ => Encoding.ASCII.GetBytes(value),
        };
        return new Tlv(_tag, _options.Type == "c-octets" ? [.. octets, 0] : octets);
    }

    private byte[] Number(string value)
    {
        int octets = int.Parse(_options.Type.AsSpan(1), CultureInfo.InvariantCulture) / 8;
        bool fits = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && (octets == 8 || number >> (8 * octets) == 0);
        if (!fits) throw new ArgumentException($"TLV 0x{_tag:X4} wants a {_options.Type}, and the value is none");
        byte[] whole = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(whole, number);
        return whole[^octets..];
    }

    private static bool IsPrefix(string text) =>
        text.Length > 1 && text[0] == '+' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
