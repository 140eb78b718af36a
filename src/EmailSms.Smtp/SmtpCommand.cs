using System.Text;
using System.Text.Unicode;

namespace EmailSms.Smtp;

/// <summary>One command line: a verb and what follows it, or the reply its faults have earned.</summary>
internal readonly record struct SmtpCommand(SmtpVerb Verb, string Argument, SmtpReply? Fault)
{
    /// <summary>Looks like a request of another protocol, so nobody there understands us.</summary>
    public bool IsForeign { get; private init; }

    public static SmtpCommand Faulty(SmtpReply fault) => new(SmtpVerb.Unknown, "", fault);

    /// <summary>In LMTP the hello is LHLO, and EHLO and HELO are unknown (RFC 2033 4.1); elsewhere LHLO is.</summary>
    public SmtpCommand In(bool isLmtp) => Verb switch
    {
        SmtpVerb.Lhlo => this with { Verb = isLmtp ? SmtpVerb.Ehlo : SmtpVerb.Unknown },
        SmtpVerb.Ehlo or SmtpVerb.Helo when isLmtp => this with { Verb = SmtpVerb.Unknown },
        _ => this,
    };

    /// <summary>Parses a line without its CRLF. Whatever the octets are, this gives a command or a fault.</summary>
    public static SmtpCommand Parse(ReadOnlySpan<byte> line)
    {
        if (line.IndexOfAny((byte)'\r', (byte)'\n') >= 0) return Faulty(Replies.BareLineEnd);
        if (line.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0 || line.Contains((byte)0x7f))
        {
            return Faulty(Replies.ControlCharacter);
        }

        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? line : line[..space];
        ReadOnlySpan<byte> argument = space < 0 ? default : line[(space + 1)..].Trim((byte)' ');
        SmtpVerb verb = SmtpVerbs.Parse(word);

        if (!Ascii.IsValid(line) && (verb is not (SmtpVerb.Mail or SmtpVerb.Rcpt) || !Utf8.IsValid(argument)))
        {
            return Faulty(Replies.NotAscii);
        }

        return new SmtpCommand(verb, Encoding.UTF8.GetString(argument), null)
        {
            IsForeign = verb is SmtpVerb.Unknown && IsForeignWord(word, line),
        };
    }

    // At any time: a browser can be made to send a form whose fields are commands, but not to leave out its request.
    private static bool IsForeignWord(ReadOnlySpan<byte> word, ReadOnlySpan<byte> line) =>
        word.SequenceEqual("GET"u8) || word.SequenceEqual("POST"u8) || word.SequenceEqual("PUT"u8)
        || word.SequenceEqual("HEAD"u8) || word.SequenceEqual("OPTIONS"u8) || word.SequenceEqual("CONNECT"u8)
        || line.IndexOf(" HTTP/"u8) > 0 || line.StartsWith("SSH-"u8);
}
