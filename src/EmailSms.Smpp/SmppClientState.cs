namespace EmailSms.Smpp;

/// <summary>Where a client is on its way to being bound.</summary>
public enum SmppClientState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Connecting (TCP, TLS).</summary>
    Connecting,

    /// <summary>Connected; the bind has no answer yet.</summary>
    Binding,

    /// <summary>Bound: messages go out and come in.</summary>
    Bound,

    /// <summary>Waiting before the next try.</summary>
    Waiting,

    /// <summary>Stopping: no new messages; waits for the answers that are out.</summary>
    Draining,
}
