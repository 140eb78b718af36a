using System.Text.RegularExpressions;
using EmailSms.Messages;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// A refusal on its way into the log: it names numbers and registered texts to the one who wrote the mail, and to
/// nobody else.
/// </summary>
internal static partial class RefusalText
{
    /// <summary>Without numbers, and without what stands in quotation marks.</summary>
    public static string Masked(this SmtpReply reply) =>
        ForeignText.Masked(Quoted().Replace(reply.Text, "\"…\""));

    [GeneratedRegex("\"[^\"]*(?:\"|$)")]
    private static partial Regex Quoted();
}
