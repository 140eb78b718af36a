namespace EmailSms.Store;

/// <summary>A piece of work waiting for the writer, and the promise to whoever waits for it.</summary>
internal abstract class StoreWork
{
    /// <summary>Runs the piece inside the writer's transaction. Its exception undoes it and nothing else.</summary>
    public abstract void Run(StoreSession session);

    /// <summary>The commit is on disk.</summary>
    public abstract void Complete();

    /// <summary>It is not, and will not be.</summary>
    public abstract void Fail(Exception cause);
}

/// <summary>The same with a result.</summary>
internal sealed class StoreWork<T>(Func<StoreSession, T> work) : StoreWork
{
    // Continuations must not run on the writer's thread: it would wait for them before the next commit.
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _promise.Task;

    public override void Run(StoreSession session) => _result = work(session);

    public override void Complete() => _promise.TrySetResult(_result);

    public override void Fail(Exception cause) => _promise.TrySetException(cause);
}
