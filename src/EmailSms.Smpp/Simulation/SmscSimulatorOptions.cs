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

    /// <summary>How it behaves at first.</summary>
    public SmscBehaviour Behaviour { get; init; } = new();

    /// <summary>Timers and sizes of the server under it.</summary>
    public SmppServerOptions Server { get; init; } = new() { SystemId = "simulator" };
}
