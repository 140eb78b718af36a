using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;
using EmailSms.Policy.Proof;

namespace EmailSms.Policy;

/// <summary>A sender rule as somebody writes it down: every field may be wrong.</summary>
internal sealed record SenderRuleDraft
{
    public const int PriorityDefault = 100;
    public const int PriorityMax = 1_000_000;
    public const int PartsDefault = 3;

    /// <summary>Ten parts is a letter: 1530 characters, and ten times the price.</summary>
    public const int PartsHardMax = 10;

    /// <summary>One mail to more numbers than this is more often a mistake than a wish.</summary>
    public const int RecipientsDefault = 10;

    /// <summary>RFC 5321 4.5.3.1.8: what a mail server takes in one mail.</summary>
    public const int RecipientsHardMax = 100;

    public const int NoteLengthMax = 200;

    public const int ListenerLengthMax = 64;

    /// <summary>A shorter one ends before a first retry.</summary>
    public static readonly TimeSpan ValidityMin = TimeSpan.FromMinutes(1);

    /// <summary>Carriers keep an SMS for a few days at most.</summary>
    public static readonly TimeSpan ValidityMax = TimeSpan.FromDays(7);

    public int Priority { get; init; } = PriorityDefault;

    public string? Sender { get; init; }

    /// <summary>See <see cref="SenderRule.MatchesHeader"/>.</summary>
    public bool MatchesHeader { get; init; }

    /// <summary>See <see cref="RecipientPattern"/>.</summary>
    public string? For { get; init; }

    /// <summary>
    /// CIDR networks and addresses; see <see cref="NetworkList"/>. Nothing where <see cref="User"/> is proof enough.
    /// </summary>
    public string? Networks { get; init; }

    /// <summary>The account that must have authenticated.</summary>
    public string? User { get; init; }

    /// <summary>The listener that the mail must come in by.</summary>
    public string? Listener { get; init; }

    /// <summary>Words of <see cref="ProofKinds"/>; see <see cref="SenderRule.Proofs"/>.</summary>
    public string? Proofs { get; init; }

    /// <summary>See <see cref="SenderRule.IsRelaxed"/>.</summary>
    public bool IsRelaxed { get; init; }

    /// <summary>Regions, prefixes and numbers; see <see cref="Policy.Destinations"/>.</summary>
    public string? Destinations { get; init; }

    public NoticeSetting Notices { get; init; } = NoticeSetting.Failures;

    public string? MailLanguage { get; init; }

    public string? SenderId { get; init; }

    public string? DefaultRegion { get; init; }

    public int PartsMax { get; init; } = PartsDefault;

    public TimeSpan Validity { get; init; } = TimeSpan.FromHours(24);

    public int RecipientsMax { get; init; } = RecipientsDefault;

    public TextRulesDraft Text { get; init; } = new();

    public RepeatRules Repeats { get; init; } = RepeatRules.Off;

    public ComplianceRules Compliance { get; init; } = ComplianceRules.Usual;
    public SendingRulesDraft Sending { get; init; } = new();

    public RuleLimitsDraft Limits { get; init; } = new();

    public string? Note { get; init; }

    /// <summary>See <see cref="RuleName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Words of <see cref="RecipientOption"/>.</summary>
    public string? Options { get; init; }

    /// <summary>Words of <see cref="Messages.NumberTypes"/>.</summary>
    public string? NumberTypes { get; init; }

    /// <summary>The secret itself, of which only the hash is kept; empty takes it away.</summary>
    public string? Token { get; init; }

