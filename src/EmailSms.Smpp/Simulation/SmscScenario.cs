using System.Text.Json;

namespace EmailSms.Smpp.Simulation;

/// <summary>Something that happens at a time of a scenario.</summary>
/// <param name="After">The time since the start.</param>
/// <param name="Command">What is done, as it would be typed; see <see cref="SimulatorConsole"/>.</param>
public sealed record ScenarioStep(TimeSpan After, string Command);

/// <summary>How a simulator behaves, and what happens while it runs, from a file of JSON.</summary>
public sealed class SmscScenario
{
    private static readonly JsonDocumentOptions ForPeople = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private SmscScenario(SmscSimulatorOptions options, IReadOnlyList<ScenarioStep> steps) =>
        (Options, Steps) = (options, steps);

    /// <summary>The simulator.</summary>
    public SmscSimulatorOptions Options { get; }

    /// <summary>What happens, in the order of time.</summary>
    public IReadOnlyList<ScenarioStep> Steps { get; }

    /// <summary>Reads a scenario. Null, and every error with its place, when it has one.</summary>
    /// <param name="json">Comments and trailing commas are allowed.</param>
    /// <param name="errors">A sentence each; empty when the scenario is good.</param>
    public static SmscScenario? Parse(string json, out IReadOnlyList<string> errors)
    {
        List<string> wrong = [];
        errors = wrong;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, ForPeople);
        }
        catch (JsonException broken)
        {
            wrong.Add($"This is no JSON: {broken.Message}");
            return null;
        }

        using (document)
        {
            SmscScenario scenario = Read(new ScenarioReader(document.RootElement, "", wrong));
            return wrong.Count == 0 ? scenario : null;
        }
    }

    private static SmscScenario Read(ScenarioReader from)
    {
        var behaviour = new SmscBehaviour
        {
            BindStatus = from.Status("bindStatus", CommandStatus.Ok),
            Acceleration = from.Number("acceleration", 1, 1e9, 1),
            ThrottleAboveRate = from.Number("throttleAbove", 0, 1e9, 0),
            ThrottleEvery = from.Count("throttleEvery", 0, int.MaxValue, 0),
            HangUpAfter = from.Count("hangUpAfter", 0, int.MaxValue, 0),
            Rules = [.. from.Objects("rules").Select(Rule)],
        };
        if (from.Object("wire") is { } wire) Wire(wire, behaviour.Wire);
        var options = new SmscSimulatorOptions
        {
            SystemId = from.Text("systemId"),
            Password = from.Text("password"),
            Seed = (long)from.Number("seed", 0, 1L << 53, 1),
            FirstId = from.Has("firstId") ? (ulong)from.Number("firstId", 1, 1L << 53, 1) : null,
            Behaviour = behaviour,
        };
        ScenarioStep[] steps = [.. from.Objects("steps").Select(Step).OrderBy(step => step.After)];
        from.End();
        return new SmscScenario(options, steps);
    }

    private static SmscRule Rule(ScenarioReader from)
    {
        bool hasReceipts = !from.Has("receipts") || !from.IsNone("receipts");
        ScenarioReader? receipts = hasReceipts ? from.Object("receipts") : null;
        var rule = new SmscRule
        {
            Destinations = from.Text("to")?.TrimStart('+') ?? "*",
            Accounts = from.Text("account") ?? "*",
            Latency = from.Delay("latency", default),
            RateMax = from.Number("rateMax", 0, 1e9, 0),
            ThrottleStatus = from.Status("throttleStatus", CommandStatus.Throttled),
            Statuses = [.. from.Objects("statuses").Select(Status)],
            Answer = from.Word("answer", AnswerKind.Given),
            AnswerShare = from.Number("answerShare", 0, 1, 1),
            IdForm = from.Word("ids", IdForm.Digits),
            Receipts = receipts is not null ? Receipts(receipts) : hasReceipts ? new ReceiptPlan() : null,
            Reply = from.Text("reply"),
            ReplyDelay = from.Delay("replyDelay", TimeSpan.FromSeconds(1)),
        };
        from.End();
        return rule;
    }

    private static WeightedStatus Status(ScenarioReader from)
    {
        var status = new WeightedStatus(
            from.Status("status", CommandStatus.Ok), from.Number("weight", 0, 1e9, 1));
        if (!from.Has("status")) from.Wrong("status", "this is missing");
        from.End();
        return status;
    }

    private static WeightedState State(ScenarioReader from)
    {
        var state = new WeightedState(
            from.State("state", MessageState.Delivered), from.Number("weight", 0, 1e9, 1), from.Text("err") ?? "000");
        if (!from.Has("state")) from.Wrong("state", "this is missing");
        from.End();
        return state;
    }

    private static ReceiptPlan Receipts(ScenarioReader from)
    {
        WeightedState[] states = [.. from.Objects("states").Select(State)];
        var plan = new ReceiptPlan
        {
            States = states.Length > 0 ? states : [new WeightedState(MessageState.Delivered)],
            Before = [.. from.Texts("before").Select(word => OnTheWay(from, word)).OfType<MessageState>()],
            Delay = from.Delay("delay", default),
            BeforeAnswer = from.Flag("beforeAnswer"),
            Copies = from.Count("copies", 1, 100, 1),
            ReverseOver = from.Count("reverseOver", 0, 10_000, 0),
            Unasked = from.Flag("unasked"),
            Form = from.Word("form", ReceiptForm.TextAndTlv),
            Text = Template(from, from.Text("text") ?? "standard"),
            TextIdForm = from.Word("textIds", IdForm.Digits),
            TlvIdForm = from.Word("tlvIds", IdForm.Digits),
            EsmClass = (byte)from.Count("esmClass", 0, 255, EsmClass.Receipt),
            Ucs2 = from.Flag("ucs2"),
            Payload = from.Flag("payload"),
            NulAtEnd = from.Flag("nul"),
            DataSm = from.Flag("dataSm"),
        };
        from.End();
        return plan;
    }

    private static MessageState? OnTheWay(ScenarioReader from, string word)
    {
        if (SimulatorWords.TryState(word, out MessageState? state) && state is not null) return state;
        from.Wrong("before", $"'{word}' is no state such as ENROUTE or ACCEPTD");
        return null;
    }

    private static string Template(ScenarioReader from, string text)
    {
        if (ReceiptTexts.ByName.TryGetValue(text, out string? known)) return known;
        if (!text.Contains('{', StringComparison.Ordinal))
        {
            from.Wrong("text", $"'{text}' is none of {string.Join(", ", ReceiptTexts.ByName.Keys.Order())}, "
                + "nor a template such as 'id:{id} stat:{stat}'");
        }

        foreach (string name in ReceiptTexts.Unknown(text))
            from.Wrong("text", $"there is nothing to put for {{{name}}}");
        return text;
    }

    private static void Wire(ScenarioReader from, WireBehaviour wire)
    {
        wire.OctetByOctet = from.Flag("octetByOctet");
        wire.SeveralInAPacket = from.Flag("severalInAPacket");
        wire.HalfOpen = from.Flag("halfOpen");
        wire.NoEnquireLinkAnswer = from.Flag("noEnquireLinkAnswer");
        wire.WrongSequenceEvery = from.Count("wrongSequenceEvery", 0, int.MaxValue, 0);
        wire.UnknownCommandEvery = from.Count("unknownCommandEvery", 0, int.MaxValue, 0);
        wire.GarbageEvery = from.Count("garbageEvery", 0, int.MaxValue, 0);
        wire.ReadOctetsPerSecond = from.Count("readOctetsPerSecond", 0, int.MaxValue, 0);
        from.End();
    }

    private static ScenarioStep Step(ScenarioReader from)
    {
        TimeSpan after = default;
        if (from.Text("after") is not { } time) from.Wrong("after", "this is missing");
        else if (!Delay.TryParseDuration(time, out after)) from.Wrong("after", $"'{time}' is no duration such as 10s");
        string command = from.Text("do") ?? "";
        if (!from.Has("do")) from.Wrong("do", "this is missing");
        else if (!SimulatorConsole.IsCommand(command)) from.Wrong("do", $"'{command}' is nothing that can be typed");
        from.End();
        return new ScenarioStep(after, command);
    }
}
