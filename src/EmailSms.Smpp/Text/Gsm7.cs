using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>
/// The GSM 7-bit default alphabet and its extension (3GPP TS 23.038 6.2.1), unpacked: one septet in an octet, as SMPP
/// carries it. '@' is 0x00, so nothing here ends a string.
/// </summary>
public static class Gsm7
{
    private const byte Escape = 0x1B;

    // Position = septet. The escape itself is U+001B here and encoded by nobody.
    private const string Default =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static readonly FrozenDictionary<byte, char> Extension = new Dictionary<byte, char>
    {
        [0x0A] = '\f',
        [0x14] = '^',
        [0x28] = '{',
        [0x29] = '}',
        [0x2F] = '\\',
        [0x3C] = '[',
        [0x3D] = '~',
        [0x3E] = ']',
        [0x40] = '|',
        [0x65] = '€',
    }.ToFrozenDictionary();

    // Position = character; the value is the septet, with bit 8 set when an escape comes before it. 0xFFFF: not there.
    private static readonly ushort[] Codes = BuildCodes();

    /// <summary>Every character is in the alphabet or its extension.</summary>
    public static bool IsEncodable(ReadOnlySpan<char> text) => CountSeptets(text) is not null;

    /// <summary>
    /// The septets of the text, two for a character of the extension; null when a character is missing.
    /// </summary>
    public static int? CountSeptets(ReadOnlySpan<char> text, Gsm7Tables tables = default)
    {
        var alphabet = new Alphabet(tables);
        int septets = 0;
        foreach (char character in text)
        {
            int code = alphabet.Find(character);
            if (code == Missing) return null;
            septets += code > 0xFF ? 2 : 1;
        }

        return septets;
    }

    /// <summary>One septet in an octet; false when a character is missing from the alphabet.</summary>
    public static bool TryEncode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? septets) =>
        TryEncode(text, default, out septets);

    /// <summary>The same with the tables of a national language, which a header has to name.</summary>
    public static bool TryEncode(
        ReadOnlySpan<char> text, Gsm7Tables tables, [NotNullWhen(true)] out byte[]? septets)
    {
        septets = null;
        if (CountSeptets(text, tables) is not { } count) return false;

        var alphabet = new Alphabet(tables);
        septets = new byte[count];
        int position = 0;
        foreach (char character in text)
        {
            int code = alphabet.Find(character);
            if (code > 0xFF) septets[position++] = Escape;
            septets[position++] = (byte)code;
        }

        return true;
    }

    /// <summary>
    /// Reads anything: an unknown code after an escape is the character of the default alphabet (TS 23.038 6.2.1.1) or
    /// of the locking table, an escape at the end is nothing, a septet that its table leaves free is a space, and an
    /// octet above 0x7F, which is no septet, is taken for Latin-1.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> septets, Gsm7Tables tables = default)
    {
        var alphabet = new Alphabet(tables);
        var text = new StringBuilder(septets.Length);
        for (int i = 0; i < septets.Length; i++)
        {
            byte septet = septets[i];
            if (septet > 0x7F)
            {
                text.Append((char)septet);
            }
            else if (septet != Escape)
            {
                text.Append(alphabet.Read(septet));
            }
            else if (++i < septets.Length && septets[i] != Escape)
            {
                // Two escapes are kept for a table to come; until then TS 23.038 shows a space, we show nothing.
                text.Append(septets[i] > 0x7F ? (char)septets[i] : alphabet.ReadEscaped(septets[i]));
            }
        }

        return text.ToString();
    }

    private const int Missing = 0xFFFF;

    /// <summary>A pair of tables, where null is the default one.</summary>
    private readonly ref struct Alphabet(Gsm7Tables tables)
    {
        private readonly ShiftTable? _locking = ShiftTables.Find(locking: true, tables.LockingShift);
        private readonly ShiftTable? _single = ShiftTables.Find(locking: false, tables.SingleShift);

        /// <summary>The septet, with bit 8 set when an escape comes before it, or <see cref="Missing"/>.</summary>
        public int Find(char character)
        {
            int code = Codes[character];
            if (_locking is null && _single is null) return code;

            int locked = _locking is not null ? _locking.Find(character) : code <= 0xFF ? code : -1;
            if (locked >= 0) return locked;
            int shifted = _single is not null ? _single.Find(character)
                : code is > 0xFF and not Missing ? code & 0xFF
                : -1;
            return shifted >= 0 ? 0x100 | shifted : Missing;
        }

        public char Read(byte septet) =>
            _locking is null ? Default[septet] : _locking[septet] is not '\0' and var known ? known : ' ';

        public char ReadEscaped(byte septet) =>
            _single is not null && _single[septet] is not '\0' and var shifted ? shifted
            : _single is null && Extension.TryGetValue(septet, out char known) ? known
            : Read(septet);
    }

    private static ushort[] BuildCodes()
    {
        ushort[] codes = new ushort[char.MaxValue + 1];
        Array.Fill(codes, (ushort)0xFFFF);
        for (int i = 0; i < Default.Length; i++)
        {
            if (i != Escape) codes[Default[i]] = (ushort)i;
        }

        foreach ((byte septet, char character) in Extension) codes[character] = (ushort)(0x100 | septet);
        return codes;
    }
}
