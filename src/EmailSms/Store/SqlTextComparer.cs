using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Store;

/// <summary>
/// Compares statements by their text. They are long, few and mostly the same object again, so the hash is of a few of
/// their characters alone: to hash all of an insert costs more than to find it.
/// </summary>
internal sealed class SqlTextComparer : IEqualityComparer<string>
{
    private const int Samples = 8;

    public static SqlTextComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) => ReferenceEquals(x, y) || string.Equals(x, y, StringComparison.Ordinal);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string obj)
    {
        int hash = obj.Length;
        int step = Math.Max(1, obj.Length / Samples);
        for (int i = step - 1; i < obj.Length; i += step) hash = (hash * 31) + obj[i];
        return hash;
    }
}
