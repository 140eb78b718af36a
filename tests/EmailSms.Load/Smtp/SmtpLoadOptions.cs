using System.Globalization;

namespace EmailSms.Load.Smtp;

/// <summary>The words behind <c>smtp</c>.</summary>
internal sealed record SmtpLoadOptions : IFolderOptions
{
    public const string Help =
        """
        Measures SMTP servers side by side on loopback, each in a process of its own:
        dropping each mail: our listener, Postfix' smtp-sink, npm's smtp-server;
        keeping each mail on disk before its 250: our gateway, Postfix' smtpd.
        Each way of sending goes to one server after the other: 0.5 and 5 kB, 1 and 100 mails a session,
        lock-step and pipelined, plain and TLS. What is not installed is left out and named.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- smtp [options]

        options:
          --seconds N       how long each is measured, after half a second of warm-up (default: 2; in all 5 minutes)
          --connections N   at once, each with a thread (default: 32)
          --part PART       dropping, keeping or all (default: all)
          --wire WIRE       plain, tls or all (default: all)
          --aims WORD       told or kept: kept makes a missed aim exit code 1 (default: told)
          --help

        A ratio is ours by theirs, of the same run. Processor time is of all processes of a server; "client" is the
        time this program needs for one mail. smtp-sink has no TLS, smtp-server waits 100 ms before each greeting,
        Postfix holds its mails and so delivers nothing meanwhile, and needs root.
        """;

    public double Seconds { get; private init; } = 2;

    public int Connections { get; private init; } = 32;

    public bool WantsDropping { get; private init; } = true;

    public bool WantsKeeping { get; private init; } = true;

    public bool WantsPlain { get; private init; } = true;

    public bool WantsTls { get; private init; } = true;

    /// <inheritdoc/>
    public string? Folder => null;

    /// <summary>A missed aim is a failure.</summary>
    public bool KeepsAims { get; private init; }

    public bool WantsHelp { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what of it.</exception>
    public static SmtpLoadOptions Parse(IReadOnlyList<string> words)
    {
        var options = new SmtpLoadOptions();
        for (int at = 0; at < words.Count; at += 2)
        {
            if (words[at] is "--help" or "-h") return options with { WantsHelp = true };
            if (at + 1 == words.Count) throw new FormatException($"{words[at]} needs a value; see smtp --help.");
            options = options.With(words[at], words[at + 1]);
        }

        return options;
    }

    private SmtpLoadOptions With(string name, string value) => (name, value) switch
    {
        ("--seconds", _) when double.TryParse(
            value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0.1 and <= 60 => this with { Seconds = seconds },
        ("--seconds", _) => throw new FormatException($"--seconds needs 0.1 to 60, not '{value}'."),
        ("--connections", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is >= 1 and <= 256 => this with { Connections = count },
        ("--connections", _) => throw new FormatException($"--connections needs 1 to 256, not '{value}'."),
        ("--part", "all") or ("--wire", "all") => this,
        ("--part", "dropping") => this with { WantsKeeping = false },
        ("--part", "keeping") => this with { WantsDropping = false },
        ("--part", _) => throw new FormatException($"--part is dropping, keeping or all, not '{value}'."),
        ("--wire", "plain") => this with { WantsTls = false },
        ("--wire", "tls") => this with { WantsPlain = false },
        ("--wire", _) => throw new FormatException($"--wire is plain, tls or all, not '{value}'."),
        ("--aims", "told" or "kept") => this with { KeepsAims = value == "kept" },
        ("--aims", _) => throw new FormatException($"--aims is told or kept, not '{value}'."),
        _ => throw new FormatException($"There is no option {name}; see smtp --help."),
    };
}
