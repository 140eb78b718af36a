namespace EmailSms.Messages;

/// <summary>What a sender may ask for in the address itself: <c>number+key=value+key=value@domain</c>.</summary>
[Flags]
internal enum RecipientOption
{
    None = 0,

    /// <summary>The sender ID.</summary>
    From = 1,

    /// <summary>The most parts.</summary>
    Parts = 2,

    /// <summary>normal, urgent or flash.</summary>
    Class = 4,

    /// <summary>When it is to go out.</summary>
    At = 8,

    /// <summary>After how long it is to go out.</summary>
    In = 16,

    /// <summary>How long it is worth sending.</summary>
    Valid = 32,

    /// <summary>The secret of a rule that asks for one.</summary>
    Token = 64,

    /// <summary>The rule that is to decide, by its id or name.</summary>
    Rule = 128,
}
