namespace EmailSms.Composing;

/// <summary>
/// What a mail may cost to read, whoever sent it. A mail for a phone is nowhere near any of these.
/// </summary>
internal static class MailLimits
{
    /// <summary>How deep parts may lie in parts. Exchange, lists and gateways together make about 6.</summary>
    public const int MimeDepthMax = 20;

    /// <summary>Parts in one mail. A newsletter with its pictures has about 50.</summary>
    public const int PartsMax = 500;

    /// <summary>What is read of one text part, decoded. The rest cannot be seen on a phone.</summary>
    public const int TextBytesMax = 1024 * 1024;

    /// <summary>
    /// The longest text that is handed on. 255 parts, the most that an SMS can have (3GPP TS 23.040 9.2.3.24.1), hold
    /// 39,015 characters, so what is cut here would be refused for its length anyway.
    /// </summary>
    public const int TextCharsMax = 50_000;

    /// <summary>What is looked at to find those: the text may stand above a long thread.</summary>
    public const int BodyCharsMax = 4 * TextCharsMax;

    /// <summary>Elements of HTML open at a time. Deeper ones keep their text and lose their structure.</summary>
    public const int HtmlDepthMax = 256;

    /// <summary>A longer address behind a link is a tracker: it costs parts and nobody types it.</summary>
    public const int LinkCharsMax = 200;
}
