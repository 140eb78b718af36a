using System.CommandLine;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Cli;

/// <summary>
/// The commands of <c>emailsms carriers</c> for those over HTTP: what there is, what is wrong, a trial.
/// </summary>
internal static class CarrierTrials
{
    private static readonly Argument<string?> Definition = new("definition")
    {
        Description = "A definition's name: it is printed whole, to begin one of your own.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string> CarrierOrFile = new("carrier")
    {
        Description = "A carrier's name in the configuration, or the file of a definition.",
    };

    private static readonly Argument<string> Carrier = new("carrier")
    {
        Description = "A carrier's name in the configuration.",
    };

    private static readonly Option<string> To = new("--to")
    {
        Description = "The phone, with plus sign and country code. It gets a real SMS.",
        HelpName = "number",
        Required = true,
    };

    private static readonly Option<string> Text = new("--text")
    {
        Description = "What it says.",
        DefaultValueFactory = _ => "A test of EmailSms.",
    };

    public static Command Definitions()
    {
        var command =
            new Command("definitions", "List the definitions for carriers over HTTP, or print one.") { Definition };
        command.SetAction(ListDefinitions);
        return command;
    }

    public static Command Validate()
    {
        var command = new Command("validate", "Say what is wrong with a carrier over HTTP, and show its request.")
        {
            CarrierOrFile,
        };
        command.SetAction((parsed, _) => ValidateAsync(parsed));
        return command;
    }

    public static Command Test()
    {
        var command = new Command("test", "Send one SMS over a carrier over HTTP, and show what was said.")
        {
            Carrier, To, Text,
        };
        command.SetAction((parsed, _) => TestAsync(parsed));
        return command;
    }

    public static Command Hooks()
    {
        var command = new Command("hooks", "Show where carriers over HTTP call us: for their consoles.");
        command.SetAction((parsed, _) => HooksAsync(parsed));
        return command;
    }

    private static int ListDefinitions(ParseResult parsed)
    {
        if (parsed.GetValue(Definition) is { } name)
        {
            if (DefinitionShelf.TextOf(name) is { } text)
            {
                Console.Out.Write(text);
                return CommandLine.Done;
            }

            Console.Error.WriteLine(
                $"There is no definition {name}; there are {string.Join(", ", DefinitionShelf.Names)}.");
            return CommandLine.Failed;
        }

        foreach (string one in DefinitionShelf.Names)
        {
            DefinitionShelf.TryLoad(one, out HttpDefinition? definition, out _);
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new { name = one, about = definition!.About, values = definition.Values });
                continue;
            }

            Console.Out.WriteLine($"{one,-20}  {definition!.About}");
        }

        return CommandLine.Done;
    }

    private static async Task<int> ValidateAsync(ParseResult parsed)
    {
        string name = parsed.GetValue(CarrierOrFile)!;
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            if (!DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out IReadOnlyList<string> wrong))
            {
                foreach (string one in wrong) await Console.Error.WriteLineAsync(one).ConfigureAwait(false);
                return CommandLine.Wrong;
            }

            await Console.Out.WriteLineAsync($"{name} is a valid definition. It takes these values:")
                .ConfigureAwait(false);
            foreach (NamedValue one in definition.Values)
            {
                string must = one.IsRequired ? "must be set" : one.Default.Length > 0 ? $"default {one.Default}"
                    : "optional";
                await Console.Out.WriteLineAsync($"  {one.Name,-20}  {must}  {one.About}").ConfigureAwait(false);
            }

            return CommandLine.Done;
        }

        (int code, CarrierOptions? options) = Find(parsed, name);
        if (options is null) return code;
        await using var carrier = new HttpCarrier(
            name, options, hooks: null, NullLoggerFactory.Instance, TimeProvider.System);
        await Console.Out.WriteLineAsync($"{name} is a valid carrier. A request of it:").ConfigureAwait(false);
        await Console.Out.WriteAsync(carrier.Preview(Sample("+447700900123", "A test of EmailSms.")))
            .ConfigureAwait(false);
        return CommandLine.Done;
    }

    private static async Task<int> TestAsync(ParseResult parsed)
    {
        string name = parsed.GetValue(Carrier)!;
        if (!PhoneNumber.TryFromE164(parsed.GetValue(To), out PhoneNumber to))
        {
            await Console.Error.WriteLineAsync($"{parsed.GetValue(To)} is no number such as +447700900123.")
                .ConfigureAwait(false);
            return CommandLine.Wrong;
        }

        (int code, CarrierOptions? options) = Find(parsed, name);
        if (options is null) return code;
        await using var carrier = new HttpCarrier(
            name, options, hooks: null, NullLoggerFactory.Instance, TimeProvider.System)
        {
            Trace = Console.Out.Write,
        };
        using var deadline = new CancellationTokenSource(options.AnswerMax);
        Attempt attempt = await carrier.SendAsync(Sample(to.E164, parsed.GetValue(Text)!), deadline.Token)
            .ConfigureAwait(false);
        (bool isTaken, string sentence) = attempt.Outcome switch
        {
            Outcome.Accepted =>
                (true, $"Accepted as {string.Join(", ", attempt.Accepted.Select(part => part.CarrierId))}."),
            Outcome.Retry retry => (false, $"Not now: {Say(retry.Code)}"),
            Outcome.Refused refused => (false, $"Refused: {Say(refused.Code)}"),
            Outcome.Unknown unknown => (false, $"Nobody knows: {Say(unknown.Code)}"),
            _ => throw new InvalidOperationException("A trial ended in no way."),
        };
        await Console.Out.WriteLineAsync(sentence).ConfigureAwait(false);
        return isTaken ? CommandLine.Done : CommandLine.Failed;
    }

    private static Task<int> HooksAsync(ParseResult parsed)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return Task.FromResult(CommandLine.Wrong);
        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            if (settings.Http.PublicUrl.Length == 0)
            {
                await Console.Error.WriteLineAsync("Http:PublicUrl is not set: the internet does not find us.")
                    .ConfigureAwait(false);
                return CommandLine.Failed;
            }

            var hooks = new HookAddresses(
                settings.Http.PublicUrl, await Webhooks.KeyAsync(store, TimeProvider.System).ConfigureAwait(false));
            foreach ((string name, _) in settings.Carriers.Where(one => one.Value.Kind is CarrierKind.Http))
            {
                if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(new { carrier = name, url = hooks.Of(name) });
                else Console.Out.WriteLine($"{name,-16}  {hooks.Of(name)}");
            }

            return CommandLine.Done;
        });
    }

    private static (int Code, CarrierOptions? Options) Find(ParseResult parsed, string name)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return (CommandLine.Wrong, null);
        string? known = settings.Carriers.Keys.FirstOrDefault(
            key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known is null)
        {
            string all = string.Join(", ", settings.Carriers.Keys);
            Console.Error.WriteLine($"There is no carrier {name}; those of the configuration are {all}.");
            return (CommandLine.Failed, null);
        }

        if (settings.Carriers[known] is { Kind: CarrierKind.Http } options) return (CommandLine.Done, options);
        Console.Error.WriteLine($"Carrier {known} is not one over HTTP; emailsms carriers status shows how it is.");
        return (CommandLine.Failed, null);
    }

    private static OutgoingSms Sample(string to, string text) => new(
        TimeOrderedId.Next(TimeProvider.System), PhoneNumber.FromE164(to), "", text, 1, 1, 0,
        TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);

    private static string Say(FailureCode code) => $"{code.Code} ({code.EnhancedStatus}): {code.Sentence}";
}
