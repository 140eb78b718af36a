using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Composing;

/// <summary>
/// The names in addresses: contacts, groups and on-call lists. A change is written first and the whole book looked at
/// after: where it does not hold together, nothing of the change is kept.
/// </summary>
internal static class AddressBook
{
    private const string SelectContacts = "select name, number, mailbox, time_zone, note from contact";

    private const string SelectGroups = "select name, members, note from contact_group";

    private const string SelectOnCalls =
        "select name, owner, time_zone, wait_ms, until, shifts, overrides, chain, note from on_call";

    public static List<Contact> Contacts(StoreSession db) => db.Query($"{SelectContacts} order by name", ReadContact);

    public static List<ContactGroup> Groups(StoreSession db) => db.Query($"{SelectGroups} order by name", ReadGroup);

    public static List<OnCall> OnCalls(StoreSession db) => db.Query($"{SelectOnCalls} order by name", ReadOnCall);

    public static Contact? FindContact(StoreSession db, string name) =>
        db.Query($"{SelectContacts} where name = @name", ReadContact, ("@name", name)).FirstOrDefault();

    public static ContactGroup? FindGroup(StoreSession db, string name) =>
        db.Query($"{SelectGroups} where name = @name", ReadGroup, ("@name", name)).FirstOrDefault();

    public static OnCall? FindOnCall(StoreSession db, string name) =>
        db.Query($"{SelectOnCalls} where name = @name", ReadOnCall, ("@name", name)).FirstOrDefault();

    /// <summary>The names of the contacts with a number.</summary>
    public static List<string> NamesOf(StoreSession db, PhoneNumber number) => db.Query(
        "select name from contact where number = @number order by name", row => row.GetString(0),
        ("@number", number.E164));

    /// <summary>What a mailbox calls a number: its own name for it before everybody's; null: nothing.</summary>
    public static string? NameFor(StoreSession db, PhoneNumber number, string mailbox) => db.Scalar(
        """
        select name from contact where number = @number and (mailbox is null or lower(mailbox) = @mailbox)
         order by mailbox is null, name limit 1
        """,
        ("@number", number.E164), ("@mailbox", mailbox.ToLowerInvariant())) as string;

    /// <summary>The mailboxes whose contact a number is.</summary>
    public static List<string> OwnersOf(StoreSession db, PhoneNumber number) => db.Query(
        "select mailbox from contact where number = @number and mailbox is not null order by name",
        row => row.GetString(0), ("@number", number.E164));

    /// <summary>The time zone of the contact with a number; null: there is none, or it has no zone.</summary>
    public static string? ZoneOf(StoreSession db, PhoneNumber number) => db.Scalar(
        "select time_zone from contact where number = @number and time_zone is not null order by name limit 1",
        ("@number", number.E164)) as string;

    /// <summary>Adds a contact, or writes it anew.</summary>
    public static void Put(StoreSession db, Contact contact, long nowMs) => db.Change(
        "contact", [("name", contact.Name)], () => db.Execute(
        """
        insert into contact (name, number, mailbox, time_zone, note, created_ms)
        values (@name, @number, @mailbox, @zone, @note, @now)
        on conflict (name) do update set number = excluded.number, mailbox = excluded.mailbox,
               time_zone = excluded.time_zone, note = excluded.note
        """,
        ("@name", contact.Name), ("@number", contact.Number.E164), ("@mailbox", contact.Mailbox),
        ("@zone", contact.TimeZone), ("@note", contact.Note), ("@now", nowMs)));

    /// <summary>Adds a group, or writes it anew.</summary>
    public static void Put(StoreSession db, ContactGroup group, long nowMs) => db.Change(
        "contact_group", [("name", group.Name)], () => db.Execute(
        """
        insert into contact_group (name, members, note, created_ms) values (@name, @members, @note, @now)
        on conflict (name) do update set members = excluded.members, note = excluded.note
        """,
        ("@name", group.Name), ("@members", string.Join(' ', group.Members)), ("@note", group.Note), ("@now", nowMs)));

