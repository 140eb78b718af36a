using System.CommandLine;
using System.Net;
using EmailSms.Cli.Demo;

namespace EmailSms.Cli;

/// <summary><c>emailsms demo</c>: the whole way there and back, with nothing to configure.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Smtp = new("--smtp")
    {
        Description = "Where to listen for mail.",
        HelpName = "host:port",
        DefaultValueFactory = _ => "127.0.0.1:2525",
    };

    private static readonly Option<string?> Smsc = new("--smsc")
    {
        Description = "An SMSC of your own instead of the simulator.",
        HelpName = "host:port",
    };

    private static readonly Option<string> SystemId = new("--system-id")
    {
        Description = "The account at that SMSC.",
        DefaultValueFactory = _ => "demo",
    };

    private static readonly Option<string> Password = new("--password")
    {
        Description = "Its password.",
        DefaultValueFactory = _ => "demo",
    };

    private static readonly Option<string?> SmartHost = new("--smart-host")
    {
        Description = "A mail server of your own instead of the catch-all mailbox.",
        HelpName = "host:port",
    };

    private static readonly Option<string[]> Allow = new("--allow")
    {
        Description = "Who may send, repeatable. Default: anybody on this machine.",
        HelpName = "address|domain",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "End after the round trip, with 0 if it worked.",
    };

    public static Command Build()
    {
        var command = new Command(
            "demo", "Show the whole way there and back on this machine, with nothing to configure.")
        {
            Smtp, Smsc, SystemId, Password, SmartHost, Allow, Once,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (!IPEndPoint.TryParse(parsed.GetValue(Smtp)!.Replace("localhost", "127.0.0.1", StringComparison.Ordinal),
            out IPEndPoint? smtp))
        {
            return Wrong($"--smtp: '{parsed.GetValue(Smtp)}' is not an address and port such as 127.0.0.1:2525.");
        }

        if (!TryRead(parsed.GetValue(Smsc), out DnsEndPoint? smsc))
        {
            return Wrong($"--smsc: '{parsed.GetValue(Smsc)}' is not a host and port such as 127.0.0.1:2775.");
        }

        if (!TryRead(parsed.GetValue(SmartHost), out DnsEndPoint? smartHost))
        {
            return Wrong($"--smart-host: '{parsed.GetValue(SmartHost)}' is not a host and port such as 127.0.0.1:25.");
        }

        var options = new DemoOptions(
            smtp, smsc, parsed.GetValue(SystemId)!, parsed.GetValue(Password)!, smartHost, parsed.GetValue(Allow)!,
            parsed.GetValue(CommonOptions.Data), parsed.GetValue(Once), parsed.GetValue(CommonOptions.Json));
        return await DemoHouse.RunAsync(options).ConfigureAwait(false);
    }

    private static bool TryRead(string? text, out DnsEndPoint? point)
    {
        point = null;
        if (text is null) return true;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), out ushort port) || port == 0) return false;
        point = new DnsEndPoint(text[..colon].Trim('[', ']'), port);
        return true;
    }

    private static int Wrong(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return CommandLine.Wrong;
    }
}
