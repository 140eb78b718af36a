using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// Whom a rule is for: one address (<c>ann@x.example</c>), all of a domain (<c>@x.example</c>, without its subdomains),
/// or anybody (<c>*</c>).
/// </summary>
internal readonly record struct SenderPattern
{
    private readonly string? _key;

    private SenderPattern(string key) => _key = key;

    /// <summary>Anybody in the rule's networks: for devices that invent their From address.</summary>
    public static SenderPattern Anybody { get; } = new("*");

    /// <summary>The form in which it is stored, compared and shown: lower case.</summary>
    public string Key => _key ?? throw new InvalidOperationException("A default SenderPattern is nobody.");

    /// <summary>The domain of a domain pattern; null for the others.</summary>
    public string? Domain => Key[0] == '@' ? Key[1..] : null;

    public static bool TryParse(
        string? text, out SenderPattern pattern, [NotNullWhen(false)] out string? mistake)
    {
        string trimmed = (text ?? "").Trim();
        pattern = default;
        mistake = null;
        if (trimmed == "*")
        {
            pattern = Anybody;
        }
        else if (trimmed.LastIndexOf('@') == 0 && EmailAddress.TryParse("x" + trimmed, out EmailAddress inDomain))
        {
            pattern = new SenderPattern("@" + inDomain.Domain);
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

    /// <summary>The two keys, besides <c>*</c>, under which a rule for this sender is stored.</summary>
    public static (string Address, string Domain) KeysOf(EmailAddress sender) => (sender.Key, "@" + sender.Domain);

    public bool Matches(EmailAddress sender)
    {
        (string address, string domain) = KeysOf(sender);
        return Key == "*" || Key == domain || Key == address;
    }

    public override string ToString() => _key ?? "";
}
