using System.CommandLine;
using System.Net;
using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms senders</c>: the white-list of who may text whom.</summary>
internal static class SendersCommand
{
    private static readonly SenderRuleOptions NewRule = new(isNew: true);
    private static readonly SenderRuleOptions OldRule = new(isNew: false);
    private static readonly Argument<long> Id = new("id") { Description = "The number of the rule." };
    private static readonly Option<string> TestFrom = new("--from")
    {
        Description = "The sender's address.",
        Required = true,
    };

    private static readonly Option<string?> TestHeader = new("--header-from")
    {
        Description = "The address in the From header; without it, the sender's.",
    };

    private static readonly Option<string> TestTo = new("--to")
    {
        Description = "The recipient, as in an address: a number or a name.",
        Required = true,
    };

    private static readonly Option<string> TestIp = new("--ip")
    {
        Description = "The client's address.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<string?> TestUser = new("--user")
    {
        Description = "The user who has authenticated.",
    };

    private static readonly Option<string?> TestListener = new("--listener")
    {
        Description = "The listener it comes in by.",
    };

    private static readonly Option<string[]> TestProof = new("--proof")
    {
        Description = "What the mail is to have for proof, such as spf or dmarc.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Build()
    {
        var add = new Command("add", "Add a rule: who, from where, may text whom.");
        NewRule.AddTo(add);
        add.SetAction((parsed, _) => AddAsync(parsed));
        var edit = new Command("edit", "Change what is given of a rule, and leave the rest as it is.") { Id };
        OldRule.AddTo(edit);
        edit.SetAction((parsed, _) => EditAsync(parsed));
        var list = new Command("list", "List the rules in the order in which they are asked.");
        list.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(List(parsed, store))));
        var remove = new Command("remove", "Remove a rule.") { Id };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        var test = new Command("test", "Say what every rule makes of a mail, and why.")
        {
            TestFrom, TestHeader, TestIp, TestUser, TestListener, TestProof, TestTo,
        };
        test.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(Test(parsed, store))));
        return new Command("senders", "Manage who may text whom. Nobody may until a rule says so.")
        {
            add, edit, list, remove, test, SenderFiles.BuildImport(), SenderFiles.BuildExport(),
        };
    }

    private static Task<int> AddAsync(ParseResult parsed)
    {
        SenderRuleDraft draft = NewRule.Apply(parsed, new SenderRuleDraft());
        if (MakeRule(draft) is not { } rule) return Task.FromResult(CommandLine.Wrong);
        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            var rules = new SenderRules(store, TimeProvider.System);
            if (!IsUserThere(store, rule) || IsNameTaken(rules, rule)) return CommandLine.Failed;
            Show(parsed, await store.WriteAsync(db => rules.Add(db, rule)).ConfigureAwait(false));
            Warn(rule);
            return CommandLine.Done;
        });
    }

    private static Task<int> EditAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        long id = parsed.GetValue(Id);
        if (new SenderRules(store, TimeProvider.System).Find(id) is not { } old)
        {
            Console.Error.WriteLine($"There is no rule {id}.");
            return CommandLine.Failed;
        }

        if (MakeRule(OldRule.Apply(parsed, SenderRuleDraft.Of(old))) is not { } made) return CommandLine.Wrong;
        SenderRule rule = made with { Id = id };
        if (!IsUserThere(store, rule) || IsNameTaken(new SenderRules(store, TimeProvider.System), rule))
        {
            return CommandLine.Failed;
        }

        if (!await store.WriteAsync(db => SenderRules.Change(db, rule)).ConfigureAwait(false))
        {
            Console.Error.WriteLine($"There is no rule {id}.");
            return CommandLine.Failed;
        }

        Show(parsed, rule);
        Warn(rule);
        return CommandLine.Done;
    });

    // What a country makes of its sender IDs; on the error output, where a script's JSON is not.
    private static void Warn(SenderRule rule)
    {
        foreach (string warning in SenderIdRules.WarningsFor(rule)) Console.Error.WriteLine($"warning: {warning}");
    }

    private static bool IsNameTaken(SenderRules rules, SenderRule rule)
    {
        if (rule.Name is null) return false;
        if (!rules.List().Any(other => other.Name == rule.Name && other.Id != rule.Id)) return false;
        Console.Error.WriteLine($"There is a rule {rule.Name} already.");
        return true;
    }

    private static SenderRule? MakeRule(SenderRuleDraft draft)
    {
        if (draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes)) return rule;
        foreach (string mistake in mistakes) Console.Error.WriteLine(mistake);
        return null;
    }

    private static bool IsUserThere(SqliteStore store, SenderRule rule)
    {
        if (rule.User is not { } user || new SmtpUsers(store, TimeProvider.System).Find(user) is not null) return true;
        Console.Error.WriteLine($"There is no user {user}: add it first with emailsms users add {user}.");
        return false;
    }

    private static void Show(ParseResult parsed, SenderRule rule)
    {
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(View(rule));
        else Console.Out.WriteLine(Line(rule));
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
            Show(parsed, rule);
        }

        return CommandLine.Done;
    }

    // Null after a sentence: the words are wrong.
    private static (EmailAddress From, Origin Origin)? ReadTest(ParseResult parsed)
    {
        if (!EmailAddress.TryParse(parsed.GetValue(TestFrom), out EmailAddress from)
            || !IPAddress.TryParse(parsed.GetValue(TestIp), out IPAddress? client))
        {
            Console.Error.WriteLine("--from needs an address such as ups@plant.example, --ip one such as 10.1.2.3.");
            return null;
        }

        ProofKinds proven = FlagWords.Parse<ProofKinds>(
            string.Join(',', parsed.GetValue(TestProof) ?? []), out string? unknown);
        if (unknown is not null)
        {
            Console.Error.WriteLine($"--proof: {unknown} proves nothing: there are {FlagWords.Known<ProofKinds>()}.");
            return null;
        }

        EmailAddress header = from;
        if (parsed.GetValue(TestHeader) is { } written && !EmailAddress.TryParse(written, out header))
        {
            Console.Error.WriteLine("--header-from needs an address such as ann@plant.example.");
            return null;
        }

        string? user = parsed.GetValue(TestUser) is { } name ? SmtpUser.KeyOf(name) : null;
        return (from, new Origin(client, user, parsed.GetValue(TestListener) ?? "")
        {
            Assumed = proven,
            IsHeaderRead = true,
            IsQuestion = true,
            HeaderFrom = header,
        });
    }

    private static int Test(ParseResult parsed, SqliteStore store)
    {
        if (ReadTest(parsed) is not { From: var from, Origin: var origin }) return CommandLine.Wrong;
        string? user = origin.User;
        string[] halves = parsed.GetValue(TestTo)!.Split('@', 2);
        var address = new WrittenRecipient(
            halves[0], halves.Length == 2 ? halves[1] : SettingsReader.Load(
                CommonOptions.ConfigFile(parsed))["Addresses:Domains:0"] ?? "");
        var rules = new SenderRules(store, TimeProvider.System);
        SenderRule? rule = (rules.DecideSender(from, origin, to: address) as Verdict.Allowed)?.Rule;
        if (Named(parsed, store, rule, out bool isAlarm) is not { } people) return CommandLine.Failed;

        ConversationLink conversations = MailInParts.LinkOf(new RepliesOptions(), TimeProvider.System);
        var correspondents = new Correspondents(store, conversations);
        RecipientDuties duties = MailInParts.DutiesOf(
            CommonOptions.ReadSection<OptOutOptions>(parsed, OptOutOptions.Section),
            CommonOptions.ReadSection<QuietHoursOptions>(parsed, QuietHoursOptions.Section), conversations, store,
            TimeProvider.System);
        string? wrongUser = user is not null ? WrongUser(store, user, from) : null;
        int code = CommandLine.Done;
        foreach (NamedNumber one in people)
        {
            bool json = parsed.GetValue(CommonOptions.Json);
            string MailboxFor(SenderRule asked) =>
                (asked.MatchesHeader && origin.HeaderFrom is { } header ? header : from).ToString();
            IReadOnlyList<string> NamesOf(SenderRule asked) => correspondents.NamesOf(
                new AcceptedRecipient(one.Number, asked), MailboxFor(asked), one.Via);
            foreach (RuleExplanation told in rules.Explain(from, origin, one.Number, address, NamesOf))
            {
                if (json) JsonOutput.Write(new { rule = told.Rule.Id, step = told.Step, why = told.Sentence });
                else Console.Out.WriteLine($"rule {told.Rule.Id,-5} {told.Step,-12} {told.Sentence}");
            }

            Verdict verdict = rules.DecideSender(from, origin, to: address) is Verdict.Refused stranger
                ? stranger
                : SenderRules.Decide(rule!, origin, one.Number, NamesOf(rule!));
            (string? notNow, string? due) = rule is null
                ? default
                : Owed(duties, one.Number, rule, isAlarm ? SmsClass.Urgent : rule.Sending.Class, MailboxFor(rule));
            if (rule is not null) notNow ??= Stopped(store, MailboxFor(rule));
            string? refusal = wrongUser ?? (verdict as Verdict.Refused)?.Sentence ?? notNow;
            if (refusal is not null) code = CommandLine.Failed;
            foreach (string warning in rule is null ? [] : SenderIdRules.WarningsFor(
                one.Number, rule.SenderId ?? "", rule.Compliance.Registration ?? Registration.None))
            {
                if (json) JsonOutput.Write(new { to = one.Number.E164, warning });
                else Console.Out.WriteLine($"warning    {warning}");
            }

            foreach (string pause in rule is not null && refusal is null ? PausesOf(store, rule) : [])
            {
                if (json) JsonOutput.Write(new { to = one.Number.E164, waits = pause });
                else Console.Out.WriteLine($"waits      {pause}");
            }

            string then = due is null ? "" : $", which waits until {due} for the end of quiet hours there";
            if (json) JsonOutput.Write(new { allowed = refusal is null, to = one.Number.E164, why = refusal, due });
            else if (refusal is null) Console.Out.WriteLine($"Allowed: an SMS to {one.Number.E164}{then}.");
            else Console.Out.WriteLine(people.Count == 1 ? $"Refused: {refusal}" : $"{one.Number.E164}: {refusal}");
        }

        return code;
    }

    // What RCPT would say for the person's sake, and when it would let the SMS go; null: at once.
    private static (string? Refusal, string? Due) Owed(
        RecipientDuties duties, PhoneNumber to, SenderRule rule, SmsClass smsClass, string mailbox)
    {
        AcceptedRecipient recipient = new(to, rule) { Class = smsClass };
        string? refusal = duties.Refuse(ref recipient, mailbox)?.Text;
        return (refusal, recipient.DueMs is { } at ? JsonOutput.Time(at) : null);
    }

    private static string? Stopped(SqliteStore store, string mailbox) =>
        store.Read(db => Pauses.Find(db, Pause.OfSender(mailbox))) is null ? null : QuotaDesk.Stopped.Text;

    private static List<string> PausesOf(SqliteStore store, SenderRule rule) => store.Read(db =>
    {
        List<string> told = [];
        if (Pauses.Find(db, Pause.OfRule(rule.Id)) is not null)
        {
            told.Add($"Rule {rule.Id} is paused, until emailsms resume rule {rule.Id}.");
        }

        if (Pauses.Find(db, Pause.All) is not null) told.Add("Everything is paused, until emailsms resume all.");
        return told;
    });

    /// <summary>The numbers that the recipient means, in words on the error output where there are none.</summary>
    private static IReadOnlyList<NamedNumber>? Named(
        ParseResult parsed, SqliteStore store, SenderRule? rule, out bool isAlarm)
    {
        isAlarm = false;
        string written = parsed.GetValue(TestTo)!.Split('@')[0];
        var names = new NameResolver(store, TimeProvider.System);
        if (AddressName.IsOne(written.ToLowerInvariant()))
        {
            switch (names.Resolve(written))
            {
                case NameReading.Numbers { All: var all }:
                    return all;
                case NameReading.Chain { People: var people }:
                    isAlarm = true;
                    return people;
            }

            Console.Error.WriteLine($"Nobody is called {written}, or nobody is on call there now.");
            return null;
        }

        string? region = rule?.DefaultRegion
            ?? SettingsReader.Load(CommonOptions.ConfigFile(parsed))["Addresses:DefaultRegion"];
        RecipientReading reading = new RecipientParser().Read(
            written, region, rule?.NumberTypes ?? NumberTypes.None);
        if (reading is RecipientReading.Number { Value: var to }) return [new NamedNumber(to, names.NamesOf(to))];
        Console.Error.WriteLine(((RecipientReading.Refused)reading).Sentence);
        return null;
    }

    private static string? WrongUser(SqliteStore store, string name, EmailAddress from) =>
        new SmtpUsers(store, TimeProvider.System).Find(name) switch
        {
            null => $"There is no user {name}.",
            { IsEnabled: false } => $"The user {name} is disabled.",
            var user => user.MayWriteAs(from) ? null : $"The user {name} may not write as {from}.",
        };

    private static object View(SenderRule rule) => new
    {
        id = rule.Id,
        priority = rule.Priority,
        from = rule.Sender.ToString(),
        match = rule.MatchesHeader ? "header" : "envelope",
        @for = rule.For?.ToString(),
        networks = rule.Networks?.ToString(),
        user = rule.User,
        listener = rule.Listener,
        proofs = FlagWords.Join(rule.Proofs),
        dmarcRelaxed = rule.IsRelaxed,
        to = rule.Destinations.ToString(),
        notices = rule.Notices,
        mailLanguage = rule.MailLanguage,
        senderId = rule.SenderId,
        region = rule.DefaultRegion,
        parts = rule.PartsMax,
        recipients = rule.RecipientsMax,
        validity = rule.Validity.ToString(),
        text = TextRulesDraft.Of(rule.Text),
        note = rule.Note,
        name = rule.Name,
        options = FlagWords.Join(rule.Options),
        numberTypes = FlagWords.Join(rule.NumberTypes),
        hasToken = rule.Token is not null,
        timeZone = rule.TimeZone,
        sameTextWindow = rule.Repeats.SameTextWindow.ToString(),
        stormAfter = rule.Repeats.StormMax,
        stormWindow = rule.Repeats.StormWindow.ToString(),
        compliance = rule.Compliance,
        sending = SendingRulesDraft.Of(rule.Sending),
        limits = RuleLimitsDraft.Of(rule.Limits),
    };

    private static string Proofs(SenderRule rule) =>
        FlagWords.Join(rule.Proofs).Replace(", ", " or ", StringComparison.Ordinal)
        + (rule.IsRelaxed ? " (relaxed)" : "");

    private static string Line(SenderRule rule) =>
        $"{rule.Id,4}  {rule.Sender}{(rule.MatchesHeader ? " in From" : "")}"
        + $"  from {rule.Networks?.ToString() ?? "anywhere"}"
        + $"{(rule.User is { } user ? $"  as user {user}" : "")}"
        + $"{(rule.Proofs is not ProofKinds.None ? $"  proven by {Proofs(rule)}" : "")}"
        + $"{(rule.Listener is { } listener ? $"  by {listener}" : "")}  to {rule.Destinations}  notices {rule.Notices}"
        + $"{(rule.For is { } pattern ? $"  for {pattern}" : "")}"
        + $"{(rule.SenderId is { } id ? $"  as {id}" : "")}"
        + Limits(rule.Limits)
        + $"{(rule.Text.ToString() is { Length: > 0 } text ? $"  with {text}" : "")}"
        + $"{(rule.Note is { } note ? $"  ({note})" : "")}";

    private static string Limits(RuleLimits limits) => string.Concat(limits.All.Select(one => one switch
    {
        { Scope: LimitScope.All, Max.IsMoney: true } => $"  budget {one.Max}",
        { Scope: LimitScope.All } => $"  limit {one.Max}",
        { Max.IsMoney: true } => $"  budget per {Word(one.Scope)} {one.Max}",
        _ => $"  per {Word(one.Scope)} {one.Max}",
    }));

    private static string Word(LimitScope scope) =>
        scope is LimitScope.Destination ? "number" : scope.ToString().ToLowerInvariant();
}