    /// <summary>Adds an on-call list, or writes it anew.</summary>
    public static void Put(StoreSession db, OnCall onCall, long nowMs) => db.Change(
        "on_call", [("name", onCall.Name)], () => db.Execute(
        """
        insert into on_call (name, owner, time_zone, wait_ms, until, shifts, overrides, chain, note, created_ms)
        values (@name, @owner, @zone, @wait, @until, @shifts, @overrides, @chain, @note, @now)
        on conflict (name) do update set owner = excluded.owner, time_zone = excluded.time_zone,
               wait_ms = excluded.wait_ms, until = excluded.until, shifts = excluded.shifts,
               overrides = excluded.overrides, chain = excluded.chain, note = excluded.note
        """,
        ("@name", onCall.Name), ("@owner", onCall.Owner), ("@zone", onCall.TimeZone.Id),
        ("@wait", (long)onCall.Wait.TotalMilliseconds), ("@until", onCall.Until.ToString().ToLowerInvariant()),
        ("@shifts", OnCall.Join(onCall.Shifts)), ("@overrides", OnCall.Join(onCall.Overrides)),
        ("@chain", string.Join(' ', onCall.Chain)), ("@note", onCall.Note), ("@now", nowMs)));

    public static bool RemoveContact(StoreSession db, string name) =>
        db.Change("contact", [("name", name)], () =>
            db.Execute("delete from contact where name = @name", ("@name", name)) > 0);

    public static bool RemoveGroup(StoreSession db, string name) =>
        db.Change("contact_group", [("name", name)], () =>
            db.Execute("delete from contact_group where name = @name", ("@name", name)) > 0);

    public static bool RemoveOnCall(StoreSession db, string name) =>
        db.Change("on_call", [("name", name)], () =>
            db.Execute("delete from on_call where name = @name", ("@name", name)) > 0);

    /// <summary>
    /// Runs a change and then looks at the whole book. Mistakes are pairs of the name that is wrong and a sentence;
    /// with any of them nothing is kept.
    /// </summary>
    public static async Task<IReadOnlyList<(string Name, string Sentence)>> ChangeAsync(
        SqliteStore store, Action<StoreSession> change)
    {
        try
        {
            await store.WriteAsync(db =>
            {
                change(db);
                IReadOnlyList<(string, string)> wrong = BookCheck.Mistakes(
                    Contacts(db), Groups(db), OnCalls(db));
                if (wrong.Count > 0) throw new BrokenBook(wrong);
            }).ConfigureAwait(false);
            return [];
        }
        catch (BrokenBook broken)
        {
            return broken.Mistakes;
        }
    }

    private static Contact ReadContact(DbDataReader row) => new(
        row.GetString(0), PhoneNumber.FromE164(row.GetString(1)), Text(row, 2), Text(row, 3), Text(row, 4));

    private static ContactGroup ReadGroup(DbDataReader row) => new(
        row.GetString(0), row.GetString(1).Split(' ', StringSplitOptions.RemoveEmptyEntries), Text(row, 2));

    private static OnCall ReadOnCall(DbDataReader row) =>
        OnCall.TryRead(
            new OnCallDraft
            {
                Name = row.GetString(0),
                Owner = row.GetString(1),
                TimeZone = row.GetString(2),
                Wait = TimeSpan.FromMilliseconds(row.GetInt64(3)),
                Until = row.GetString(4),
                Shifts = row.GetString(5),
                Overrides = row.GetString(6),
                Chain = row.GetString(7),
                Note = Text(row, 8),
            },
            out OnCall? onCall, out _)
            ? onCall
            : throw new StoreException($"The on-call list {row.GetString(0)} in the database is not valid.", false);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    // Rolls the piece of work back; nobody but ChangeAsync sees it.
    private sealed class BrokenBook(IReadOnlyList<(string, string)> mistakes) : Exception
    {
        public IReadOnlyList<(string, string)> Mistakes { get; } = mistakes;
    }
}
