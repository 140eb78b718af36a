using System.ComponentModel.DataAnnotations;

namespace EmailSms.Api;

/// <summary>The section <c>Retention</c>: how long each kind of data is kept. Zero: for ever.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>
    /// Texts of SMS, subjects of mails, alarms, mails of the outbox that were sent or given up, and what was given up
    /// of hooks.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Texts { get; set; } = TimeSpan.FromDays(30);

    /// <summary>That there were SMS and mails, and what became of them. 13 months: a bill and a year.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Records { get; set; } = TimeSpan.FromDays(396);

    /// <summary>Receipts whose submission never came.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan ParkedReceipts { get; set; } = TimeSpan.FromHours(72);

    /// <summary>
    /// The network of a phone, after it was told last. A few numbers of a hundred are ported in a year.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Networks { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The audit trail.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(730);

    /// <summary>Consents, after they were withdrawn. Carriers ask for six months (CTIA handbook).</summary>
    [Range(typeof(TimeSpan), "184.00:00:00", "3650.00:00:00")]
    public TimeSpan Consents { get; set; } = TimeSpan.FromDays(730);
}
