using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EmailSms.Smtp;

/// <summary>
/// The octets to and from one client. Replies are gathered and sent before the session waits for its client
/// (RFC 2920 3.2), so a batch of commands costs one packet back.
/// </summary>
internal sealed class SmtpWire : IAsyncDisposable
{
    private const int UnsentBytesMax = 4096; // a client that sends commands without end hears replies on the way

    private const int ReplyLineBytesMax = 512; // RFC 5321 4.5.3.1.5, CRLF counted

    // How long a client that is cut off in mid-sentence may go on: closing a socket with unread octets resets the
    // connection, and the reset overtakes our last reply.
    private static readonly TimeSpan LingerMax = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _connection;
    private readonly SmtpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly Patience _patience;
    private readonly CancellationTokenRegistration _stopNotice;
    private PipeReader _input;
    private PipeWriter _output;
    private SslStream? _tls;
    private int _unsentBytes;
    private volatile bool _isSending;

    public SmtpWire(ConnectionContext connection, SmtpServerOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _input = connection.Transport.Input;
        _output = connection.Transport.Output;
        _patience = new Patience(options, time, GiveUp);
        _stopNotice = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .Register(static patience => ((Patience)patience!).Stop(), _patience) ?? default;
    }

    public CancellationToken Overdue => _patience.Overdue;

