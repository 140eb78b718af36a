namespace EmailSms.Smpp;

/// <summary>A request on its way: waiting for a slot, or written and waiting for its answer.</summary>
internal sealed class PendingRequest(SmppPdu pdu, bool windowed)
    : TaskCompletionSource<RequestOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public SmppPdu Pdu => pdu;

    /// <summary>Holds a slot of the window while it is written and not answered.</summary>
    public bool Windowed => windowed;

    /// <summary>Its place in the queue while it waits for a slot.</summary>
    public LinkedListNode<PendingRequest>? Waiting { get; set; }

    public long WrittenAt { get; set; }

    /// <summary>The batch of the output it was put in.</summary>
    public long Batch { get; set; }
}
