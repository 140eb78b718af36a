using System.CommandLine;
using System.Security.Cryptography;

namespace EmailSms.Cli;

/// <summary>
/// A password that somebody chooses: from a prompt, from standard input, or made up. Never from the command line, which
/// every process of the machine can read.
/// </summary>
internal static class NewPassword
{
    public const int LengthMin = 8;
    public const int LengthMax = 128;

    // No 0 and o, no 1 and l: people copy it to the keypad of a printer. 20 of 32 are 100 bits.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int GeneratedLength = 20;

    public static Option<bool> FromStdin { get; } = new("--password-stdin")
    {
        Description = "Read the password from the first line of standard input instead of asking for it.",
    };

    public static Option<bool> Generate { get; } = new("--generate")
    {
        Description = "Make a password up, and show it this once.",
    };

    /// <summary>
    /// The password, or null after what is wrong was printed; and whether it was made up, so that it has to be shown.
    /// </summary>
    public static (string? Password, bool MustShow) Read(ParseResult parsed)
    {
        bool isGenerated = parsed.GetValue(Generate);
        if (isGenerated && parsed.GetValue(FromStdin)) return Refuse("Give --password-stdin or --generate, not both.");
        if (isGenerated) return (RandomNumberGenerator.GetString(Alphabet, GeneratedLength), true);
        if (parsed.GetValue(FromStdin)) return Check(Console.In.ReadLine() ?? "");
        if (Console.IsInputRedirected)
        {
            return Refuse("There is no terminal to ask for the password: use --password-stdin or --generate.");
        }

        string password = Ask("Password: ");
        return Ask("The same again: ") == password ? Check(password) : Refuse("The two are not the same.");
    }

    private static (string? Password, bool MustShow) Check(string password)
    {
        if (password.Length is < LengthMin or > LengthMax)
        {
            return Refuse($"A password has {LengthMin} to {LengthMax} characters.");
        }

        // Devices and mail programs do not agree on how other letters are sent, so one that works here fails there.
        return password.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? Refuse("A password has ASCII letters, digits, punctuation and spaces only.")
            : (password, false);
    }

    private static string Ask(string prompt)
    {
        _ = Console.KeyAvailable; // the terminal is got ready before anybody types: until then it shows what is typed
        Console.Error.Write(prompt);
        List<char> typed = [];
        while (Console.ReadKey(intercept: true) is var key && key.Key is not ConsoleKey.Enter)
        {
            if (key.Key is ConsoleKey.Backspace && typed.Count > 0) typed.RemoveAt(typed.Count - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Add(key.KeyChar);
        }

        Console.Error.WriteLine();
        return string.Concat(typed);
    }

    private static (string? Password, bool MustShow) Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return (null, false);
    }
}