    /// <summary>How long this session has waited for its client, all in all.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The client has said more than was read.</summary>
    public bool HasUnread
    {
        get
        {
            if (!_input.TryRead(out ReadResult read)) return false;
            _input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
    }

    /// <summary>What was received and not consumed; waits when there is nothing new.</summary>
    /// <exception cref="SmtpHangUp">The silence, the session or the server is over.</exception>
    public ValueTask<ReadResult> ReadAsync(TimeSpan silenceMax, bool isIdle) =>
        _unsentBytes <= UnsentBytesMax && _patience.Verdict is null && _input.TryRead(out ReadResult read)
            ? ValueTask.FromResult(Heard(read))
            : WaitAsync(silenceMax, isIdle);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one wait for each packet
    private async ValueTask<ReadResult> WaitAsync(TimeSpan silenceMax, bool isIdle)
    {
        await FlushAsync();
        if (_patience.Verdict is { } over) throw new SmtpHangUp(over); // a client that never pauses has to hear it, too
        _patience.Begin(silenceMax, isIdle);
        if (_patience.Verdict is { } verdict) throw new SmtpHangUp(verdict);
        long from = _time.GetTimestamp();
        ReadResult read = await _input.ReadAsync(CancellationToken.None);
        Waited += _time.GetElapsedTime(from);
        _patience.End();
        return Heard(read);
    }

    private ReadResult Heard(ReadResult read)
    {
        if (!read.IsCanceled || _patience.Verdict is not { } end) return read;
        _input.AdvanceTo(read.Buffer.Start);
        throw new SmtpHangUp(end);
    }

    public void Advance(SequencePosition consumed, SequencePosition examined) => _input.AdvanceTo(consumed, examined);

    /// <summary>Appends a reply to those that wait to be sent.</summary>
    public void Say(SmtpReply reply)
    {
        string text = reply.Text;
        int prefix = 4 + (reply.EnhancedCode.Length == 0 ? 0 : reply.EnhancedCode.Length + 1);
        int room = ReplyLineBytesMax - prefix - 2;
        int start = 0;
        while (true)
        {
            int feed = text.IndexOf('\n', start);
            int length = Math.Min((feed < 0 ? text.Length : feed) - start, room);
            int next = start + length + (feed == start + length ? 1 : 0);
            bool isLast = next == text.Length && feed != start + length;
            SayLine(reply, text.AsSpan(start, length), isLast);
            if (isLast) return;
            start = next;
        }
    }

    public async ValueTask FlushAsync()
    {
        if (_unsentBytes == 0) return;
        _unsentBytes = 0;
        ValueTask<FlushResult> flush = _output.FlushAsync(CancellationToken.None);
        if (!flush.IsCompletedSuccessfully)
        {
            // The client does not read. There is no telling it, so patience ends with the connection.
            _isSending = true;
            _patience.Begin(_options.SilenceMax, isIdle: false);
            if (_patience.Verdict is not null) _connection.Abort();
        }

        FlushResult result = await flush;
        _isSending = false;
        _patience.End();
        if (result.IsCompleted) throw new SmtpHangUp(null);
    }

    /// <summary>Reads and drops what a client still sends after its last reply, for a moment.</summary>
    public async ValueTask LingerAsync()
    {
        using var moment = new CancellationTokenSource(LingerMax, TimeProvider.System);
        try
        {
            while (true)
            {
                ReadResult read = await _input.ReadAsync(moment.Token);
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The moment is over, or the client has hung up the hard way. Both are an end.
        }
    }

    /// <summary>Waits for a reason of our own; a stopping server ends it early.</summary>
    public async ValueTask PauseAsync(TimeSpan length) =>
        await Task.Delay(length, _time, Overdue).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Puts TLS on the wire; what was received before and not read is taken for a handshake.</summary>
    /// <param name="choose">Gives the options for the host name the client asked for (SNI); empty: for none.</param>
    /// <exception cref="AuthenticationException">The client and we cannot agree.</exception>
    /// <exception cref="IOException">The client has hung up.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async ValueTask<SslStream> SecureAsync(Func<string, SslServerAuthenticationOptions> choose)
    {
        await FlushAsync();
        var tls = new SslStream(new DuplexStream(_connection.Transport), leaveInnerStreamOpen: true);
        _tls = tls;
        using var deadline = new CancellationTokenSource(_options.TlsHandshakeMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, Overdue);
        await tls.AuthenticateAsServerAsync(
            static (_, hello, choose, _) =>
                ValueTask.FromResult(((Func<string, SslServerAuthenticationOptions>)choose!)(hello.ServerName)),
            choose,
            either.Token);
        _input = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        _output = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
        return tls;
    }

    public async ValueTask DisposeAsync()
    {
        _stopNotice.Dispose();
        _patience.Dispose();
        if (_tls is not { } tls) return;
        try
        {
            // The client can tell our end from a cut cable, if it listens.
            if (tls.IsAuthenticated) await tls.ShutdownAsync().WaitAsync(LingerMax);
        }
        catch (TimeoutException)
        {
            _connection.Abort();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or OperationCanceledException)
        {
            // It has hung up already, and needs no telling.
        }

        await tls.DisposeAsync();
    }

    private void SayLine(SmtpReply reply, ReadOnlySpan<char> text, bool isLast)
    {
        int enhanced = reply.EnhancedCode.Length;
        int bytes = 3 + 1 + (enhanced == 0 ? 0 : enhanced + 1) + text.Length + 2;
        Span<byte> line = _output.GetSpan(bytes);
        line[0] = (byte)('0' + reply.Code / 100);
        line[1] = (byte)('0' + reply.Code / 10 % 10);
        line[2] = (byte)('0' + reply.Code % 10);
        line[3] = (byte)(isLast ? ' ' : '-');
        int at = 4;
        if (enhanced > 0)
        {
            at += Encoding.ASCII.GetBytes(reply.EnhancedCode, line[at..]);
            line[at++] = (byte)' ';
        }

        at += Encoding.ASCII.GetBytes(text, line[at..]);
        line[at++] = (byte)'\r'; // never Environment.NewLine
        line[at++] = (byte)'\n';
        _output.Advance(at);
        _unsentBytes += at;
    }

    // Called by a timer or by the server that stops: neither is to run the rest of the session.
    private void GiveUp() => ThreadPool.UnsafeQueueUserWorkItem(
        static wire =>
        {
            if (wire._isSending) wire._connection.Abort();
            else wire._input.CancelPendingRead();
        },
        this,
        preferLocal: false);
}
