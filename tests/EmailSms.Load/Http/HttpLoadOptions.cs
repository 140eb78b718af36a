using System.Globalization;

namespace EmailSms.Load.Http;

/// <summary>The words of <c>http</c>, read.</summary>
internal sealed record HttpLoadOptions : IFolderOptions
{
    public const string Help =
        """
        Measures carriers over HTTP: the carrier alone against a local API, with its memory; the gateway over such a
        carrier; and the gateway over SMPP alone and with an HTTP carrier before it in the route that never answers.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- http [options]

        options:
          --alone N      SMS of the carrier alone (default: 100000)
          --count N      SMS of each run of the gateway (default: 10000)
          --rounds N     runs over SMPP each way, in turn (default: 3)
          --sessions N   SMTP sessions at once (default: 32)
          --window N     requests and submits in flight (default: 50, as shipped)
          --rate-min N   the least the carrier alone may do, in SMS/s (default: 0, any)
          --ratio-min R  the least that may be left of SMPP beside a dead carrier, of 1 (default: 0, any)
          --data FOLDER  where the gateway's data lies while it runs (default: the system's folder for such)

        It fails, with exit code 1, when an SMS is lost or comes twice, when the heap of the carrier alone grows by more
        than 1 MiB, or when one of the bounds is missed.
        """;

    public int Alone { get; private init; } = 100_000;

    public int Count { get; private init; } = 10_000;

    public int Rounds { get; private init; } = 3;

    public int Sessions { get; private init; } = 32;

    public int Window { get; private init; } = 50;

    /// <summary>SMS a second of the carrier alone; 0: any.</summary>
    public int RateMin { get; private init; }

    /// <summary>SMPP beside a dead carrier by SMPP alone; 0: any.</summary>
    public double RatioMin { get; private init; }

    public string? Folder { get; private init; }

    public bool WantsHelp { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what of it.</exception>
    public static HttpLoadOptions Parse(IReadOnlyList<string> words)
    {
        var options = new HttpLoadOptions();
        for (int at = 0; at < words.Count; at += 2)
        {
            if (words[at] is "--help" or "-h") return options with { WantsHelp = true };
            if (at + 1 == words.Count) throw new FormatException($"{words[at]} needs a value; see http --help.");
            string value = words[at + 1];
            options = words[at] switch
            {
                "--alone" => options with { Alone = Number(words[at], value, 100) },
                "--count" => options with { Count = Number(words[at], value, 10) },
                "--rounds" => options with { Rounds = Number(words[at], value, 1) },
                "--sessions" => options with { Sessions = Number(words[at], value, 1) },
                "--window" => options with { Window = Number(words[at], value, 1) },
                "--rate-min" => options with { RateMin = Number(words[at], value, 0) },
                "--ratio-min" => options with { RatioMin = Ratio(words[at], value) },
                "--data" => options with { Folder = value },
                _ => throw new FormatException($"There is no option {words[at]}; see http --help."),
            };
        }

        return options;
    }

    private static double Ratio(string name, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ratio)
            && ratio is >= 0 and <= 10
            ? ratio
            : throw new FormatException($"{name} needs 0 to 10, such as 0.9, not '{text}'.");

    private static int Number(string name, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new FormatException($"{name} needs a whole number of at least {least}, not '{text}'.");
}
