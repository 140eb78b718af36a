using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EmailSms.Samples.Smsc;

/// <summary>
/// What the SMSC's side tells the log, as lines on the screen: who is bound, who was refused, and why.
/// </summary>
internal sealed class ScreenLog(TextWriter screen, TimeProvider time) : ILoggerFactory, ILogger
{
    private const int ServerStarted = 5120; // the greeting says it

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is this one.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || eventId.Id == ServerStarted) return;
        screen.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss}  {formatter(state, exception)}"));
    }

    public void Dispose()
    {
        // The screen is not ours.
    }
}
