using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Queue;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// Decides about recipients: whose address it is, may this sender text that number, has the person opted out. It needs
/// no session and changes nothing, so it answers a question as well as a RCPT.
/// </summary>
internal sealed class RecipientDesk(
    SenderRules rules, SubmissionAccounts accounts, RecipientDuties duties, RecipientParser parser, NameResolver names,
    Colleagues colleagues, Correspondents correspondents, AddressOptions options, bool takesFictitious,
    LimitDesk limits, TimeProvider time)
{
    private static readonly SmtpReply OtherConversation = new(
        550, "5.1.1",
        "The c in this address is of a conversation with another number; use the Reply-To of its mail, or leave c out");

    private readonly HashSet<string> _domains = new(options.Domains, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, DomainOptions> _perDomain =
        new(options.PerDomain, StringComparer.OrdinalIgnoreCase);

    /// <summary>The domains that are ours.</summary>
    public IReadOnlySet<string> Domains => _domains;

    /// <summary>Holds recipients against the limits.</summary>
    public LimitDesk Limits => limits;

    /// <summary>What a mail of this origin for <c>localPart@domain</c> would be told.</summary>
    public RecipientAnswer Decide(MailOrigin origin, string localPart, string domain)
    {
        if (!_domains.Contains(domain))
        {
            return RecipientAnswer.Refuse(
                new SmtpReply(550, "5.7.1", $"{domain} is not served here; relaying is denied"));
        }

        if (origin.User is { } user && accounts.RefuseSender(user, origin.Address) is { } notTheirs)
        {
            return RecipientAnswer.Refuse(notTheirs);
        }

        EmailAddress? judged = origin.Address;
        if (rules.DecideSender(judged, origin.Origin) is Verdict.Refused stranger)
        {
            judged = StandsFor(origin, localPart);
            if (judged is null) return RecipientAnswer.Refuse(Refusal(stranger));
        }

        if (!WrittenAddress.TryTake(localPart, out WrittenAddress? address, out string? malformed))
        {
            return RecipientAnswer.Refuse(new SmtpReply(501, "5.1.3", malformed));
        }

        if (!RecipientOptions.TryRead(address.Options, out RecipientOptions? asked, out string? wrong))
        {
            return RecipientAnswer.Refuse(new SmtpReply(501, "5.1.3", wrong));
        }

        IReadOnlyList<SenderRule> candidates = rules.Candidates(
            judged, origin.Origin, asked.Rule, new WrittenRecipient(address.Target, domain),
            out Verdict.Refused? none);
        RecipientAnswer? first = none is null ? null : RecipientAnswer.Refuse(Refusal(none));
        bool isOpen = !origin.IsHeaderRead && candidates.Any(rule => rule.MatchesHeader);
        foreach (SenderRule rule in candidates)
        {
            RuleProof proof = RuleProof.Of(rule, origin.Origin, asked.Token is not null);
            RecipientAnswer answer = proof is RuleProof.Missing no
                ? RecipientAnswer.Refuse(new SmtpReply(no.Code, no.EnhancedCode, no.Sentence))
                : WithinLimits(Decide(rule, address, asked, domain, origin.MailboxFor(rule)), origin);
            if (proof is RuleProof.Given { Name: var name }) answer = answer.Each(one => one with { Proof = name });
            if (!isOpen && proof is not RuleProof.Open) return answer;
            first = Kinder(first, answer);
            if (answer.Recipients.Count == 0) continue;
            bool asks = candidates.Any(one => one.Proofs is not ProofKinds.None);
            return answer.Each(one => one with { Open = (localPart, domain), AsksForProof = asks });
        }

        return first!;
    }

    // Of rules of which any may be the one that decides: nothing is refused for good that one of them may take later,
    // and a guess at the token of any is one.
    private static RecipientAnswer Kinder(RecipientAnswer? first, RecipientAnswer next)
    {
        if (first is null) return next;
        bool isKinder = first.Reply.Code >= 500 && next.Reply.Code < 500;
        return (isKinder ? next : first) with { IsWrongToken = first.IsWrongToken || next.IsWrongToken };
    }

    // What does not fit already is said here.
    private RecipientAnswer WithinLimits(RecipientAnswer answer, MailOrigin origin) =>
        answer.Recipients.Count > 0 && limits.AtRecipient(origin, answer.Recipients) is { } over
            ? RecipientAnswer.Refuse(over)
            : answer;

    // A stranger's mistakes are not explained to them.
    private EmailAddress? StandsFor(MailOrigin origin, string localPart) =>
        WrittenAddress.TryTake(localPart, out WrittenAddress? address, out _)
            && RecipientOptions.TryRead(address.Options, out RecipientOptions? asked, out _)
            ? colleagues.StandsFor(origin.Address, address, asked.Conversation)
            : null;

    /// <summary>
    /// What RCPT left open, now that the mail is there: the same recipients, each with the rule that decides, and the
    /// refusals of those that have none.
    /// </summary>
    public SettledRecipients Settle(MailOrigin origin, IReadOnlyList<AcceptedRecipient> accepted)
    {
        List<AcceptedRecipient> settled = [];
        List<(int Place, SmtpReply Reply)> refused = [];
        foreach (IGrouping<int, AcceptedRecipient> written in accepted.GroupBy(one => one.Place))
        {
            AcceptedRecipient first = written.First();
            IEnumerable<AcceptedRecipient> all = written;
            if (first.Open is { } open)
            {
                RecipientAnswer answer = Decide(origin, open.LocalPart, open.Domain);
                if (answer.Recipients.Count == 0) refused.Add((first.Place, answer.Reply));
                all = answer.Recipients.Select(one => one with { Dsn = first.Dsn, Place = first.Place });
            }

            foreach (AcceptedRecipient one in all)
            {
                if (!settled.Exists(one.IsSameAs)) settled.Add(one);
            }
        }

        return settled.Find(one => one.Rule.RecipientsMax < settled.Count) is { Rule: var rule }
            ? new SettledRecipients([], [.. accepted.Select(one => (one.Place, TooMany(rule))).Distinct()])
            : new SettledRecipients(settled, refused);
    }

    /// <summary>
    /// The rule by which the sender of a mail that is here is known and proven, whatever becomes of the mail; null:
    /// it is a stranger, or says to be somebody.
    /// </summary>
    /// <param name="origin">All that is known of it.</param>
    /// <param name="localPart">Before the @ of one of its recipients; empty where it has none.</param>
    /// <param name="domain">Behind it.</param>
    public SenderRule? ProvenBy(MailOrigin origin, string localPart, string domain)
    {
        RecipientOptions asked = RecipientOptions.None;
        WrittenRecipient? to = null;
        if (WrittenAddress.TryTake(localPart, out WrittenAddress? address, out _)
            && RecipientOptions.TryRead(address.Options, out RecipientOptions? read, out _))
        {
            asked = read;
            if (localPart.Length > 0) to = new WrittenRecipient(address.Target, domain);
        }

        return rules.Candidates(origin.Address, origin.Origin, asked.Rule, to, out _).FirstOrDefault(rule =>
        {
            bool hasToken = asked.Token is { } secret && rule.Token?.Matches(secret) is true;
            bool isShut = rule.Token is not null && !rule.Proofs.HasFlag(ProofKinds.Token) && !hasToken;
            return !isShut && RuleProof.Of(rule, origin.Origin, hasToken) is RuleProof.Given;
        });
    }

    /// <summary>The refusal of a mail to more numbers than a rule allows.</summary>
    public static SmtpReply TooMany(SenderRule rule) => new(
        452, "4.5.3", $"Sender rule {rule.Id} allows {rule.RecipientsMax} numbers in a mail");

    private RecipientAnswer Decide(
        SenderRule rule, WrittenAddress address, RecipientOptions asked, string domain, string mailbox)
    {
        if (OptionPolicy.Refuse(rule, asked.Given, asked.Token, asked.From, asked.Parts, asked.Valid) is { } closed)
        {
            return RecipientAnswer.Refuse(Refusal(closed)) with { IsWrongToken = closed.IsWrongToken };
        }

        if (Schedule(rule, asked, domain, out long? dueMs) is { } notThen) return RecipientAnswer.Refuse(notThen);
        AcceptedRecipient Accept(PhoneNumber number) => new(number, rule)
        {
            SenderId = asked.From,
            Conversation = asked.Conversation,
            PartsMax = asked.Parts ?? rule.PartsMax,
            Class = asked.Given.HasFlag(RecipientOption.Class) ? asked.Class : rule.Sending.Class,
            DueMs = dueMs,
            Validity = asked.Valid ?? rule.Validity,
        };
        if (address.IsName) return DecideName(rule, address.Target, Accept, mailbox);

        // The digits of our own Reply-To have one meaning, whatever they would be in the region of the sender.
        NamedConversation? named = correspondents.Named(asked.Conversation);
        bool isNamed = named is not null && Colleagues.IsNumber(address.Target, named.Their);
        RecipientReading reading = parser.Read(
            isNamed ? named!.Their : address.Target, RegionOf(rule, domain), rule.NumberTypes);
        if (reading is not RecipientReading.Number { Value: var number })
        {
            var wrong = (RecipientReading.Refused)reading;
            return RecipientAnswer.Refuse(wrong.IsSyntax
                ? new SmtpReply(501, "5.1.3", wrong.Sentence)
                : new SmtpReply(550, "5.1.1", wrong.Sentence));
        }

        if (named is not null && named.Their != number.E164) return RecipientAnswer.Refuse(OtherConversation);
        IReadOnlyList<string> via = names.NamesOf(number);
        AcceptedRecipient one = Accept(number) with { IsKnown = via.Count > 0 };
        return Refusal(ref one, via, mailbox) is { } no
            ? RecipientAnswer.Refuse(no)
            : new RecipientAnswer([one], SmtpReply.RecipientOk);
    }

    // The rule's, else the domain's, else that of all.
    private string? RegionOf(SenderRule rule, string domain)
    {
        string region = rule.DefaultRegion
            ?? (_perDomain.TryGetValue(domain, out DomainOptions? own) && own.DefaultRegion.Length > 0
                ? own.DefaultRegion
                : options.DefaultRegion);
        return region.Length > 0 ? region : null;
    }

    private TimeZoneInfo ZoneOf(SenderRule rule, string domain)
    {
        string zone = rule.TimeZone
            ?? (_perDomain.TryGetValue(domain, out DomainOptions? own) && own.TimeZone.Length > 0
                ? own.TimeZone
                : options.TimeZone);
        return TimeZoneInfo.FindSystemTimeZoneById(zone);
    }

    private SmtpReply? Schedule(SenderRule rule, RecipientOptions asked, string domain, out long? dueMs)
    {
        dueMs = null;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? due = null;
        if (asked.In is { } span)
        {
            due = span <= options.ScheduleMax ? now + span : DateTimeOffset.MaxValue;
        }
        else if (asked.At is { } at)
        {
            due = at.Resolve(now, ZoneOf(rule, domain));
            if (due is null)
            {
                return new SmtpReply(
                    501, "5.1.3", "The option at names a time that no clock shows on that day: summer time begins");
            }

            if (due < now) return new SmtpReply(501, "5.1.3", "The option at names a time that is over");
        }

        if (due > now + options.ScheduleMax)
        {
            return new SmtpReply(
                550, "5.7.1", $"An SMS is scheduled for at most {options.ScheduleMax.TotalDays:0.##} days ahead");
        }

        dueMs = due?.ToUnixTimeMilliseconds();
        return null;
    }

    private RecipientAnswer DecideName(
        SenderRule rule, string name, Func<PhoneNumber, AcceptedRecipient> accept, string mailbox)
    {
        switch (names.Resolve(name))
        {
            case NameReading.Nobody:
                return RecipientAnswer.Refuse(
                    new SmtpReply(450, "4.2.1", $"Nobody is on call at {name} now: its calendar has a gap"));
            case NameReading.Numbers { All: var all }:
                return DecideAll(rule, name, all, accept, mailbox);
            case NameReading.Chain { OnCall: var onCall, People: var people }:
                RecipientAnswer answer = DecideAll(
                    rule, name, people, number => accept(number) with { Class = SmsClass.Urgent }, mailbox);
                return answer.Recipients.Count == 0 ? answer : answer with
                {
                    Recipients = [AlarmOf(onCall, people, answer.Recipients)],
                    Reply = SmtpReply.RecipientOk,
                };
            default:
                return RecipientAnswer.Refuse(new SmtpReply(
                    550, "5.1.1",
                    $"Nobody here is called {name}; write a number such as +447700900123, or a name that is known"));
        }
    }

    // One verdict for each number; what is left out is said, and stops none of the others.
    private RecipientAnswer DecideAll(
        SenderRule rule, string name, IReadOnlyList<NamedNumber> all, Func<PhoneNumber, AcceptedRecipient> accept,
        string mailbox)
    {
        List<AcceptedRecipient> accepted = [];
        SmtpReply? first = null;
        foreach (NamedNumber one in all)
        {
            AcceptedRecipient recipient = accept(one.Number) with { IsKnown = true };
            SmtpReply? no = parser.Read(one.Number.E164, null, rule.NumberTypes) is RecipientReading.Refused kind
                ? new SmtpReply(550, "5.1.1", kind.Sentence)
                : Refusal(ref recipient, one.Via, mailbox);
            if (no is not null) first ??= no;
            else accepted.Add(recipient);
        }

        if (accepted.Count == 0)
        {
            return RecipientAnswer.Refuse(
                first ?? new SmtpReply(550, "5.1.1", $"There is nobody in {name}: add members to the group"));
        }

        int count = accepted.Count;
        if (count > rule.RecipientsMax && !all[0].Via[0].StartsWith("oncall:", StringComparison.Ordinal))
        {
            return RecipientAnswer.Refuse(new SmtpReply(
                550, "5.7.1",
                $"Sender rule {rule.Id} allows {rule.RecipientsMax} numbers in a mail, and {name} is {count}"));
        }

        return new RecipientAnswer(
            accepted,
            all.Count == 1 ? SmtpReply.RecipientOk
            : first is null ? new SmtpReply(250, "2.1.5", $"Recipient OK: {accepted.Count} numbers")
            : new SmtpReply(
                250, "2.1.5",
                $"Recipient OK: {accepted.Count} of {all.Count} numbers; of the others the first: {first.Text}"));
    }

    private static AcceptedRecipient AlarmOf(
        OnCall onCall, IReadOnlyList<NamedNumber> people, IReadOnlyList<AcceptedRecipient> accepted) => accepted[0] with
        {
            Alarm = new Alarm(
                onCall.Name, onCall.Owner, onCall.Until, onCall.Wait,
                [.. accepted.Select(one => new AlarmPerson(
                    one.Number.E164, NameOf(people.First(person => person.Number == one.Number))))]),
        };

    private static string? NameOf(NamedNumber person) => person.Via
        .FirstOrDefault(name => name.StartsWith("contact:", StringComparison.Ordinal))?["contact:".Length..];

    private SmtpReply? Refusal(ref AcceptedRecipient recipient, IReadOnlyList<string> via, string mailbox)
    {
        PhoneNumber number = recipient.Number;
        if (!takesFictitious && RecipientParser.IsFictitious(number))
        {
            return new SmtpReply(
                550, "5.1.1", "This number is reserved for examples and films; no phone has it");
        }

        via = correspondents.NamesOf(recipient, mailbox, via);
        if (SenderRules.Decide(recipient.Rule, number, via) is Verdict.Refused no) return Refusal(no);
        return duties.Refuse(ref recipient, mailbox);
    }

    private static SmtpReply Refusal(Verdict.Refused refused) =>
        new(refused.Code, refused.EnhancedCode, refused.Sentence);
}
