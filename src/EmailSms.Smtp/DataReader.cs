using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// Reads one mail after 354 into a spool, to its true end, whatever is wrong with it: only then are both sides in step.
/// </summary>
internal sealed class DataReader(SmtpWire wire, SmtpServerOptions options, string session, ILogger log)
{
    /// <summary>How many times the allowed size is read before a client is cut off instead.</summary>
    public const int OversizeFactor = 4;

    public long ReadBytesMax => (long)options.MailBytesMax * OversizeFactor;

    /// <summary>The reply that refuses the mail; null: it is whole and in the spool.</summary>
    /// <exception cref="SmtpHangUp">The mail did not end: the client is gone, silent, or goes on for ever.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply?> ReadAsync(IncomingMail mail)
    {
        DataScanner scanner = mail.Scanner;
        try
        {
            while (!scanner.IsDone)
            {
                TimeSpan before = wire.Waited;
                ReadResult read = await wire.ReadAsync(options.SilenceMax, isIdle: false);
                long bytes = read.Buffer.Length;
                SequencePosition consumed = await ScanAsync(read.Buffer, mail);
                wire.Advance(consumed, consumed);
                if (scanner.IsDone) break; // however long it took: it is here
                if (read.IsCompleted) throw new SmtpHangUp(null);
                Judge(mail.Rate, bytes, before);
                if (scanner.ReadBytes > ReadBytesMax)
                {
                    wire.Say(Replies.MailTooBig(options.MailBytesMax));
                    throw new SmtpHangUp(Replies.StillTooBig, isMidSentence: true);
                }
            }
        }
        catch (SmtpHangUp end) when (
            end.Reply == Replies.Silence && scanner.Fault is DataFault.BareLf or DataFault.LoneDot)
        {
            throw new SmtpHangUp(Replies.SilenceAfterBareLf);
        }

        return Judge(scanner);
    }

    /// <summary>
    /// Reads the octets of one BDAT (RFC 3030), no more and no less. The reply that refuses the mail; null: all well.
    /// </summary>
    /// <exception cref="SmtpHangUp">They did not come: what is there of the mail is not delivered.</exception>
    public async ValueTask<SmtpReply?> ReadChunkAsync(long bytes, IncomingMail mail)
    {
        while (bytes > 0)
        {
            TimeSpan before = wire.Waited;
            ReadResult read = await wire.ReadAsync(options.SilenceMax, isIdle: false);
            ReadOnlySequence<byte> chunk = read.Buffer.Slice(0, Math.Min(bytes, read.Buffer.Length));
            long taken = chunk.Length;
            await ScanAsync(chunk, mail);
            bytes -= taken;
            wire.Advance(chunk.End, chunk.End);
            if (bytes > 0 && read.IsCompleted) throw new SmtpHangUp(null);
            if (bytes > 0) Judge(mail.Rate, taken, before);
        }

        return Judge(mail.Scanner);
    }

    /// <summary>Reads the octets of a BDAT that nobody wanted, so that they are not taken for commands.</summary>
    public async ValueTask DiscardAsync(long bytes)
    {
        var rate = new DataRate(options.DataBytesPerSecondMin);
        while (bytes > 0)
        {
            TimeSpan before = wire.Waited;
            ReadResult read = await wire.ReadAsync(options.SilenceMax, isIdle: false);
            long taken = Math.Min(bytes, read.Buffer.Length);
            SequencePosition end = read.Buffer.GetPosition(taken);
            bytes -= taken;
            wire.Advance(end, end);
            if (bytes > 0 && read.IsCompleted) throw new SmtpHangUp(null);
            if (bytes > 0) Judge(rate, taken, before);
        }
    }

    /// <summary>The reply that what was read so far has earned; null: none but good.</summary>
    public SmtpReply? Judge(DataScanner scanner) => scanner.Fault switch
    {
        DataFault.None => null,
        DataFault.TooBig => Replies.MailTooBig(options.MailBytesMax),
        DataFault.SpoolFailed => SmtpReply.NoRoom,
        DataFault.HeaderTooBig => Replies.HeaderTooBig(options.HeaderBytesMax),
        DataFault.TooManyParts => Replies.TooManyParts(options.MimePartsMax),
        DataFault.TooDeep => Replies.TooDeep(options.MimeDepthMax),
        DataFault.Loop => Replies.Loop(options.ReceivedMax),
        DataFault fault => Replies.BadMail(fault, scanner.FaultLine),
    };

    private void Judge(DataRate rate, long bytes, TimeSpan waitedBefore)
    {
        if (!rate.Add(bytes, wire.Waited - waitedBefore))
        {
            throw new SmtpHangUp(Replies.DataTooSlow, isMidSentence: true);
        }
    }

    private async ValueTask<SequencePosition> ScanAsync(ReadOnlySequence<byte> buffer, IncomingMail mail)
    {
        long consumed = 0;
        foreach (ReadOnlyMemory<byte> segment in buffer)
        {
            consumed += mail.Scanner.Scan(segment.Span, mail.Spool);
            if (mail.Spool.IsFull && mail.Scanner.Fault is DataFault.None) await SpillAsync(mail);
            if (mail.Scanner.IsDone) break;
        }

        return buffer.GetPosition(consumed);
    }

    private async ValueTask SpillAsync(IncomingMail mail)
    {
        try
        {
            await mail.Spool.SpillAsync();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            log.SpoolFailed(trouble, session);
            mail.Scanner.Blame(DataFault.SpoolFailed);
        }
    }
}
