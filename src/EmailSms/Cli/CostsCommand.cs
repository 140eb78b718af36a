using System.CommandLine;
using System.Globalization;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms costs</c>: what the SMS of a month cost, by carrier, country or rule.</summary>
internal static class CostsCommand
{
    private const string MonthForm = "yyyy-MM";

    private static readonly Option<string?> Month = new("--month")
    {
        Description = "The month, such as 2026-11, in UTC. Default: this one.",
    };

    private static readonly Option<CostsBy> By = new("--by")
    {
        Description = "Carrier, Country or Rule.",
        DefaultValueFactory = _ => CostsBy.Carrier,
    };

    public static Command Build()
    {
        var command = new Command("costs", "Show what the SMS of a month cost, estimated and as carriers say.")
        {
            Month, By,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed)
    {
        string now = TimeProvider.System.GetUtcNow().ToString(MonthForm, CultureInfo.InvariantCulture);
        string month = parsed.GetValue(Month) ?? now;
        if (!DateTimeOffset.TryParseExact(
            month, MonthForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset begins))
        {
            Console.Error.WriteLine($"--month: '{month}' is no month; write such as {now}.");
            return Task.FromResult(CommandLine.Wrong);
        }

        CostsBy by = parsed.GetValue(By);
        long from = begins.ToUnixTimeMilliseconds();
        long until = begins.AddMonths(1).ToUnixTimeMilliseconds();
        return CommonOptions.WithStoreAsync(parsed, store =>
        {
            List<CostLine> lines = store.Read(db => Costs.Between(db, from, until, by));
            CostLine total = store.Read(db => Costs.Total(db, from, until));
            Func<string?, string> nameOf = NamesOf(store, by);
            if (parsed.GetValue(CommonOptions.Json))
            {
                foreach (CostLine line in lines) JsonOutput.Write(View(line, nameOf(line.Name)));
                JsonOutput.Write(View(total, name: null));
                return Task.FromResult(CommandLine.Done);
            }

            int width = Math.Clamp(lines.Select(line => nameOf(line.Name).Length).DefaultIfEmpty().Max(), 8, 60);
            Write(by.ToString().ToLowerInvariant(), "SMS", "parts", "estimated", "real");
            foreach (CostLine line in lines) WriteLine(line, nameOf(line.Name));
            WriteLine(total, "in all");
            return Task.FromResult(CommandLine.Done);

            void WriteLine(CostLine line, string name) => Write(
                name, $"{line.Sms}", $"{line.Parts}",
                CostView.Text(line.Estimated, line.Parts), CostView.Text(line.Real, line.Parts));

            void Write(string name, string sms, string parts, string estimated, string real) => Console.Out.WriteLine(
                $"{name.PadRight(width)}  {sms,8}  {parts,8}  {estimated,-24}  {real}".TrimEnd());
        });

        object View(CostLine line, string? name) => new
        {
            month,
            by = name is null ? "all" : by.ToString().ToLowerInvariant(),
            key = name is null ? null : line.Name,
            name,
            sms = line.Sms,
            parts = line.Parts,
            estimated = CostView.Of(line.Estimated),
            real = CostView.Of(line.Real),
        };
    }

    // A rule is a number on disk, and says more to a person by its sender.
    private static Func<string?, string> NamesOf(SqliteStore store, CostsBy by)
    {
        if (by is CostsBy.Country) return region => region ?? "no country";
        if (by is CostsBy.Carrier) return carrier => carrier ?? "";
        Dictionary<string, SenderRule> rules = new SenderRules(store, TimeProvider.System).List()
            .ToDictionary(rule => rule.Id.ToString(CultureInfo.InvariantCulture));
        return id => id is null ? "EmailSms itself"
            : rules.TryGetValue(id, out SenderRule? rule) ? $"{id} {rule.Sender}"
            : $"{id} (removed)";
    }
}
