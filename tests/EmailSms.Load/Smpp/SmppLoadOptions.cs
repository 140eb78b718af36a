using System.Globalization;

namespace EmailSms.Load.Smpp;

/// <summary>The words behind <c>smpp</c>.</summary>
internal sealed record SmppLoadOptions
{
    public const string Help =
        """
        Measures submit_sm and its answer on loopback, side by side: our client with our SMSC, node-smpp (npm smpp)
        with itself, and each with the other. Each is a process of its own; all share the cores. Windows of 1, 10 and
        64 with one bind and with four, each way by one pair after the other. What is not installed is left out and
        named.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- smpp [options]

        options:
          --seconds N       how long each is measured, after half a second of warm-up (default: 3; in all 2 minutes)
          --windows N,N     submits under way on each bind (default: 1,10,64)
          --binds N,N       binds at once (default: 1,4)
          --aims WORD       told or kept: kept makes a missed aim exit code 1 (default: told)
          --help

        A ratio is ours by theirs, of the same run. Processor time is of the whole process, for each submit.
        """;

    public double Seconds { get; private init; } = 3;

    public IReadOnlyList<int> Windows { get; private init; } = [1, 10, 64];

    public IReadOnlyList<int> Binds { get; private init; } = [1, 4];

    /// <summary>A missed aim is a failure.</summary>
    public bool KeepsAims { get; private init; }

    public bool WantsHelp { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what of it.</exception>
    public static SmppLoadOptions Parse(IReadOnlyList<string> words)
    {
        var options = new SmppLoadOptions();
        for (int at = 0; at < words.Count; at += 2)
        {
            if (words[at] is "--help" or "-h") return options with { WantsHelp = true };
            if (at + 1 == words.Count) throw new FormatException($"{words[at]} needs a value; see smpp --help.");
            options = options.With(words[at], words[at + 1]);
        }

        return options;
    }

    private SmppLoadOptions With(string name, string value) => name switch
    {
        "--seconds" when double.TryParse(
            value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0.1 and <= 60 => this with { Seconds = seconds },
        "--seconds" => throw new FormatException($"--seconds needs 0.1 to 60, not '{value}'."),
        "--aims" when value is "told" or "kept" => this with { KeepsAims = value == "kept" },
        "--aims" => throw new FormatException($"--aims is told or kept, not '{value}'."),
        "--windows" => this with { Windows = Numbers(name, value, 1000) },
        "--binds" => this with { Binds = Numbers(name, value, 64) },
        _ => throw new FormatException($"There is no option {name}; see smpp --help."),
    };

    private static int[] Numbers(string name, string value, int most)
    {
        string[] words = value.Split(',');
        int[] numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])
                || numbers[i] < 1 || numbers[i] > most)
            {
                throw new FormatException($"{name} needs numbers from 1 to {most} with commas, not '{value}'.");
            }
        }

        return numbers;
    }
}
