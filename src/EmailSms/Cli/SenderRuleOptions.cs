using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>The options of which a sender rule is made, for <c>senders add</c> and <c>senders edit</c>.</summary>
internal sealed class SenderRuleOptions
{
    private readonly Option<string> _from;
    private readonly Option<string[]> _networks;
    private readonly Option<string?> _user = new("--user")
    {
        Description = "The user who must have authenticated; with --network both must be so.",
    };

    private readonly Option<string?> _listener = new("--listener")
    {
        Description = "The name of the listener that the mail must come in by.",
    };

    private readonly Option<string[]> _to;
    private readonly Option<NoticeSetting> _notices = new("--notices")
    {
        Description = "Which fates are told to the sender: never, failures, always, or all of them hourly or daily.",
    };

    private readonly Option<string?> _senderId = new("--sender-id") { Description = "What the phone shows." };
    private readonly Option<string?> _region = new("--region")
    {
        Description = "The country of numbers without country code, such as GB.",
    };

    private readonly Option<int> _parts = new("--parts")
    {
        Description = $"Parts that an SMS may have, 1 to {SenderRuleDraft.PartsHardMax}.",
    };

    private readonly Option<int> _recipients = new("--recipients") { Description = "Numbers in one mail." };
    private readonly Option<TimeSpan> _validity = new("--validity")
    {
        Description = "How long an SMS is worth sending, such as 02:00:00.",
    };

    private readonly Option<int> _priority = new("--priority") { Description = "Lower goes first." };
    private readonly Option<string?> _note = new("--note") { Description = "What the rule is for." };
    private readonly Option<string[]> _allowOptions = new("--allow-options")
    {
        Description = "What an address may ask for: from, parts, class, at, in, valid, rule.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _numberTypes = new("--number-types")
    {
        Description = "Numbers opened too: premium, shared-cost, pager, voicemail, satellite, short, emergency.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "A secret that every address must have as +token=; only its hash is kept.",
    };

    private readonly Option<string?> _mailLanguage = new("--mail-language")
    {
        Description = "What mails to its senders are in, such as de; '' for what the settings say.",
        HelpName = "language",
    };

    private readonly Option<string?> _timeZone = new("--time-zone")
    {
        Description = "The zone of times in addresses, such as Europe/Berlin.",
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "What an address can ask for the rule by, as +rule=.",
    };

    private readonly Option<TimeSpan> _sameText = new("--same-text-window")
    {
        Description = "How long the same text to the same number makes no second SMS, such as 00:05:00; 0 is off.",
    };

    private readonly Option<int> _stormMax = new("--storm-after")
    {
        Description = "SMS to one number within the window after which the rest is collected into one; 0 is off.",
    };

    private readonly Option<TimeSpan> _stormWindow = new("--storm-window")
    {
        Description = "How long a storm is counted and collected, such as 00:05:00.",
    };

    private readonly Option<string[]> _proofs = new("--proof")
    {
        Description = "What proves the sender, one being enough: ip, smtp-auth, token, spf, dkim, dmarc.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _isRelaxed = new("--dmarc-relaxed")
    {
        Description = "For dkim and dmarc, other domains of the author's organization count, too.",
    };

    private readonly TextRuleOptions _text;
    private readonly ComplianceRuleOptions _compliance;
    private readonly SendingRuleOptions _sending;

    /// <param name="isNew">
    /// Sender and destinations must be given, and what is not given has its default; otherwise it changes nothing.
    /// </param>
    public SenderRuleOptions(bool isNew)
    {
        _from = new Option<string>("--from")
        {
            Description = "Who: an address (ups@plant.example), a domain (@plant.example, with all below it"
                + " @.plant.example), or * for anybody.",
            Required = isNew,
        };
        _networks = new Option<string[]>("--network")
        {
            Description = "Where the mail comes from: networks such as 10.1.0.0/16."
                + (isNew ? " Default: this machine only; with --user, anywhere." : ""),
            AllowMultipleArgumentsPerToken = true,
        };
        _to = new Option<string[]>("--to")
        {
            Description = "Whom: countries (GB), prefixes (+4477), numbers, * for all, correspondents for whom the"
                + " sender has written with; ! before one denies it.",
            AllowMultipleArgumentsPerToken = true,
            Required = isNew,
        };
        _text = new TextRuleOptions(isNew);
        _compliance = new ComplianceRuleOptions(isNew);
        _sending = new SendingRuleOptions(isNew);
        if (!isNew) return;
        var usual = new SenderRuleDraft();
        _networks.DefaultValueFactory = _ => ["127.0.0.0/8", "::1/128"];
        _notices.DefaultValueFactory = _ => usual.Notices;
        _parts.DefaultValueFactory = _ => usual.PartsMax;
        _recipients.DefaultValueFactory = _ => usual.RecipientsMax;
        _validity.DefaultValueFactory = _ => usual.Validity;
        _priority.DefaultValueFactory = _ => usual.Priority;
        _sameText.DefaultValueFactory = _ => usual.Repeats.SameTextWindow;
        _stormMax.DefaultValueFactory = _ => usual.Repeats.StormMax;
        _stormWindow.DefaultValueFactory = _ => usual.Repeats.StormWindow;
    }

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _from, _networks, _user, _listener, _proofs, _isRelaxed, _to, _notices, _mailLanguage, _senderId, _region,
            _parts,
            _recipients, _validity, _priority, _note, _allowOptions, _numberTypes, _token, _timeZone, _name,
            _sameText, _stormMax, _stormWindow,
        ];
        foreach (Option option in all) command.Options.Add(option);
        _text.AddTo(command);
        _compliance.AddTo(command);
        _sending.AddTo(command);
    }

