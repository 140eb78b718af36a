using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Brings the messages of a simulator to their end, and sends the receipts: writes them, waits for their time, shuffles
/// and repeats them.
/// </summary>
internal sealed class ReceiptDesk(
    Postman postman, MessageLedger ledger, TimeProvider time, CancellationToken stopping)
{
    private const int TextLettersMax = 20;

    private static readonly TimeSpan ReverseWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<(SmppServerSession Session, SmppPdu Message)> _held = [];
    private long _taken;
    private long _waiting;

    /// <summary>A message that was taken, and what is to become of it.</summary>
    public sealed record Message(SmppServerSession Session, SubmitSm Submit, ulong Id, string AnsweredId)
    {
        public required ReceiptPlan Plan { get; init; }

        public required WeightedState End { get; init; }

        public required Dice Dice { get; init; }

        public double Acceleration { get; init; } = 1;

        /// <summary>Receipts are sent; else it ends without a word.</summary>
        public bool Tells { get; init; }
    }

    /// <summary>Receipts that the ESME acknowledged.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Messages whose receipts are not all taken.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Does what the plan says for one message. Never throws.</summary>
    public async Task SendAsync(Message message)
    {
        if (message.Tells) Interlocked.Increment(ref _waiting);
        try
        {
            await FollowAsync(message);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The simulator stops; a receipt more or less is no matter then.
        }
        finally
        {
            if (message.Tells) Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task FollowAsync(Message message)
    {
        (ReceiptPlan plan, Dice dice) = (message.Plan, message.Dice);
        DateTimeOffset submitted = time.GetUtcNow();
        DateTimeOffset done = submitted;
        bool isLast = false;
        for (int step = 0; !isLast; step++)
        {
            isLast = step == plan.Before.Count;
            TimeSpan delay = plan.BeforeAnswer ? TimeSpan.Zero : plan.Delay.Draw(ref dice);
            done += delay;
            TimeSpan pause = delay / Math.Max(message.Acceleration, 1);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, stopping);
            MessageState due = isLast ? message.End.State ?? MessageState.Delivered : plan.Before[step];
            string error = isLast ? message.End.Error : "000";
            MessageState state = ledger.Become(message.AnsweredId, due, done, error);
            isLast |= state != due; // it was cancelled meanwhile
            if (!message.Tells) continue;

            SmppPdu receipt = Write(message.Submit, plan, message.Id, state, error, submitted, done, isLast);
            for (int i = 0; i < Math.Max(plan.Copies, 1); i++)
            {
                if (plan.ReverseOver > 1) Hold(message.Session, receipt, plan.ReverseOver);
                else await DeliverAsync(message.Session, receipt);
            }
        }
    }

    private async Task DeliverAsync(SmppServerSession session, SmppPdu message)
    {
        if (await postman.DeliverAsync(session.SystemId, session, message, stopping)) Interlocked.Increment(ref _taken);
    }

    private void Hold(SmppServerSession session, SmppPdu message, int count)
    {
        bool isFirst;
        bool isFull;
        lock (_gate)
        {
            isFirst = _held.Count == 0;
            _held.Add((session, message));
            isFull = _held.Count >= count;
        }

        if (isFull) _ = ReleaseAsync(TimeSpan.Zero);
        else if (isFirst) _ = ReleaseAsync(ReverseWait);
    }

    private async Task ReleaseAsync(TimeSpan pause)
    {
        try
        {
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, stopping);
            (SmppServerSession Session, SmppPdu Message)[] all;
            lock (_gate)
            {
                all = [.. _held];
                _held.Clear();
            }

            foreach ((SmppServerSession session, SmppPdu message) in all.Reverse())
                await DeliverAsync(session, message);
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }

    private static SmppPdu Write(
        SubmitSm submit, ReceiptPlan plan, ulong id, MessageState state, string error,
        DateTimeOffset submitted, DateTimeOffset done, bool isLast)
    {
        string letters = MessageText.Read(submit);
        string text = plan.Form is ReceiptForm.Tlv ? "" : ReceiptTexts.Write(plan.Text, new ReceiptTexts.Receipt(
            MessageIds.Write(id, plan.TextIdForm), state, error, submitted, done, submit.Source.Digits,
            submit.Destination.Digits, letters[..Math.Min(letters.Length, TextLettersMax)]));
        if (plan.NulAtEnd) text += '\0';
        byte[] octets = plan.Ucs2 ? Encoding.BigEndianUnicode.GetBytes(text) : Encoding.Latin1.GetBytes(text);
        bool isPayload = octets.Length > 0 && (plan.Payload || plan.DataSm || octets.Length > 254);
        List<Tlv> tlvs = [];
        if (isPayload) tlvs.Add(new Tlv(TlvTag.MessagePayload, octets));
        if (plan.Form is not ReceiptForm.Text)
        {
            tlvs.Add(Tlv.Of(TlvTag.ReceiptedMessageId, MessageIds.Write(id, plan.TlvIdForm)));
            tlvs.Add(Tlv.Of(TlvTag.MessageState, (byte)state));
        }

        bool isNotice = !isLast && (submit.RegisteredDelivery & RegisteredDelivery.Intermediate) != 0;
        var receipt = new DeliverSm
        {
            Source = submit.Destination,
            Destination = submit.Source,
            EsmClass = isNotice ? EsmClass.IntermediateNotification : plan.EsmClass,
            DataCoding = plan.Ucs2 && octets.Length > 0 ? DataCoding.Ucs2 : DataCoding.Default,
            ShortMessage = isPayload ? default : octets,
            Tlvs = tlvs,
        };
        return !plan.DataSm ? receipt : new DataSm
        {
            Source = receipt.Source,
            Destination = receipt.Destination,
            EsmClass = receipt.EsmClass,
            DataCoding = receipt.DataCoding,
            Tlvs = receipt.Tlvs,
        };
    }
}
