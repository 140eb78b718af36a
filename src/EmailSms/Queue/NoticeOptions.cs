using System.ComponentModel.DataAnnotations;
using EmailSms.Messages;

namespace EmailSms.Queue;

/// <summary>The section <c>Notices</c>: when senders are told of the fate of their SMS.</summary>
internal sealed class NoticeOptions
{
    public const string Section = "Notices";

    /// <summary>
    /// How long the fates of one mail to several numbers are collected into one notice; it goes out before when all are
    /// known.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CollectFor { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>After how long a sender hears that an SMS is still waiting; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan DelayAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long after its validity a receipt is waited for; then who wants to hear of success hears that the carrier
    /// has it, and no more is known.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ReceiptGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// When an SMS is first looked at for its sender: because it may still wait, or because no receipt may have come.
    /// </summary>
    /// <param name="asked">What the sender asked to hear of it.</param>
    /// <param name="setting">What the rule says.</param>
    /// <param name="tellsEach">The sender asked for a read receipt.</param>
    /// <param name="dueMs">When it is to go out.</param>
    /// <param name="expiresMs">When it is too late for it.</param>
    /// <returns>Null: nobody wants to know.</returns>
    public long? FirstLookMs(DsnNotify asked, NoticeSetting setting, bool tellsEach, long dueMs, long expiresMs)
    {
        bool isUnsaid = asked is DsnNotify.Unsaid;
        bool delay = isUnsaid
            ? !tellsEach && setting is NoticeSetting.Failures or NoticeSetting.Always
            : asked.HasFlag(DsnNotify.Delay);
        bool success = isUnsaid
            ? tellsEach || setting is NoticeSetting.Always or NoticeSetting.Hourly or NoticeSetting.Daily
            : asked.HasFlag(DsnNotify.Success);
        long late = dueMs + (long)DelayAfter.TotalMilliseconds;
        if (delay && DelayAfter > TimeSpan.Zero && late < expiresMs) return late;
        return success ? expiresMs + (long)ReceiptGrace.TotalMilliseconds : null;
    }
}
