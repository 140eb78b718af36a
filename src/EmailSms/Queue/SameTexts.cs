using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>The same words to the same phone, found by <see cref="SealedTexts.Hash"/>.</summary>
internal static class SameTexts
{
    /// <summary>The latest SMS that a rule made of this text for a number since a time, or null.</summary>
    public static Guid? Find(StoreSession db, PhoneNumber to, long ruleId, long hash, long sinceMs) => db.Scalar(
        """
        select id from sms
         where recipient = @to and text_hash = @hash and created_ms >= @since and rule_id = @rule
         order by created_ms desc limit 1
        """,
        ("@to", to.E164), ("@hash", hash), ("@since", sinceMs), ("@rule", ruleId)) is string id
        ? Guid.Parse(id)
        : null;

    /// <summary>
    /// How many SMS of this text a mailbox sent to a number since a time, but no further than <paramref name="most"/>.
    /// </summary>
    public static int Count(StoreSession db, PhoneNumber to, string mailbox, long hash, long sinceMs, int most) =>
        (int)(long)db.Scalar(
            """
            select count(*) from (select 1 from sms
              where recipient = @to and text_hash = @hash and created_ms >= @since
                and lower(mailbox) = lower(@mailbox) limit @most)
            """,
            ("@to", to.E164), ("@hash", hash), ("@since", sinceMs), ("@mailbox", mailbox), ("@most", most))!;
}
