namespace EmailSms.Messages;

/// <summary>Which fates of an SMS are told to its sender by mail.</summary>
internal enum NoticeSetting
{
    /// <summary>None.</summary>
    Never,

    /// <summary>That it did not arrive, and why.</summary>
    Failures,

    /// <summary>That, and that it was delivered.</summary>
    Always,

    /// <summary>How all of them ended, once an hour.</summary>
    Hourly,

    /// <summary>The same once a day.</summary>
    Daily,
}
