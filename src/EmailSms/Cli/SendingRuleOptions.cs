using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>The options of a sender rule about whom it fits, how its SMS are sent, and how many of them.</summary>
internal sealed class SendingRuleOptions
{
    private readonly Option<string> _match = new("--match")
    {
        Description = "Which address the sender is known by: the envelope's, or the one in the From header.",
        HelpName = "envelope|header",
    };

    private readonly Option<string?> _for = new("--for")
    {
        Description = "Only for recipients that are written so: alarm-*, or *@alarms.example with the domain.",
        HelpName = "pattern",
    };

    private readonly Option<string[]> _pool = Several(
        "--sender-pool",
        "Sender IDs of which each mailbox gets one with a phone, and keeps it; none for no pool.", "sender-id");

    private readonly Option<string[]> _open = Several(
        "--allow-sender-ids", "What +from= may ask for; none for anything.", "sender-id");

    private readonly Option<string> _answers = new("--answers")
    {
        Description = "Whether phones can answer: as the sender ID has it, always (numbers alone), or never.",
        HelpName = string.Join('|', Words<Answering>.All),
    };

    private readonly Option<string> _class = new("--class")
    {
        Description = "How its SMS are carried where the address says nothing.",
        HelpName = "normal|urgent|flash",
    };

    private readonly Option<string[]> _carriers = Several(
        "--carriers", "The carriers that may have its SMS; none for all.", "carrier");

    private readonly Option<bool> _holdsNew = new("--hold-new-countries")
    {
        Description = "The first SMS to a country waits for emailsms sms approve.",
    };

    private readonly Option<string?> _limit = Limit(
        "--limit", "Parts it lets through, such as '10/minute 500/day', and numbers in a mail, such as 20/mail.");

    private readonly Option<string?> _perUser = Limit("--limit-per-user", "The same of each user.");

    private readonly Option<string?> _perSender = Limit("--limit-per-sender", "The same of each sender.");

    private readonly Option<string?> _perDestination = Limit("--limit-per-destination", "The same to each number.");

    private readonly Option<string?> _perCountry = Limit("--limit-per-country", "The same to each country.");

    private readonly Option<string?> _budget = Limit("--budget", "What its SMS may cost, such as '5/day 49.50/month'.");

    private readonly Option<string?> _budgetPerUser = Limit("--budget-per-user", "The same for each user.");

    private readonly Option<string?> _budgetPerSender = Limit("--budget-per-sender", "The same for each sender.");

    private readonly Option<string?> _budgetPerDestination = Limit(
        "--budget-per-destination", "The same for each number.");

    private readonly Option<string?> _budgetPerCountry = Limit("--budget-per-country", "The same for each country.");

    public SendingRuleOptions(bool isNew)
    {
        _match.AcceptOnlyFromAmong("envelope", "header");
        _answers.AcceptOnlyFromAmong([.. Words<Answering>.All]);
        _class.AcceptOnlyFromAmong("normal", "urgent", "flash");
        if (!isNew) return;
        _match.DefaultValueFactory = _ => "envelope";
        _answers.DefaultValueFactory = _ => new SendingRulesDraft().Answering;
        _class.DefaultValueFactory = _ => new SendingRulesDraft().Class;
    }

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _match, _for, _pool, _open, _answers, _class, _carriers, _holdsNew, _limit, _perUser, _perSender,
            _perDestination, _perCountry, _budget, _budgetPerUser, _budgetPerSender, _budgetPerDestination,
            _budgetPerCountry,
        ];
        foreach (Option option in all) command.Options.Add(option);
    }

    /// <summary>The draft with what was given.</summary>
    public SenderRuleDraft Apply(ParseResult parsed, SenderRuleDraft draft)
    {
        T Value<T>(Option<T> option, T otherwise) => TextRuleOptions.Given(parsed, option, otherwise);
        IReadOnlyList<string> Words(Option<string[]> option, IReadOnlyList<string> otherwise) =>
            !TextRuleOptions.IsGiven(parsed, option) ? otherwise
            : parsed.GetValue(option) is [TextRulesDraft.None] or null ? [] : parsed.GetValue(option)!;
        return draft with
        {
            MatchesHeader = Value(_match, draft.MatchesHeader ? "header" : "envelope") == "header",
            For = Value(_for, draft.For),
            Sending = new SendingRulesDraft
            {
                Pool = Words(_pool, draft.Sending.Pool),
                SenderIdsOpen = Words(_open, draft.Sending.SenderIdsOpen),
                Answering = Value(_answers, draft.Sending.Answering),
                Class = Value(_class, draft.Sending.Class),
                Carriers = Words(_carriers, draft.Sending.Carriers),
                HoldsNewCountries = Value(_holdsNew, draft.Sending.HoldsNewCountries),
            },
            Limits = new RuleLimitsDraft
            {
                InAll = Value(_limit, draft.Limits.InAll)!,
                PerUser = Value(_perUser, draft.Limits.PerUser)!,
                PerSender = Value(_perSender, draft.Limits.PerSender)!,
                PerDestination = Value(_perDestination, draft.Limits.PerDestination)!,
                PerCountry = Value(_perCountry, draft.Limits.PerCountry)!,
                Budget = Value(_budget, draft.Limits.Budget)!,
                BudgetPerUser = Value(_budgetPerUser, draft.Limits.BudgetPerUser)!,
                BudgetPerSender = Value(_budgetPerSender, draft.Limits.BudgetPerSender)!,
                BudgetPerDestination = Value(_budgetPerDestination, draft.Limits.BudgetPerDestination)!,
                BudgetPerCountry = Value(_budgetPerCountry, draft.Limits.BudgetPerCountry)!,
            },
        };
    }

    private static Option<string?> Limit(string name, string description) =>
        new(name) { Description = description, HelpName = "limits" };

    private static Option<string[]> Several(string name, string description, string value) => new(name)
    {
        Description = description,
        HelpName = value,
        AllowMultipleArgumentsPerToken = true,
    };
}
