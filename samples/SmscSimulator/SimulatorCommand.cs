using System.CommandLine;
using System.Net;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Samples.Smsc;

/// <summary>The command line: its options, what they make of a scenario, and the exit codes.</summary>
internal sealed class SimulatorCommand
{
    private const string Description =
        """
        An SMSC to try things against: real SMPP on a real port, and phones that exist only here. It takes texts, puts
        long ones together, sends receipts and replies, and behaves as badly as it is told to.

        Each SMS that comes is printed. While it runs, type:

        """
        + SimulatorConsole.Help +
        """


        --scenario reads how it behaves from a file of JSON: rules by destination and account with latency, errors,
        throttling, receipts of every form and replies; what is wrong with the connections; what happens when. There are
        examples in samples/SmscSimulator/scenarios. Options given beside it have the last word.

        --sandbox gives each destination a fate by its last two digits:
          81 UNDELIV, 82 EXPIRED, 83 REJECTD, 84 DELETED, 85 UNKNOWN, 86 ACCEPTD and then DELIVRD, 87 no receipt,
          88 receipt before the answer, 89 receipt twice, 90 ESME_RINVDSTADR, 91 ESME_RPROHIBITED,
          92 ESME_RTHROTTLED, 94 no answer, 95 the connection is dropped, each every other time; 93 ESME_RSYSERR,
          96 slow, 97 the person answers, 98 answers STOP, 99 answers at length; all others are delivered.

        Over HTTP (--http 8080, loopback unless --http-address says otherwise):

        """
        + HttpDesk.Help +
        """


        Exit codes: 0 ended by hand, 1 a port or file cannot be had, 2 a wrong command line or scenario.
        """;

    private readonly TextReader _keyboard;
    private readonly TextWriter _screen;
    private readonly TextWriter _errors;
    private readonly RootCommand _root;
    private readonly Option<int> _port = new("--port", "-p")
    {
        Description = "Port to listen on; 0 lets the system choose.",
        CustomParser = Words.Port,
        DefaultValueFactory = _ => 2775,
    };

    private readonly Option<IPAddress> _address = Address("--address", "Address to listen on.");
    private readonly Option<int?> _http = new("--http")
    {
        Description = "Port for HTTP; 0 lets the system choose.",
        CustomParser = argument => Words.Port(argument),
    };

    private readonly Option<IPAddress> _httpAddress = Address("--http-address", "Address for HTTP.");
    private readonly Option<string?> _scenario = new("--scenario", "-s")
    {
        Description = "A scenario: a file of JSON.",
    };

