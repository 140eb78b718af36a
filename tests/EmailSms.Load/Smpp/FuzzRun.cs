using System.Diagnostics;
using System.Globalization;
using EmailSms.Smpp.Fuzz;

namespace EmailSms.Load.Smpp;

/// <summary>The fuzzer of the SMPP library for as long as asked: <c>fuzz</c>.</summary>
internal static class FuzzRun
{
    private const string Help =
        """
        Feeds the SMPP library nearly good octets until a rule of tests/EmailSms.Smpp.Tests/Fuzz is broken: codec,
        framing, texts, receipts, reassembly, and every hundredth case live sessions on both sides. A finding is
        printed with its seed and its number, and ends the run with exit code 1.

        usage: dotnet run -c Release --project tests/EmailSms.Load -- fuzz [options]

        options:
          --seconds N   how long; 0: until it is interrupted (default: 60)
          --seed N      where the octets come from (default: another each time, which is printed)
          --case N      this one case of the seed, and no other
          --help
        """;

    private const int SessionsEvery = 100;

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    /// <summary>The command; its exit code is 1 when something was found.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        (double seconds, long seed, long? only) = (60, Random.Shared.Next(), null);
        for (int at = 0; at < args.Length; at += 2)
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string value = at + 1 < args.Length ? args[at + 1] : "";
            switch (args[at])
            {
                case "--help" or "-h":
                    Console.Out.WriteLine(Help);
                    return 0;
                case "--seconds" when double.TryParse(value, NumberStyles.AllowDecimalPoint, culture, out seconds):
                    break;
                case "--seed" when long.TryParse(value, NumberStyles.None, culture, out seed):
                    break;
                case "--case" when long.TryParse(value, NumberStyles.None, culture, out long number):
                    only = number;
                    break;
                default:
                    Console.Error.WriteLine($"{args[at]} {value} is not understood; see fuzz --help.");
                    return 2;
            }
        }

        try
        {
            await (only is { } one ? TryOneAsync(seed, one) : TryManyAsync(seed, seconds));
            return 0;
        }
        catch (FuzzFinding finding)
        {
            Console.Error.WriteLine(finding);
            return 1;
        }
    }

    private static async Task TryOneAsync(long seed, long number)
    {
        await using var sessions = new SessionFuzz();
        FuzzTargets.Try(seed, number);
        await sessions.TryAsync(seed, number);
        Console.Out.WriteLine($"seed {seed}, case {number}: nothing found");
    }

    private static async Task TryManyAsync(long seed, double seconds)
    {
        await using var sessions = new SessionFuzz();
        Console.Out.WriteLine($"seed {seed}");
        var clock = Stopwatch.StartNew();
        TimeSpan next = SayEvery;
        long number = 0;
        while (seconds == 0 || clock.Elapsed.TotalSeconds < seconds)
        {
            FuzzTargets.Try(seed, number);
            if (number % SessionsEvery == 0) await sessions.TryAsync(seed, number);
            number++;
            if (clock.Elapsed < next) continue;
            next += SayEvery;
            Say(number, clock.Elapsed);
        }

        Say(number, clock.Elapsed);
    }

    private static void Say(long cases, TimeSpan span) => Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{span.TotalSeconds,7:0} s {cases,12:#,0} cases, nothing found"));
}
