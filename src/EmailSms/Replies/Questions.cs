using System.Globalization;
using System.Text;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>A person was asked whom they mean.</summary>
internal sealed record Question(string Id, string Own, string Their, IReadOnlyList<string> Conversations, long AskedMs)
{
    /// <summary>Nobody waits for the answer any longer: the texts have gone to the latest mailbox.</summary>
    public bool IsOver { get; init; }
}

/// <summary>
/// Asks a person by SMS which of several mailboxes they mean. Their texts wait until they answer, and go to the latest
/// mailbox when they do not; an answer that comes later still counts. They are asked once in a window. All of it is
/// part of the write that keeps the text.
/// </summary>
internal sealed class Questions(SmsQueue queue, RepliesOptions options, TimeProvider time)
{
    private const int ChoicesMax = 9; // one digit to answer with

    private const string Select = "select id, own, their, choices, asked_ms, ended_ms is not null from reply_question";

    /// <summary>Whether the person was asked, now or before, so that this text waits for the answer.</summary>
    public bool Asks(StoreSession db, InboundText text, ReplyRoute route, long nowMs)
    {
        if (FindOpen(db, text) is not null) return true;
        if (!PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return false; // nobody can text a short code
        long? last = db.Scalar(
            "select max(asked_ms) from reply_question where their = @their and own = @own",
            ("@their", text.From), ("@own", text.To)) as long?;
        if (nowMs - last < options.ChoiceWindow.TotalMilliseconds) return false;

        IReadOnlyList<ReplyTarget> choices = [.. route.Targets.Take(ChoicesMax)];
        db.Execute(
            """
            insert into reply_question (id, own, their, choices, asked_ms) values (@id, @own, @their, @choices, @now)
            """,
            ("@id", TimeOrderedId.Next(time).ToString()), ("@own", text.To), ("@their", text.From),
            ("@choices", string.Join(' ', choices.Select(one => one.Conversation!.Id))), ("@now", nowMs));
        Ask(db, text.To, from, choices, nowMs);
        return true;
    }

    /// <summary>The question that is open between a phone and a number of ours; null: none.</summary>
    public static Question? FindOpen(StoreSession db, InboundText text) => db.Query(
        $"{Select} where their = @their and own = @own and ended_ms is null",
        Map, ("@their", text.From), ("@own", text.To)).FirstOrDefault();

    /// <summary>
    /// The question that a text may answer: the open one, else the last one that has no answer, for as long as one
    /// would hold. What a person says after a mailbox wrote is said to that one.
    /// </summary>
    public Question? FindUnanswered(
        StoreSession db, InboundText text, IReadOnlyList<ReplyTarget> targets, long nowMs)
    {
        if (FindOpen(db, text) is { } open) return open;
        Question? last = db.Query(
            $"{Select} where their = @their and own = @own and asked_ms > @since order by asked_ms desc limit 1",
            Map, ("@their", text.From), ("@own", text.To),
            ("@since", nowMs - (long)options.ChoiceWindow.TotalMilliseconds)).FirstOrDefault();
        return last is null || targets.Any(one => one.Conversation is { } known
            && (known.ChosenMs >= last.AskedMs
                || (known.LastSms is { } sms && TimeOrderedId.MsOf(sms) > last.AskedMs)))
            ? null
            : last;
    }

    /// <summary>Those that were asked before a time and have no answer.</summary>
    public static List<Question> FindSilent(StoreSession db, long beforeMs) => db.Query(
        $"{Select} where ended_ms is null and asked_ms <= @before", Map, ("@before", beforeMs));

    /// <summary>When the oldest open one was asked, if there is one.</summary>
    public static long? OldestMs(StoreSession db) =>
        db.Scalar("select min(asked_ms) from reply_question where ended_ms is null") as long?;

    /// <summary>It is answered, or nobody waits for its answer any longer.</summary>
    public static void End(StoreSession db, Question question, long nowMs) => db.Execute(
        "update reply_question set ended_ms = @now where id = @id", ("@id", question.Id), ("@now", nowMs));

    /// <summary>The id of the conversation that a text chooses; null: it is no answer.</summary>
    public static string? Choice(Question question, IReadOnlyList<ReplyTarget> targets, string text)
    {
        List<string> words = FoldedText.Words(text);
        if (words.Count == 1 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int place))
        {
            return place >= 1 && place <= question.Conversations.Count ? question.Conversations[place - 1] : null;
        }

        List<ReplyTarget> choices =
            [.. targets.Where(one => one.Conversation is { Id: var id } && question.Conversations.Contains(id))];
        return choices.Find(one => FoldedText.Words(Name(one, choices)).SequenceEqual(words))?.Conversation!.Id;
    }

    private void Ask(
        StoreSession db, string own, PhoneNumber to, IReadOnlyList<ReplyTarget> choices, long nowMs)
    {
        var text = new StringBuilder(options.Question);
        for (int i = 0; i < choices.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? " " : ", ")}{i + 1} {Name(choices[i], choices)}");
        }

        string body = text.ToString();
        SegmentedText parts = SmsSegmenter.Split(body);
        queue.Enqueue(
            db,
            new NewSms(
                TimeOrderedId.Next(time), null, to, own, "", body, parts.Encoding.ToString().ToLowerInvariant(),
                parts.Parts.Count, null, NoticeSetting.Never,
                nowMs + (long)options.QuestionWaitMax.TotalMilliseconds)
            {
                Registration = OwnNumbers.RegistrationOf(db, own).For(to, body, out _),
            },
            new { automatic = "question whom a text is for", parts = parts.Parts.Count });
    }

    // A mailbox as a person knows it: who asks "ann" has not to spell ann@clinic.example. Of two that are called info,
    // only the whole address says which.
    private static string Name(ReplyTarget target, IReadOnlyList<ReplyTarget> choices) =>
        choices.Count(one => one.Mailbox.LocalPart.Equals(target.Mailbox.LocalPart, StringComparison.OrdinalIgnoreCase))
            > 1
            ? target.Mailbox.ToString()
            : target.Mailbox.LocalPart;

    private static Question Map(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3).Split(' '), row.GetInt64(4))
    {
        IsOver = row.GetBoolean(5),
    };
}
