using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Cli;

/// <summary><c>emailsms pause</c>: what waits, at once and until somebody says otherwise.</summary>
internal static class PauseCommand
{
    private static readonly Argument<string?> What = new("what")
    {
        Description = "all, carrier, rule or sender; without it the pauses there are.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> Name = new("name")
    {
        Description = "The carrier's name, the rule's number or the sender's address.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Unbind = new("--unbind") { Description = "End the binds of carriers." };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for whoever finds it." };

    public static Command Build()
    {
        var pause = new Command("pause", "Let SMS wait, or refuse a sender, from now until resume, restarts included.")
        {
            What, Name, Unbind, Reason,
        };
        pause.SetAction((parsed, _) => parsed.GetValue(What) is { } what
            ? RunAsync(parsed, what, parsed.GetValue(Name), isPause: true)
            : ListAsync(parsed));
        return pause;
    }

    /// <summary>Writes the wish, and rings the service if one runs.</summary>
    /// <param name="parsed">The words of the command.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="what">What it is for, as a sentence begins.</param>
    /// <param name="scope">The same as a pause names it.</param>
    /// <param name="pause">The pause; null ends the one there is.</param>
    public static Task<int> ChangeAsync(
        ParseResult parsed, GatewaySettings settings, string what, string scope, Pause? pause) =>
        CommonOptions.WithStoreAsync(parsed, async store =>
        {
            bool changed = await store.WriteAsync(db =>
            {
                if (pause is null) return Pauses.Remove(db, scope);
                Pauses.Put(db, pause);
                return true;
            }).ConfigureAwait(false);
            if (!changed)
            {
                await Console.Error.WriteLineAsync($"{what}: there is no such pause.").ConfigureAwait(false);
                return CommandLine.Failed;
            }

            using var control = new ControlClient(settings.Store.Folder);
            bool now = await control.WakeAsync().ConfigureAwait(false);
            string when = now ? "" : " It holds from the next start: no service runs here.";
            string done = pause is not null ? "paused" : "resumed";
            await Console.Out.WriteLineAsync($"{what}: {done}.{when}").ConfigureAwait(false);
            return CommandLine.Done;
        });

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (Pause pause in store.Read(Pauses.List))
        {
            string why = pause.Reason is { } reason ? $": {reason}" : "";
            if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(pause);
            else Console.Out.WriteLine($"{pause.Scope,-30}  by {pause.By} since {JsonOutput.Time(pause.SinceMs)}{why}");
        }

        return Task.FromResult(CommandLine.Done);
    });

    /// <summary>Pauses or resumes what two words name.</summary>
    public static Task<int> RunAsync(ParseResult parsed, string what, string? name, bool isPause)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return Task.FromResult(CommandLine.Wrong);
        if (Scope(parsed, settings, what.ToLowerInvariant(), name, out string told) is not { } scope)
        {
            Console.Error.WriteLine(told);
            return Task.FromResult(CommandLine.Wrong);
        }

        Pause? pause = !isPause ? null : new Pause(
            scope, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Environment.UserName,
            parsed.GetValue(Reason), parsed.GetValue(Unbind));
        return ChangeAsync(parsed, settings, told, scope, pause);
    }

    private static string? Scope(
        ParseResult parsed, GatewaySettings settings, string what, string? name, out string told)
    {
        switch (what, name)
        {
            case ("all", null):
                told = "All carriers";
                return Pause.All;
            case ("carrier", { } carrier):
                string? known = settings.Carriers.Keys.FirstOrDefault(
                    key => key.Equals(carrier, StringComparison.OrdinalIgnoreCase));
                told = known is null
                    ? $"There is no carrier {carrier}; there are {string.Join(", ", settings.Carriers.Keys)}."
                    : $"Carrier {known}";
                return known is null ? null : Pause.OfCarrier(known);
            case ("rule", { } rule) when long.TryParse(rule, out long id):
                told = $"Rule {id}";
                return Pause.OfRule(id);
            case ("sender", { } sender) when EmailAddress.TryParse(sender, out EmailAddress address):
                told = $"Sender {address.Key}";
                return Pause.OfSender(address.Key);
            default:
                told = $"emailsms {parsed.CommandResult.Command.Name} takes all, carrier and its name, rule and its "
                    + "number, or sender and its address.";
                return null;
        }
    }
}
