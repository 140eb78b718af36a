namespace EmailSms.Load;

/// <summary>What kind of load.</summary>
internal enum LoadMode
{
    /// <summary>As fast as it goes.</summary>
    Throughput,

    /// <summary>A steady 50 a second: the latency of a quiet day.</summary>
    Paced,

    /// <summary>The carrier is away while mail comes, then it is back.</summary>
    Backlog,
}

/// <summary>What the tool was asked for.</summary>
internal sealed record LoadOptions(LoadMode Mode, int Count, int Sessions, int BodyBytes, int Window)
{
    public const string Help =
        """
        usage: dotnet run -c Release --project tests/EmailSms.Load -- [throughput|paced|backlog] [options]

          throughput   mail -> SMTP -> queue with fsync -> SMPP -> simulator -> receipt, as fast as it goes (default)
          paced        50 SMS a second: latency of a quiet day, beside the fsync of this disk
          backlog      the carrier is away: memory with everything waiting, then how fast it drains

          --count N      mails (20000; paced 1000; backlog 100000)
          --sessions N   SMTP sessions at once (32; paced 4)
          --bytes N      octets of the text (100)
          --window N     submits in flight (200)

        The service is the real program in a process of its own, with SQLite in a temporary folder; the simulator and the
        senders are this process, on the same machine. Everything is on loopback.
        """;

    /// <summary>Reads the words; null: they were not understood, or help was asked for.</summary>
    public static LoadOptions? Read(string[] words)
    {
        LoadMode mode = LoadMode.Throughput;
        Dictionary<string, int> numbers = [];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].StartsWith("--", StringComparison.Ordinal))
            {
                if (i + 1 >= words.Length || !int.TryParse(words[i + 1], out int number) || number < 1) return null;
                numbers[words[i++][2..]] = number;
            }
            else if (!Enum.TryParse(words[i], ignoreCase: true, out mode))
            {
                return null;
            }
        }

        if (numbers.Keys.Except(["count", "sessions", "bytes", "window"]).Any()) return null;
        int count = mode switch
        {
            LoadMode.Paced => 1000,
            LoadMode.Backlog => 100_000,
            _ => 20_000,
        };
        return new LoadOptions(
            mode, numbers.GetValueOrDefault("count", count),
            numbers.GetValueOrDefault("sessions", mode is LoadMode.Paced ? 4 : 32),
            numbers.GetValueOrDefault("bytes", 100), numbers.GetValueOrDefault("window", 200));
    }
}
