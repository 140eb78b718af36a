namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Brings deliver_sm to an account: waits until one of its receivers is bound, and tries again what was not taken, as a
/// real SMSC does.
/// </summary>
internal sealed class Postman(SmppServer server, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _redeliveries;

    public long Redeliveries => Interlocked.Read(ref _redeliveries);

    /// <summary>A session was bound: whoever waits may look again.</summary>
    public void Arrived()
    {
        TaskCompletionSource arrival;
        lock (_gate)
        {
            arrival = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        arrival.TrySetResult();
    }

    /// <summary>Delivers, however long it takes. False: the ESME refused it for good.</summary>
    /// <param name="systemId">Whose it is; null: whoever is bound.</param>
    /// <param name="preferred">The session that asked for it, if any.</param>
    /// <param name="message">What is delivered: a deliver_sm or a data_sm.</param>
    /// <param name="stopping">Ends the trying.</param>
    public async Task<bool> DeliverAsync(
        string? systemId, SmppServerSession? preferred, SmppPdu message, CancellationToken stopping)
    {
        while (true)
        {
            SmppServerSession receiver = await ReceiverAsync(systemId, preferred, stopping);
            SubmitResult result = message is DeliverSm deliver
                ? await receiver.SendAsync(deliver, stopping)
                : ResultOf(await receiver.RequestAsync(message, stopping));
            switch (result)
            {
                case SubmitResult.Accepted:
                    return true;
                case SubmitResult.Rejected no when no.Status.Class() is not
                    (CommandStatusClass.Temporary or CommandStatusClass.Throttled or CommandStatusClass.Other):
                    return false;
            }

            stopping.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _redeliveries);
            await Task.Delay(RetryPause, time, stopping);
        }
    }

    private static SubmitResult ResultOf(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Answered { Status: CommandStatus.Ok } => new SubmitResult.Accepted(""),
        RequestOutcome.Answered no => new SubmitResult.Rejected(no.Status),
        RequestOutcome.NotSent not => new SubmitResult.NotSent(not.Reason),
        RequestOutcome.Unknown unknown => new SubmitResult.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException("There is no fifth outcome."),
    };

    private async ValueTask<SmppServerSession> ReceiverAsync(
        string? systemId, SmppServerSession? preferred, CancellationToken stopping)
    {
        while (true)
        {
            if (preferred is { IsReceiver: true }) return preferred;
            Task arrival;
            lock (_gate) arrival = _arrival.Task; // before looking, so that nobody slips in between
            SmppServerSession? receiver = server.Sessions
                .Where(s => s.IsReceiver && (systemId is null || s.SystemId == systemId))
                .MinBy(s => s.InFlight);
            if (receiver is not null) return receiver;
            await arrival.WaitAsync(stopping);
        }
    }
}
