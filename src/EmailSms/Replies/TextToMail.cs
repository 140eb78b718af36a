using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Replies;

/// <summary>
/// A text that is a mail (3GPP TS 23.040 3.8): an address, then a subject in parentheses or between two number signs,
/// or a space; then the words.
/// <code>
///   ann@clinic.example#Boiler 3#It is off again
///   ann@clinic.example(Boiler 3)It is off again
///   ann@clinic.example It is off again
/// </code>
/// </summary>
/// <param name="To">Whom it is for.</param>
/// <param name="Subject">Null where there is none.</param>
/// <param name="Words">The text itself; may be empty.</param>
internal sealed record TextToMail(EmailAddress To, string? Subject, string Words)
{
    private static readonly SearchValues<char> Marks = SearchValues.Create(" \n\r\t#(");

    /// <summary>False: it does not begin with an address, and is a text like others.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out TextToMail? mail)
    {
        mail = null;
        string body = text.TrimStart();
        int end = body.AsSpan().IndexOfAny(Marks);
        string address = end < 0 ? body : body[..end];

        // Some phones cannot write @, and networks take ! and * for it (TS 23.040 3.8.4); only @ is certain.
        if (!EmailAddress.TryParse(address, out EmailAddress to) || !to.Domain.Contains('.', StringComparison.Ordinal))
        {
            return false;
        }

        string rest = end < 0 ? "" : body[end..];
        string? subject = null;
        if (rest.Length > 0 && rest[0] is '#' or '(')
        {
            int close = rest.IndexOf(rest[0] == '#' ? '#' : ')', 1);
            if (close < 0) return false;
            subject = rest[1..close].Trim();
            rest = rest[(close + 1)..];
        }

        mail = new TextToMail(to, string.IsNullOrEmpty(subject) ? null : subject, rest.Trim());
        return true;
    }
}
