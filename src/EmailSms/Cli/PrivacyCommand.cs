using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Carriers.Routing;
using EmailSms.Composing;
using EmailSms.MailIn.Mailboxes;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Cli;

/// <summary><c>emailsms privacy</c>: what is known of a person, and its end.</summary>
internal static class PrivacyCommand
{
    private const string NamedMark = "mentions";

    private static readonly Argument<string> Who = new("who")
    {
        Description = "A number such as +447700900123, or an address.",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Write the report there, for its owner alone, and not to standard output.",
        HelpName = "file",
    };

    private static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Do it. Without it, tell what would go.",
    };

    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "How many seconds what a carrier or the smart host has in hand is waited for.",
        DefaultValueFactory = _ => 60,
    };

    /// <summary>Every table, in the order in which a person is taken out: an SMS after what is about it.</summary>
    public static IReadOnlyList<PersonalTable> Tables { get; } =
    [
        .. TrailPersonalData.Tables.Where(table => table.Name != "audit"), .. OutboxPersonalData.Tables,
        .. FetchedPersonalData.Tables, .. ReplyPersonalData.Tables, .. SmsPersonalData.Tables,
        .. PolicyPersonalData.Tables, .. RoutingPersonalData.Tables, .. BookPersonalData.Tables,
        .. StorePersonalData.Tables,
        .. TrailPersonalData.Tables.Where(table => table.Name == "audit"),
    ];

    public static Command Build()
    {
        var export = new Command("export", "Write all that is known of a person, as JSON.") { Who, Out };
        export.SetAction((parsed, _) => RunAsync(parsed, ExportAsync));
        var erase = new Command("erase", "Forget a person, but for a hash that keeps their opt-out.")
        {
            Who, Yes, Wait, Out,
        };
        erase.SetAction((parsed, stopping) => RunAsync(
            parsed, (_, store, desk, person) => EraseAsync(parsed, store, desk, person, stopping)));
        return new Command("privacy", "See what is known of a person, and forget it.") { export, erase };
    }

    private static Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, SqliteStore, PrivacyDesk, Person, Task<int>> work)
    {
        string who = parsed.GetValue(Who)!;
        if (!TryRead(who, out Person? person))
        {
            Console.Error.WriteLine($"'{who}' is neither a number such as +447700900123 nor an address.");
            return Task.FromResult(CommandLine.Wrong);
        }

        return CommonOptions.WithStoreAsync(parsed, store =>
            work(parsed, store, new PrivacyDesk(store, Tables, person, TimeProvider.System), person));
    }

    private static bool TryRead(string who, [NotNullWhen(true)] out Person? person)
    {
        person = PhoneNumber.TryFromE164(who, out PhoneNumber number)
            ? Person.OfNumber(number.E164, NumberRegion.NationalOf(number))
            : EmailAddress.TryParse(who, out EmailAddress address) ? Person.OfAddress(address.Key) : null;
        return person is not null;
    }

    private static async Task<int> ExportAsync(ParseResult parsed, SqliteStore store, PrivacyDesk desk, Person person)
    {
        using Stream file = OpenOut(parsed);
        await desk.NoteExportAsync().ConfigureAwait(false);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions
        {
            Indented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            json.WriteStartObject();
            json.WriteString("person", person.Number ?? person.Address);
            json.WriteString("at", JsonOutput.Time(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
            json.WriteStartArray("rows");
            Dictionary<string, long> counts = [];
            string? hash = null;
            foreach (PersonalFinding finding in desk.Find())
            {
                if (PrivacyDesk.IsHash(finding))
                {
                    hash = finding.Row.Text("number");
                    continue;
                }

                counts[finding.Row.Table.Name] = counts.GetValueOrDefault(finding.Row.Table.Name) + 1;
                json.WriteStartObject();
                json.WriteString("table", finding.Row.Table.Name);
                json.WriteString("about", finding.IsTheirs ? "theirs" : NamedMark);
                json.WritePropertyName("row");
                JsonSerializer.Serialize(json, PersonalRows.View(finding.Row));
                json.WriteEndObject();
                await json.FlushAsync().ConfigureAwait(false);
            }

            json.WriteEndArray();
            json.WritePropertyName("counts");
            JsonSerializer.Serialize(json, counts);
            json.WritePropertyName("carriers");
            JsonSerializer.Serialize(json, desk.Carriers());
            json.WritePropertyName("settings");
            JsonSerializer.Serialize(json, SettingsNaming(parsed, person));
            json.WriteString("hash", hash);
            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
        return CommandLine.Done;
    }

    private static async Task<int> EraseAsync(
        ParseResult parsed, SqliteStore store, PrivacyDesk desk, Person person, CancellationToken stopping)
    {
        PersonalHoldings holdings = desk.Look();
        foreach (string sentence in holdings.Refusals) Console.Error.WriteLine(sentence);
        if (holdings.Refusals.Count > 0)
        {
            Console.Error.WriteLine("Nothing was erased: others rely on it.");
            return CommandLine.Failed;
        }

        if (!parsed.GetValue(Yes))
        {
            Tell(parsed, new { found = holdings.Counts, waiting = holdings.Waiting, holdings.Hash }, holdings.Counts);
            long waiting = holdings.Waiting.GetValueOrDefault("sms");
            Console.Error.WriteLine(waiting > 0
                ? $"Nothing was erased: {waiting} SMS of theirs or naming them wait to be sent, and end with --yes."
                : "Nothing was erased: say it with --yes.");
            return CommandLine.Failed;
        }

        Erasure done = await desk.EraseAsync(TimeSpan.FromSeconds(parsed.GetValue(Wait)), stopping)
            .ConfigureAwait(false);
        using var control = new ControlClient(store.Folder);
        await control.WakeAsync().ConfigureAwait(false);
        bool isLogEmpty = store.EmptyLog();
        IReadOnlyList<string> settings = SettingsNaming(parsed, person);
        Tell(parsed, new { done.Erased, done.Ended, done.Left, done.Hash, done.Carriers, settings }, done.Erased);
        if (done.Ended > 0) Console.Error.WriteLine($"{done.Ended} SMS that waited were ended.");
        foreach ((string carrier, long count) in done.Carriers)
        {
            Console.Error.WriteLine($"Carrier {carrier} has had {count} SMS, and keeps its own records: ask it, too.");
        }

        foreach (string key in settings) Console.Error.WriteLine($"The configuration names them: {key}.");
        if (!isLogEmpty) Console.Error.WriteLine("Old pages are in the log of the database still: say it again.");
        foreach ((string table, long count) in done.Left)
        {
            Console.Error.WriteLine($"{count} of {table} wait for a carrier, the smart host or a phone: say it again.");
        }

        return done.Left.Count == 0 && isLogEmpty ? CommandLine.Done : CommandLine.Failed;
    }

    private static void Tell(ParseResult parsed, object report, IReadOnlyDictionary<string, long> counts)
    {
        using Stream file = OpenOut(parsed);
        using var writer = new StreamWriter(file);
        if (parsed.GetValue(CommonOptions.Json) || parsed.GetValue(Out) is not null)
        {
            writer.WriteLine(JsonOutput.Text(report));
            return;
        }

        foreach ((string table, long count) in counts.OrderBy(one => one.Key)) writer.WriteLine($"{count,8}  {table}");
    }

    private static Stream OpenOut(ParseResult parsed)
    {
        if (parsed.GetValue(Out) is not { } path) return Console.OpenStandardOutput();
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--out: {trouble.Message}", trouble);
        }
    }

    // A file is the admin's to change; it is told where.
    private static List<string> SettingsNaming(ParseResult parsed, Person person) =>
    [
        .. from pair in SettingsReader.Load(CommonOptions.ConfigFile(parsed)).AsEnumerable()
           where pair.Value is { } value && person.IsIn(value)
           select pair.Key,
    ];
}
