using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Policy.Proof;

/// <summary>
/// A list of tags, <c>v=1; d=x.example</c>, as signatures, keys and DMARC policies are written (RFC 6376 3.2, RFC 7489
/// 6.4): names once each, spaces and folds around values of no meaning.
/// </summary>
internal sealed class TagList
{
    private readonly Dictionary<string, string> _tags;

    private TagList(Dictionary<string, string> tags, string first) => (_tags, First) = (tags, first);

    /// <summary>The name of the first tag.</summary>
    public string First { get; }

    /// <summary>Null where there is no such tag.</summary>
    public string? this[string name] => _tags.GetValueOrDefault(name);

    /// <summary>Takes the list whole; a name twice, or a piece without <c>=</c>, makes it none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TagList? list)
    {
        list = null;
        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        string? first = null;
        string[] pieces = text.Split(';');
        foreach ((int index, string piece) in pieces.Index())
        {
            string tag = piece.Trim(' ', '\t', '\r', '\n');
            if (tag.Length == 0 && index == pieces.Length - 1 && index > 0) break;
            int equals = tag.IndexOf('=');
            if (equals < 1) return false;
            string name = tag[..equals].TrimEnd(' ', '\t', '\r', '\n');
            if (!char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return false;
            if (!tags.TryAdd(name, tag[(equals + 1)..].Trim(' ', '\t', '\r', '\n'))) return false;
            first ??= name;
        }

        list = first is null ? null : new TagList(tags, first);
        return list is not null;
    }

    /// <summary>The words of a tag that is a list parted by colons, in lower case; empty where it is missing.</summary>
    public IReadOnlyList<string> Words(string name) => this[name] is not { } value
        ? []
        : [.. value.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.ToLowerInvariant())];
}
