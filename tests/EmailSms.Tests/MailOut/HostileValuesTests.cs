using CsCheck;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.MailOut;

/// <summary>
/// Whatever a phone, a carrier, a sender or an address book says, no mail of ours has another header, recipient or part
/// for it, and no markup: every builder is tried, with the shipped words and with ones that show everything.
/// </summary>
public sealed class HostileValuesTests : IDisposable
{
    private static readonly Gen<string> Evil = Gen.OneOf(
        Gen.OneOf<string>(
            "x\r\nBcc: eve@y.example", "x\nBcc: eve@y.example\n\n<script>a()</script>", "x\rX-Evil: 1", "\r\n\r\n.\r\n",
            "x\0y", "\u2028Bcc: eve@y.example", "\u0085X-Evil: 1", "\u202egnp.exe",
            "=?utf-8?q?=0D=0ABcc:_eve@y.example?=",
            "<img src=x onerror=a()>", "\"><script>", "--boundary\r\nContent-Type: text/html\r\n\r\n<b>", "{{ from }}",
            "\ud800", "a,b@y.example", "\" <eve@y.example>, \"", new string('ü', 5000)),
        Gen.String);

    private readonly TestFolder _folder = new();

    [Fact]
    public void Nothing_from_outside_adds_a_header_a_recipient_a_part_or_markup()
    {
        foreach (MailTemplateKind kind in MailTemplateKind.All)
        {
            string all = string.Concat(Shown(kind.Variables, ""));
            Write($"en/{kind.Name}.txt", $"Subject: {all}\n\n{all}\n");
            Write($"en/{kind.Name}.html", $"<p>{all}</p>\n");
        }

        var options = new MailTemplateOptions { Folder = _folder.Path };
        Assert.Empty(MailTemplates.MistakesOf(options));
        MailTemplates[] sets = [MailTemplates.Shipped, MailTemplates.Load(options, NullLogger.Instance)];
        int twice = 2; // a reply and a notice are built in two ways
        Assert.Equal(MailTemplateKind.All.Count + twice, Built(MailTemplates.Shipped, "x", "x", "x").Count());
        string[][] plain = [.. sets.Select(words => Shapes(words, "x", "x", "x").ToArray())];
        Gen.Select(Evil, Evil, Evil).Sample(
            (a, b, c) =>
            {
                for (int i = 0; i < sets.Length; i++) Assert.Equal(plain[i], Shapes(sets[i], a, b, c).ToArray());
            },
            iter: 200);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Shown(IEnumerable<TemplateVariable> variables, string of)
    {
        foreach (TemplateVariable one in variables)
        {
            yield return one.Items is { } items
                ? $"{{{{ for in_{one.Name} in {of}{one.Name} }}}}"
                    + $"{string.Concat(Shown(items, $"in_{one.Name}."))}{{{{ end }}}}"
                : $"{{{{ {of}{one.Name} }}}}";
        }
    }

    private static IEnumerable<string> Shapes(MailTemplates words, string a, string b, string c) =>
        Built(words, a, b, c).Select(Shape);

    private static IEnumerable<OutgoingMail> Built(MailTemplates words, string a, string b, string c)
    {
        EmailAddress to = SampleValues.Admin;
        PhoneNumber number = SampleValues.Number;
        DateTimeOffset at = SampleValues.At;
        const string Domain = SampleValues.Domain;
        yield return ReplyMail.Build(words, new Reply
        {
            Id = "1",
            Domain = Domain,
            Source = number.E164,
            Name = "n" + a,
            To = to,
            Text = b,
            ReceivedAt = at,
            Marker = "m" + c,
            Remark = "r" + a,
            History = [new EarlierMessage(0, b, c)],
            Token = "t",
        });
        yield return ReplyMail.Build(words, new Reply
        {
            Id = "1",
            Domain = Domain,
            Source = "s" + a,
            To = to,
            Text = b,
            ReceivedAt = at,
            Subject = "s" + c,
        });
        Notice notice = NoticeMail.Sample(NoticeFate.Failed) with
        {
            Text = a,
            OriginalSubject = "s" + b,
            Failure = new FailureCode(FailureClass.Permanent, "smpp:" + c, "5.0.0", a + b),
        };
        yield return NoticeMail.Build(words, [notice]);
        yield return NoticeMail.Build(words, [notice, notice with { Number = SampleValues.OtherNumber }]);
        yield return DigestMail.Build(words, [notice], "d" + a, at);
        yield return CutMail.Build(
            words, new CutText("1", to, number, Domain, a, b, 1, at, SampleValues.MessageId, "s" + c));
        yield return RefusalMail.Build(words, new FetchedRefusal(
            "1", to, Domain, "m" + a, true, [("r" + b, "s" + c)], at, SampleValues.MessageId, "s" + a));
        yield return UntakenAlarmMail.Build(words, "1", "o" + a, to, ["p" + b, "p" + c], c, at, at, Domain, "1");
        yield return AlertMail.Held(words, to, SampleValues.Sms, "m" + a, number, "FR", 1, at, Domain);
        yield return AlertMail.Stopped(words, to, "1", "m" + b, 3, at, Domain);
        yield return LoopMail.Build(words, "1", to, "m" + c, number, a, 3, at, Domain);
        yield return BudgetMail.Build(
            words, "1", to, new UsedLimit("w" + a, "b" + b, true, 80, at), at, Domain);
        var refused = new FailureCode(FailureClass.Authentication, "http:" + a, "4.7.0", "s" + b);
        yield return CarrierMail.Paused(words, to, "1", "c" + c, refused, at, Domain);
        yield return CarrierMail.Failing(words, to, "1", "c" + a, at, Domain);
        yield return CarrierMail.Refused(words, to, "1", "c" + b, "s" + c, at, Domain);
        yield return CarrierMail.Stuck(words, to, "1", "c" + c, 3, at, Domain);
        yield return FailedMail.Build(words, to, "1", "c" + c, "d" + c, 3, at, Domain);
        var original = new MimeMessage { Body = new TextPart("plain") { Text = "x" } };
        original.Headers.Add(HeaderId.Subject, "s" + MailText.Line(a));
        yield return ForwardMail.Build(
            words, new Forward(SampleValues.Sms, to, Domain, "e" + b, "c" + c, at, 10), original);
    }

    // All that a mail program or server acts on, and all that could be markup; not what is only read.
    private static string Shape(OutgoingMail mail)
    {
        Assert.DoesNotContain(mail.Content, one => one is 0 or > 127);
        MimeMessage read = MimeMessage.Load(new MemoryStream(mail.Content), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(read.Subject!, one => char.IsControl(one));
        IEnumerable<string> parts = Parts(read.Body).Select(part =>
            $"{part.ContentType.MimeType}:{(part is TextPart { IsHtml: true } html ? Marks(html.Text) : 0)}");
        IEnumerable<string> fields = Parts(read.Body).OfType<MessageDeliveryStatus>()
            .SelectMany(status => status.StatusGroups.SelectMany(group => group.Select(field => field.Field)));
        return string.Join(
            '|',
            [
                .. read.Headers.Where(one => one.Id is not HeaderId.ReplyTo).Select(one => one.Field),
                read.To.ToString(), $"{read.From.Mailboxes.Count()}", $"{read.Cc.Count + read.Bcc.Count}",
                mail.EnvelopeFrom,
                .. parts, .. fields,
            ]);
    }

    private static int Marks(string html) => html.Count(one => one is '<' or '>' or '"' or '\'');

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
        File.WriteAllText(_folder.File(file), text);
    }

    private static IEnumerable<MimeEntity> Parts(MimeEntity? entity)
    {
        if (entity is null) yield break;
        yield return entity;
        if (entity is not Multipart multipart) yield break;
        foreach (MimeEntity inner in multipart.SelectMany(Parts)) yield return inner;
    }
}
