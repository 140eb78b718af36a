using System.Globalization;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// What became of the messages a simulator took, for query_sm and cancel_sm. It remembers the last ten thousand.
/// </summary>
internal sealed class MessageLedger
{
    private const int MessagesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<string> _ids = [];

    private sealed record Entry(SmppAddress Source, MessageState State, DateTimeOffset Done, string Error);

    /// <summary>It was taken, and is on its way.</summary>
    public void Add(string id, SmppAddress source)
    {
        if (id.Length == 0) return; // nobody can ask for it
        lock (_gate)
        {
            if (_entries.TryAdd(id, new Entry(source, MessageState.Enroute, default, "000"))) _ids.Enqueue(id);
            if (_ids.Count > MessagesMax) _entries.Remove(_ids.Dequeue());
        }
    }

    /// <summary>It is so far now. What stands from now on: a final state is not left again.</summary>
    public MessageState Become(string id, MessageState state, DateTimeOffset when, string error)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out Entry? entry)) return state;
            if (IsFinal(entry.State)) return entry.State;
            _entries[id] = entry with { State = state, Done = when, Error = error };
            return state;
        }
    }

    /// <summary>The answer to a query_sm.</summary>
    public SmppReply Answer(QuerySm query)
    {
        lock (_gate)
        {
            var nothing = new QuerySmResp(query.MessageId, "", MessageState.Unknown, 0);
            if (Find(query.MessageId, query.Source) is not { } entry)
                return new SmppReply(CommandStatus.InvalidMessageId, nothing);
            string done = IsFinal(entry.State)
                ? entry.Done.UtcDateTime.ToString("yyMMddHHmmss'000+'", CultureInfo.InvariantCulture)
                : "";
            _ = byte.TryParse(entry.Error, NumberStyles.None, CultureInfo.InvariantCulture, out byte error);
            return new SmppReply(
                CommandStatus.Ok, nothing with { FinalDate = done, State = entry.State, ErrorCode = error });
        }
    }

    /// <summary>
    /// The answer to a cancel_sm: what is on its way is deleted, and its receipt will say so. One message by its id;
    /// all of a pair of addresses cannot be cancelled at once here.
    /// </summary>
    public SmppReply Answer(CancelSm cancel, DateTimeOffset when)
    {
        CommandStatus status = CommandStatus.InvalidMessageId;
        lock (_gate)
        {
            if (Find(cancel.MessageId, cancel.Source) is { } entry)
            {
                status = IsFinal(entry.State) ? CommandStatus.CancelFailed : CommandStatus.Ok;
                if (status is CommandStatus.Ok)
                    _entries[cancel.MessageId] = entry with { State = MessageState.Deleted, Done = when };
            }
        }

        return new SmppReply(status, CancelSmResp.Instance);
    }

    // The source has to be that of the submit (SMPP 3.4 4.8.1); many leave it out, and are answered all the same.
    private Entry? Find(string id, SmppAddress source) =>
        _entries.TryGetValue(id, out Entry? entry) && (source.Digits.Length == 0 || source == entry.Source)
            ? entry
            : null;

    private static bool IsFinal(MessageState state) => state
        is MessageState.Delivered or MessageState.Expired or MessageState.Deleted or MessageState.Undeliverable
        or MessageState.Rejected or MessageState.Skipped;
}
