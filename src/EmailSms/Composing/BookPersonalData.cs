using EmailSms.Messages;
using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Composing;

/// <summary>What the address book knows of people. Groups lose them; lists on call are changed first.</summary>
internal static class BookPersonalData
{
    private const string Change = "put somebody else there first, with emailsms oncall edit";

    public static PersonalTable[] Tables { get; } =
    [
        new(
            "on_call", ["name"],
            [
                Relies("owner", Change), Relies("shifts", Change), Relies("overrides", Change), Relies("chain", Change),
                Mentions("note"), .. Nobody("a name of the book", "name"), .. Nobody("a word", "time_zone", "until"),
            ])
        {
            IsTheirs = (db, row, person) => NamesIn(db, row, person).Count > 0,
            Refusal = (db, row, person) => NamesIn(db, row, person) is [var name, ..]
                ? $"on_call {row.KeyText} has {name} on its chain: {Change}."
                : null,
        },
        new("contact_group", ["name"], [Mentions("members"), Mentions("note"), .. Nobody("a name of the book", "name")])
        {
            IsTheirs = (db, row, person) => MembersLeft(db, row, person).Count < Members(row).Length,
            Refusal = (db, row, person) => MembersLeft(db, row, person).Count == 0 && Members(row).Length > 0
                ? $"contact_group {row.KeyText} has them as its only member: remove it first."
                : null,
            Erase = LeaveGroup,
        },
        new(
            "contact", ["name"],
            [Names("number"), Names("mailbox"), Mentions("note"), .. Nobody("gone with the row", "name", "time_zone")])
        {
            IsRemoved = true,
        },
        new("disclaimer", ["id"], [Mentions("body")]),
    ];

    private static bool LeaveGroup(StoreSession db, PersonalRow row, Person person)
    {
        string? note = row.Text("note");
        string? noteLeft = note is null ? null : person.Redact(note);
        List<string> left = MembersLeft(db, row, person);
        if (left.Count == Members(row).Length && note == noteLeft) return false;
        return db.Erasing("contact_group", () => db.Execute(
            "update contact_group set members = @members, note = @note where name = @name",
            ("@members", string.Join(' ', left)), ("@note", noteLeft), ("@name", row.Text("name"))) > 0);
    }

    private static List<string> MembersLeft(StoreSession db, PersonalRow row, Person person)
    {
        HashSet<string> names = [.. NamesOf(db, person)];
        return [.. Members(row).Where(member => !person.IsIn(member) && !names.Contains(member))];
    }

    private static string[] Members(PersonalRow row) =>
        row.Text("members")!.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static List<string> NamesIn(StoreSession db, PersonalRow row, Person person)
    {
        List<string> names = NamesOf(db, person);
        return names.Count == 0
            ? names
            : AddressBook.FindOnCall(db, row.Text("name")!) is { } onCall ? [.. onCall.People.Intersect(names)] : [];
    }

    private static List<string> NamesOf(StoreSession db, Person person) =>
        PhoneNumber.TryFromE164(person.Number, out PhoneNumber number) ? AddressBook.NamesOf(db, number) : [];
}
