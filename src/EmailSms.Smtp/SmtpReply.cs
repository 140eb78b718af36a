using System.Buffers;
using System.Globalization;

namespace EmailSms.Smtp;

/// <summary>
/// One reply of the server: a code (RFC 5321 4.2), an enhanced code (RFC 3463) and a sentence a person understands.
/// A reply that exists is valid: it always makes whole lines of printable ASCII.
/// </summary>
/// <param name="Code">200 to 599. Its first digit decides what the client does: 2 done, 4 try later, 5 never.</param>
/// <param name="EnhancedCode">
/// <c>class.subject.detail</c>, the class that of <paramref name="Code"/>; or empty, where RFC 2034 wants none
/// (the greeting, the reply to EHLO, 3xx).
/// </param>
/// <param name="Text">
/// The sentence. A line feed starts a new line of the reply, a long line is folded at 512 octets (RFC 5321 4.5.3.1.5),
/// and what is not printable ASCII becomes a question mark: no reply can carry a second reply.
/// </param>
/// <exception cref="ArgumentException">The codes are no reply codes or contradict each other.</exception>
public sealed record SmtpReply(int Code, string EnhancedCode, string Text)
{
    private static readonly SearchValues<char> Sayable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\n']);

    /// <summary>250 2.0.0: done.</summary>
    public static SmtpReply Ok { get; } = new(250, "2.0.0", "OK");

    /// <summary>250 2.1.0: the sender is taken (the reply to MAIL).</summary>
    public static SmtpReply SenderOk { get; } = new(250, "2.1.0", "Sender OK");

    /// <summary>250 2.1.5: the recipient is taken (the reply to RCPT).</summary>
    public static SmtpReply RecipientOk { get; } = new(250, "2.1.5", "Recipient OK");

    /// <summary>250 2.6.0: the mail is kept. Say it only when it is: nothing said later can take it back.</summary>
    public static SmtpReply MailTaken { get; } = new(250, "2.6.0", "Mail taken");

    /// <summary>550 5.1.1: nobody has that address.</summary>
    public static SmtpReply UnknownRecipient { get; } = new(550, "5.1.1", "No such recipient here");

    /// <summary>550 5.7.1: the domain of the recipient is not ours.</summary>
    public static SmtpReply RelayingDenied { get; } = new(550, "5.7.1", "Relaying denied");

    /// <summary>530 5.7.0: the client has to authenticate first (RFC 4954 6).</summary>
    public static SmtpReply AuthenticationRequired { get; } = new(530, "5.7.0", "Authentication required");

    /// <summary>451 4.3.0: a fault of ours; the client should try again later.</summary>
    public static SmtpReply LocalError { get; } = new(451, "4.3.0", "Local error, please try again later");

    /// <summary>452 4.3.1: no room for the mail now.</summary>
    public static SmtpReply NoRoom { get; } = new(452, "4.3.1", "Insufficient storage, please try again later");

    /// <inheritdoc cref="SmtpReply(int, string, string)"/>
    public int Code { get; } = Code is >= 200 and <= 599
        ? Code
        : throw new ArgumentOutOfRangeException(nameof(Code), Code, "A reply code is 200 to 599.");

    /// <inheritdoc cref="SmtpReply(int, string, string)"/>
    public string EnhancedCode { get; } = IsEnhancedCode(EnhancedCode, Code)
        ? EnhancedCode
        : throw new ArgumentException($"'{EnhancedCode}' is no enhanced code for {Code}.", nameof(EnhancedCode));

    /// <inheritdoc cref="SmtpReply(int, string, string)"/>
    public string Text { get; } = MakeSayable(Text);

    /// <summary>
    /// The session ends after this reply. A client reads 421 as "the service is closing" (RFC 5321 3.8); with any
    /// other code it sees a reply and then the end of the connection.
    /// </summary>
    public bool HangUp { get; init; }

    /// <summary>A verdict, and not the middle of something (3xx).</summary>
    internal bool IsFinal => Code / 100 is 2 or 4 or 5;

    internal bool IsPositive => Code / 100 == 2;

    internal bool IsPermanent => Code / 100 == 5;

    private static bool IsEnhancedCode(string text, int code)
    {
        ArgumentNullException.ThrowIfNull(text, nameof(EnhancedCode));
        if (text.Length == 0) return true;
        string[] parts = text.Split('.');
        return parts.Length == 3
            && parts[0] == (code / 100).ToString(CultureInfo.InvariantCulture)
            && code / 100 is 2 or 4 or 5
            && parts[1..].All(part => part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit));
    }

    private static string MakeSayable(string text)
    {
        ArgumentNullException.ThrowIfNull(text, nameof(Text));
        if (!text.AsSpan().ContainsAnyExcept(Sayable)) return text;
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++) target[i] = Sayable.Contains(source[i]) ? source[i] : '?';
        });
    }
}
