using System.CommandLine;
using EmailSms.MailIn;
using EmailSms.MailIn.Mailboxes;
using EmailSms.Policy;
using EmailSms.Store;
using Microsoft.Data.Sqlite;

namespace EmailSms.Cli;

/// <summary><c>emailsms check</c>: everything that is wrong with a configuration, at once.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var command = new Command("check", "Check the configuration: every error at once, with its key.");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? file = CommonOptions.ConfigFile(parsed);
        IReadOnlyList<SettingError> errors;
        GatewaySettings? settings = null;
        try
        {
            (settings, errors) = SettingsReader.Read(SettingsReader.Load(file));
        }
        catch (FormatException trouble)
        {
            errors = [new SettingError(file ?? "", trouble.Message)];
        }

        IReadOnlyList<CertificateReport> certificates =
            settings is null ? [] : CertificateReport.Of(settings.Smtp, TimeProvider.System);
        errors =
        [
            .. errors,
            .. from one in certificates where one.Error is not null select new SettingError(one.Key, one.Error!),
        ];
        IReadOnlyList<SettingError> warnings = settings is null ? [] : Warnings(settings);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { file, valid = errors.Count == 0, errors, warnings, certificates });
            return errors.Count == 0 ? CommandLine.Done : CommandLine.Wrong;
        }

        foreach (SettingError error in errors) Console.Error.WriteLine($"error    {error}");
        foreach (SettingError warning in warnings) Console.Error.WriteLine($"warning  {warning}");
        foreach (CertificateReport one in certificates.Where(one => one.NotAfter is not null))
        {
            Console.Out.WriteLine($"{one.Key}: {one.Subject}, good until {one.NotAfter:u}.");
        }

        if (errors.Count == 0) Console.Out.WriteLine($"{file ?? "The environment"} is a valid configuration.");
        return errors.Count == 0 ? CommandLine.Done : CommandLine.Wrong;
    }

    // Of the rules that are there, and by reading alone: the program that runs may be another version.
    private static List<SettingError> RuleWarnings(GatewaySettings settings)
    {
        if (!File.Exists(settings.Store.DatabaseFile)) return [];
        try
        {
            using var db = new StoreSession(settings.Store.DatabaseFile, readOnly: true);
            IReadOnlyList<SenderRule> rules = SenderRules.ListFrom(db);
            bool hasPrices = !PriceFile.Read(settings.Prices).IsEmpty;
            return
            [
                .. from rule in rules
                   from warning in WarningsOf(rule, hasPrices)
                   select new SettingError($"Sender rule {rule.Id}", warning),
                .. HoursForNothing(settings.QuietHours, rules),
            ];
        }
        catch (Exception trouble) when (trouble is SqliteException or StoreException)
        {
            return []; // an older schema, or a newer one: the rules are looked at when they are changed
        }
    }

    private static IEnumerable<string> WarningsOf(SenderRule rule, bool hasPrices)
    {
        foreach (string warning in SenderIdRules.WarningsFor(rule)) yield return warning;
        if (rule.Limits.HasBudget && !hasPrices)
        {
            yield return "it has a budget, and there are no prices, so each of its mails is refused; name them in "
                + "Prices.";
        }
    }

    // A purpose that is spelt otherwise in the rules: nobody would be texted by these hours.
    private static IEnumerable<SettingError> HoursForNothing(
        QuietHoursOptions quiet, IReadOnlyList<SenderRule> rules) =>
        from hours in quiet.Open.Index()
        let purpose = hours.Item.Purpose
        where purpose.Length > 0 && rules.Count > 0 && rules.All(rule => rule.Compliance.Purpose != purpose)
        select new SettingError(
            $"{QuietHoursOptions.Section}:{nameof(quiet.Open)}:{hours.Index}:{nameof(hours.Item.Purpose)}",
            $"no sender rule is for {purpose}, so these hours hold for nothing.");

    private static List<SettingError> Warnings(GatewaySettings settings)
    {
        List<SettingError> warnings = [];
        if (string.IsNullOrEmpty(settings.SmartHost.Host) && !settings.SmartHost.Direct)
        {
            warnings.Add(new SettingError(
                "SmartHost:Host", "is empty, so replies and notices wait in the outbox; name your mail server."));
        }

        if (settings.Carriers.Values.All(carrier => carrier.Kind is Carriers.CarrierKind.Sandbox))
        {
            warnings.Add(new SettingError(
                "Carriers", "are all sandboxes, so no SMS leaves this machine; give one \"Kind\": \"Smpp\"."));
        }

        warnings.AddRange(ListenerWarnings.Of(settings.Smtp, TimeProvider.System)
            .Select(one => new SettingError(one.Key, one.Sentence)));
        warnings.AddRange(RuleWarnings(settings));
        warnings.AddRange(MailboxWarnings.Of(settings.Mailboxes, settings.Addresses)
            .Select(one => new SettingError(one.Key, one.Sentence)));
        return warnings;
    }
}
