using System.Globalization;

namespace EmailSms.Load;

/// <summary>What is measured.</summary>
internal enum LoadMode
{
    /// <summary>As many as the sessions can push.</summary>
    Throughput,

    /// <summary>A steady rate far below the limit, for latency.</summary>
    Paced,

    /// <summary>The carrier is away, mails pile up, it comes back.</summary>
    Backlog,
}

/// <summary>The words of the command line, read.</summary>
internal sealed record LoadOptions : IFolderOptions
{
    public const string Help =
        """
        Measures emailsms end to end on loopback: mail -> SMTP -> queue (fsync) -> SMPP -> SMSC -> receipt.
        The gateway runs in a process of its own; the clients and the SMSC run in this one, on the same cores.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- [mode] [options]

        modes:
          throughput   as many as the sessions can push (default: 20000 SMS, 32 sessions)
          paced        a steady rate, for latency (default: 1000 SMS at 50 a second, 8 sessions)
          backlog      the carrier is away while mails come in, then it is back (default: 100000 SMS, 32 sessions)
          smtp         the listener beside other servers; options of its own: smtp --help
          idle         what an idle SMTP session costs: idle [sessions] [octets of heap that it may have]
          smpp         SMPP submits beside node-smpp; options of its own: smpp --help
          smpp-soak    whether memory stays flat over millions of PDUs: smpp-soak [PDUs]
          http         carriers over HTTP, and a dead one beside SMPP; options of its own: http --help
          way-back     replies and receipts in a store that grows; options of its own: way-back --help
          fuzz         the fuzzer of the SMPP library, as long as asked: fuzz --help

        options:
          --count N        SMS to send
          --sessions N     SMTP sessions at once
          --bytes N        size of a mail, from 300; what is more than its text is header (default: 1024)
          --rate N         SMS a second, in mode paced (default: 50)
          --window N       submits in flight (default: 50, as shipped)
          --answer-ms N    how long the SMSC takes to answer a submit (default: 0)
          --warm-up N      SMS sent first and not counted (default: 3000)
          --rate-min N     the least that may arrive at the SMSC, in SMS/s (default: 0, any)
          --resident-max N the most memory that the gateway may take, in MiB (default: 0, any)
          --log LEVEL      the gateway's log level (default: Information, as shipped)
          --data FOLDER    where the gateway's data lies while it runs (default: the system's folder for such)
          --help

        It fails, with exit code 1, when an SMS is lost or comes twice, or when one of the bounds is missed.
        """;

    private const int BytesMin = 300;

    public LoadMode Mode { get; private init; }

    public int Count { get; init; }

    public int Sessions { get; init; }

    public int Bytes { get; private init; } = 1024;

    public int Rate { get; private init; } = 50;

    public int Window { get; init; } = 50;

    /// <summary>The carrier is one over HTTP there; null: it is the SMSC.</summary>
    public string? HttpUrl { get; init; }

    /// <summary>A carrier over HTTP there comes before the SMSC in the route; null: there is none.</summary>
    public string? DeadUrl { get; init; }

    public int AnswerMs { get; private init; }

    public int WarmUp { get; private init; } = 3_000;

    /// <summary>SMS a second at the SMSC; 0: any.</summary>
    public int RateMin { get; private init; }

    /// <summary>MiB; 0: any.</summary>
    public int ResidentMax { get; private init; }

    public string Log { get; private init; } = "Information";

    public string? Folder { get; private init; }

    public bool WantsHelp { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what of it.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> words)
    {
        var options = new LoadOptions();
        int at = 0;
        if (words.Count > 0 && words[0].Length > 0 && words[0][0] != '-')
        {
            if (!Enum.TryParse(words[at++], ignoreCase: true, out LoadMode mode))
            {
                throw new FormatException($"There is no mode {words[0]}; see --help.");
            }

            options = options with { Mode = mode };
        }

        options = options.Mode switch
        {
            LoadMode.Paced => options with { Count = 1_000, Sessions = 8 },
            LoadMode.Backlog => options with { Count = 100_000, Sessions = 32 },
            _ => options with { Count = 20_000, Sessions = 32 },
        };
        while (at < words.Count)
        {
            if (words[at] is "--help" or "-h") return options with { WantsHelp = true };
            if (at + 1 == words.Count) throw new FormatException($"{words[at]} needs a value; see --help.");
            options = options.With(words[at], words[at + 1]);
            at += 2;
        }

        return options;
    }

    private LoadOptions With(string name, string value) => name switch
    {
        "--count" => this with { Count = Number(name, value, 1) },
        "--sessions" => this with { Sessions = Number(name, value, 1) },
        "--bytes" => this with { Bytes = Number(name, value, BytesMin) },
        "--rate" => this with { Rate = Number(name, value, 1) },
        "--window" => this with { Window = Number(name, value, 1) },
        "--answer-ms" => this with { AnswerMs = Number(name, value, 0) },
        "--warm-up" => this with { WarmUp = Number(name, value, 0) },
        "--rate-min" => this with { RateMin = Number(name, value, 0) },
        "--resident-max" => this with { ResidentMax = Number(name, value, 0) },
        "--log" => this with { Log = value },
        "--data" => this with { Folder = value },
        _ => throw new FormatException($"There is no option {name}; see --help."),
    };

    private static int Number(string name, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new FormatException($"{name} needs a whole number of at least {least}, not '{text}'.");
}
