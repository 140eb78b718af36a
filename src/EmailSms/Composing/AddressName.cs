using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace EmailSms.Composing;

/// <summary>
/// A name in an address: a contact, a group or an on-call list. It begins with a letter, so that it is never a number;
/// <c>p</c> and seven digits or more are the number of a device that refuses the plus sign.
/// </summary>
internal static partial class AddressName
{
    public const int CharsMax = 40;

    /// <summary>Names that mail servers and people expect to be something else (RFC 2142, RFC 5321 4.5.1).</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "postmaster", "abuse", "hostmaster", "mailer-daemon", "noc", "noreply", "no-reply", "root", "security",
        "webmaster", "contacts");

    /// <summary>Whether a local part in lower case has the form of a name.</summary>
    public static bool IsOne(string text) => Form().IsMatch(text) && !DeviceNumber().IsMatch(text);

    /// <summary>Whether nobody in the address book can have it.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>What is wrong with a name for the address book, as a sentence; null for nothing.</summary>
    public static string? Mistake(string name) =>
        !IsOne(name)
            ? $"'{name}' is no name: a small letter, then small letters, digits, dots, - and _, {CharsMax} at most, "
                + "and not p before a number."
            : IsReserved(name) ? $"{name} is reserved for what mail servers mean by it." : null;

    [GeneratedRegex(@"^[a-z][a-z0-9._-]{0,39}\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"^p[0-9]{7,}\z")]
    private static partial Regex DeviceNumber();
}
