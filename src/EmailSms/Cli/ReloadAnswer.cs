namespace EmailSms.Cli;

/// <summary>How reading the settings anew ended.</summary>
internal enum ReloadEnd
{
    /// <summary>The new settings are in force.</summary>
    Taken,

    /// <summary>They are wrong; nothing has changed, and nothing was stopped.</summary>
    Refused,

    /// <summary>They look right, and the service cannot run with them: the old ones are in force.</summary>
    Failed,
}

/// <summary>What whoever asked for it is told.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Sentences">What is wrong, a sentence each.</param>
/// <param name="Changed">The keys that differ.</param>
internal sealed record ReloadAnswer(ReloadEnd End, IReadOnlyList<string> Sentences, IReadOnlyList<string> Changed)
{
    public static ReloadAnswer Taken(IReadOnlyList<string> changed) => new(ReloadEnd.Taken, [], changed);

    public static ReloadAnswer Refused(IReadOnlyList<string> sentences) => new(ReloadEnd.Refused, sentences, []);

    public static ReloadAnswer Failed(string sentence) => new(ReloadEnd.Failed, [sentence], []);
}
