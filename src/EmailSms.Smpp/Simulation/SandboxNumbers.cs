namespace EmailSms.Smpp.Simulation;

/// <summary>
/// The numbers of a sandbox, whose last two digits say what becomes of a message; all others are delivered. They end
/// so that the numbers kept for films and examples have one of each: +44 7700 900081, +1 212 555 0181.
/// </summary>
public static class SandboxNumbers
{
    /// <summary>The rules, one for each ending.</summary>
    public static IReadOnlyList<SmscRule> Rules { get; } =
    [
        Ends("81", MessageState.Undeliverable, "027"),
        Ends("82", MessageState.Expired, "031"),
        Ends("83", MessageState.Rejected, "062"),
        Ends("84", MessageState.Deleted, "005"),
        Ends("85", MessageState.Unknown, "255"),
        Of("86") with
        {
            Receipts = new ReceiptPlan { Before = [MessageState.Accepted], Delay = TimeSpan.FromSeconds(2) },
        },
        Of("87") with { Receipts = null },
        Of("88") with { Receipts = new ReceiptPlan { BeforeAnswer = true } },
        Of("89") with { Receipts = new ReceiptPlan { Copies = 2 } },
        Of("90") with { Statuses = [new WeightedStatus(CommandStatus.InvalidDestinationAddress)] },
        Of("91") with { Statuses = [new WeightedStatus(CommandStatus.Prohibited)] },
        Of("92") with
        {
            Statuses = [new WeightedStatus(CommandStatus.Throttled), new WeightedStatus(CommandStatus.Ok)],
        },
        Of("93") with { Statuses = [new WeightedStatus(CommandStatus.SystemError)] },
        Of("94") with { Answer = AnswerKind.None, AnswerShare = 0.5 },
        Of("95") with { Answer = AnswerKind.HangUp, AnswerShare = 0.5 },
        Of("96") with
        {
            Latency = TimeSpan.FromSeconds(5), Receipts = new ReceiptPlan { Delay = TimeSpan.FromSeconds(30) },
        },
        Of("97") with { Reply = "Yes, I am on my way." },
        Of("98") with { Reply = "STOP" },
        Of("99") with { Reply = string.Concat(Enumerable.Repeat("Понял, выезжаю. 👍 ", 8)).Trim() },
    ];

    private static SmscRule Of(string ending) => new() { Destinations = $"*{ending}" };

    private static SmscRule Ends(string ending, MessageState state, string error) => Of(ending) with
    {
        Receipts = new ReceiptPlan { States = [new WeightedState(state, 1, error)] },
    };
}
