namespace EmailSms.Cli.Demo;

/// <summary>
/// The part of the log that belongs on the demo's screen: who was refused and why, whether the carrier is bound, and
/// every warning. The rest is on the timeline, which the demo prints anyway.
/// </summary>
internal sealed class DemoLog(DemoScreen screen) : ILoggerProvider
{
    private static readonly Dictionary<int, string> Shown = new()
    {
        [1002] = "refused",
        [1003] = "refused",
        [1701] = "carrier",
    };

    public ILogger CreateLogger(string categoryName) => new Lines(screen);

    public void Dispose()
    {
    }

    private sealed class Lines(DemoScreen screen) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (Shown.TryGetValue(eventId.Id, out string? kind))
            {
                screen.Log(kind, logLevel, eventId.Id, formatter(state, exception));
            }
            else if (logLevel >= LogLevel.Warning)
            {
                string cause = exception is null ? "" : $" ({exception.Message})";
                screen.Log("warning", logLevel, eventId.Id, formatter(state, exception) + cause);
            }
        }
    }
}
