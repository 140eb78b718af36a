using System.Data.Common;

namespace EmailSms.Store;

/// <summary>
/// Finds a person in the rows of a table, and takes them out. A table is read a page at a time, each in a read of its
/// own, so that no search holds back the log of the database.
/// </summary>
/// <param name="person">The person.</param>
/// <param name="isTheirSms">Whether an SMS, by its id, is to or from them.</param>
internal sealed class PersonalRows(Person person, Func<StoreSession, string, bool> isTheirSms)
{
    /// <summary>A page of rows in the order of their key, the first after one.</summary>
    public static List<PersonalRow> Page(StoreSession db, PersonalTable table, PersonalRow? after, int limit)
    {
        string key = string.Join(", ", table.Key);
        string last = string.Join(", ", table.Key.Select(one => $"@{one}"));
        string where = after is null ? "" : $"where ({key}) > ({last})";
        return db.Query(
            $"select * from {table.Name} {where} order by {key} limit @limit", row => Read(db, table, row),
            [.. table.Key.Select(one => ($"@{one}", after?.Values[one])), ("@limit", limit)]);
    }

    /// <summary>The row as it is now; null: it is gone.</summary>
    public static PersonalRow? Again(StoreSession db, PersonalRow row) => db.Query(
        $"select * from {row.Table.Name} where {Where(row.Table)}", found => Read(db, row.Table, found), KeyOf(row))
        .FirstOrDefault();

    /// <summary>What of the person is in a row; null: nothing.</summary>
    public PersonalFinding? Find(StoreSession db, PersonalRow row)
    {
        PersonalTable table = row.Table;
        bool isTheirs = table.Columns.Any(one => one.Use is PersonalUse.Names && IsIn(row, one))
            || (table.SmsColumn is { } column && row.Text(column) is { } sms && isTheirSms(db, sms))
            || table.IsTheirs?.Invoke(db, row, person) is true;
        bool isNamed = isTheirs || table.Columns.Any(one => one.Use is not PersonalUse.Nobody && IsIn(row, one))
            || table.IsShown?.Invoke(db, row, person) is true;
        return isNamed ? new PersonalFinding(row, isTheirs) : null;
    }

    /// <summary>Why they cannot be taken out of a row, a sentence; null: they can.</summary>
    public string? Refusal(StoreSession db, PersonalRow row) =>
        row.Table.Columns.FirstOrDefault(one => one.Use is PersonalUse.Relies && IsIn(row, one)) is { } column
            ? $"{row.Table.Name} {row.KeyText} names them in {column.Name}: {column.Why}."
            : row.Table.Refusal?.Invoke(db, row, person);

    /// <summary>Takes them out of a row, as a piece of a write. False: nothing of it was to be changed.</summary>
    public bool Erase(StoreSession db, PersonalFinding finding)
    {
        (PersonalRow row, bool isTheirs) = finding;
        PersonalTable table = row.Table;
        if (finding.IsWaiting) return false;
        if (table.Erase is { } erase) return erase(db, row, person);
        if (isTheirs) table.First?.Invoke(db, row, person);
        if (isTheirs && table.IsRemoved)
        {
            return db.Erasing(
                table.Name, () => db.Execute($"delete from {table.Name} where {Where(table)}", KeyOf(row)) > 0);
        }

        List<(string Column, object? Value)> changes =
        [
            .. from column in table.Columns
               let old = row.Values[column.Name]
               let blank = Blank(row, column, isTheirs)
               where !Equals(old, blank)
               select (column.Name, column.Sealed is { } place
                   ? db.Texts.SealAny(place, PlaceOf(place, row.Values), blank)
                   : blank),
        ];
        if (changes.Count == 0) return false;
        string set = string.Join(", ", changes.Select(one => $"{one.Column} = @new_{one.Column}"));
        return db.Erasing(table.Name, () => db.Execute(
            $"update {table.Name} set {set} where {Where(table)}",
            [.. KeyOf(row), .. changes.Select(one => ($"@new_{one.Column}", one.Value))]) > 0);
    }

    /// <summary>The texts of a row as they are read, by column; secrets masked.</summary>
    public static SortedDictionary<string, object?> View(PersonalRow row)
    {
        SortedDictionary<string, object?> view = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in row.Values)
        {
            PersonalColumn? column = row.Table.Columns.FirstOrDefault(one => one.Name == name);
            view[name] = Audit.IsSecret(name) ? Audit.Masked
                : value is byte[] octets ? column?.Read?.Invoke(octets) ?? Convert.ToBase64String(octets)
                : value;
        }

        return view;
    }

    private object? Blank(PersonalRow row, PersonalColumn column, bool isTheirs)
    {
        object? old = row.Values[column.Name];
        return column.Use switch
        {
            PersonalUse.Names when IsIn(row, column) => column.Blank,
            PersonalUse.Says when isTheirs =>
                old is string said && column.Rest is { } rest ? rest(said) : old is null ? null : column.Blank,
            PersonalUse.Says or PersonalUse.Mentions when IsIn(row, column) =>
                old is string text ? person.Redact(text) : column.Blank,
            _ => old,
        };
    }

    private bool IsIn(PersonalRow row, PersonalColumn column) => row.Values[column.Name] switch
    {
        string text => person.IsIn(text),
        byte[] octets when column.Read is { } read => person.IsIn(read(octets)),
        _ => false,
    };

    private static PersonalRow Read(StoreSession db, PersonalTable table, DbDataReader row)
    {
        Dictionary<string, object?> values = new(StringComparer.Ordinal);
        for (int i = 0; i < row.FieldCount; i++) values[row.GetName(i)] = row.IsDBNull(i) ? null : row.GetValue(i);
        foreach (PersonalColumn column in table.Columns)
        {
            if (column.Sealed is not { } place) continue;
            values[column.Name] = values[column.Name] switch
            {
                string text => db.Texts.OpenToShow(place, PlaceOf(place, values), text),
                byte[] octets => db.Texts.TryOpen(place, PlaceOf(place, values), octets, out byte[] whole) ? whole : [],
                var other => other,
            };
        }

        return new PersonalRow(table, values);
    }

    private static string PlaceOf(SealedColumn place, IReadOnlyDictionary<string, object?> values) =>
        SealedColumn.KeyOf([.. place.RowKey.Select(column => values[column])]);

    private static string Where(PersonalTable table) =>
        string.Join(" and ", table.Key.Select(one => $"{one} = @{one}"));

    private static (string, object?)[] KeyOf(PersonalRow row) =>
        [.. row.Table.Key.Select(one => ($"@{one}", row.Values[one]))];
}
