using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// Takes lines off the wire. Only CRLF ends a line: a server that also takes a bare LF can be made to see commands
/// where its peer saw text; <see cref="SmtpServerOptions.AllowsBareLineFeeds"/> is for devices. A line over the
/// limit is swallowed to its CRLF, so that both sides stay in step.
/// </summary>
internal sealed class CommandReader(SmtpWire wire, SmtpServerOptions options)
{
    /// <summary>A line this long is no mistake any more. A mail sent without DATA would be about this size.</summary>
    public const int SwallowedBytesMax = 1024 * 1024;

    private const byte TlsHandshake = 0x16; // the first octet of a TLS ClientHello (RFC 8446 5.1)

    private const int ResponseBytesMax = 12288 + 2; // RFC 4954 4: base64, and the CRLF

    private const int AuthLineBytesMax = ResponseBytesMax + 32; // the verb and the mechanism

    private byte[] _line = []; // rented while a line is looked at: an idle session holds none
    private int _lineBytes;
    private long _swallowedBytes;
    private bool _isFirst = true;

    /// <summary>The line that was taken last, without its CRLF.</summary>
    internal ReadOnlySpan<byte> Line => _line.AsSpan(0, _lineBytes);

    /// <summary>Waits until the line of a command is here; false: it was too long, and is swallowed.</summary>
    /// <remarks>Apart from <see cref="TakeCommand"/>: an idle session waits in as few parts as can be.</remarks>
    /// <exception cref="SmtpHangUp">The client is gone, was silent for too long, or does not speak SMTP.</exception>
    public ValueTask<bool> ReadCommandLineAsync(TimeSpan silenceMax) =>
        ReadLineAsync(silenceMax, options.CommandLineBytesMax, isCommand: true);

    /// <summary>The command on the line that was read.</summary>
    /// <exception cref="SmtpHangUp">It is one of another protocol.</exception>
    public SmtpCommand TakeCommand(bool isWhole)
    {
        SmtpCommand command = isWhole ? SmtpCommand.Parse(Line) : SmtpCommand.Faulty(Replies.LineTooLong);
        GiveBackLine();
        if (command.IsForeign) throw new SmtpHangUp(Replies.NotSmtp, isMidSentence: true);
        _isFirst = false;
        return command;
    }

    /// <summary>The client's answer to 334; null: too long. What is not ASCII is no base64 either way.</summary>
    public async ValueTask<string?> ReadResponseAsync(TimeSpan silenceMax)
    {
        if (!await ReadLineAsync(silenceMax, ResponseBytesMax)) return null;
        string response = Encoding.ASCII.GetString(_line, 0, _lineBytes);
        GiveBackLine();
        return response;
    }

    /// <summary>
    /// Takes one line off the front of <paramref name="buffer"/>, or leaves what must be seen again. A line that
    /// <paramref name="isTooLong"/> is taken, too, but not kept.
    /// </summary>
    internal bool TryTake(ref ReadOnlySequence<byte> buffer, int bytesMax, out bool isTooLong)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (TryReadLine(ref reader, out ReadOnlySequence<byte> line))
        {
            buffer = buffer.Slice(reader.Position);
            // Checked here, too: a line that is too long may arrive in one read.
            isTooLong = _swallowedBytes > 0 || reader.Consumed > bytesMax;
            _swallowedBytes = 0;
            if (!isTooLong) Keep(line);
            return true;
        }

        isTooLong = false;
        if (_swallowedBytes == 0 && buffer.Length < bytesMax) return false;

        // The last octet may be the CR of the CRLF that ends the line.
        ReadOnlySequence<byte> last = buffer.Slice(Math.Max(0, buffer.Length - 1));
        ReadOnlySequence<byte> kept = BeginsWith(last, (byte)'\r') ? last : buffer.Slice(buffer.End);
        _swallowedBytes += buffer.Length - kept.Length;
        buffer = kept;
        return false;
    }

    private bool TryReadLine(ref SequenceReader<byte> reader, out ReadOnlySequence<byte> line)
    {
        if (!options.AllowsBareLineFeeds) return reader.TryReadTo(out line, "\r\n"u8, advancePastDelimiter: true);
        if (!reader.TryReadTo(out line, (byte)'\n', advancePastDelimiter: true)) return false;
        ReadOnlySequence<byte> last = line.Slice(Math.Max(0, line.Length - 1));
        if (BeginsWith(last, (byte)'\r')) line = line.Slice(0, last.Start);
        return true;
    }

    // A token does not fit a command line, and clients send it there all the same.
    private bool IsAuth(ReadOnlySequence<byte> buffer)
    {
        if (!AuthDialogue.IsOffered(options) || buffer.Length < 5) return false;
        Span<byte> word = stackalloc byte[5];
        buffer.Slice(0, 5).CopyTo(word);
        return Ascii.EqualsIgnoreCase(word, "AUTH "u8);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadLineAsync(TimeSpan silenceMax, int lineBytesMax, bool isCommand = false)
    {
        TimeSpan? begun = null; // the line is here in part since then
        while (true)
        {
            ReadResult read = await ReadAsync(silenceMax, begun);
            ReadOnlySequence<byte> buffer = read.Buffer;
            int bytesMax = isCommand && IsAuth(buffer) ? AuthLineBytesMax : lineBytesMax;
            bool isTls = _isFirst && BeginsWith(buffer, TlsHandshake);
            bool isWhole = TryTake(ref buffer, bytesMax, out bool isTooLong);
            // Not examined beyond the line: the next may be here already. Nothing taken: wake us for new octets.
            wire.Advance(buffer.Start, isWhole ? buffer.Start : buffer.End);

            if (isTls) throw new SmtpHangUp(Replies.NotSmtp, isMidSentence: true);
            if (isWhole) return !isTooLong;
            if (read.IsCompleted) throw new SmtpHangUp(null);
            if (_swallowedBytes > SwallowedBytesMax) throw new SmtpHangUp(Replies.EndlessLine, isMidSentence: true);
            if (!buffer.IsEmpty || _swallowedBytes > 0) begun ??= wire.Waited;
        }
    }

    private ValueTask<ReadResult> ReadAsync(TimeSpan silenceMax, TimeSpan? begun) => begun is { } since
        ? ReadRestAsync(silenceMax, since)
        : wire.ReadAsync(silenceMax, isIdle: true);

    private async ValueTask<ReadResult> ReadRestAsync(TimeSpan silenceMax, TimeSpan since)
    {
        TimeSpan left = options.CommandTimeMax - (wire.Waited - since);
        if (left <= TimeSpan.Zero) throw new SmtpHangUp(Replies.CommandTooSlow);
        try
        {
            return await wire.ReadAsync(left < silenceMax ? left : silenceMax, isIdle: true);
        }
        catch (SmtpHangUp end) when (end.Reply == Replies.Silence && left < silenceMax)
        {
            throw new SmtpHangUp(Replies.CommandTooSlow);
        }
    }

    // Not FirstSpan: the first segment of a slice may be empty.
    private static bool BeginsWith(ReadOnlySequence<byte> octets, byte wanted) =>
        new SequenceReader<byte>(octets).TryPeek(out byte first) && first == wanted;

    private void Keep(ReadOnlySequence<byte> line)
    {
        GiveBackLine();
        _lineBytes = (int)line.Length;
        _line = ArrayPool<byte>.Shared.Rent(_lineBytes);
        line.CopyTo(_line);
    }

    private void GiveBackLine()
    {
        if (_line.Length > 0) ArrayPool<byte>.Shared.Return(_line, clearArray: true); // it may be a password
        _line = [];
        _lineBytes = 0;
    }
}
