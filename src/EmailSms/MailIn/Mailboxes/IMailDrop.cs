using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>A mail that lies in a mailbox.</summary>
/// <param name="Uid">What it is known by there.</param>
/// <param name="SizeBytes">As the server says.</param>
/// <param name="ArrivedAt">When it was delivered there; null: nothing says so.</param>
/// <param name="Author">Its From and Return-Path, perhaps with other fields; null: they were not asked for.</param>
internal sealed record DropMail(string Uid, long SizeBytes, DateTimeOffset? ArrivedAt, HeaderList? Author);

/// <summary>
/// A mailbox that is open, by whatever protocol. What is lost on the way is thrown as the mail library throws it; used
/// by one caller at a time.
/// </summary>
internal interface IMailDrop : IAsyncDisposable
{
    /// <summary>The series of UIDs (UIDVALIDITY); 0 where there is but one.</summary>
    long Validity { get; }

    /// <summary>Whether what became of a mail is sure once <see cref="SettleAsync"/> has returned.</summary>
    bool IsSettledAtOnce { get; }

    /// <summary>Connects and opens the folder.</summary>
    Task OpenAsync(CancellationToken stopping);

    /// <summary>The UIDs of all that lies there.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken stopping);

    /// <summary>
    /// What is known of some of them before they are fetched. Those that somebody has deleted are left out.
    /// </summary>
    Task<IReadOnlyList<DropMail>> DescribeAsync(IReadOnlyList<string> uids, CancellationToken stopping);

    /// <summary>The mail as it came, in a stream that can seek, or its header alone; null: it is gone.</summary>
    Task<Stream?> FetchAsync(string uid, bool isHeaderOnly, CancellationToken stopping);

    /// <summary>Moves, marks or deletes them, as the setting has it.</summary>
    Task SettleAsync(IReadOnlyList<string> uids, CancellationToken stopping);

    /// <summary>Returns when there may be something new, and after that time at the latest.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken stopping);
}
