using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>Who was answered to a keyword, and when: nobody is answered twice within a window.</summary>
internal static class KeywordAnswers
{
    /// <summary>True, and written down, where nothing of this kind was answered since a time.</summary>
    public static bool TryClaim(
        StoreSession db, PhoneNumber number, string own, Keyword keyword, long nowMs, long sinceMs) =>
        db.Execute(
            """
            insert into keyword_answer (number, own, keyword, at_ms) values (@number, @own, @keyword, @now)
            on conflict (number, own, keyword) do update set at_ms = excluded.at_ms
             where keyword_answer.at_ms < @since
            """,
            ("@number", number.E164), ("@own", own), ("@keyword", keyword.ToString().ToLowerInvariant()),
            ("@now", nowMs), ("@since", sinceMs)) == 1;
}
