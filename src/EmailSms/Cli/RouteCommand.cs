using System.CommandLine;
using System.Net;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms route</c>: over which carrier an SMS would go, and why. It sends nothing.</summary>
internal static class RouteCommand
{
    private static readonly Argument<string> Number = new("number") { Description = "Whom, such as +447700900123." };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "The sender, whose rule gives what is not said here.",
    };

    private static readonly Option<string> Ip = new("--ip")
    {
        Description = "The sender's client.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<long?> Rule = new("--rule") { Description = "The sender rule, by its number." };

    private static readonly Option<SmsClass?> Class = new("--class") { Description = "Without it the rule's." };

    private static readonly Option<string?> SenderId = new("--sender-id")
    {
        Description = "What the phone shows; without it what it would show of a mail from the sender.",
    };

    private static readonly Option<int> Parts = new("--parts")
    {
        Description = "How many parts it has.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> Network = new("--network")
    {
        Description = "The network of the phone, such as 234-10; without it what a carrier told last.",
    };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "When, such as 2026-11-24T18:00Z; without it now.",
    };

    public static Command Build()
    {
        var command = new Command("route", "Say over which carrier an SMS would go, and why, step by step.")
        {
            Number, From, Ip, Rule, Class, SenderId, Parts, Network, At,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        DateTimeOffset at = TimeProvider.System.GetUtcNow();
        if (!PhoneNumber.TryFromE164(parsed.GetValue(Number), out PhoneNumber to))
        {
            return Wrong($"'{parsed.GetValue(Number)}' is not a number such as +447700900123.");
        }

        if (!ListCommand.TryReadTime(parsed.GetValue(At), at, out long? ms))
        {
            return Wrong("--at takes 2026-11-24 or 2026-11-24T10:00Z.");
        }

        MobileNetwork? network = MobileNetwork.Read(parsed.GetValue(Network));
        if (network is null && parsed.GetValue(Network) is not null)
        {
            return Wrong("--network takes MCC and MNC, such as 234-10.");
        }

        if (ms is { } known) at = DateTimeOffset.FromUnixTimeMilliseconds(known);
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return CommandLine.Wrong;
        return await CommonOptions.WithStoreAsync(settings.Store, async store =>
        {
            List<string> steps = [];
            if (!TryFindRule(parsed, store, steps, out SenderRule? rule)) return CommandLine.Wrong;
            string senderId = parsed.GetValue(SenderId)
                ?? SenderIdOf(parsed, settings, store, rule, to, steps);
            RouteQuestion question = QuestionOf(parsed, rule, senderId, to, at) with { Network = network };
            TellNetwork(store, question, steps);
            RouteDecision decision = RoutingParts.RouterOf(settings, store).Decide(question, steps);
            using var control = new ControlClient(settings.Store.Folder);
            IReadOnlyList<CarrierStatus>? running = await control.CarriersAsync().ConfigureAwait(false);
            if (running is null) steps.Add("No service runs here: whether carriers are connected is not known.");
            List<Pause> pauses = store.Read(Pauses.List);
            RouteCandidate? picked = Router.Pick(decision, name => WhyNot(name, running, pauses), steps);
            steps.Add(picked is not null
                ? $"It would go over {picked.Carrier}."
                : "No carrier would take it: it waits until one does, or until its validity ends.");
            Show(parsed, question, rule, decision, picked, steps);
            return picked is null ? CommandLine.Failed : CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static RouteQuestion QuestionOf(
        ParseResult parsed, SenderRule? rule, string senderId, PhoneNumber to, DateTimeOffset at) => new(
        to, senderId, parsed.GetValue(Class) ?? rule?.Sending.Class ?? SmsClass.Normal, rule?.Id,
        parsed.GetValue(Parts), at)
        {
            Allowed = rule?.Sending.Carriers ?? [],
        };

    // As a mail would have it: the number that a mailbox and a phone know goes before that of the rule, and it may be
    // another carrier's.
    private static string SenderIdOf(
        ParseResult parsed, GatewaySettings settings, SqliteStore store, SenderRule? rule, PhoneNumber to,
        List<string> steps)
    {
        string usual = rule?.SenderId ?? store.Read(OwnNumbers.Default)?.E164 ?? "";
        if (rule is null) return usual;
        string mailbox = parsed.GetValue(From) ?? "";
        ConversationLink link = MailInParts.LinkOf(settings.Replies, TimeProvider.System);
        string senderId = store.Read(db => link.SenderIdOf(db, mailbox, new AcceptedRecipient(to, rule)));
        if (senderId == usual) return usual;
        steps.Add(rule.Sending.Pool.Count > 0
            ? $"It shows {senderId}, which is of the rule's pool."
            : $"It shows {senderId}, by which {mailbox} and this phone have talked.");
        return senderId;
    }

    private static void TellNetwork(SqliteStore store, RouteQuestion question, List<string> steps)
    {
        if (question.Network is { } said) steps.Add($"Its phone is taken to be in network {said}.");
        else if (store.Read(db => PhoneNetworks.Find(db, question.To)) is { } known)
        {
            steps.Add(
                $"Its phone is in network {known.Network}, as {known.Carrier} told {JsonOutput.Time(known.ToldMs)}.");
        }
    }

    private static bool TryFindRule(ParseResult parsed, SqliteStore store, List<string> steps, out SenderRule? rule)
    {
        rule = null;
        var rules = new SenderRules(store, TimeProvider.System);
        if (parsed.GetValue(Rule) is { } id)
        {
            rule = rules.Find(id);
            if (rule is null) Console.Error.WriteLine($"There is no rule {id}.");
            return rule is not null;
        }

        if (parsed.GetValue(From) is not { } written)
        {
            steps.Add("No sender is named, so no sender rule is looked at.");
            return true;
        }

        if (!EmailAddress.TryParse(written, out EmailAddress from)
            || !IPAddress.TryParse(parsed.GetValue(Ip), out IPAddress? client))
        {
            Console.Error.WriteLine("--from needs an address such as ups@plant.example, --ip one such as 10.1.2.3.");
            return false;
        }

        var origin = new Origin(client, null, "") { IsHeaderRead = true, IsQuestion = true, HeaderFrom = from };
        Verdict verdict = rules.DecideSender(from, origin);
        rule = (verdict as Verdict.Allowed)?.Rule;
        steps.Add(rule is not null
            ? $"Sender rule {rule.Id} lets {from} send."
            : $"No sender rule lets {from} send from {client}: the SMS would not be taken at all.");
        return true;
    }

    private static string? WhyNot(string name, IReadOnlyList<CarrierStatus>? running, List<Pause> pauses)
    {
        if (running is null)
        {
            Pause? pause = pauses.Find(one => one.Scope == Pause.OfCarrier(name) || one.Scope == Pause.All);
            return pause is null ? null : $"is paused by {pause.By}";
        }

        return running.FirstOrDefault(one => one.Name == name) switch
        {
            null => "is not known to the service that runs, which has an older configuration",
            { Paused: { } pause } => $"is paused by {pause.By}",
            { State: "held off" } => "has asked to be left alone for a moment",
            { State: not ("bound" or "ready"), State: var state } => $"is not connected: {state}",
            { Breaker: { State: "open", UntilMs: { } until } } =>
                $"fails, and is left alone until {JsonOutput.Time(until)}",
            _ => null,
        };
    }

    private static void Show(
        ParseResult parsed, RouteQuestion question, SenderRule? rule, RouteDecision decision, RouteCandidate? picked,
        List<string> steps)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                to = question.To.E164,
                senderId = question.SenderId,
                @class = question.Class,
                rule = rule?.Id,
                network = question.Network?.ToString(),
                route = decision.Route,
                candidates = decision.Candidates,
                carrier = picked?.Carrier,
                steps,
            });
            return;
        }

        foreach (string step in steps) Console.Out.WriteLine(step);
    }

    private static int Wrong(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return CommandLine.Wrong;
    }
}
