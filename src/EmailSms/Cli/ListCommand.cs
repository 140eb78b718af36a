using System.CommandLine;
using System.Globalization;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Cli;

/// <summary><c>emailsms list</c>: finds SMS by number, sender, state and time.</summary>
internal static class ListCommand
{
    private static readonly Option<string?> To = new("--to") { Description = "The phone, such as +447700900123." };
    private static readonly Option<string?> From = new("--from") { Description = "The mailbox it came from." };

    private static readonly Option<SmsState?> State = new("--state")
    {
        Description = "Queued, Held, Collected, Sent, Delivered, Failed or Expired.",
    };

    private static readonly Option<string?> Since = new("--since")
    {
        Description = "Accepted at or after: 2026-11-24, 2026-11-24T10:00Z, or an age such as 2h, 30m, 7d.",
    };

    private static readonly Option<string?> Until = new("--until") { Description = "Accepted before; the same forms." };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most so many, newest first.",
        DefaultValueFactory = _ => 50,
    };

    public static Command Build()
    {
        var command = new Command("list", "Find SMS by number, sender, state and time.")
        {
            To, From, State, Since, Until, Limit,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    /// <summary>Reads a point in time, or an age counted back from now.</summary>
    internal static bool TryReadTime(string? text, DateTimeOffset now, out long? unixMs)
    {
        unixMs = null;
        if (text is null) return true;
        if (text.Length > 1 && "smhd".Contains(text[^1], StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int n))
        {
            // In whole milliseconds and not as a TimeSpan: older than the calendar is no error, only everything.
            long unitMs = text[^1] switch { 's' => 1_000, 'm' => 60_000, 'h' => 3_600_000, _ => 86_400_000 };
            unixMs = now.ToUnixTimeMilliseconds() - (n * unitMs);
            return true;
        }

        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at))
        {
            return false;
        }

        unixMs = at.ToUnixTimeMilliseconds();
        return true;
    }

    private static Task<int> RunAsync(ParseResult parsed)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        PhoneNumber? to = null;
        if (parsed.GetValue(To) is { } number)
        {
            if (!PhoneNumber.TryFromE164(number, out PhoneNumber known))
            {
                return WrongAsync($"--to: '{number}' is not a number such as +447700900123.");
            }

            to = known;
        }

        if (!TryReadTime(parsed.GetValue(Since), now, out long? since)
            || !TryReadTime(parsed.GetValue(Until), now, out long? until))
        {
            return WrongAsync("--since and --until take 2026-11-24, 2026-11-24T10:00Z, or an age such as 2h, 30m, 7d.");
        }

        var search = new SmsSearch(
            null, to, parsed.GetValue(From), parsed.GetValue(State), since, until,
            Math.Clamp(parsed.GetValue(Limit), 1, 100_000));
        return CommonOptions.WithStoreAsync(parsed, store =>
        {
            foreach (SmsRecord sms in store.Read(db => SmsRecord.Search(db, search)))
            {
                if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(SmsView.Of(sms));
                else Console.Out.WriteLine(SmsView.Line(sms));
            }

            return Task.FromResult(CommandLine.Done);
        });
    }

    private static Task<int> WrongAsync(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return Task.FromResult(CommandLine.Wrong);
    }
}
