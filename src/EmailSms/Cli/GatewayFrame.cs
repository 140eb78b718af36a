using System.Net;
using EmailSms.Api;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// What stays while one gateway takes the place of another: the lock of the data folder, the socket of the commands,
/// and, where it is to be kept open, where clients connect.
/// </summary>
internal sealed class GatewayFrame : IAsyncDisposable
{
    private readonly DataFolderLock _lock;

    private GatewayFrame(DataFolderLock held, ControlSocket control, KeptSockets? mail, KeptSockets? web)
    {
        _lock = held;
        Control = control;
        Mail = mail;
        Web = web;
    }

    public ControlSocket Control { get; }

    /// <summary>The sockets of the SMTP listeners; null: they are closed with their gateway.</summary>
    public KeptSockets? Mail { get; }

    /// <summary>The same of the HTTP listener.</summary>
    public KeptSockets? Web { get; }

    /// <summary>Takes the data folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="keepsSockets">Another gateway may follow, for whom sockets stay open.</param>
    /// <exception cref="StoreException">It is in use.</exception>
    public static GatewayFrame Take(string folder, ILoggerFactory loggers, bool keepsSockets = false) => new(
        DataFolderLock.Take(folder), new ControlSocket(folder, loggers.CreateLogger<ControlSocket>()),
        keepsSockets ? KeptSockets.ForSmtp(loggers) : null, keepsSockets ? new KeptSockets(loggers) : null);

    /// <summary>Closes the sockets that no gateway listens on, but for those that the next one will.</summary>
    public async Task CloseFreeAsync(GatewaySettings? next = null)
    {
        if (Mail is not null) await Mail.CloseFreeAsync(next is null ? [] : MailOf(next)).ConfigureAwait(false);
        if (Web is not null) await Web.CloseFreeAsync(next is null ? [] : WebOf(next)).ConfigureAwait(false);
    }

    /// <summary>No gateway follows the one that runs.</summary>
    public async Task LetGoAsync()
    {
        if (Mail is not null) await Mail.LetGoAsync().ConfigureAwait(false);
        if (Web is not null) await Web.LetGoAsync().ConfigureAwait(false);
    }

    private static IEnumerable<EndPoint> MailOf(GatewaySettings settings) =>
        settings.Smtp.EndPoints.Concat(settings.Smtp.Listeners.SelectMany(listener => listener.EndPoints));

    private static IEnumerable<EndPoint> WebOf(GatewaySettings settings)
    {
        foreach (string address in settings.Http.Listen)
        {
            if (WebOptions.TryEndPoint(address, out IPEndPoint at)) yield return at;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync().ConfigureAwait(false);
        if (Mail is not null) await Mail.DisposeAsync().ConfigureAwait(false);
        if (Web is not null) await Web.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }
}
