using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>
/// Entries of the address book as rows of text: one form for the command line and for CSV. Reading tells all that is
/// wrong with a row, a sentence each.
/// </summary>
internal static class BookRows
{
    private const int NoteCharsMax = 200;

    public static IReadOnlyList<string> ContactColumns { get; } = ["name", "number", "mailbox", "time_zone", "note"];

    public static IReadOnlyList<string> GroupColumns { get; } = ["name", "members", "note"];

    public static IReadOnlyList<string> OnCallColumns { get; } =
        ["name", "owner", "time_zone", "wait", "until", "shifts", "overrides", "chain", "note"];

    public static Contact? ReadContact(CsvRow row, RecipientParser parser, List<string> mistakes)
    {
        int before = mistakes.Count;
        string name = NameOf(row, mistakes);
        RecipientReading reading = parser.Read(row["number"] ?? "", null);
        if (reading is RecipientReading.Refused)
        {
            mistakes.Add($"{name}: the number is written with its country code, such as +447700900123.");
        }

        if (row["mailbox"] is { } mailbox && !EmailAddress.TryParse(mailbox, out _))
        {
            mistakes.Add($"{name}: '{mailbox}' is not an address such as office@example.com.");
        }

        if (row["time_zone"] is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            mistakes.Add($"{name}: {zone} is not a time zone such as Europe/Berlin.");
        }

        LookAtNote(row, name, mistakes);
        return mistakes.Count > before
            ? null
            : new Contact(
                name, ((RecipientReading.Number)reading).Value, row["mailbox"], row["time_zone"], row["note"]);
    }

    public static ContactGroup? ReadGroup(CsvRow row, List<string> mistakes)
    {
        int before = mistakes.Count;
        string name = NameOf(row, mistakes);
        string[] members = [.. (row["members"] ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
            .Select(member => member.ToLowerInvariant()).Distinct()];
        if (members.Length == 0)
        {
            mistakes.Add($"{name}: a group has members: contacts, groups, numbers such as +447700900123.");
        }

        LookAtNote(row, name, mistakes);
        return mistakes.Count > before ? null : new ContactGroup(name, members, row["note"]);
    }

    public static OnCall? ReadOnCall(CsvRow row, List<string> mistakes)
    {
        TimeSpan wait = TimeSpan.FromMinutes(10);
        if (row["wait"] is { } text && !WrittenSpan.TryParse(text, out wait))
        {
            mistakes.Add($"{row["name"]}: '{text}' is not a time such as 10m.");
            return null;
        }

        bool isRight = OnCall.TryRead(
            new OnCallDraft
            {
                Name = row["name"]?.ToLowerInvariant() ?? "",
                Owner = row["owner"],
                TimeZone = row["time_zone"],
                Wait = wait,
                Until = row["until"],
                Shifts = row["shifts"],
                Overrides = row["overrides"],
                Chain = row["chain"],
                Note = row["note"],
            },
            out OnCall? onCall, out IReadOnlyList<string> wrong);
        mistakes.AddRange(wrong.Select(sentence => $"{row["name"]}: {sentence}"));
        return isRight ? onCall : null;
    }

    public static string?[] Write(Contact contact) =>
        [contact.Name, contact.Number.E164, contact.Mailbox, contact.TimeZone, contact.Note];

    public static string?[] Write(ContactGroup group) => [group.Name, string.Join(' ', group.Members), group.Note];

    public static string?[] Write(OnCall onCall) =>
    [
        onCall.Name, onCall.Owner, onCall.TimeZone.Id, WrittenSpan.Text(onCall.Wait),
        onCall.Until.ToString().ToLowerInvariant(), OnCall.Join(onCall.Shifts), OnCall.Join(onCall.Overrides),
        string.Join(' ', onCall.Chain), onCall.Note,
    ];

    private static string NameOf(CsvRow row, List<string> mistakes)
    {
        string name = row["name"]?.ToLowerInvariant() ?? "";
        if (AddressName.Mistake(name) is { } wrong) mistakes.Add(wrong);
        return name;
    }

    private static void LookAtNote(CsvRow row, string name, List<string> mistakes)
    {
        if (row["note"] is { } note && (note.Length > NoteCharsMax || note.Any(char.IsControl)))
        {
            mistakes.Add($"{name}: the note is one line of at most {NoteCharsMax} characters.");
        }
    }
}
