namespace EmailSms.Smtp;

/// <summary>Why a mail that was read to its end is refused.</summary>
internal enum DataFault
{
    None,
    TooBig,
    BareLf,
    BareCr,
    Nul,
    LineTooLong,
    LoneDot,
    SpoolFailed,
    HeaderTooBig,
    TooManyParts,
    TooDeep,
    Loop,
}

/// <summary>
/// Reads what follows 354, in any cuts, up to CRLF.CRLF and not an octet further (RFC 5321 4.1.1.4), and undoes
/// dot-stuffing (4.5.2). A fault is remembered and the reading goes on to the true end: who stops earlier takes the
/// rest of a mail for commands.
/// <code>
///            '.'             CR              LF
///   Bol ───────────► Dot ───────────► DotCr ────► end
///    ▲ │ other        │ other: the dot is dropped
///    │ └─────► Text ◄─┘
///    │ LF        │ CR
///    └──── Cr ◄──┘          Bol: the beginning of a line, and of the mail
/// </code>
/// Only CRLF leads to Bol. A dot beside a bare LF or a bare CR is text like any other, so that no second mail can be
/// hidden in a first (CVE-2023-51764 and its kin). In chunks (RFC 3030) a dot is a dot and a count is the end.
/// Where bare LFs are mended, one leads to Bol as well and is kept as CRLF; a line with only a dot that has one at
/// either end is a fault, and never the end.
/// </summary>
internal sealed class DataScanner(
    long mailBytesMax,
    long lineBytesMax,
    bool isChunked = false,
    bool mendsBareLf = false,
    ContentScanner? content = null)
{
    private State _state = State.Bol;
    private long _lineBytes;
    private long _lines = 1;
    private bool _isAfterBareLf; // this line began after a bare LF

    private enum State : byte
    {
        Bol,
        Text,
        Cr,
        Dot,
        DotCr,
    }

    public bool IsDone { get; private set; }

    /// <summary>The first fault seen; what follows a fault is read and dropped.</summary>
    public DataFault Fault { get; private set; }

    /// <summary>The line of the first fault, from 1.</summary>
    public long FaultLine { get; private set; }

    /// <summary>Octets read, the dots and the end counted.</summary>
    public long ReadBytes { get; private set; }

    public long LongestLineBytes { get; private set; }

    private long MailBytes { get; set; }

    /// <summary>
    /// Appends the mail's octets in <paramref name="input"/> to <paramref name="spool"/>. Gives how many it consumed:
    /// all, unless the mail ended among them.
    /// </summary>
    public int Scan(ReadOnlySpan<byte> input, MailSpool spool)
    {
        int kept = 0; // input[kept..i] is mail that is not in the spool yet
        int i = 0;
        while (i < input.Length && !IsDone)
        {
            if (_state is State.Text)
            {
                int stop = input[i..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
                int run = stop < 0 ? input.Length - i : stop;
                _lineBytes += run;
                i += run;
                if (stop < 0) break;
            }

            byte octet = input[i];
            if (mendsBareLf && octet == '\n' && _state is not (State.Cr or State.DotCr))
            {
                Keep(input[kept..i], spool);
                kept = i + 1;
                MendLine(spool);
                i++;
                continue;
            }

            bool wasDot = _state is State.Dot;
            Step(octet);
            if (_state is State.Dot)
            {
                Keep(input[kept..i], spool); // this dot is stuffing or the end: in no case mail
                kept = i + 1;
            }
            else if (wasDot && _state is State.DotCr)
            {
                kept = i + 1; // perhaps the end; if not, it is a bare CR and the mail is refused
            }

            i++;
        }

        ReadBytes += i;
        if (IsDone) LongestLineBytes = Math.Max(LongestLineBytes, _lineBytes);
        else if (kept < i) Keep(input[kept..i], spool);
        return i;
    }

    /// <summary>Remembers a fault; the mail's octets are dropped from here on.</summary>
    public void Blame(DataFault fault)
    {
        if (Fault is not DataFault.None) return;
        Fault = fault;
        FaultLine = _lines;
    }

    /// <summary>The last chunk is here; it need not end with CRLF, but it cannot end within one.</summary>
    public void EndChunks()
    {
        if (_state is State.Cr) Blame(DataFault.BareCr);
        if (_lineBytes > lineBytesMax) Blame(DataFault.LineTooLong);
        LongestLineBytes = Math.Max(LongestLineBytes, _lineBytes);
        IsDone = true;
    }

    private void Step(byte octet)
    {
        switch (_state)
        {
            case State.Bol when octet == '.' && !isChunked:
                _state = State.Dot;
                return;
            case State.Dot when octet == '\r':
                _state = State.DotCr;
                return;
            case State.DotCr when octet == '\n':
                if (!_isAfterBareLf)
                {
                    IsDone = true;
                    return;
                }

                Blame(DataFault.LoneDot);
                EndLine();
                return;
            case State.Cr when octet == '\n':
                EndLine();
                return;
            case State.Cr or State.DotCr:
                Blame(DataFault.BareCr);
                break;
        }

        switch (octet)
        {
            case (byte)'\r':
                _state = State.Cr;
                return;
            case (byte)'\n':
                Blame(DataFault.BareLf);
                break;
            case 0:
                Blame(DataFault.Nul); // RFC 5321 4.5.2: NUL is not text
                break;
        }

        _state = State.Text;
        _lineBytes++;
    }

    private void MendLine(MailSpool spool)
    {
        if (_state is State.Dot) Blame(DataFault.LoneDot);
        EndLine();
        _isAfterBareLf = true;
        Keep("\r\n"u8, spool);
    }

    private void EndLine()
    {
        _isAfterBareLf = false;
        if (_lineBytes > lineBytesMax) Blame(DataFault.LineTooLong);
        LongestLineBytes = Math.Max(LongestLineBytes, _lineBytes);
        _lineBytes = 0;
        _lines++;
        _state = State.Bol;
    }

    private void Keep(ReadOnlySpan<byte> octets, MailSpool spool)
    {
        MailBytes += octets.Length;
        if (MailBytes > mailBytesMax) Blame(DataFault.TooBig);
        if (Fault is not DataFault.None) return;
        spool.Append(octets);
        if (content?.Scan(octets) is { } fault and not DataFault.None) Blame(fault);
    }
}
