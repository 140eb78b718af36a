using System.ComponentModel;
using System.Globalization;

namespace EmailSms.MailIn;

/// <summary>What a listener is for; everything that the profile says goes without saying.</summary>
[TypeConverter(typeof(HyphenatedWords))]
internal enum ListenerProfile
{
    /// <summary>
    /// Port 25, for other mail servers: STARTTLS is offered and nobody has to take it (RFC 7435), no AUTH (RFC 8314).
    /// </summary>
    Mx,

    /// <summary>Port 587, for people and programs with an account: STARTTLS, then AUTH, then mail (RFC 6409).</summary>
    Submission,

    /// <summary>Port 465: the same with TLS from the first octet (RFC 8314 3.3).</summary>
    Submissions,

    /// <summary>For a mail server of ours, on this machine: LMTP (RFC 2033), a reply for each recipient.</summary>
    Lmtp,

    /// <summary>
    /// For printers, UPS cards and PLCs on a network that is trusted: neither TLS nor EHLO nor brackets nor CRLF are
    /// asked for, and little is let through.
    /// </summary>
    LegacyDevice,
}

/// <summary>Reads <c>legacy-device</c> as well as <c>LegacyDevice</c>.</summary>
internal sealed class HyphenatedWords(Type type) : EnumConverter(type)
{
    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        base.ConvertFrom(
            context, culture, value is string text ? text.Replace("-", "", StringComparison.Ordinal) : value);
}
