using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells of all SMS of a mailbox in an hour or a day.</summary>
internal static class DigestMail
{
    private const int LinesMax = 1000;
    private const int TextCharsMax = 60;

    public static MailTemplateKind Kind { get; } = new(
        "digest", "To the sender, by the hour or day: the fates of all SMS.",
        [
            TemplateVariable.Number("count", "SMS in it."),
            TemplateVariable.Number("delivered", "Of them."),
            TemplateVariable.Number("failed", "Of them."),
            TemplateVariable.Number("relayed", "Of them: the carrier has them, and said no more."),
            TemplateVariable.List(
                "groups", "By fate, those that failed first.",
                TemplateVariable.Line("fate", "`failed`, `delivered`, `relayed` or `delayed`."),
                TemplateVariable.List(
                    "messages", "The first thousand of them.",
                    TemplateVariable.Line("at", "When it was known."),
                    TemplateVariable.Line("number", "The phone."),
                    TemplateVariable.Line("text", "How the text begins."),
                    TemplateVariable.Sentence("sentence", "Why it did not arrive, or nothing.")),
                TemplateVariable.Number("more", "How many are left out.")),
        ],
        [
            new MailSample("digest", words => Build(
                words,
                [
                    NoticeMail.Sample(NoticeFate.Delivered), NoticeMail.Sample(NoticeFate.Failed),
                    NoticeMail.Sample(NoticeFate.Relayed),
                ],
                "sample", SampleValues.At)),
            new MailSample("long", words => Build(
                words, [.. Enumerable.Repeat(NoticeMail.Sample(NoticeFate.Delivered), LinesMax + 1)], "sample",
                SampleValues.At)),
        ]);

    /// <summary>Notices to one mailbox, in the order in which their fates were known.</summary>
    public static OutgoingMail Build(
        MailTemplates words, IReadOnlyList<Notice> notices, string id, DateTimeOffset at)
    {
        Notice first = notices[0];
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{first.Domain}"), first.To, at,
            $"digest.{NoticeMail.Word(first.Fate)}.{first.SmsId}@{first.Domain}", first.SmsId);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-EmailSms-Digest", MailText.Line(id));
        message.Body = OurMail.Word(message, words.Write(Kind, first.To, first.Domain, at, new()
        {
            ["count"] = notices.Count,
            ["delivered"] = notices.Count(one => one.Fate is NoticeFate.Delivered),
            ["failed"] = notices.Count(one => one.Fate is NoticeFate.Failed),
            ["relayed"] = notices.Count(one => one.Fate is NoticeFate.Relayed),
            ["groups"] = notices
                .GroupBy(one => one.Fate)
                .OrderByDescending(group => group.Key is NoticeFate.Failed) // it is what a reader looks for
                .Select(Group).ToList(),
        }));
        return new OutgoingMail(MailKind.Notice, "", first.To, OurMail.Write(message), first.SmsId)
        {
            MoreSms = NoticeMail.MoreThan(first, notices),
        };
    }

    private static Dictionary<string, object?> Group(IGrouping<NoticeFate, Notice> fate) => new()
    {
        ["fate"] = NoticeMail.Word(fate.Key),
        ["messages"] = fate.Take(LinesMax).Select(one => new Dictionary<string, object?>
        {
            ["at"] = NoticeMail.Time(one.At),
            ["number"] = NumberText.International(one.Number),
            ["text"] = Start(one.Text),
            ["sentence"] = one.Failure?.Sentence,
        }).ToList(),
        ["more"] = Math.Max(0, fate.Count() - LinesMax),
    };

    private static string Start(string text)
    {
        string line = MailText.Line(text);
        return line.Length <= TextCharsMax ? line : $"{line[..(TextCharsMax - 1)]}…";
    }
}