    /// <summary>The secret that stays where no other is given.</summary>
    public RuleToken? KeptToken { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>A rule as somebody would have written it, to be changed.</summary>
    public static SenderRuleDraft Of(SenderRule rule) => new()
    {
        Priority = rule.Priority,
        Sender = rule.Sender.ToString(),
        MatchesHeader = rule.MatchesHeader,
        For = rule.For?.ToString(),
        Networks = rule.Networks?.ToString(),
        User = rule.User,
        Listener = rule.Listener,
        Proofs = FlagWords.Join(rule.Proofs),
        IsRelaxed = rule.IsRelaxed,
        Destinations = rule.Destinations.ToString(),
        Notices = rule.Notices,
        MailLanguage = rule.MailLanguage,
        SenderId = rule.SenderId,
        DefaultRegion = rule.DefaultRegion,
        PartsMax = rule.PartsMax,
        Validity = rule.Validity,
        RecipientsMax = rule.RecipientsMax,
        Text = TextRulesDraft.Of(rule.Text),
        Repeats = rule.Repeats,
        Compliance = rule.Compliance,
        Sending = SendingRulesDraft.Of(rule.Sending),
        Limits = RuleLimitsDraft.Of(rule.Limits),
        Note = rule.Note,
        Name = rule.Name,
        Options = FlagWords.Join(rule.Options),
        NumberTypes = FlagWords.Join(rule.NumberTypes),
        KeptToken = rule.Token,
        TimeZone = rule.TimeZone,
    };

    /// <summary>Makes the rule, or tells all that is wrong with it, a sentence each.</summary>
    public bool TryBecomeRule([NotNullWhen(true)] out SenderRule? rule, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        if (!SenderPattern.TryParse(Sender, out SenderPattern sender, out string? notSender)) wrong.Add(notSender);
        else if (AnybodyCanBe(sender) is { } anybody) wrong.Add(anybody);

        string? user = string.IsNullOrWhiteSpace(User) ? null : SmtpUser.KeyOf(User);
        ProofKinds proofs = FlagWords.Parse<ProofKinds>(Proofs, out string? notProof);
        NetworkList? networks = null;
        bool needsNetworks = user is null && proofs is ProofKinds.None && notProof is null;
        if ((needsNetworks || !string.IsNullOrWhiteSpace(Networks))
            && !NetworkList.TryParse(Networks, out networks, out IReadOnlyList<string> notNetworks))
        {
            wrong.AddRange(notNetworks);
        }

        if (!Policy.Destinations.TryParse(
            Destinations, out Destinations? destinations, out IReadOnlyList<string> notDestinations))
        {
            wrong.AddRange(notDestinations);
        }

        wrong.AddRange(RuleProofs.MistakesOf(this, proofs, notProof, sender));
        RecipientPattern? pattern = null;
        if (!string.IsNullOrWhiteSpace(For)
            && !RecipientPattern.TryParse(For, out pattern, out string? notPattern))
        {
            wrong.Add(notPattern);
        }

        string? region = string.IsNullOrWhiteSpace(DefaultRegion) ? null : DefaultRegion.Trim().ToUpperInvariant();
        string? senderId = string.IsNullOrEmpty(SenderId) ? null : SenderId;
        AddMistakesOfLimits(wrong, region, senderId);
        AddMistakesOfAddresses(wrong, out RecipientOption options, out NumberTypes numberTypes);
        if (!Text.TryBecomeRules(out TextRules? text, out IReadOnlyList<string> notText)) wrong.AddRange(notText);

        SendingRules sending = SendingRules.Of(Sending, senderId, wrong);
        RuleLimits limits = RuleLimits.Of(Limits, wrong);
        mistakes = wrong;
        rule = wrong.Count > 0 ? null : new SenderRule(sender, networks, destinations!)
        {
            MatchesHeader = MatchesHeader,
            For = pattern,
            Sending = sending,
            Limits = limits,
            User = user,
            Proofs = proofs,
            IsRelaxed = IsRelaxed,
            Listener = string.IsNullOrWhiteSpace(Listener) ? null : Listener.Trim(),
            Priority = Priority,
            Notices = Notices,
            MailLanguage = string.IsNullOrEmpty(MailLanguage) ? null : MailLanguage,
            SenderId = senderId,
            DefaultRegion = region,
            PartsMax = PartsMax,
            Validity = Validity,
            RecipientsMax = RecipientsMax,
            Text = text!,
            Repeats = Repeats,
            Compliance = Compliance,
            Note = string.IsNullOrWhiteSpace(Note) ? null : Note.Trim(),
            Name = string.IsNullOrEmpty(Name) ? null : Name,
            Options = options,
            NumberTypes = numberTypes,
            Token = Token is null ? KeptToken : Token.Length == 0 ? null : RuleToken.Of(Token),
            TimeZone = string.IsNullOrEmpty(TimeZone) ? null : TimeZone,
        };
        return rule is not null;
    }

    private static string? AnybodyCanBe(SenderPattern sender) =>
        sender.Domain is { } suffix && PublicSuffixes.BuiltIn.Contains(suffix)
            ? $"Anybody can register a domain below {suffix}: name the domains that may send, one rule each."
            : PublicMailDomains.Find(sender) is { } domain
                ? $"Anybody can have an address at {domain}: name the addresses that may send, one rule each."
                : null;

    /// <summary>Whether a phone can show it as the sender.</summary>
    public static bool IsSenderId(string text)
    {
        // E.164 with its plus, or a short code (SMPP: TON 3 or 6), or 1 to 11 characters with a letter among them (3GPP
        // TS 23.038 packs 11 septets into the address field of TS 23.040 9.1.2.5).
        if (PhoneNumber.TryFromE164(text, out _)) return true;
        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9')) return text.Length is >= 3 and <= 8;
        return text.Length <= 11 && text.Trim() == text && text.Any(char.IsAsciiLetter)
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '&' or '+');
    }

