using System.Collections.Frozen;
using System.Globalization;

namespace EmailSms.Smpp.Text;

/// <summary>
/// The tables of <see cref="NationalLanguage"/>, read from NationalLanguages.txt when one is first met.
/// </summary>
internal static class ShiftTables
{
    private const int Septets = 128;
    private static readonly Lazy<Dictionary<(bool Locking, NationalLanguage), ShiftTable>> All = new(Read);

    /// <summary>
    /// The table of a language; null when it has none of that kind, and then the default goes on.
    /// </summary>
    public static ShiftTable? Find(bool locking, NationalLanguage language) =>
        language is NationalLanguage.Default ? null : All.Value.GetValueOrDefault((locking, language));

    private static Dictionary<(bool, NationalLanguage), ShiftTable> Read()
    {
        using Stream stream = typeof(ShiftTables).Assembly.GetManifestResourceStream("NationalLanguages.txt")!;
        using var reader = new StreamReader(stream);
        var tables = new Dictionary<(bool, NationalLanguage), ShiftTable>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] head = line.Split(' ');
            char[] characters = new char[Septets];
            for (int row = 0; row < Septets; row += 16)
            {
                string[] cells = reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                for (int i = 0; i < 16; i++)
                {
                    characters[row + i] = cells[i] == "-" ? '\0' : (char)ushort.Parse(
                        cells[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                }
            }

            var language = (NationalLanguage)byte.Parse(head[1], CultureInfo.InvariantCulture);
            tables.Add((head[0] == "locking", language), new ShiftTable(characters));
        }

        return tables;
    }
}

/// <summary>128 characters by their septets; NUL where there is none.</summary>
internal sealed class ShiftTable
{
    private readonly char[] _characters;
    private readonly FrozenDictionary<char, byte> _septets;

    public ShiftTable(char[] characters)
    {
        _characters = characters;
        var septets = new Dictionary<char, byte>();
        for (int i = 0; i < characters.Length; i++)
        {
            if (characters[i] != '\0') septets.TryAdd(characters[i], (byte)i); // one stands twice in the Indic tables
        }

        _septets = septets.ToFrozenDictionary();
    }

    /// <summary>The character of a septet, or NUL.</summary>
    public char this[byte septet] => _characters[septet];

    /// <summary>The septet of a character, or -1.</summary>
    public int Find(char character) => _septets.TryGetValue(character, out byte septet) ? septet : -1;
}
