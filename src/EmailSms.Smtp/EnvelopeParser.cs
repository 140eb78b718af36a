using System.Globalization;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>Reads the arguments of MAIL and RCPT: null and what was said, or the reply a fault has earned.</summary>
internal static class EnvelopeParser
{
    // RFC 1870 4: a size has at most 20 digits. What does not fit a long is too large in any case.
    private const int SizeDigitsMax = 20;

    private static readonly SmtpMailFrom NoSender = new("");
    private static readonly SmtpRcptTo NoRecipient = new("", "", "");

    public static SmtpReply? ParseMail(string argument, SmtpServerOptions options, out SmtpMailFrom mail)
    {
        mail = NoSender;
        ReadOnlySpan<char> text = argument;
        if (!text.StartsWith("FROM:", StringComparison.OrdinalIgnoreCase)) return Replies.MailSyntax;
        text = text[5..];
        if (text.IsWhiteSpace()) return Replies.MailSyntax;
        if (!SmtpPath.TryTake(ref text, options.AllowsBareAddresses, out SmtpPath path)) return Replies.BadSender;
        if (path is { IsNull: false, Domain: "" }) return Replies.BadSender;

        mail = new SmtpMailFrom(path.Address);
        if (ParseMailParameters(text, options, ref mail) is { } fault) return fault;
        if (mail.SizeBytes > options.MailBytesMax) return Replies.MailTooBig(options.MailBytesMax);
        return mail.IsInternational || Ascii.IsValid(path.Address) ? null : Replies.Utf8NotAsked;
    }

    public static SmtpReply? ParseRcpt(
        string argument, SmtpServerOptions options, bool isInternational, out SmtpRcptTo recipient)
    {
        recipient = NoRecipient;
        ReadOnlySpan<char> text = argument;
        if (!text.StartsWith("TO:", StringComparison.OrdinalIgnoreCase)) return Replies.RcptSyntax;
        text = text[3..];
        if (text.IsWhiteSpace()) return Replies.RcptSyntax;
        if (!SmtpPath.TryTake(ref text, options.AllowsBareAddresses, out SmtpPath path) || path.IsNull)
        {
            return Replies.BadRecipient;
        }

        recipient = new SmtpRcptTo(path.Address, path.LocalPart, path.Domain);
        HashSet<string>? seen = null;
        var parameters = new EsmtpParameters(text);
        while (parameters.MoveNext())
        {
            if (IsBad(parameters, ref seen)) return Replies.BadParameter;
            if (!options.OffersDsn) return Replies.UnknownParameter;
            if (!DsnParameters.TryParse(parameters, ref recipient, out bool isKnown))
            {
                return isKnown ? Replies.BadParameter : Replies.UnknownParameter;
            }
        }

        return isInternational || Ascii.IsValid(path.Address) ? null : Replies.Utf8NotAsked;
    }

    private static SmtpReply? ParseMailParameters(
        ReadOnlySpan<char> text, SmtpServerOptions options, ref SmtpMailFrom mail)
    {
        HashSet<string>? seen = null;
        var parameters = new EsmtpParameters(text);
        while (parameters.MoveNext())
        {
            if (IsBad(parameters, ref seen)) return Replies.BadParameter;
            if (ParseMailParameter(parameters, options, ref mail) is { } fault) return fault;
        }

        return null;
    }

    private static SmtpReply? ParseMailParameter(
        EsmtpParameters parameter, SmtpServerOptions options, ref SmtpMailFrom mail)
    {
        if (parameter.Is("SIZE"))
        {
            if (!TryParseSize(parameter.Value, out long sizeBytes)) return Replies.BadParameter;
            mail = mail with { SizeBytes = sizeBytes };
        }
        else if (parameter.Is("BODY"))
        {
            bool isEightBit = parameter.ValueIs("8BITMIME");
            if (!isEightBit && !parameter.ValueIs("7BIT")) return Replies.BadParameter;
            mail = mail with { IsEightBit = isEightBit };
        }
        else if (parameter.Is("SMTPUTF8"))
        {
            if (parameter.HasValue) return Replies.BadParameter;
            mail = mail with { IsInternational = true };
        }
        else if (parameter.Is("AUTH"))
        {
            // RFC 4954 5: parsed, and not believed, since nobody here trusts another server's word on who its user is.
            if (!parameter.HasValue) return Replies.BadParameter;
        }
        else
        {
            bool isKnown = false;
            if (options.OffersDsn && DsnParameters.TryParse(parameter, ref mail, out isKnown)) return null;
            return isKnown ? Replies.BadParameter : Replies.UnknownParameter;
        }

        return null;
    }

    // RFC 5321 4.1.1.11 leaves a parameter that comes twice undefined; one meaning too many is a fault.
    private static bool IsBad(EsmtpParameters parameter, ref HashSet<string>? seen)
    {
        seen ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return parameter.IsMalformed || !seen.Add(parameter.Keyword.ToString());
    }

    private static bool TryParseSize(ReadOnlySpan<char> digits, out long sizeBytes)
    {
        sizeBytes = long.MaxValue;
        if (digits.IsEmpty || digits.Length > SizeDigitsMax || digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out sizeBytes))
        {
            sizeBytes = long.MaxValue;
        }

        return true;
    }
}
