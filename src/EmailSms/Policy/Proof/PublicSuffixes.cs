using System.Collections.Frozen;

namespace EmailSms.Policy.Proof;

/// <summary>
/// The Public Suffix List: under which names others register names of their own. It tells the organizational domain
/// of RFC 7489 3.2, which for <c>mail.shop.co.uk</c> is <c>shop.co.uk</c>.
/// </summary>
internal sealed class PublicSuffixes
{
    private const string Resource = "public_suffix_list.dat";

    private readonly FrozenSet<string> _rules;

    private PublicSuffixes(IEnumerable<string> rules) =>
        _rules = rules.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The list that the program was built with.</summary>
    public static PublicSuffixes BuiltIn { get; } = ReadBuiltIn();

    /// <summary>Reads a list in the form that https://publicsuffix.org/list/ gives it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PublicSuffixes Load(string file)
    {
        using StreamReader lines = File.OpenText(file);
        return Read(lines);
    }

    /// <summary>
    /// The domain that somebody registered: one label more than the longest public suffix of the name. A name that is a
    /// public suffix is its own.
    /// </summary>
    public string OrganizationalDomain(string domain)
    {
        string[] labels = domain.Split('.');
        int suffix = SuffixLabels(labels);
        return suffix >= labels.Length ? domain : string.Join('.', labels[^(suffix + 1)..]);
    }

    /// <summary>
    /// Whether the list names this very domain as one under which others register names of their own. A name of an
    /// intranet, which the list does not know, is none.
    /// </summary>
    public bool Contains(string domain)
    {
        int dot = domain.IndexOf('.', StringComparison.Ordinal);
        return !_rules.Contains('!' + domain)
            && (_rules.Contains(domain) || (dot > 0 && _rules.Contains("*" + domain[dot..])));
    }

    // https://publicsuffix.org/list/: an exception goes first, then the longest rule, and * where there is none.
    private int SuffixLabels(string[] labels)
    {
        for (int from = 0; from < labels.Length; from++)
        {
            string name = string.Join('.', labels[from..]);
            if (_rules.Contains('!' + name)) return labels.Length - from - 1;
            if (_rules.Contains(name)) return labels.Length - from;
            if (from + 1 < labels.Length && _rules.Contains("*." + string.Join('.', labels[(from + 1)..])))
            {
                return labels.Length - from;
            }
        }

        return 1;
    }

    private static PublicSuffixes ReadBuiltIn()
    {
        using Stream stream = typeof(PublicSuffixes).Assembly.GetManifestResourceStream(Resource)!;
        using var lines = new StreamReader(stream);
        return Read(lines);
    }

    private static PublicSuffixes Read(TextReader lines)
    {
        List<string> rules = [];
        while (lines.ReadLine() is { } line)
        {
            string rule = line.Split(' ', '\t')[0]; // a rule ends at the first space
            if (rule.Length == 0 || rule.StartsWith("//", StringComparison.Ordinal)) continue;
            string bare = rule.TrimStart('!');
            bool isWild = bare.StartsWith("*.", StringComparison.Ordinal);
            if (!DnsName.TryOfMail("x." + (isWild ? bare[2..] : bare), out string? ascii)) continue;
            rules.Add((rule[0] == '!' ? "!" : "") + (isWild ? "*." : "") + ascii[2..]);
        }

        return new PublicSuffixes(rules);
    }
}
