namespace EmailSms.Smpp;

/// <summary>
/// Requests that wait for a slot, first in, first out, with a way out of the middle. The requests are its links, so
/// that queueing costs nothing. Its owner has a lock.
/// </summary>
internal sealed class WaitingLine
{
    private PendingRequest? _last;
    private int _count;

    public PendingRequest? First { get; private set; }

    /// <summary>May be read without the lock.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(PendingRequest request)
    {
        request.Stage = PendingStage.Waiting;
        request.Before = _last;
        if (_last is null) First = request;
        else _last.Behind = request;
        _last = request;
        _count++;
    }

    public PendingRequest? TakeFirst()
    {
        PendingRequest? first = First;
        if (first is not null) Remove(first);
        return first;
    }

    public void Remove(PendingRequest request)
    {
        if (request.Before is null) First = request.Behind;
        else request.Before.Behind = request.Behind;
        if (request.Behind is null) _last = request.Before;
        else request.Behind.Before = request.Before;
        request.Before = request.Behind = null;
        _count--;
    }
}
