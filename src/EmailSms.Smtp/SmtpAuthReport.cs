namespace EmailSms.Smtp;

/// <summary>What became of an AUTH command that got as far as a proof.</summary>
public enum SmtpAuthEnd
{
    /// <summary>The account has proven itself.</summary>
    Accepted,

    /// <summary>The proof is wrong, nobody has that name, or the account may not do so.</summary>
    Rejected,

    /// <summary>Nothing was looked at: there were too many failures before.</summary>
    Barred,
}

/// <summary>Who is barred from now on, by the last failure there may be.</summary>
[Flags]
public enum SmtpAuthBars
{
    /// <summary>Nobody who was not barred before.</summary>
    None = 0,

    /// <summary>The address, or its IPv6 /64: <see cref="SmtpServerOptions.AuthFailuresPerAddressMax"/>.</summary>
    Address = 1,

    /// <summary>The user name, from wherever: <see cref="SmtpServerOptions.AuthFailuresPerUserMax"/>.</summary>
    User = 2,

    /// <summary>The name from that address, also where it has authenticated in the last day.</summary>
    UserFromAddress = 4,
}

/// <summary>How one AUTH command ended, for a host that keeps a record of logins.</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="User">
/// The account that has proven itself. Otherwise the name the client gave, which nobody has checked: it may be a
/// password in the wrong field. Null: there was none.
/// </param>
/// <param name="End">What became of it.</param>
/// <param name="Bars">Who is barred by it.</param>
public sealed record SmtpAuthReport(SmtpSessionInfo Session, string? User, SmtpAuthEnd End, SmtpAuthBars Bars);
