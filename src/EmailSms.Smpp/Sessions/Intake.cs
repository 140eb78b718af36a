namespace EmailSms.Smpp;

/// <summary>
/// What stands between the receive loop and the application: a bounded queue whose items are begun in the order they
/// came, one after the other, while up to so many may be under way. The receive loop never waits here; when the queue
/// is full it is told so, and tells the peer.
/// </summary>
/// <param name="queueMax">Items that may wait.</param>
/// <param name="underWayMax">Items that may be begun and not finished.</param>
/// <param name="handle">Never throws.</param>
/// <param name="flush">
/// Called after some that were done at once, so that their answers leave together; those that take longer flush
/// themselves.
/// </param>
internal sealed class Intake<T>(int queueMax, int underWayMax, Func<T, ValueTask> handle, Action flush)
    : IThreadPoolWorkItem
{
    private const int TogetherMax = 64;

    private readonly Lock _gate = new();
    private readonly Queue<T> _queue = [];
    private int _underWay;
    private bool _draining;
    private TaskCompletionSource? _idle;

    public bool TryPost(T item)
    {
        lock (_gate)
        {
            if (_queue.Count >= queueMax) return false;
            _queue.Enqueue(item);
            if (_draining || _underWay >= underWayMax) return true;
            _draining = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>Done when nothing waits and nothing is under way.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (_underWay == 0 && _queue.Count == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        int together = 0;
        long tick = Environment.TickCount64;
        while (TryBegin(out T? item))
        {
            ValueTask work = handle(item);
            if (work.IsCompleted) End();
            else _ = EndLaterAsync(work);

            // A handler that is slow without waiting must not keep the answers of those before it.
            if (++together < TogetherMax && Environment.TickCount64 == tick) continue;
            flush();
            (together, tick) = (0, Environment.TickCount64);
        }

        flush();
    }

    private bool TryBegin([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
        {
            item = default;
            if (_underWay < underWayMax && _queue.TryDequeue(out item))
            {
                _underWay++;
                return true;
            }

            _draining = false;
            return false;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _underWay--;
            if (_underWay > 0 || _queue.Count > 0) return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private async Task EndLaterAsync(ValueTask work)
    {
        await work;
        End();
        lock (_gate)
        {
            if (_draining || _queue.Count == 0 || _underWay >= underWayMax) return;
            _draining = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