    /// <summary>The draft with what was given; an empty word takes away what may be missing.</summary>
    public SenderRuleDraft Apply(ParseResult parsed, SenderRuleDraft draft)
    {
        T Value<T>(Option<T> option, T otherwise) => TextRuleOptions.Given(parsed, option, otherwise);
        string? user = Value(_user, draft.User);

        string? proofs = TextRuleOptions.IsGiven(parsed, _proofs)
            ? string.Join(',', parsed.GetValue(_proofs)!)
            : draft.Proofs;

        // A user or a proof is enough: this machine is the default only where nothing else is.
        bool hasOther = !string.IsNullOrEmpty(user) || !string.IsNullOrEmpty(proofs);
        string[]? networks = parsed.GetValue(_networks) is { Length: > 0 } given
            && (TextRuleOptions.IsGiven(parsed, _networks) || !hasOther) ? given : null;
        return _sending.Apply(parsed, draft) with
        {
            Sender = TextRuleOptions.IsGiven(parsed, _from) ? AsSender(parsed.GetValue(_from)!) : draft.Sender,
            Networks = networks is null ? draft.Networks : string.Join(',', networks),
            User = user,
            Listener = Value(_listener, draft.Listener),
            Proofs = proofs,
            IsRelaxed = Value(_isRelaxed, draft.IsRelaxed),
            Destinations = TextRuleOptions.IsGiven(parsed, _to)
                ? string.Join(',', parsed.GetValue(_to)!)
                : draft.Destinations,
            Notices = Value(_notices, draft.Notices),
            MailLanguage = Value(_mailLanguage, draft.MailLanguage),
            SenderId = Value(_senderId, draft.SenderId),
            DefaultRegion = Value(_region, draft.DefaultRegion),
            PartsMax = Value(_parts, draft.PartsMax),
            RecipientsMax = Value(_recipients, draft.RecipientsMax),
            Validity = Value(_validity, draft.Validity),
            Priority = Value(_priority, draft.Priority),
            Text = _text.Apply(parsed, draft.Text),
            Compliance = _compliance.Apply(parsed, draft.Compliance),
            Note = Value(_note, draft.Note),
            Options = TextRuleOptions.IsGiven(parsed, _allowOptions)
                ? string.Join(',', parsed.GetValue(_allowOptions)!)
                : draft.Options,
            NumberTypes = TextRuleOptions.IsGiven(parsed, _numberTypes)
                ? string.Join(',', parsed.GetValue(_numberTypes)!)
                : draft.NumberTypes,
            Token = Value(_token, draft.Token),
            TimeZone = Value(_timeZone, draft.TimeZone),
            Name = Value(_name, draft.Name),
            Repeats = new RepeatRules(
                Value(_sameText, draft.Repeats.SameTextWindow), Value(_stormMax, draft.Repeats.StormMax),
                Value(_stormWindow, draft.Repeats.StormWindow)),
        };
    }

    // A domain may be written without its @, as people do.
    private static string AsSender(string from) =>
        from == "*" || from.Contains('@', StringComparison.Ordinal) ? from : $"@{from}";
}
