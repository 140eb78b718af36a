using System.Text;

namespace EmailSms.Smtp;

/// <summary>The commands that are told apart. What is known but not offered is <see cref="NotImplemented"/>.</summary>
internal enum SmtpVerb
{
    Unknown,
    Ehlo,
    Helo,
    Lhlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
    StartTls,
    Auth,
    NotImplemented,
}

internal static class SmtpVerbs
{
    private static readonly string[] Names =
        [.. Enum.GetNames<SmtpVerb>().Select(name => name.ToUpperInvariant())];

    /// <summary>As it is said; what a client made up is UNKNOWN, so that it fills no table of metrics.</summary>
    public static string Name(this SmtpVerb verb) => Names[(int)verb];

    // RFC 5321 2.4: verbs are compared without case.
    public static SmtpVerb Parse(ReadOnlySpan<byte> word) => word.Length != 4
        ? Is(word, "STARTTLS"u8) ? SmtpVerb.StartTls : SmtpVerb.Unknown
        : Is(word, "MAIL"u8) ? SmtpVerb.Mail
        : Is(word, "RCPT"u8) ? SmtpVerb.Rcpt
        : Is(word, "DATA"u8) ? SmtpVerb.Data
        : Is(word, "BDAT"u8) ? SmtpVerb.Bdat
        : Is(word, "EHLO"u8) ? SmtpVerb.Ehlo
        : Is(word, "HELO"u8) ? SmtpVerb.Helo
        : Is(word, "LHLO"u8) ? SmtpVerb.Lhlo
        : Is(word, "RSET"u8) ? SmtpVerb.Rset
        : Is(word, "NOOP"u8) ? SmtpVerb.Noop
        : Is(word, "QUIT"u8) ? SmtpVerb.Quit
        : Is(word, "VRFY"u8) ? SmtpVerb.Vrfy
        : Is(word, "HELP"u8) ? SmtpVerb.Help
        : Is(word, "AUTH"u8) ? SmtpVerb.Auth
        : Is(word, "EXPN"u8) || Is(word, "ETRN"u8) || Is(word, "TURN"u8) || Is(word, "SEND"u8)
            || Is(word, "SOML"u8) || Is(word, "SAML"u8) ? SmtpVerb.NotImplemented
        : SmtpVerb.Unknown;

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> verb) => Ascii.EqualsIgnoreCase(word, verb);
}
