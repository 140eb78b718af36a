using EmailSms.Messages;

namespace EmailSms.MailOut;

/// <summary>What a mail of ours is about.</summary>
internal enum MailKind
{
    /// <summary>The fate of an SMS.</summary>
    Notice,

    /// <summary>An SMS from a person.</summary>
    Reply,

    /// <summary>Somebody's mail for our postmaster.</summary>
    Forward,
}

/// <summary>A mail to one mailbox, ready to be sent.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="EnvelopeFrom">Where a bounce of it goes; empty for the null reverse-path, which gets none.</param>
/// <param name="To">The mailbox.</param>
/// <param name="Content">The mail, headers and all, in seven bits.</param>
/// <param name="SmsId">The SMS whose timeline is to tell of it.</param>
/// <param name="ExpiresMs">
/// After this a failed attempt is the last, unix milliseconds; null: the setting <c>GiveUpAfter</c> from now.
/// </param>
internal sealed record OutgoingMail(
    MailKind Kind, string EnvelopeFrom, EmailAddress To, byte[] Content, string? SmsId = null, long? ExpiresMs = null)
{
    /// <summary>Others that it is about, whose timelines are to tell of it, too.</summary>
    public IReadOnlyList<string> MoreSms { get; init; } = [];
}

/// <summary>The same in the outbox.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Mail">The mail.</param>
/// <param name="Attempts">How often it was tried in vain.</param>
internal sealed record QueuedMail(string Id, OutgoingMail Mail, int Attempts);
