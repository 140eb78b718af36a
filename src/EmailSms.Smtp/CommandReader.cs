using System.Buffers;
using System.IO.Pipelines;

namespace EmailSms.Smtp;

/// <summary>
/// Takes command lines off the wire. Only CRLF ends a line: a server that also takes a bare LF can be made to see
/// commands where its peer saw text. A line over the limit is swallowed to its CRLF, so that both sides stay in step.
/// </summary>
internal sealed class CommandReader(SmtpWire wire, SmtpServerOptions options)
{
    /// <summary>A line this long is no mistake any more. A mail sent without DATA would be about this size.</summary>
    public const int SwallowedBytesMax = 1024 * 1024;

    private const byte TlsHandshake = 0x16; // the first octet of a TLS ClientHello (RFC 8446 5.1)

    private readonly byte[] _joined = new byte[options.CommandLineBytesMax];
    private long _swallowedBytes;
    private bool _isFirst = true;

    /// <summary>The next command; it waits until there is one.</summary>
    /// <exception cref="SmtpHangUp">The client is gone, was silent for too long, or does not speak SMTP.</exception>
    public async ValueTask<SmtpCommand> ReadAsync(TimeSpan silenceMax)
    {
        while (true)
        {
            ReadResult read = await wire.ReadAsync(silenceMax, isIdle: true);
            ReadOnlySequence<byte> buffer = read.Buffer;
            bool isTls = _isFirst && BeginsWith(buffer, TlsHandshake);
            bool isWhole = TryTake(ref buffer, out SmtpCommand command);
            // Not examined beyond the line: the next may be here already. Nothing taken: wake us for new octets.
            wire.Advance(buffer.Start, isWhole ? buffer.Start : buffer.End);

            if (isTls || (_isFirst && command.IsForeign)) throw new SmtpHangUp(Replies.NotSmtp, isMidSentence: true);
            if (isWhole)
            {
                _isFirst = false;
                return command;
            }

            if (read.IsCompleted) throw new SmtpHangUp(null);
            if (_swallowedBytes > SwallowedBytesMax) throw new SmtpHangUp(Replies.EndlessLine, isMidSentence: true);
        }
    }

    /// <summary>Takes one line off the front of <paramref name="buffer"/>, or leaves what must be seen again.</summary>
    internal bool TryTake(ref ReadOnlySequence<byte> buffer, out SmtpCommand command)
    {
        command = default;
        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8, advancePastDelimiter: true))
        {
            buffer = buffer.Slice(reader.Position);
            // Checked here, too: a line that is too long may arrive in one read.
            bool isTooLong = _swallowedBytes > 0 || reader.Consumed > options.CommandLineBytesMax;
            _swallowedBytes = 0;
            command = isTooLong ? SmtpCommand.Faulty(Replies.LineTooLong) : SmtpCommand.Parse(Join(line));
            return true;
        }

        if (_swallowedBytes == 0 && buffer.Length < options.CommandLineBytesMax) return false;

        // The last octet may be the CR of the CRLF that ends the line.
        ReadOnlySequence<byte> last = buffer.Slice(Math.Max(0, buffer.Length - 1));
        ReadOnlySequence<byte> kept = BeginsWith(last, (byte)'\r') ? last : buffer.Slice(buffer.End);
        _swallowedBytes += buffer.Length - kept.Length;
        buffer = kept;
        return false;
    }

    // Not FirstSpan: the first segment of a slice may be empty.
    private static bool BeginsWith(ReadOnlySequence<byte> octets, byte wanted) =>
        new SequenceReader<byte>(octets).TryPeek(out byte first) && first == wanted;

    private ReadOnlySpan<byte> Join(ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment) return line.FirstSpan;
        line.CopyTo(_joined);
        return _joined.AsSpan(0, (int)line.Length);
    }
}
