using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// The ESME's side of a session: takes deliver_sm and data_sm, and answers them when the application is done with them.
/// </summary>
internal sealed class EsmeSide : ISessionSide
{
    private readonly Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? _deliver;
    private readonly Action<AlertNotification>? _alert;
    private readonly ILogger _log;
    private readonly CancellationToken _stopping;
    private readonly Intake<Delivery> _intake;
    private readonly int _queueMax;
    private readonly Action<SmppSession> _closing;
    private SmppSession? _session;

    public EsmeSide(
        Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? deliver,
        Action<AlertNotification>? alert,
        SmppClientOptions options,
        ILogger log,
        Action<SmppSession> closing,
        CancellationToken stopping)
    {
        (_deliver, _alert, _log, _closing, _stopping) = (deliver, alert, log, closing, stopping);
        _queueMax = options.DeliverQueueMax;
        _intake = new Intake<Delivery>(
            options.DeliverQueueMax, options.DeliverConcurrencyMax, HandleAsync, () => _session?.Flush());
    }

    private readonly record struct Delivery(SmppSession Session, uint Sequence, DeliverSm Message, SmppPdu Response);

    public Task WhenIdleAsync() => _intake.WhenIdleAsync();

    public void Closing(SmppSession session) => _closing(session);

    public bool Take(SmppSession session, in PduHeader header, SmppPdu request)
    {
        _session = session;
        switch (request)
        {
            case DeliverSm message:
                Post(new Delivery(session, header.Sequence, message, DeliverSmResp.Empty));
                return true;
            case DataSm data:
                Post(new Delivery(session, header.Sequence, data.ToDeliverSm(), new DataSmResp("")));
                return true;
            case AlertNotification alert: // it wants no answer
                Tell(session, alert);
                return true;
            default:
                return false;
        }
    }

    private void Tell(SmppSession session, AlertNotification alert)
    {
        try
        {
            _alert?.Invoke(alert);
        }
        catch (Exception fault)
        {
            _log.HandlerFailed(fault, session.Name, alert.CommandId);
        }
    }

    private void Post(Delivery delivery)
    {
        if (_intake.TryPost(delivery)) return;
        _log.IntakeFull(delivery.Session.Name, delivery.Response.CommandId, _queueMax);
        delivery.Session.Answer(delivery.Sequence, CommandStatus.TemporaryAppError, delivery.Response, more: true);
    }

    private ValueTask HandleAsync(Delivery delivery)
    {
        ValueTask<CommandStatus> work = AskAsync(delivery);
        if (!work.IsCompleted) return AnswerLaterAsync(delivery, work);
        delivery.Session.Answer(delivery.Sequence, work.GetAwaiter().GetResult(), delivery.Response, more: true);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AnswerLaterAsync(Delivery delivery, ValueTask<CommandStatus> work) =>
        delivery.Session.Answer(delivery.Sequence, await work, delivery.Response);

    private async ValueTask<CommandStatus> AskAsync(Delivery delivery)
    {
        try
        {
            if (_deliver is not null) return await _deliver(delivery.Message, _stopping);
        }
        catch (Exception fault)
        {
            _log.HandlerFailed(fault, delivery.Session.Name, delivery.Response.CommandId);
        }

        return CommandStatus.TemporaryAppError;
    }
}
