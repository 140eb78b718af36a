using System.Globalization;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// What can be said to a simulator in words: at its console, in the steps of a scenario, over HTTP.
/// </summary>
public sealed class SimulatorConsole(SmscSimulator simulator)
{
    /// <summary>The commands and what they do.</summary>
    public const string Help =
        """
        mo FROM TO TEXT            a person texts one of your numbers
        mo OPTIONS FROM TO TEXT    the same with options, comma-separated and no blanks between:
                                     coding=gsm7|ucs2|latin1|ascii|binary (binary: TEXT is hex), dcs=0xF0
                                     parts=udh8|udh16|sar|payload, order=3-1-1 (which parts, in which order)
                                     locking=turkish, single=turkish (national tables of GSM-7)
                                     ref=77, elements=05040B8423F0 (further header elements, hex), data_sm, account=NAME
        receipt ID STATE TO        a receipt for any id, whether it was given or not
        hangup | unbind            drop every connection, or say goodbye to it
        garbage | unknown          send octets that are no SMPP, or a command that no standard knows
        set NAME VALUE             latency, receipt-delay, receipt-state, throttle-above, reject, hang-up-after,
                                   bind-status, acceleration; on or off: silent, receipt-first, half-open,
                                   octet-by-octet, several-in-a-packet, no-enquire-link-answer; every so many answers:
                                   wrong-sequence, unknown-command, garbage-every; read-octets-per-second
        state ID                   what became of a message
        port | sessions | counts   where it listens, who is bound, what it has done
        quit
        """;

    private static readonly string[] Words = ["hangup", "unbind", "garbage", "unknown", "port", "sessions", "counts"];

    /// <summary>This could be done, as far as can be said without doing it.</summary>
    public static bool IsCommand(string line) => Split(line) switch
    {
        [var word] => Words.Contains(word),
        ["mo", ..] => TryReadMessage(line, out _),
        ["receipt", _, var state, _] => SimulatorWords.TryState(state, out MessageState? known) && known is not null,
        ["set", var name, .. { Length: > 0 } value] =>
            BehaviourSettings.Set(new SmscBehaviour(), name, string.Join(' ', value)) is null,
        ["state", _] => true,
        _ => false,
    };

