using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Samples.Smsc;

/// <summary>What people write on the command line, read with a sentence for what is wrong.</summary>
internal static class Words
{
    public static Delay Pause(ArgumentResult argument) => Parse(
        argument, Delay.TryParse(Text(argument), out Delay pause), pause,
        "a delay such as 50ms, 2s, \"uniform 10ms 200ms\", \"normal 80ms 20ms\" or \"exponential 1s\"");

    public static MessageState? State(ArgumentResult argument) => Parse(
        argument, SimulatorWords.TryState(Text(argument), out MessageState? state), state,
        "a state such as DELIVRD, or none");

    public static CommandStatus Status(ArgumentResult argument) => Parse(
        argument, SimulatorWords.TryStatus(Text(argument), out CommandStatus status), status,
        "a status such as ESME_RBINDFAIL or 0x0D");

    public static (CommandStatus Status, string Destinations) Rejection(ArgumentResult argument) => Parse(
        argument, SimulatorWords.TryRejection(Text(argument), out var both), both,
        "a status such as 0x0B, or 0x0B@4477*");

    public static int Port(ArgumentResult argument) => Parse(
        argument, ushort.TryParse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port),
        port, "a port from 0 to 65535");

    public static IPAddress Address(ArgumentResult argument) =>
        Parse(argument, IPAddress.TryParse(Text(argument), out IPAddress? ip), ip!, "an IP address");

    private static string Text(ArgumentResult argument) => argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";

    private static T Parse<T>(ArgumentResult argument, bool good, T value, string wanted)
    {
        if (!good) argument.AddError($"'{Text(argument)}' is not {wanted}.");
        return value;
    }
}
