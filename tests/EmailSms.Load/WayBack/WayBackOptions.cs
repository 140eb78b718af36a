using System.Globalization;

namespace EmailSms.Load.WayBack;

/// <summary>The words of <c>way-back</c>, read.</summary>
internal sealed record WayBackOptions : IFolderOptions
{
    public const string Help =
        """
        Measures what it costs to find the mailbox of a reply and the SMS of a receipt in a store that grows: one
        database is filled to each of the sizes, and each step is measured there, one at a time, all in this process.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- way-back [options]

        options:
          --conversations A,B,C  conversations in the store, ascending (default: 10000,100000,1000000)
          --sms N                finished SMS of each conversation (default: 10)
          --steps N              how often each step is measured (default: 2000)
          --match-max MS         the longest that the median of a match may be, its commit not counted (default: 0, any)
          --data FOLDER          where the database lies meanwhile (default: the system's folder for temporary files);
                                 the largest of the defaults takes about 8 GB and is deleted afterwards

        It fails, with exit code 1, when something is not found or refused, or when a match takes longer than it may.
        """;

    public IReadOnlyList<int> Conversations { get; private init; } = [10_000, 100_000, 1_000_000];

    public int SmsEach { get; private init; } = 10;

    public int Steps { get; private init; } = 2_000;

    /// <summary>Milliseconds; 0: any.</summary>
    public double MatchMaxMs { get; private init; }

    public string? Folder { get; private init; }

    public bool WantsHelp { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what of it.</exception>
    public static WayBackOptions Parse(IReadOnlyList<string> words)
    {
        var options = new WayBackOptions();
        for (int at = 0; at < words.Count; at += 2)
        {
            if (words[at] is "--help" or "-h") return options with { WantsHelp = true };
            if (at + 1 == words.Count) throw new FormatException($"{words[at]} needs a value; see way-back --help.");
            options = options.With(words[at], words[at + 1]);
        }

        return options.Conversations.SequenceEqual(options.Conversations.Distinct().Order())
            ? options
            : throw new FormatException("--conversations needs sizes that grow, such as 1000,10000.");
    }

    private WayBackOptions With(string name, string value) => name switch
    {
        "--conversations" => this with
        {
            Conversations = [.. value.Split(',').Select(one => Number(name, one, 100, 10_000_000))],
        },
        "--sms" => this with { SmsEach = Number(name, value, 1, 100) },
        "--steps" => this with { Steps = Number(name, value, 10, 1_000_000) },
        "--match-max" when double.TryParse(
            value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ms) =>
            this with { MatchMaxMs = ms },
        "--match-max" => throw new FormatException($"--match-max needs milliseconds such as 1.5, not '{value}'."),
        "--data" => this with { Folder = value },
        _ => throw new FormatException($"There is no option {name}; see way-back --help."),
    };

    private static int Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} needs whole numbers from {least} to {most}, not '{text}'.");
}
