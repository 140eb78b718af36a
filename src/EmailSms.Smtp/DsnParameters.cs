using System.Globalization;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>The parameters of RFC 3461 4: what the sender wants to hear of its mail later.</summary>
internal static class DsnParameters
{
    private const int EnvelopeIdCharsMax = 100; // RFC 3461 4.4

    private const int OriginalRecipientCharsMax = 500; // RFC 3461 4.2

    /// <summary>False: the value is malformed, or the parameter is none of these.</summary>
    public static bool TryParse(EsmtpParameters parameter, ref SmtpMailFrom mail, out bool isKnown)
    {
        isKnown = true;
        if (parameter.Is("RET"))
        {
            if (parameter.ValueIs("FULL")) mail = mail with { Return = SmtpDsnReturn.Full };
            else if (parameter.ValueIs("HDRS")) mail = mail with { Return = SmtpDsnReturn.Headers };
            else return false;
            return true;
        }

        isKnown = parameter.Is("ENVID");
        if (!isKnown || parameter.Value.Length > EnvelopeIdCharsMax) return false;
        mail = mail with { EnvelopeId = DecodeXtext(parameter.Value) };
        return !string.IsNullOrEmpty(mail.EnvelopeId);
    }

    /// <inheritdoc cref="TryParse(EsmtpParameters, ref SmtpMailFrom, out bool)"/>
    public static bool TryParse(EsmtpParameters parameter, ref SmtpRcptTo recipient, out bool isKnown)
    {
        isKnown = true;
        if (parameter.Is("NOTIFY"))
        {
            if (!TryParseNotify(parameter.Value, out SmtpNotify notify)) return false;
            recipient = recipient with { Notify = notify };
            return true;
        }

        isKnown = parameter.Is("ORCPT");
        if (!isKnown || parameter.Value.Length > OriginalRecipientCharsMax) return false;
        int semicolon = parameter.Value.IndexOf(';'); // addr-type ";" xtext
        if (semicolon < 1) return false;
        string? address = DecodeXtext(parameter.Value[(semicolon + 1)..]);
        recipient = recipient with { OriginalRecipient = $"{parameter.Value[..semicolon]};{address}" };
        return !string.IsNullOrEmpty(address);
    }

    private static bool TryParseNotify(ReadOnlySpan<char> value, out SmtpNotify notify)
    {
        notify = SmtpNotify.Unsaid;
        foreach (Range range in value.Split(','))
        {
            SmtpNotify one = value[range] switch
            {
                var word when Is(word, "NEVER") => SmtpNotify.Never,
                var word when Is(word, "SUCCESS") => SmtpNotify.Success,
                var word when Is(word, "FAILURE") => SmtpNotify.Failure,
                var word when Is(word, "DELAY") => SmtpNotify.Delay,
                _ => SmtpNotify.Unsaid,
            };
            if (one is SmtpNotify.Unsaid) return false;
            notify |= one;
        }

        return notify is SmtpNotify.Never || !notify.HasFlag(SmtpNotify.Never); // RFC 3461 4.1: NEVER stands alone
    }

    // RFC 3461 4: printable ASCII but "+" and "="; "+" and two upper-case hex digits are any octet. Null: it is not.
    private static string? DecodeXtext(ReadOnlySpan<char> text)
    {
        var decoded = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not '+')
            {
                if (text[i] is < '!' or > '~') return null;
                decoded.Append(text[i]);
                continue;
            }

            if (i + 2 >= text.Length || text.Slice(i + 1, 2).ContainsAnyInRange('a', 'f')
                || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out byte octet)
                || octet is < (byte)' ' or > (byte)'~')
            {
                return null; // a control character there would break the report it is copied into
            }

            decoded.Append((char)octet);
            i += 2;
        }

        return decoded.ToString();
    }

    private static bool Is(ReadOnlySpan<char> word, string wanted) =>
        word.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}