    /// <summary>Does what the line says, and answers in a line or some.</summary>
    public async Task<string> DoAsync(string line, CancellationToken stopping)
    {
        switch (Split(line))
        {
            case []:
                return "";
            case ["mo", ..] when TryReadMessage(line, out MobileMessage? message):
                return await DeliverAsync(message!, stopping);
            case ["receipt", var id, var word, var to]
                when SimulatorWords.TryState(word, out MessageState? state) && state is { } known:
                return await simulator.InjectAsync(Receipt(id, known, to), deadline: stopping) ? "taken" : "refused";
            case ["hangup"]:
                simulator.HangUp();
                return "dropped";
            case ["unbind"]:
                await simulator.UnbindAsync(stopping);
                return "unbound";
            case ["garbage"]:
                simulator.SendGarbage("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8);
                return "sent";
            case ["unknown"]:
                simulator.SendUnknown();
                return "sent";
            case ["port"]:
                return $"{simulator.Endpoint}";
            case ["sessions"]:
                string[] sessions = [.. simulator.Sessions.Select(s => $"{s.SystemId}  {s.BindType}  {s.Peer}")];
                return sessions.Length == 0 ? "Nobody is bound." : string.Join('\n', sessions);
            case ["counts"]:
                return Write(simulator.Counts);
            case ["state", var id]:
                return simulator.StateOf(id) is { } now ? ReceiptTexts.Word(now) : $"No message has the id '{id}'.";
            case ["set", var name, .. { Length: > 0 } value]:
                return BehaviourSettings.Set(simulator.Behaviour, name, string.Join(' ', value)) ?? "set";
            case ["help"]:
                return Help;
            case var words:
                string usage = UsageOf(words[0]);
                return usage.Length > 0
                    ? $"That is not all of it, or too much:\n{usage}"
                    : $"There is no '{words[0]}'; \"help\" tells what can be typed.";
        }
    }

    private static string Write(SimulatorCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"submits {counts.Submits}: accepted {counts.Accepted}, refused {counts.Rejected}, throttled "
        + $"{counts.Throttled}, unanswered {counts.Unanswered}; receipts {counts.ReceiptsTaken} taken, "
        + $"{counts.ReceiptsWaiting} waiting; texts {counts.TextsTaken} taken, {counts.Redeliveries} deliveries "
        + $"again; binds {counts.Binds} taken, {counts.BindsRefused} refused");

    /// <summary>The lines of the help that begin with a word, and those that belong to them.</summary>
    private static string UsageOf(string word)
    {
        List<string> usage = [];
        foreach (string line in Help.ReplaceLineEndings("\n").Split('\n'))
        {
            bool isMore = line.StartsWith(' ') && usage.Count > 0;
            string[] known = line.StartsWith(' ') ? [] : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isOf = known.Length > 0 && (known[0] == word || (known is [_, "|", ..] && known.Contains(word)));
            if (isOf || isMore) usage.Add(line);
            else if (usage.Count > 0) break;
        }

        return string.Join('\n', usage);
    }

    private async Task<string> DeliverAsync(MobileMessage message, CancellationToken stopping)
    {
        if (!simulator.Sessions.Any(s => s.IsReceiver)) return "Nobody is bound to take it.";
        try
        {
            return await simulator.InjectAsync(message, stopping) ? "taken" : "refused";
        }
        catch (ArgumentException wrong)
        {
            return wrong.Message;
        }
    }

    private static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool TryReadMessage(string line, out MobileMessage? message)
    {
        message = null;
        bool hasOptions = Split(line) is [_, var first, _, _, ..] && (first.Contains('=') || first == "data_sm");
        string[] pieces = line.Trim().Split(' ', hasOptions ? 5 : 4, StringSplitOptions.RemoveEmptyEntries);
        if (pieces.Length != (hasOptions ? 5 : 4)) return false;
        var draft = new MobileMessage { From = pieces[^3], To = pieces[^2], Text = pieces[^1] };
        foreach (string option in hasOptions ? pieces[1].Split(',') : [])
        {
            string[] halves = option.Split('=', 2);
            if (With(draft, halves[0], halves.Length > 1 ? halves[1] : "") is not { } next) return false;
            draft = next;
        }

        if (draft.Coding is MobileCoding.Binary)
        {
            if (!TryHex(draft.Text, out byte[] octets)) return false;
            draft = draft with { Binary = octets, Text = "" };
        }

        message = draft;
        return true;
    }

    private static MobileMessage? With(MobileMessage draft, string name, string value)
    {
        switch (name)
        {
            case "coding" when Enum.TryParse(value, ignoreCase: true, out MobileCoding coding):
                return draft with { Coding = coding };
            case "dcs" when SimulatorWords.TryStatus(value, out CommandStatus number) && (uint)number < 256:
                return draft with { DataCoding = (byte)number };
            case "parts" when Enum.TryParse(value, ignoreCase: true, out Segmentation segmentation):
                return draft with { Segmentation = segmentation };
            case "order" when value.Split('-').All(part => byte.TryParse(part, out byte known) && known > 0):
                return draft with { Order = [.. value.Split('-').Select(p => int.Parse(p, null))] };
            case "ref" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort known):
                return draft with { Reference = known };
            case "locking" when Enum.TryParse(value, ignoreCase: true, out NationalLanguage language):
                return draft with { Tables = draft.Tables with { LockingShift = language } };
            case "single" when Enum.TryParse(value, ignoreCase: true, out NationalLanguage language):
                return draft with { Tables = draft.Tables with { SingleShift = language } };
            case "elements" when TryHex(value, out byte[] elements):
                return draft with { HeaderElements = elements };
            case "data_sm" when value.Length == 0:
                return draft with { DataSm = true };
            case "account" when value.Length > 0:
                return draft with { SystemId = value };
            default:
                return null;
        }
    }

    private static bool TryHex(string text, out byte[] octets)
    {
        bool good = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
        octets = good ? Convert.FromHexString(text) : [];
        return good;
    }

    private static DeliverSm Receipt(string id, MessageState state, string to) => new()
    {
        Source = MobileParts.ToAddress("+447700900123"),
        Destination = MobileParts.ToAddress(to),
        EsmClass = EsmClass.Receipt,
        ShortMessage = System.Text.Encoding.Latin1.GetBytes(
            $"id:{id} sub:001 dlvrd:001 stat:{ReceiptTexts.Word(state)} err:000 text:"),
        Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, id), Tlv.Of(TlvTag.MessageState, (byte)state)],
    };
}
