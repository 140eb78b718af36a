using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>
/// The options of an address, each of the right form. Whether a sender may use them is for the policy to say.
/// </summary>
internal sealed record RecipientOptions
{
    private const string ConversationKey = "c";

    public static RecipientOptions None { get; } = new();

    /// <summary>Those that stand in the address.</summary>
    public RecipientOption Given { get; private init; }

    public string? From { get; private init; }

    public int? Parts { get; private init; }

    public SmsClass Class { get; private init; }

    public WrittenTime? At { get; private init; }

    public TimeSpan? In { get; private init; }

    public TimeSpan? Valid { get; private init; }

    public string? Token { get; private init; }

    public string? Rule { get; private init; }

    /// <summary>The word of a conversation, which the Reply-To of a reply has; no option that anybody writes.</summary>
    public string? Conversation { get; private init; }

    /// <summary>False: <paramref name="wrong"/> is a sentence that never holds a token.</summary>
    public static bool TryRead(
        IReadOnlyList<(string Key, string Value)> words, [NotNullWhen(true)] out RecipientOptions? options,
        [NotNullWhen(false)] out string? wrong)
    {
        options = null;
        wrong = null;
        RecipientOptions read = None;
        foreach ((string key, string value) in words)
        {
            if (key == ConversationKey)
            {
                read = read with { Conversation = value };
                continue;
            }

            if (!TryName(key, out RecipientOption name))
            {
                wrong =
                    "There is no such option in an address; there are from, parts, class, at, in, valid, token, rule";
                return false;
            }

            if (read.Given.HasFlag(name)) wrong = $"The option {key} stands in the address twice";
            else if (read.With(name, value, out wrong) is { } next) read = next with { Given = read.Given | name };
            if (wrong is not null) return false;
        }

        if (read.Given.HasFlag(RecipientOption.At | RecipientOption.In))
        {
            wrong = "The options at and in say two times for one SMS; write one of them";
            return false;
        }

        options = read;
        return true;
    }

    private static bool TryName(string key, out RecipientOption name)
    {
        foreach (RecipientOption one in Enum.GetValues<RecipientOption>())
        {
            name = one;
            if (one is not RecipientOption.None && key.Equals(one.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        name = default;
        return false;
    }

    private RecipientOptions? With(RecipientOption name, string value, out string? wrong)
    {
        RecipientOptions? next = name switch
        {
            RecipientOption.From => this with { From = SenderId(value) },
            RecipientOption.Parts when value.Length <= 2 && int.TryParse(value, out int parts) && parts > 0 =>
                this with { Parts = parts },
            RecipientOption.Class when Words<SmsClass>.TryParse(value, out SmsClass known) =>
                this with { Class = known },
            RecipientOption.At when WrittenTime.TryParse(value, out WrittenTime at) => this with { At = at },
            RecipientOption.In when WrittenSpan.TryParse(value, out TimeSpan span) => this with { In = span },
            RecipientOption.Valid when WrittenSpan.TryParse(value, out TimeSpan span) && span >= TimeSpan.FromMinutes(1)
                => this with { Valid = span },
            RecipientOption.Token => this with { Token = value },
            RecipientOption.Rule => this with { Rule = value },
            _ => null,
        };
        wrong = next is null ? Mistake(name) : null;
        return next;
    }

    // The plus of a number cannot be written behind a plus.
    private static string SenderId(string value) =>
        value.Length > 8 && value.All(char.IsAsciiDigit) ? $"+{value}" : value;

    private static string Mistake(RecipientOption name) => name switch
    {
        RecipientOption.Parts => "The option parts is a number from 1 to 10",
        RecipientOption.Class => "The option class is normal, urgent or flash",
        RecipientOption.At => "The option at is a time such as 1830, 2026-11-25T1830 or 20261125T1830Z",
        RecipientOption.In => "The option in is a time such as 90m, 2h or 1d12h",
        _ => "The option valid is a time such as 90m, 2h or 1d12h, one minute at least",
    };
}
