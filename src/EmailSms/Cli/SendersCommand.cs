using System.CommandLine;
using System.Net;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms senders</c>: the white-list of who may text whom.</summary>
internal static class SendersCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "Who: an address (ups@plant.example), a domain (@plant.example), or * for anybody.",
        Required = true,
    };

    private static readonly Option<string[]> Networks = new("--network")
    {
        Description = "Where the mail comes from: networks such as 10.1.0.0/16. Default: this machine only.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["127.0.0.0/8", "::1/128"],
    };

    private static readonly Option<string[]> To = new("--to")
    {
        Description = "Whom: countries (GB), prefixes (+4477), numbers, * for all; ! before one denies it.",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private static readonly Option<NoticeSetting> Notices = new("--notices")
    {
        Description = "Which fates are told to the sender: never, failures, always.",
        DefaultValueFactory = _ => NoticeSetting.Failures,
    };

    private static readonly Option<string?> SenderId = new("--sender-id") { Description = "What the phone shows." };

    private static readonly Option<string?> Region = new("--region")
    {
        Description = "The country of numbers without country code, such as GB.",
    };

    private static readonly Option<int> Parts = new("--parts")
    {
        Description = $"Parts that an SMS may have, 1 to {SenderRuleDraft.PartsHardMax}.",
        DefaultValueFactory = _ => SenderRuleDraft.PartsDefault,
    };

    private static readonly Option<int> Recipients = new("--recipients")
    {
        Description = "Numbers in one mail.",
        DefaultValueFactory = _ => SenderRuleDraft.RecipientsDefault,
    };

    private static readonly Option<TimeSpan> Validity = new("--validity")
    {
        Description = "How long an SMS is worth sending, such as 02:00:00.",
        DefaultValueFactory = _ => TimeSpan.FromHours(24),
    };

    private static readonly Option<int> Priority = new("--priority")
    {
        Description = "Lower goes first.",
        DefaultValueFactory = _ => SenderRuleDraft.PriorityDefault,
    };

    private static readonly Option<string?> Note = new("--note") { Description = "What the rule is for." };
    private static readonly Argument<long> Id = new("id") { Description = "The number of the rule." };
    private static readonly Option<string> TestTo = new("--to")
    {
        Description = "The recipient, as in an address.",
        Required = true,
    };

    private static readonly Option<string> TestIp = new("--ip")
    {
        Description = "The client's address.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    public static Command Build()
    {
        var add = new Command("add", "Add a rule: who, from where, may text whom.")
        {
            From, Networks, To, Notices, SenderId, Region, Parts, Recipients, Validity, Priority, Note,
        };
        add.SetAction((parsed, _) => AddAsync(parsed));
        var list = new Command("list", "List the rules in the order in which they are asked.");
        list.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(List(parsed, store))));
        var remove = new Command("remove", "Remove a rule.") { Id };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        var test = new Command("test", "Say what every rule makes of a mail, and why.") { From, TestIp, TestTo };
        test.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(Test(parsed, store))));
        return new Command("senders", "Manage who may text whom. Nobody may until a rule says so.")
        {
            add, list, remove, test,
        };
    }

    private static async Task<int> AddAsync(ParseResult parsed)
    {
        var draft = new SenderRuleDraft
        {
            Sender = AsSender(parsed.GetValue(From)!),
            Networks = string.Join(',', parsed.GetValue(Networks)!),
            Destinations = string.Join(',', parsed.GetValue(To)!),
            Notices = parsed.GetValue(Notices),
            SenderId = parsed.GetValue(SenderId),
            DefaultRegion = parsed.GetValue(Region),
            PartsMax = parsed.GetValue(Parts),
            RecipientsMax = parsed.GetValue(Recipients),
            Validity = parsed.GetValue(Validity),
            Priority = parsed.GetValue(Priority),
            Note = parsed.GetValue(Note),
        };
        if (!draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes))
        {
            foreach (string mistake in mistakes) Console.Error.WriteLine(mistake);
            return CommandLine.Wrong;
        }

        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            var rules = new SenderRules(store, TimeProvider.System);
            SenderRule kept = await store.WriteAsync(db => rules.Add(db, rule)).ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(View(kept));
            else Console.Out.WriteLine(Line(kept));
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static Task<int> RemoveAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        long id = parsed.GetValue(Id);
        if (await store.WriteAsync(db => SenderRules.Remove(db, id)).ConfigureAwait(false)) return CommandLine.Done;
        Console.Error.WriteLine($"There is no rule {id}.");
        return CommandLine.Failed;
    });

    private static int List(ParseResult parsed, SqliteStore store)
    {
        foreach (SenderRule rule in new SenderRules(store, TimeProvider.System).List())
        {
            if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(View(rule));
            else Console.Out.WriteLine(Line(rule));
        }

        return CommandLine.Done;
    }

    private static int Test(ParseResult parsed, SqliteStore store)
    {
        if (!EmailAddress.TryParse(parsed.GetValue(From), out EmailAddress from)
            || !IPAddress.TryParse(parsed.GetValue(TestIp), out IPAddress? client))
        {
            Console.Error.WriteLine("--from needs an address such as ups@plant.example, --ip one such as 10.1.2.3.");
            return CommandLine.Wrong;
        }

        var rules = new SenderRules(store, TimeProvider.System);
        string? region = (rules.DecideSender(from, client) as Verdict.Allowed)?.Rule.DefaultRegion
            ?? SettingsReader.Load(CommonOptions.ConfigFile(parsed))["Addresses:DefaultRegion"];
        string local = parsed.GetValue(TestTo)!.Split('@')[0];
        if (new RecipientParser().Read(local, region) is not RecipientReading.Number { Value: var to })
        {
            Console.Error.WriteLine(((RecipientReading.Refused)new RecipientParser().Read(local, region)).Sentence);
            return CommandLine.Failed;
        }

        Verdict verdict = rules.Decide(from, client, to);
        bool json = parsed.GetValue(CommonOptions.Json);
        foreach (RuleExplanation told in rules.Explain(from, client, to))
        {
            if (json) JsonOutput.Write(new { rule = told.Rule.Id, step = told.Step, why = told.Sentence });
            else Console.Out.WriteLine($"rule {told.Rule.Id,-5} {told.Step,-12} {told.Sentence}");
        }

        OptOut? optOut = new OptOuts(store).Find(to);
        string? refusal = verdict is Verdict.Refused no ? no.Sentence
            : optOut is not null ? "The person has opted out." : null;
        if (json) JsonOutput.Write(new { allowed = refusal is null, to = to.E164, why = refusal });
        else Console.Out.WriteLine(refusal is null ? $"Allowed: an SMS to {to.E164}." : $"Refused: {refusal}");
        return refusal is null ? CommandLine.Done : CommandLine.Failed;
    }

    // A domain may be written without its @, as people do.
    private static string AsSender(string from) =>
        from == "*" || from.Contains('@', StringComparison.Ordinal) ? from : $"@{from}";

    private static object View(SenderRule rule) => new
    {
        id = rule.Id,
        priority = rule.Priority,
        from = rule.Sender.ToString(),
        networks = rule.Networks.ToString(),
        to = rule.Destinations.ToString(),
        notices = rule.Notices,
        senderId = rule.SenderId,
        region = rule.DefaultRegion,
        parts = rule.PartsMax,
        recipients = rule.RecipientsMax,
        validity = rule.Validity.ToString(),
        note = rule.Note,
    };

    private static string Line(SenderRule rule) =>
        $"{rule.Id,4}  {rule.Sender}  from {rule.Networks}  to {rule.Destinations}  notices {rule.Notices}"
        + $"{(rule.SenderId is { } id ? $"  as {id}" : "")}{(rule.Note is { } note ? $"  ({note})" : "")}";
}
