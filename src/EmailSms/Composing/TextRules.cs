namespace EmailSms.Composing;

/// <summary>Where the text of the SMS is taken from.</summary>
internal enum SubjectMode
{
    /// <summary>The body; the subject where the body has nothing to say.</summary>
    SubjectIfBodyEmpty,

    /// <summary>The subject alone.</summary>
    Subject,

    /// <summary>The body alone.</summary>
    Body,

    /// <summary>The subject on a line of its own, then the body.</summary>
    SubjectAndBody,
}

/// <summary>
/// How a mail becomes a text, for one sender. The defaults suit a person at a mailbox and a device alike: everything
/// that is only there because it is a mail goes, and nothing else.
/// </summary>
internal sealed record TextRules
{
    public static readonly TextRules Default = new();

    public SubjectMode Subject { get; init; } = SubjectMode.SubjectIfBodyEmpty;

    /// <summary>Cut what follows <c>-- </c> (RFC 3676 4.3), and lines such as "Sent from my iPhone".</summary>
    public bool StripSignature { get; init; } = true;

    /// <summary>Cut the mail that this one answers. A forwarded mail is not quoted but passed on, and stays.</summary>
    public bool StripQuote { get; init; } = true;

    /// <summary>Cut confidentiality notices and the like.</summary>
    public bool StripDisclaimer { get; init; } = true;

    /// <summary>
    /// Write punctuation that the GSM alphabet lacks with what it has. One curly quote makes every part of an SMS
    /// 67 characters instead of 153.
    /// </summary>
    public bool Transliterate { get; init; } = true;

    /// <summary>What ends the text, alone on a line or at the end of one. None: an empty list.</summary>
    public IReadOnlyList<string> Terminators { get; init; } = ["###", "##"];
}
