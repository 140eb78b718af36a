namespace EmailSms.Smpp.Simulation;

/// <summary>What of a simulator is fixed from its start; see <see cref="SmscBehaviour"/> for the rest.</summary>
public sealed class SmscSimulatorOptions
{
    /// <summary>The only account that may bind; null: any.</summary>
    public string? SystemId { get; init; }

    /// <summary>Its password; null: any.</summary>
    public string? Password { get; init; }

    /// <summary>SMS kept for who asks later; above it the oldest goes.</summary>
    public int ReceivedMax { get; init; } = 10_000;

    /// <summary>The same seed gives the same chances to the same messages in the same order.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The first id it gives; null: one that no earlier run gave.</summary>
    public ulong? FirstId { get; init; }

    /// <summary>
    /// Every PDU that comes is written here, one line of JSON each, passwords left out; null: nothing.
    /// </summary>
    public TextWriter? ReceivedLog { get; init; }

    /// <summary>How it behaves at first.</summary>
    public SmscBehaviour Behaviour { get; init; } = new();

    /// <summary>Timers and sizes of the server under it.</summary>
    public SmppServerOptions Server { get; init; } = new() { SystemId = "simulator" };
}
