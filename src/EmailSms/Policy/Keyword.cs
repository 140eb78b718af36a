namespace EmailSms.Policy;

/// <summary>What an SMS from a person asks of the sender of SMS, as against of the people behind it.</summary>
internal enum Keyword
{
    /// <summary>Nothing: it is a message like others.</summary>
    None,

    /// <summary>No more SMS. Obeyed before anything else is done with the message.</summary>
    Stop,

    /// <summary>SMS again.</summary>
    Start,

    /// <summary>Who are you?</summary>
    Help,

    /// <summary>A longer text with a word of stopping in it: for a person to read; nothing is done by itself.</summary>
    MentionsStop,
}

/// <summary>A keyword, and the words it was told by, as <see cref="FoldedText"/> writes them.</summary>
internal readonly record struct KeywordMatch(Keyword Keyword, string Word);
