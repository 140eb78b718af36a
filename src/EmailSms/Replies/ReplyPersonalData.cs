using System.Text;
using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Replies;

/// <summary>What texts, conversations and own numbers know of people.</summary>
internal static class ReplyPersonalData
{
    private const string Owner = "give it another owner first, with emailsms numbers add";

    public static PersonalTable[] Tables { get; } =
    [
        new(
            "own_number", ["number"],
            [
                Relies("number", "it is a number of ours and no person's"), Relies("owner", Owner),
                .. Nobody("a carrier's name", "carrier"), .. Nobody("ids of a registry, and its texts", "registration"),
                .. Nobody("a word", "language"),
            ]),
        new(
            "own_keyword", ["number", "word"],
            [
                Relies("mailbox", "give it another mailbox first, with emailsms keywords add"),
                .. Nobody("a number and a word of ours", "number", "word"),
            ]),
        new("reply_question", ["id"], [Names("their"), .. Nobody("ids and a number of ours", "id", "own", "choices")])
        {
            IsRemoved = true,
        },
        new(
            "conversation", ["id"],
            [
                Names("their"), Names("mailbox"), Mentions("message_ids"),
                .. Nobody("ids and a number of ours", "id", "own", "last_sms_id", "token"),
            ])
        {
            IsRemoved = true,
            First = (db, row, _) => db.Execute(
                "delete from inbound_conversation where conversation_id = @id", ("@id", row.Text("id"))),
        },
        new(
            "inbound_conversation", ["conversation_id", "inbound_id"],
            [.. Nobody("ids of ours", "conversation_id", "inbound_id")]),
        new(
            "inbound", ["id"],
            [
                Names("source", ""), Names("mailbox"), Names("part_key"),
                Says("body", "") with { Sealed = ReplyTexts.Body },
                Says("octets") with { Read = Encoding.Latin1.GetString, Sealed = ReplyTexts.Octets },
                Says("unanswered"), Mentions("reason"), Mentions("destination"),
                .. Nobody("ids and words of ours", "id", "kind", "state", "carrier", "sms_id"),
                .. Nobody("the carrier's own id", "carrier_id"),
            ])
        {
            SmsColumn = "sms_id",
            Waits = row => row.Text("state") is "waiting" or "asking",
        },
        new("reply_mail", ["token"], [Names("mailbox"), .. Nobody("ids of ours", "token", "inbound_id", "outbox_id")])
        {
            IsRemoved = true,
        },
    ];
}
