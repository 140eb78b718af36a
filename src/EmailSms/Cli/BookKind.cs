using EmailSms.Composing;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>One kind of entry of the address book, as the commands need it.</summary>
/// <param name="Word">What one is called.</param>
/// <param name="Columns">Its fields: the columns of CSV, and with hyphens the options of the commands.</param>
/// <param name="Read">An entry from a row; null after all that is wrong was told.</param>
/// <param name="Write">The row of an entry.</param>
/// <param name="List">All of them, by name.</param>
/// <param name="Put">Adds one, or writes it anew.</param>
/// <param name="Remove">Removes one by name; false: there is none.</param>
internal sealed record BookKind<T>(
    string Word,
    IReadOnlyList<string> Columns,
    Func<CsvRow, List<string>, T?> Read,
    Func<T, string?[]> Write,
    Func<StoreSession, IReadOnlyList<T>> List,
    Action<StoreSession, T, long> Put,
    Func<StoreSession, string, bool> Remove)
    where T : class
{
    /// <summary>The entry of a name, or null.</summary>
    public T? Find(StoreSession db, string name) => List(db).FirstOrDefault(entry => Write(entry)[0] == name);

    /// <summary>The fields of an entry under their names.</summary>
    public Dictionary<string, string> Fields(T entry) => Columns.Zip(Write(entry))
        .Where(pair => pair.Second is not null)
        .ToDictionary(pair => pair.First, pair => pair.Second!);
}