    private readonly Option<bool> _sandbox = new("--sandbox")
    {
        Description = "Fates by the last two digits; see above.",
    };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Append every PDU that comes to this file, one line of JSON each, passwords left out.",
    };

    private readonly Option<long?> _seed = new("--seed")
    {
        Description = "The same seed gives the same chances again.",
    };

    private readonly Option<string?> _systemId = new("--system-id")
    {
        Description = "The only account that may bind (any if left out).",
    };

    private readonly Option<string?> _password = new("--password") { Description = "Its password (any if left out)." };
    private readonly Option<CommandStatus> _bindStatus = new("--bind-status")
    {
        Description = "Answer binds with this status: ESME_RALYBND, 0x0D.",
        HelpName = "status",
        CustomParser = Words.Status,
    };

    private readonly Option<Delay> _latency = new("--latency")
    {
        Description = "Pause before a submit is answered: 50ms, 2s, \"uniform 10ms 200ms\", \"normal 80ms 20ms\", "
            + "\"exponential 1s\".",
        HelpName = "delay",
        CustomParser = Words.Pause,
    };

    private readonly Option<Delay> _receiptDelay = new("--receipt-delay")
    {
        Description = "Pause between the answer and the receipt.",
        HelpName = "delay",
        CustomParser = Words.Pause,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(1),
    };

    private readonly Option<MessageState?> _receiptState = new("--receipt-state")
    {
        Description = "What receipts say: DELIVRD, UNDELIV, EXPIRED, REJECTD, ACCEPTD, UNKNOWN, DELETED, none.",
        HelpName = "state",
        CustomParser = Words.State,
        DefaultValueFactory = _ => MessageState.Delivered,
    };

    private readonly Option<double> _throttleAbove = new("--throttle-above")
    {
        Description = "Answer submits above so many a second ESME_RTHROTTLED.",
    };

    private readonly Option<(CommandStatus, string)> _reject = new("--reject")
    {
        Description = "Answer submits with this status: 0x0B, or 0x0B@4477009* for some destinations only.",
        HelpName = "status",
        CustomParser = Words.Rejection,
    };

    private readonly Option<long> _hangUpAfter = new("--hang-up-after")
    {
        Description = "Drop the connection on every so manyth submit.",
    };

    private readonly Option<bool> _silent = new("--silent") { Description = "Take submits and never answer." };
    private readonly Option<bool> _quiet = new("--quiet", "-q")
    {
        Description = "Print neither SMS nor who is bound; for many of them.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print each SMS as one line of JSON." };
    private readonly Option<bool> _plain = new("--plain")
    {
        Description = "No rates above the lines; so it is anyway when the output is no terminal.",
    };

    public SimulatorCommand(TextReader keyboard, TextWriter screen, TextWriter errors)
    {
        (_keyboard, _screen, _errors) = (keyboard, screen, errors);
        _root = new RootCommand(Description)
        {
            _port, _address, _systemId, _password, _scenario, _sandbox, _seed, _latency, _receiptDelay, _receiptState,
            _throttleAbove, _reject, _hangUpAfter, _silent, _bindStatus, _log, _http, _httpAddress, _json, _plain,
            _quiet,
        };
        _root.SetAction(RunAsync);
    }

    public async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = _root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = _screen, Error = _errors });
        }

        foreach (var error in parsed.Errors) await _errors.WriteLineAsync(error.Message);
        await _errors.WriteLineAsync("--help tells what can be said.");
        return 2;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        SmscScenario? scenario = null;
        TextWriter? log = null;
        try
        {
            if (parsed.GetValue(_scenario) is { } path)
            {
                scenario = SmscScenario.Parse(await File.ReadAllTextAsync(path, stopping), out var errors);
                foreach (string error in errors) await _errors.WriteLineAsync($"{path}: {error}");
                if (scenario is null) return 2;
            }

            if (parsed.GetValue(_log) is { } file) log = new StreamWriter(file, append: true);
            bool isTerminal = _screen == Console.Out && !Console.IsOutputRedirected;
            bool json = parsed.GetValue(_json);
            var desk = new Desk(_keyboard, _screen, new DeskOptions(
                new IPEndPoint(parsed.GetValue(_address)!, parsed.GetValue(_port)),
                parsed.GetValue(_http) is { } http ? new IPEndPoint(parsed.GetValue(_httpAddress)!, http) : null,
                scenario?.Steps ?? [],
                json,
                isTerminal && !json && !parsed.GetValue(_plain),
                parsed.GetValue(_quiet)));
            return await desk.RunAsync(Options(parsed, scenario?.Options, log), stopping);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            await _errors.WriteLineAsync(trouble.Message);
            return 1;
        }
        finally
        {
            if (log is not null) await log.DisposeAsync();
        }
    }

    private SmscSimulatorOptions Options(ParseResult parsed, SmscSimulatorOptions? scenario, TextWriter? log)
    {
        SmscBehaviour behaviour = scenario?.Behaviour ?? new SmscBehaviour();
        bool Says(Option option) => scenario is null || parsed.GetResult(option) is { Implicit: false };
        if (parsed.GetValue(_sandbox)) behaviour.Rules = [.. behaviour.Rules, .. SandboxNumbers.Rules];
        if (Says(_latency)) behaviour.SubmitDelay = parsed.GetValue(_latency);
        if (Says(_receiptDelay)) behaviour.ReceiptDelay = parsed.GetValue(_receiptDelay);
        if (Says(_receiptState)) behaviour.ReceiptState = parsed.GetValue(_receiptState);
        if (Says(_throttleAbove)) behaviour.ThrottleAboveRate = parsed.GetValue(_throttleAbove);
        if (Says(_hangUpAfter)) behaviour.HangUpAfter = parsed.GetValue(_hangUpAfter);
        if (Says(_silent)) behaviour.Silent = parsed.GetValue(_silent);
        if (Says(_bindStatus)) behaviour.BindStatus = parsed.GetValue(_bindStatus);
        if (Says(_reject))
        {
            (behaviour.RejectStatus, string? destinations) = parsed.GetValue(_reject);
            behaviour.RejectDestinations = destinations ?? "*";
        }

        return new SmscSimulatorOptions
        {
            SystemId = parsed.GetValue(_systemId) ?? scenario?.SystemId,
            Password = parsed.GetValue(_password) ?? scenario?.Password,
            Seed = parsed.GetValue(_seed) ?? scenario?.Seed ?? 1,
            FirstId = scenario?.FirstId,
            ReceivedLog = log,
            Behaviour = behaviour,
        };
    }

    private static Option<IPAddress> Address(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "address",
        CustomParser = Words.Address,
        DefaultValueFactory = _ => IPAddress.Loopback,
    };
}