    private void AddMistakesOfLimits(List<string> wrong, string? region, string? senderId)
    {
        if (Priority is < 0 or > PriorityMax) wrong.Add($"The priority is between 0 and {PriorityMax}.");
        if (!Enum.IsDefined(Notices)) wrong.Add("Notices are never, failures or always.");
        if (!string.IsNullOrEmpty(MailLanguage) && !LanguageTag.IsOne(MailLanguage))
        {
            wrong.Add($"{MailLanguage} is no language such as de or pt-BR.");
        }

        if (region is not null && !RegionCode.IsOne(region))
        {
            wrong.Add("The default region is not one: use an ISO code such as GB.");
        }

        if (senderId is not null && !IsSenderId(senderId))
        {
            wrong.Add("The sender ID is a number with its plus sign, a short code of 3 to 8 digits, "
                + "or up to 11 letters and digits with a letter among them.");
        }

        if (PartsMax is < 1 or > PartsHardMax) wrong.Add($"An SMS has between 1 and {PartsHardMax} parts.");
        if (Validity < ValidityMin || Validity > ValidityMax) wrong.Add("The validity is between 1 minute and 7 days.");
        if (RecipientsMax is < 1 or > RecipientsHardMax)
        {
            wrong.Add($"A mail goes to between 1 and {RecipientsHardMax} numbers.");
        }

        AddMistakesOfRepeats(wrong);
        wrong.AddRange(Compliance.Mistakes());
        if (!string.IsNullOrWhiteSpace(User)
            && !SmtpUser.TryCreate(User, null, null, out _, out IReadOnlyList<string> notUser))
        {
            wrong.AddRange(notUser);
        }

        if (Listener is { Length: > ListenerLengthMax } || Listener?.Any(c => c is < '!' or > '~') is true)
        {
            wrong.Add($"A listener's name has at most {ListenerLengthMax} ASCII characters and no spaces.");
        }

        if (Note is not null && (Note.Length > NoteLengthMax || Note.Any(char.IsControl)))
        {
            wrong.Add($"The note is one line of at most {NoteLengthMax} characters.");
        }
    }

    private void AddMistakesOfRepeats(List<string> wrong)
    {
        if (Repeats.SameTextWindow < TimeSpan.Zero || Repeats.SameTextWindow > RepeatRules.SameTextWindowMax)
        {
            wrong.Add("The window for the same text is between 0 (off) and 7 days.");
        }

        if (Repeats.StormMax is < 0 or > RepeatRules.StormHardMax)
        {
            wrong.Add($"A storm begins after 1 to {RepeatRules.StormHardMax} SMS; 0 collects none.");
        }

        if (Repeats.StormWindow < RepeatRules.StormWindowMin || Repeats.StormWindow > RepeatRules.StormWindowMax)
        {
            wrong.Add("A storm is collected for 1 second to 12 hours.");
        }
    }

    private void AddMistakesOfAddresses(
        List<string> wrong, out RecipientOption options, out NumberTypes numberTypes)
    {
        options = FlagWords.Parse<RecipientOption>(Options, out string? notOption);
        if (notOption is not null)
        {
            wrong.Add($"{notOption} is no option of an address: there are {FlagWords.Known<RecipientOption>()}.");
        }

        numberTypes = FlagWords.Parse<NumberTypes>(NumberTypes, out string? notType);
        if (notType is not null)
        {
            wrong.Add($"{notType} is no type of number: there are {FlagWords.Known<NumberTypes>()}.");
        }

        if (Name is { Length: > 0 } && !RuleName.IsOne(Name))
        {
            wrong.Add(
                $"The name is a small letter, then small letters, digits and hyphens, {RuleName.CharsMax} at most.");
        }

        if (Token is { Length: > 0 } && !RuleToken.IsWritable(Token))
        {
            wrong.Add($"A token has {RuleToken.CharsMin} to {RuleToken.CharsMax} letters, digits, - and _.");
        }

        if (TimeZone is { Length: > 0 } && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            wrong.Add($"{TimeZone} is not a time zone such as Europe/Berlin.");
        }
    }
}
