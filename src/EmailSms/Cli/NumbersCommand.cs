using System.CommandLine;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;

namespace EmailSms.Cli;

/// <summary><c>emailsms numbers</c>: our numbers, and whose the texts are that nobody waits for.</summary>
internal static class NumbersCommand
{
    private static readonly Argument<string> Number = new("number") { Description = "Such as +447700900999." };
    private static readonly Option<string?> Owner = new("--owner")
    {
        Description = "The mailbox for texts of no conversation.",
    };

    private static readonly Option<string?> Carrier = new("--carrier")
    {
        Description = "The carrier that owns it: what shows it goes out there alone.",
    };

    private static readonly Option<string?> Language = new("--language")
    {
        Description = "What mails with its texts are in, such as de. Default: what the settings say.",
    };

    private static readonly Option<bool> IsDefault = new("--default")
    {
        Description = "The number that an SMS shows when its rule names none.",
    };

    private static readonly RegistrationOptions Registered = new();

    public static Command Build()
    {
        var add = new Command("add", "Add a number, or change its owner and what it is registered as.")
        {
            Number, Owner, Carrier, Language, IsDefault,
        };
        Registered.AddTo(add);
        add.SetAction((parsed, _) => AddAsync(parsed));
        var remove = new Command("remove", "Remove a number.") { Number };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        var list = new Command("list", "List the numbers.");
        list.SetAction((parsed, _) => ListAsync(parsed));
        var network = new Command("network", "Tell the mobile network of a phone, as a carrier told it.") { Number };
        network.SetAction((parsed, _) => NetworkAsync(parsed));
        return new Command("numbers", "Manage our own numbers, which phones can answer.")
        {
            add, list, network, remove,
        };
    }

    private static async Task<int> AddAsync(ParseResult parsed)
    {
        if (!TryRead(parsed, out PhoneNumber number)) return CommandLine.Wrong;
        string? owner = parsed.GetValue(Owner);
        if (owner is not null && !EmailAddress.TryParse(owner, out _))
        {
            Console.Error.WriteLine($"--owner: '{owner}' is not an address such as office@example.com.");
            return CommandLine.Wrong;
        }

        string? carrier = parsed.GetValue(Carrier);
        if (carrier is not null && (CommonOptions.ReadSettings(parsed) is not { } settings
            || !CarriersCommand.TryFind(settings, "--carrier", ref carrier)))
        {
            return CommandLine.Wrong;
        }

        string? language = parsed.GetValue(Language);
        if (language is not null && !LanguageTag.IsOne(language))
        {
            Console.Error.WriteLine($"--language: '{language}' is no language such as de or pt-BR.");
            return CommandLine.Wrong;
        }

        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            Registration old = store.Read(db => OwnNumbers.RegistrationOf(db, number.E164));
            var own = new OwnNumber(number, owner, parsed.GetValue(IsDefault))
            {
                Carrier = carrier,
                Language = language,
                Registration = Registered.Apply(parsed, old), // what is not given stays
            };
            List<string> mistakes = [.. own.Registration.Mistakes()];
            foreach (string mistake in mistakes) await Console.Error.WriteLineAsync(mistake).ConfigureAwait(false);
            if (mistakes.Count > 0) return CommandLine.Wrong;
            await store.WriteAsync(db => OwnNumbers.Put(
                db, own, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())).ConfigureAwait(false);
            await CommonOptions.WakeAsync(parsed).ConfigureAwait(false); // it knows from memory who owns a number
            Console.Out.WriteLine($"{number.E164} is ours.");
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static async Task<int> RemoveAsync(ParseResult parsed)
    {
        if (!TryRead(parsed, out PhoneNumber number)) return CommandLine.Wrong;
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            bool removed = await store.WriteAsync(db => OwnNumbers.Remove(db, number)).ConfigureAwait(false);
            if (removed)
            {
                await CommonOptions.WakeAsync(parsed).ConfigureAwait(false); // it knows from memory who owns a number
                return CommandLine.Done;
            }

            Console.Error.WriteLine($"{number.E164} is none of our numbers.");
            return CommandLine.Failed;
        }).ConfigureAwait(false);
    }

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (OwnNumber own in store.Read(OwnNumbers.List))
        {
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new
                {
                    number = own.Number.E164,
                    owner = own.Owner,
                    carrier = own.Carrier,
                    language = own.Language,
                    isDefault = own.IsDefault,
                    registration = own.Registration.IsEmpty ? null : own.Registration,
                });
            }
            else
            {
                string mark = (own.Carrier is { } carrier ? $"  over {carrier}" : "")
                    + (own.Language is { } language ? $"  in {language}" : "")
                    + (own.IsDefault ? "  (default)" : "");
                if (own.Registration.Campaign is { } campaign) mark += $"  campaign {campaign}";
                if (own.Registration.DltEntity is { } entity) mark += $"  DLT entity {entity}";
                Console.Out.WriteLine($"{own.Number.E164,-16}  {own.Owner ?? "-"}{mark}");
            }
        }

        return Task.FromResult(CommandLine.Done);
    });

    private static async Task<int> NetworkAsync(ParseResult parsed)
    {
        if (!TryRead(parsed, out PhoneNumber number)) return CommandLine.Wrong;
        return await CommonOptions.WithStoreAsync(parsed, store =>
        {
            PhoneNetwork? known = store.Read(db => PhoneNetworks.Find(db, number));
            if (known is null)
            {
                Console.Error.WriteLine($"{number.E164}: network not known, no carrier has told it.");
                return Task.FromResult(CommandLine.Failed);
            }

            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new { number = number.E164, network = NetworkView.Of(known) });
            }
            else
            {
                Console.Out.WriteLine($"{number.E164}  {NetworkView.Text(known)}");
            }

            return Task.FromResult(CommandLine.Done);
        }).ConfigureAwait(false);
    }

    private static bool TryRead(ParseResult parsed, out PhoneNumber number)
    {
        string text = parsed.GetValue(Number)!;
        if (PhoneNumber.TryFromE164(text, out number)) return true;
        Console.Error.WriteLine($"'{text}' is not a number such as +447700900999.");
        return false;
    }
}
