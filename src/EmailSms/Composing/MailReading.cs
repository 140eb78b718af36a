namespace EmailSms.Composing;

/// <summary>What was taken out of a text.</summary>
internal enum RemovalKind
{
    /// <summary>A signature, or a line such as "Sent from my iPhone".</summary>
    Signature,

    /// <summary>The mail that this one answers.</summary>
    Quote,

    /// <summary>A notice that a mail server adds, known or learned.</summary>
    Disclaimer,

    /// <summary>What stands after <c>##</c>.</summary>
    EndMark,
}

/// <summary>One piece that is not in the text, as it stood in the mail.</summary>
internal readonly record struct Removal(RemovalKind Kind, string Text);

/// <summary>What came of reading a mail: its text, or why it has none for a phone.</summary>
internal abstract record MailReading
{
    private MailReading() { } // closed: the two below are all there are

    /// <summary>
    /// The text: never blank, in NFC, lines ended by <c>\n</c>, without other control characters. Its length is not
    /// limited to what an SMS holds, only to <see cref="MailLimits.TextCharsMax"/>.
    /// </summary>
    internal sealed record Text(string Value) : MailReading
    {
        /// <summary>What stands at the end of the SMS, however much of the text fits: the note of files.</summary>
        public string Tail { get; init; } = "";

        /// <summary>What was taken out, in the order of the mail's parts.</summary>
        public IReadOnlyList<Removal> Removed { get; init; } = [];

        /// <summary>Why the rule's template was not used: a fault of it must not cost an alarm. Null: it was, or there
        /// is none.</summary>
        public string? TemplateMistake { get; init; }
    }

    /// <summary>No SMS can be made of it. The sentence is ASCII on one line, made for an SMTP reply.</summary>
    internal sealed record Refused(string Sentence) : MailReading;
}
