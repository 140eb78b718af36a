using System.CommandLine;
using System.Globalization;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Cli;

/// <summary><c>emailsms carriers</c>: how they are, and which of them wait.</summary>
internal static class CarriersCommand
{
    private static readonly Argument<string?> Name = new("name")
    {
        Description = "The carrier's name in the configuration.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> All = new("--all") { Description = "All carriers, and those to come." };
    private static readonly Option<bool> Unbind = new("--unbind") { Description = "End the binds meanwhile." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for whoever finds it." };

    public static Command Build()
    {
        var list = new Command("list", "List the carriers, one a line.");
        list.SetAction((parsed, _) => ListAsync(parsed, isLong: false));
        var status = new Command(
            "status", "Show each bind: window, rate, round trip, last error; and how well it delivers, by country.")
        {
            Name,
        };
        status.SetAction((parsed, _) => ListAsync(parsed, isLong: true));
        var pause = new Command("pause", "Send nothing over a carrier, from now until resume, restarts included.")
        {
            Name, All, Unbind, Reason,
        };
        pause.SetAction((parsed, _) => ChangeAsync(parsed, isPause: true));
        var resume = new Command("resume", "Let a carrier go on.") { Name, All };
        resume.SetAction((parsed, _) => ChangeAsync(parsed, isPause: false));
        var presets = new Command("presets", "List the named sets of settings for a carrier.");
        presets.SetAction(Presets);
        return new Command("carriers", "See carriers, try them, and pause them.")
        {
            list, status, pause, resume, presets, CarrierTrials.Definitions(), CarrierTrials.Validate(),
            CarrierTrials.Test(), CarrierTrials.Hooks(),
        };
    }

    /// <summary>Makes a name that of the configuration, whatever its capitals. False: there is none; told.</summary>
    public static bool TryFind(GatewaySettings settings, string option, ref string name)
    {
        if (Known(settings, name) is not { } known)
        {
            Console.Error.WriteLine(
                $"{option}: there is no carrier {name}; there are {string.Join(", ", settings.Carriers.Keys)}.");
            return false;
        }

        name = known;
        return true;
    }

    private static Task<int> ListAsync(ParseResult parsed, bool isLong)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return Task.FromResult(CommandLine.Wrong);
        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            string? only = isLong ? parsed.GetValue(Name) : null;
            if (only is not null && Known(settings, only) is null) return NoSuch(settings, only);
            using var control = new ControlClient(settings.Store.Folder);
            IReadOnlyList<CarrierStatus>? running = await control.CarriersAsync().ConfigureAwait(false);
            if (running is null) await Console.Error.WriteLineAsync("No service runs here.").ConfigureAwait(false);
            foreach (CarrierStatus carrier in running ?? Asleep(settings, store.Read(Pauses.List)))
            {
                if (only is not null && !carrier.Name.Equals(only, StringComparison.OrdinalIgnoreCase)) continue;
                Print(carrier, isLong, parsed.GetValue(CommonOptions.Json));
            }

            return CommandLine.Done;
        });
    }

    private static IEnumerable<CarrierStatus> Asleep(GatewaySettings settings, List<Pause> pauses) =>
        settings.Carriers.Select(one => new CarrierStatus(
            one.Key, "stopped",
            pauses.Find(pause => pause.Scope == Pause.OfCarrier(one.Key)) ?? pauses.Find(p => p.Scope == Pause.All),
            one.Value.MessageIds.ToString(), []));

    private static void Print(CarrierStatus carrier, bool isLong, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(carrier);
            return;
        }

        string waits = "";
        if (carrier.Paused is { } pause)
        {
            string why = pause.Reason is { } reason ? $": {reason}" : "";
            waits = $"paused by {pause.By} since {JsonOutput.Time(pause.SinceMs)}{why}";
        }

        int bound = carrier.Binds.Count(bind => bind.State == "bound");
        bool isHttp = carrier.Binds is [{ Type: "http" }];
        string binds = isHttp ? carrier.Binds[0].Name : $"{bound}/{carrier.Binds.Count} bound";
        string failing = carrier.Breaker switch
        {
            { State: "open", UntilMs: { } until } => $"fails, left alone until {JsonOutput.Time(until)}",
            { State: "half-open" } => "fails, tried with a few SMS",
            _ => "",
        };
        string line = $"{carrier.Name,-16}  {carrier.State,-10}  {binds}  {failing}  {waits}";
        Console.Out.WriteLine(line.TrimEnd());
        if (!isLong) return;
        if (!isHttp) Console.Out.WriteLine($"  ids {carrier.MessageIds}");
        foreach (BindStatus bind in carrier.Binds)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {bind.Name}  {bind.Type}  {bind.State} since {JsonOutput.Time(bind.SinceMs)}"));
            string rate = bind.RateMax is { } max ? $"{max}/s ({bind.RatePercent} %)" : "no limit";
            string trip = bind.RoundTripMs is { } ms ? $"{ms} ms" : "-";
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"    window {bind.InFlight}/{bind.Window}, {bind.Waiting} waiting, rate {rate}, round trip {trip}"));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"    accepted {bind.Accepted}, throttled {bind.Throttled}, rejected {bind.Rejected}, "
                + $"unanswered {bind.Unanswered}, binds {bind.Binds}"));
            if (bind.LastError is { } error) Console.Out.WriteLine($"    last error: {error}");
        }

        foreach (QualityView one in carrier.Quality) Console.Out.WriteLine($"  {TextOf(one)}");
    }

    private static string TextOf(QualityView quality)
    {
        string value = quality.Value is { } known ? $"quality {known * 100:0} %" : "too few to tell";
        string after = quality.LatencyMs is { } ms ? $", receipts after {ms / 1000:0.0} s" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{quality.Country ?? "no country"}: {value}, {quality.Taken} taken, {quality.Delivered} delivered, "
            + $"{quality.Lost} lost, {quality.Silent} silent{after}");
    }

    private static Task<int> ChangeAsync(ParseResult parsed, bool isPause)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return Task.FromResult(CommandLine.Wrong);
        string? name = parsed.GetValue(Name);
        bool all = parsed.GetValue(All);
        if (all == name is not null)
        {
            Console.Error.WriteLine("Name one carrier, or say --all.");
            return Task.FromResult(CommandLine.Wrong);
        }

        string? known = name is null ? null : Known(settings, name);
        if (name is not null && known is null) return Task.FromResult(NoSuch(settings, name));
        string scope = known is null ? Pause.All : Pause.OfCarrier(known);
        Pause? wish = !isPause ? null : new Pause(
            scope, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Environment.UserName,
            parsed.GetValue(Reason), parsed.GetValue(Unbind));
        return PauseCommand.ChangeAsync(
            parsed, settings, known is null ? "All carriers" : $"Carrier {known}", scope, wish);
    }

    private static string? Known(GatewaySettings settings, string name) =>
        settings.Carriers.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static int NoSuch(GatewaySettings settings, string name)
    {
        Console.Error.WriteLine(
            $"There is no carrier {name}; those of the configuration are {string.Join(", ", settings.Carriers.Keys)}.");
        return CommandLine.Failed;
    }

    private static int Presets(ParseResult parsed)
    {
        foreach ((string name, CarrierPreset preset) in CarrierPresets.All)
        {
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new { name, about = preset.About, settings = preset.Settings });
                continue;
            }

            Console.Out.WriteLine($"{name,-16}  {preset.About}");
            foreach ((string key, string value) in preset.Settings) Console.Out.WriteLine($"{"",-18}{key} = {value}");
        }

        return CommandLine.Done;
    }
}
