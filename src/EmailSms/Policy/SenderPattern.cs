using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// Whom a rule is for: one address (<c>ann@x.example</c>), all of a domain (<c>@x.example</c>, without its subdomains),
/// a domain and all below it (<c>@.x.example</c>), or anybody (<c>*</c>).
/// </summary>
internal readonly record struct SenderPattern
{
    /// <summary>A domain below which rules are looked for has at most so many labels; nobody's mail has more.</summary>
    private const int LabelsMax = 10;

    private readonly string? _key;

    private SenderPattern(string key) => _key = key;

    /// <summary>Anybody in the rule's networks: for devices that invent their From address.</summary>
    public static SenderPattern Anybody { get; } = new("*");

    /// <summary>The form in which it is stored, compared and shown: lower case.</summary>
    public string Key => _key ?? throw new InvalidOperationException("A default SenderPattern is nobody.");

    /// <summary>The domain of a domain pattern; null for the others.</summary>
    public string? Domain => Key[0] != '@' ? null : Key[(HasSubdomains ? 2 : 1)..];

    /// <summary>Whether the domains below it are meant, too.</summary>
    public bool HasSubdomains => Key.StartsWith("@.", StringComparison.Ordinal);

    /// <summary>The lower, the more it says: an address, a domain, one with all below it, anybody.</summary>
    public int Breadth => Key == "*" ? LabelsMax + 3
        : Key[0] != '@' ? 0
        : HasSubdomains ? LabelsMax + 2 - Labels(Key.AsSpan(2)) : 1;

    public static bool TryParse(
        string? text, out SenderPattern pattern, [NotNullWhen(false)] out string? mistake)
    {
        string trimmed = (text ?? "").Trim();
        bool isBelow = trimmed.StartsWith("@.", StringComparison.Ordinal);
        pattern = default;
        mistake = null;
        if (trimmed == "*")
        {
            pattern = Anybody;
        }
        else if (trimmed.StartsWith("@*.", StringComparison.Ordinal))
        {
            mistake = $"A domain with all below it is written @{trimmed[2..]}, and it is in it itself.";
        }
        else if (trimmed.LastIndexOf('@') == 0
            && EmailAddress.TryParse($"x@{trimmed[(isBelow ? 2 : 1)..]}", out EmailAddress inDomain))
        {
            int labels = Labels(inDomain.Domain);
            if (isBelow && labels is < 2 or > LabelsMax)
            {
                mistake = $"{trimmed} is too wide or too long: a domain with all below it has 2 to {LabelsMax} parts.";
            }
            else
            {
                pattern = new SenderPattern($"{(isBelow ? "@." : "@")}{inDomain.Domain}");
            }
        }
        else if (!trimmed.StartsWith('@') && EmailAddress.TryParse(trimmed, out EmailAddress address))
        {
            pattern = new SenderPattern(address.Key);
        }
        else
        {
            mistake = trimmed.Length == 0
                ? "A rule must name its sender: an address, a domain such as @example.com, or *."
                : "The sender is neither an address, nor a domain such as @example.com, nor *.";
        }

        return mistake is null;
    }

    /// <summary>The keys under which a rule for this sender may be stored.</summary>
    public static IReadOnlyList<string> KeysOf(EmailAddress sender)
    {
        List<string> keys = ["*", sender.Key, "@" + sender.Domain];
        string below = sender.Domain;
        for (int labels = Labels(below); labels >= 2; labels--)
        {
            if (labels <= LabelsMax) keys.Add("@." + below);
            below = below[(below.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }

        return keys;
    }

    public bool Matches(EmailAddress sender) =>
        Key == "*" || Key == sender.Key
        || (Domain is { } domain && (sender.Domain == domain
            || (HasSubdomains && sender.Domain.EndsWith($".{domain}", StringComparison.Ordinal))));

    public override string ToString() => _key ?? "";

    private static int Labels(ReadOnlySpan<char> domain) => domain.Count('.') + 1;
}
