using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>The recipients of one mail, each number once, within what their rules allow for a mail.</summary>
internal sealed class MailRecipients
{
    private readonly List<AcceptedRecipient> _all = [];

    /// <summary>All of them, in the order in which they were taken.</summary>
    public IReadOnlyList<AcceptedRecipient> All => _all;

    /// <summary>How many addresses were answered 250: the place of the next.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes all numbers of one address, or none, and says so.</summary>
    /// <param name="answer">What was said to it.</param>
    /// <param name="dsn">What its sender wants to hear.</param>
    /// <param name="tooMany">The refusal of a mail to all of these; null: there is room for them.</param>
    public SmtpReply Take(
        RecipientAnswer answer, DsnRequest dsn, Func<IReadOnlyList<AcceptedRecipient>, SmtpReply?> tooMany)
    {
        // The same number twice in one mail is one SMS; where one of the two is an alarm, it is that one.
        List<AcceptedRecipient> added = [];
        foreach (AcceptedRecipient one in answer.Recipients)
        {
            int same = _all.FindIndex(one.IsSameAs);
            if (same < 0) added.Add(one);
            else if (one.Alarm is not null) _all[same] = one with { Dsn = dsn, Place = _all[same].Place };
        }

        foreach (AcceptedRecipient recipient in added)
        {
            SenderRule rule = recipient.Rule;
            if (_all.Count + added.Count <= rule.RecipientsMax) continue;
            return RecipientDesk.TooMany(rule);
        }

        if (added.Count > 0 && tooMany([.. _all, .. added]) is { } over) return over;
        _all.AddRange(added.Select(one => one with { Dsn = dsn, Place = Taken }));
        if (answer.Reply.Code < 300) Taken++;
        return answer.Reply;
    }

    /// <summary>Counts an address that is no phone's, and tells its place.</summary>
    public int TakeOther() => Taken++;

    public void Clear()
    {
        _all.Clear();
        Taken = 0;
    }
}
