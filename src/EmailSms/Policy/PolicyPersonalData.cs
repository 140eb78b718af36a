using System.Globalization;
using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Policy;

/// <summary>What the rules, opt-outs, consents and counts know of people.</summary>
internal static class PolicyPersonalData
{
    private const string Edit = "take them out first, with emailsms senders edit or remove";

    public static PersonalTable[] Tables { get; } =
    [
        new(
            "opt_out", ["number", "scope"],
            [Names("number"), .. Nobody("a number or pool of ours, a keyword, an id", "scope", "word", "inbound_id")])
        {
            IsTheirs = (db, row, person) =>
                person.Number is { } number && row.Text("number") == ErasedNumbers.Find(db, number),
            Erase = (db, row, person) =>
                person.Number is { } number && row.Text("number") == number
                && OptOuts.Forget(db, row, (long)row.Values["since_ms"]!),
        },
        new(
            "consent", ["id"],
            [
                Names("number"), Mentions("source"), Mentions("shown"), Mentions("evidence"),
                .. Nobody("a word", "purpose", "method", "withdrawn_how"),
            ])
        {
            IsRemoved = true,
        },
        new("keyword_answer", ["number", "own", "keyword"], [Names("number"), .. Nobody("ours", "own", "keyword")])
        {
            IsRemoved = true,
        },
        new("quota", ["scope", "unit"], [Names("scope"), .. Nobody("a unit", "unit")]) { IsRemoved = true },
        new(
            "number_block", ["sender", "block"],
            [Names("sender"), .. Nobody("the first digits of a hundred numbers, and which of them", "block", "seen")])
        {
            IsRemoved = true,
            IsTheirs = HasInBlock,
        },
        new("country", ["region"], [.. Nobody("a country", "region", "state")]),
        new(
            "sender_rule", ["id"],
            [
                Names("sender"), Names("smtp_user"), Mentions("note"), Mentions("text_rules"), Relies("sending", Edit),
                Relies("destinations", Edit), Relies("recipient_pattern", Edit), Relies("compliance", Edit),
                .. Nobody(
                    "words, networks and limits", "networks", "notices", "mail_language", "sender_id", "default_region",
                    "listener", "name", "options", "number_types", "token_hash", "time_zone", "proofs", "limits"),
            ])
        {
            IsRemoved = true,
        },
        new("sender_rule_version", ["version"], []),
        new(
            "smtp_user", ["name"],
            [
                Names("name"), Mentions("note"),
                Relies("send_as", "remove the account first, with emailsms users remove"),
                .. Nobody("what checks a password", "credential"),
            ])
        {
            IsRemoved = true,
        },
        new("person_key", ["id"], [.. Nobody("a key", "key")]),
    ];

    // A block is forgotten an hour after its last number, so the whole of it may go.
    private static bool HasInBlock(StoreSession db, PersonalRow row, Person person)
    {
        if (person.Number is not { Length: > 6 } number || row.Text("block") != number[..^2]) return false;
        int at = int.Parse(number.AsSpan(number.Length - 2), CultureInfo.InvariantCulture);
        UInt128 seen = UInt128.Parse(row.Text("seen")!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (seen >> at & UInt128.One) != UInt128.Zero;
    }
}
