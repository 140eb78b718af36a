namespace EmailSms.Composing;

/// <summary>What came of reading a mail: its text, or why it has none for a phone.</summary>
internal abstract record MailReading
{
    private MailReading() { } // closed: the two below are all there are

    /// <summary>
    /// The text: never blank, in NFC, lines ended by <c>\n</c>, without other control characters. Its length is not
    /// limited to what an SMS holds, only to <see cref="MailLimits.TextCharsMax"/>.
    /// </summary>
    internal sealed record Text(string Value) : MailReading;

    /// <summary>No SMS can be made of it. The sentence is ASCII on one line, made for an SMTP reply.</summary>
    internal sealed record Refused(string Sentence) : MailReading;
}
