using System.Globalization;

namespace EmailSms.Store;

/// <summary>
/// A column whose values are sealed on disk where there is a key for it. Rooms seal what they write there with
/// <see cref="StoreSession.Texts"/>, and open what they read.
/// </summary>
/// <param name="Table">The table, whose primary key is <c>id</c>.</param>
/// <param name="Name">The column.</param>
internal sealed record SealedColumn(string Table, string Name)
{
    /// <summary>
    /// The columns that name the row inside the seal, so that a value is good for its own row alone: those that are
    /// known when it is written, and never change.
    /// </summary>
    public IReadOnlyList<string> RowKey { get; init; } = ["id"];

    /// <summary>Which rows have a text there, in SQL; others are left as they are.</summary>
    public string Condition { get; init; } = "true";

    /// <summary>Told when a value was written anew: the row's id, and its plain text where it is one.</summary>
    public Action<StoreSession, object, string>? Rewritten { get; init; }

    /// <summary>The values of <see cref="RowKey"/> as one.</summary>
    public static string KeyOf(params ReadOnlySpan<object?> values)
    {
        string[] texts = new string[values.Length];
        for (int i = 0; i < values.Length; i++) texts[i] = Convert.ToString(values[i], CultureInfo.InvariantCulture)!;
        return string.Join('|', texts);
    }
}
