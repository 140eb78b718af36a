using System.Text;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// Writes the mail that an SMS becomes: from the number, at our domain, or with a Reply-To at a mailbox of ours, so
/// that the Reply button of any mail program sends an SMS; and with the conversation's Message-IDs, so that it is shown
/// as one thread.
/// </summary>
internal static class ReplyMail
{
    /// <summary>A header that grows with each turn is refused one day; the first and the latest are kept.</summary>
    private const int ReferencesMax = 20;

    private const int LocalPartLengthMax = 64; // RFC 5321 4.5.3.1.1

    public static MailTemplateKind Kind { get; } = new(
        "reply", "To a mailbox: an SMS from a person.",
        [
            TemplateVariable.Line("from", "The phone's number; or what the carrier calls the sender."),
            TemplateVariable.Line("name", "What the mailbox calls that number, or nothing."),
            TemplateVariable.Text("text", "The SMS."),
            TemplateVariable.Line("marker", "A word such as `STOP` where the text did something, or nothing."),
            TemplateVariable.Sentence("remark", "Why it comes here or what it did, or nothing."),
            TemplateVariable.Line("own_subject", "The subject of a mail that the text itself wrote, or nothing."),
            TemplateVariable.List(
                "history", "What was said before, the latest first.",
                TemplateVariable.Line("at", "When."),
                TemplateVariable.Line("by", "By whom."),
                TemplateVariable.Text("text", "What.")),
        ],
        [
            new MailSample("reply", words => Build(words, SampleReply)),
            new MailSample("conversation", words => Build(words, SampleReply with
            {
                Name = "Anna",
                Token = "sample",
                Marker = "STOP",
                Remark = "No more SMS go to this number.",
                History =
                [
                    new(SampleValues.At.AddHours(-1).ToUnixTimeMilliseconds(), "ann@clinic.example", SampleValues.Text),
                    new(SampleValues.At.AddHours(-2).ToUnixTimeMilliseconds(), "Anna", "When is it?"),
                ],
            })),
            new MailSample("own", words => Build(words, SampleReply with { Subject = "Hello" })),
        ]);

    private static Reply SampleReply => new()
    {
        Id = SampleValues.Sms.ToString(),
        Domain = SampleValues.Domain,
        Source = SampleValues.Number.E164,
        To = SampleValues.Sender,
        Text = "Thanks, see you <then>.",
        ReceivedAt = SampleValues.At,
        InReplyTo = SampleValues.MessageId,
    };

    public static OutgoingMail Build(MailTemplates words, Reply reply)
    {
        (string name, string localPart) = NameOf(reply.Source);
        using var message = new MimeMessage();
        string shown = reply.Name is { } known ? $"{name} ({MailText.Line(known)})" : name;
        OurMail.Address(
            message, new MailboxAddress(shown, $"{localPart}@{reply.Domain}"), reply.To, reply.ReceivedAt,
            MessageId(reply.Id, reply.Domain), reply.Id);

        // Without the word of a conversation, digits alone would be a number of the region of whoever answers.
        string? target = reply.Token is { } token ? $"{localPart}+c={token}"
            : PhoneNumber.TryFromE164(reply.Source, out PhoneNumber number) ? number.E164
            : null;
        if (reply.AnswerAt is { } at)
        {
            message.ReplyTo.Add(new MailboxAddress(shown, $"{at.LocalPart}+{target ?? localPart}@{at.Domain}"));
        }
        else if (target is not null)
        {
            message.ReplyTo.Add(new MailboxAddress(shown, $"{target}@{reply.Domain}"));
        }

        if (OurMail.MessageId(reply.InReplyTo) is { } answered) message.InReplyTo = answered;
        message.References.AddRange(References(reply));
        message.Body = OurMail.Word(
            message, words.Write(Kind, reply.To, reply.Domain, reply.ReceivedAt, Values(reply, name)));
        return new OutgoingMail(MailKind.Reply, reply.EnvelopeFrom, reply.To, OurMail.Write(message), reply.SmsId);
    }

    /// <summary>The Message-ID, without its angle brackets, of the mail that an inbound SMS becomes.</summary>
    public static string MessageId(string id, string domain) => $"{id}@{domain}";

    private static Dictionary<string, object?> Values(Reply reply, string from) => new()
    {
        ["from"] = from,
        ["name"] = reply.Name,
        ["text"] = reply.Text,
        ["marker"] = reply.Marker,
        ["remark"] = reply.Remark,
        ["own_subject"] = reply.Subject,
        ["history"] = reply.History.Select(one => new Dictionary<string, object?>
        {
            ["at"] = NoticeMail.Time(DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs)),
            ["by"] = one.By,
            ["text"] = one.Text,
        }).ToList(),
    };

    private static IEnumerable<string> References(Reply reply)
    {
        // RFC 5322 3.6.4: the parent is the last of the references.
        List<string> ids = [.. reply.References.Append(reply.InReplyTo).Select(OurMail.MessageId).OfType<string>()];
        ids = [.. ids.AsEnumerable().Reverse().Distinct(StringComparer.Ordinal).Reverse()];
        return ids.Count <= ReferencesMax ? ids : ids.Take(1).Concat(ids.TakeLast(ReferencesMax - 1));
    }

    private static (string Name, string LocalPart) NameOf(string source)
    {
        if (PhoneNumber.TryFromE164(source, out PhoneNumber number))
        {
            return (NumberText.International(number), number.Digits);
        }

        string name = MailText.Line(source);
        var localPart = new StringBuilder();
        foreach (char c in name.ToLowerInvariant())
        {
            // A dot may not begin, end or follow a dot (RFC 5321 4.1.2), so no dot is let through at all.
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_') localPart.Append(c);
            else if (c == ' ' && localPart.Length > 0) localPart.Append('-');
        }

        string plain = localPart.ToString(0, Math.Min(localPart.Length, LocalPartLengthMax)).Trim('-');
        return (name.Length > 0 ? name : "unknown sender", plain.Length > 0 ? plain : "unknown");
    }
}
