using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// Reads one mail after 354 into a spool, to its true end, whatever is wrong with it: only then are both sides in step.
/// </summary>
internal sealed class DataReader(SmtpWire wire, SmtpServerOptions options, string session, ILogger log)
{
    /// <summary>How many times the allowed size is read before a client is cut off instead.</summary>
    public const int OversizeFactor = 4;

    /// <summary>The reply that refuses the mail; null: it is whole and in the spool.</summary>
    /// <exception cref="SmtpHangUp">The mail did not end: the client is gone, silent, or goes on for ever.</exception>
    public async ValueTask<SmtpReply?> ReadAsync(DataScanner scanner, MailSpool spool)
    {
        try
        {
            while (!scanner.IsDone)
            {
                ReadResult read = await wire.ReadAsync(options.SilenceMax, isIdle: false);
                SequencePosition consumed = await ScanAsync(read.Buffer, scanner, spool);
                wire.Advance(consumed, consumed);
                if (scanner.IsDone) break;
                if (read.IsCompleted) throw new SmtpHangUp(null);
                if (scanner.ReadBytes > (long)options.MailBytesMax * OversizeFactor)
                {
                    wire.Say(Replies.MailTooBig(options.MailBytesMax));
                    throw new SmtpHangUp(Replies.StillTooBig, isMidSentence: true);
                }
            }
        }
        catch (SmtpHangUp end) when (end.Reply == Replies.Silence && scanner.Fault is DataFault.BareLf)
        {
            throw new SmtpHangUp(Replies.SilenceAfterBareLf);
        }

        return scanner.Fault switch
        {
            DataFault.None => null,
            DataFault.TooBig => Replies.MailTooBig(options.MailBytesMax),
            DataFault.SpoolFailed => SmtpReply.NoRoom,
            DataFault fault => Replies.BadMail(fault, scanner.FaultLine),
        };
    }

    private async ValueTask<SequencePosition> ScanAsync(
        ReadOnlySequence<byte> buffer, DataScanner scanner, MailSpool spool)
    {
        long consumed = 0;
        foreach (ReadOnlyMemory<byte> segment in buffer)
        {
            consumed += scanner.Scan(segment.Span, spool);
            if (spool.IsFull && scanner.Fault is DataFault.None) await SpillAsync(scanner, spool);
            if (scanner.IsDone) break;
        }

        return buffer.GetPosition(consumed);
    }

    private async ValueTask SpillAsync(DataScanner scanner, MailSpool spool)
    {
        try
        {
            await spool.SpillAsync();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            log.SpoolFailed(trouble, session);
            scanner.Blame(DataFault.SpoolFailed);
        }
    }
}
