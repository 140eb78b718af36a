using System.Globalization;
using System.Text;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells of all SMS of a mailbox in an hour or a day.</summary>
internal static class DigestMail
{
    private const int LinesMax = 1000;
    private const int TextCharsMax = 60;

    /// <summary>Notices to one mailbox, in the order in which their fates were known.</summary>
    public static OutgoingMail Build(IReadOnlyList<Notice> notices, string id, DateTimeOffset at)
    {
        Notice first = notices[0];
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{first.Domain}"), first.To, at,
            $"digest.{first.SmsId}@{first.Domain}", first.SmsId);
        int failed = notices.Count(one => one.Fate is NoticeFate.Failed);
        int delivered = notices.Count(one => one.Fate is NoticeFate.Delivered);
        message.Subject = string.Create(
            CultureInfo.InvariantCulture,
            $"{notices.Count} SMS: {delivered} delivered, {failed} not delivered");
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-EmailSms-Digest", MailText.Line(id));
        message.Body = OurMail.Text(Body(notices));
        return new OutgoingMail(MailKind.Notice, "", first.To, OurMail.Write(message), first.SmsId);
    }

    // What did not arrive stands first: it is what a reader looks for.
    private static string Body(IReadOnlyList<Notice> notices)
    {
        var body = new StringBuilder();
        foreach (IGrouping<NoticeFate, Notice> fate in notices
            .GroupBy(one => one.Fate).OrderByDescending(group => group.Key is NoticeFate.Failed))
        {
            body.Append(CultureInfo.InvariantCulture, $"{Head(fate.Key)}\n\n");
            foreach (Notice one in fate.Take(LinesMax))
            {
                string why = one.Failure is { } failure ? $"\n    {MailText.Line(failure.Sentence)}" : "";
                body.Append(
                    CultureInfo.InvariantCulture,
                    $"{NoticeMail.Time(one.At)}  {NumberText.International(one.Number)}  {Start(one.Text)}{why}\n");
            }

            int more = fate.Count() - LinesMax;
            body.Append(more > 0 ? string.Create(CultureInfo.InvariantCulture, $"and {more} more\n\n") : "\n");
        }

        return body.ToString();
    }

    private static string Head(NoticeFate fate) => fate switch
    {
        NoticeFate.Delivered => "Delivered:",
        NoticeFate.Relayed => "With the carrier, which said no more:",
        _ => "Not delivered:",
    };

    private static string Start(string text)
    {
        string line = MailText.Line(text);
        return line.Length <= TextCharsMax ? line : $"{line[..(TextCharsMax - 1)]}…";
    }
}
