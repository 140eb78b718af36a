namespace EmailSms.Policy;

/// <summary>Whose SMS a limit counts together.</summary>
internal enum LimitScope
{
    /// <summary>All that the rule, or the gateway, lets through.</summary>
    All,

    /// <summary>Those of each account.</summary>
    User,

    /// <summary>Those of each sender.</summary>
    Sender,

    /// <summary>Those to each number.</summary>
    Destination,

    /// <summary>Those to each country.</summary>
    Country,
}

/// <summary>Limits of parts, or a budget, for one scope.</summary>
internal sealed record ScopedLimit(LimitScope Scope, Allowances Max);
