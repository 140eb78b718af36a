namespace EmailSms.Store;

/// <summary>What a column has to do with people.</summary>
internal enum PersonalUse
{
    /// <summary>It says whom the row is about: with a person in it the row is theirs.</summary>
    Names,

    /// <summary>What was said: it goes with a row that is theirs, and is redacted in a row of another's.</summary>
    Says,

    /// <summary>It may name anybody, and is redacted.</summary>
    Mentions,

    /// <summary>Something that others rely on. A person in it is the admin's to take out first.</summary>
    Relies,

    /// <summary>It names nobody.</summary>
    Nobody,
}

/// <summary>A column, and what becomes of it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Use">What it has to do with people.</param>
/// <param name="Blank">What takes the place of a person, or of what was said.</param>
/// <param name="Why">Why it names nobody; or what the admin is to do.</param>
internal sealed record PersonalColumn(string Name, PersonalUse Use, object? Blank = null, string? Why = null)
{
    /// <summary>Makes a text of a value that is none.</summary>
    public Func<byte[], string>? Read { get; init; }

    /// <summary>How it lies on disk, where it may be sealed.</summary>
    public SealedColumn? Sealed { get; init; }

    /// <summary>What is left of something that was said; null: <see cref="Blank"/>.</summary>
    public Func<string, string>? Rest { get; init; }

    public static PersonalColumn Names(string name, object? blank = null) => new(name, PersonalUse.Names, blank);

    public static PersonalColumn Says(string name, object? blank = null) => new(name, PersonalUse.Says, blank);

    public static PersonalColumn Mentions(string name) => new(name, PersonalUse.Mentions);

    public static PersonalColumn Relies(string name, string sentence) => new(name, PersonalUse.Relies, null, sentence);

    /// <summary>Several that name nobody, for one reason.</summary>
    public static IEnumerable<PersonalColumn> Nobody(string why, params string[] names) =>
        names.Select(name => new PersonalColumn(name, PersonalUse.Nobody, null, why));
}

/// <summary>
/// What of a table is about people, said by the room that owns it. Every text column of every table is in one of these;
/// a test walks the database for one that is not.
/// </summary>
/// <param name="Name">The table.</param>
/// <param name="Key">The columns of its primary key.</param>
/// <param name="Columns">Its columns with texts; numbers name nobody.</param>
internal sealed record PersonalTable(
    string Name, IReadOnlyList<string> Key, IReadOnlyList<PersonalColumn> Columns)
{
    /// <summary>A row that is somebody's goes as a whole; otherwise it stays without them.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>The column with the id of the SMS that a row is about: it is theirs when the SMS is.</summary>
    public string? SmsColumn { get; init; }

    /// <summary>What makes a row theirs besides its columns.</summary>
    public Func<StoreSession, PersonalRow, Person, bool>? IsTheirs { get; init; }

    /// <summary>What is exported with a person, and kept: others have it in common with them.</summary>
    public Func<StoreSession, PersonalRow, Person, bool>? IsShown { get; init; }

    /// <summary>A row that cannot go yet, since something is still to be done with it.</summary>
    public Func<PersonalRow, bool>? Waits { get; init; }

    /// <summary>Why a person cannot be taken out of a row; null: they can.</summary>
    public Func<StoreSession, PersonalRow, Person, string?>? Refusal { get; init; }

    /// <summary>What is done in the same write, before a row of theirs is changed or removed.</summary>
    public Action<StoreSession, PersonalRow, Person>? First { get; init; }

    /// <summary>Takes a person out in a way of its own. False: there is nothing more to take.</summary>
    public Func<StoreSession, PersonalRow, Person, bool>? Erase { get; init; }

    /// <summary>Told of the rows that were changed or removed, in the write that does it.</summary>
    public Action<StoreSession, IReadOnlyList<PersonalRow>>? Told { get; init; }
}

/// <summary>A row, by its columns.</summary>
internal sealed record PersonalRow(PersonalTable Table, IReadOnlyDictionary<string, object?> Values)
{
    public string? Text(string column) => Values[column] as string;

    /// <summary>What names the row, for a sentence.</summary>
    public string KeyText => string.Join(' ', Table.Key.Select(column => Values[column]));
}

/// <summary>A row with a person in it.</summary>
/// <param name="Row">The row.</param>
/// <param name="IsTheirs">It is about them, and not only somebody's who named them.</param>
internal sealed record PersonalFinding(PersonalRow Row, bool IsTheirs)
{
    /// <summary>Something is still to be done with it.</summary>
    public bool IsWaiting => Row.Table.Waits?.Invoke(Row) is true;
}
