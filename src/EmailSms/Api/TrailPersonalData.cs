using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Api;

/// <summary>What the audit trail and the hooks know of people.</summary>
internal static class TrailPersonalData
{
    public static PersonalTable[] Tables { get; } =
    [
        // What carriers said is taken further first, as it may be a STOP; what cannot be is removed.
        new(
            "webhook", ["id"],
            [
                Names("item") with { Sealed = Webhooks.Item }, Mentions("error"),
                .. Nobody("the name of a carrier", "carrier"),
            ])
        {
            IsRemoved = true,
            Waits = row => (long)row.Values["due_ms"]! != Webhooks.Never,
        },
        new("webhook_key", ["id"], [.. Nobody("a key", "key")]),
        new(
            "audit", ["id"],
            [
                Names("subject"), Names("old_value"), Names("new_value"),
                .. Nobody("a user of this machine, a listener or the service; a part of the hash", "actor"),
                .. Nobody("a word, a salt or a hash", "action", "salt", "content_hash", "prev_hash", "hash"),
            ])
        {
            Erase = (db, row, _) => AuditTrail.Empty(db, IdOf(row)),
            Told = (db, rows) => db.Note(
                AuditCheck.ErasedAction, "audit", after: new { entries = rows.Select(IdOf).Order() }),
        },
    ];

    private static long IdOf(PersonalRow row) => (long)row.Values["id"]!;
}
