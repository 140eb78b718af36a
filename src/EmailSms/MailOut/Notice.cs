using EmailSms.Messages;

namespace EmailSms.MailOut;

/// <summary>The fate of an SMS, as its sender is told of it.</summary>
internal sealed record Notice
{
    private readonly NoticeFate? _fate;

    /// <summary>The SMS, and with its fate the Message-ID: a notice that is built twice is one mail.</summary>
    public required string SmsId { get; init; }

    public required EmailAddress To { get; init; }

    public required PhoneNumber Number { get; init; }

    /// <summary>The domain of ours that the mail went to.</summary>
    public required string Domain { get; init; }

    /// <summary>Why it did not arrive, or waits; null: it did.</summary>
    public required FailureCode? Failure { get; init; }

    /// <summary>What became of it; by default what <see cref="Failure"/> says.</summary>
    public NoticeFate Fate
    {
        get => _fate ?? (Failure is null ? NoticeFate.Delivered : NoticeFate.Failed);
        init => _fate = value;
    }

    /// <summary>Until when it is tried, for one that is delayed.</summary>
    public DateTimeOffset? RetriedUntil { get; init; }

    /// <summary>Whether the text stands in it; the sender may have asked for headers alone (RET=HDRS).</summary>
    public bool ReturnsText { get; init; } = true;

    /// <summary>Whether the sender asked for the whole mail back (RET=FULL); it is as much of it as was sent.</summary>
    public bool ReturnsMail { get; init; }

    /// <summary>The text that was sent, or was to be.</summary>
    public required string Text { get; init; }

    /// <summary>When the fate was known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the mail was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The mail's Message-ID, so that the notice is shown under it. What is none is left out.</summary>
    public string? OriginalMessageId { get; init; }

    public string? OriginalSubject { get; init; }

    /// <summary>What the sender wrote as ORCPT, <c>type;address</c> (RFC 3461 4.2); null: nothing.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>What the sender wrote as ENVID (RFC 3461 4.4); null: nothing.</summary>
    public string? OriginalEnvelopeId { get; init; }
}
