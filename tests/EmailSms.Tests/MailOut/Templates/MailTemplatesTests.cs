using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Tests.Peers;
using EmailSms.Tests.Tidy;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using TextPart = MimeKit.TextPart;

namespace EmailSms.Tests.MailOut.Templates;

public sealed class MailTemplatesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string, string> KindsAndLanguages
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string language in MailTemplateShelf.Shipped.Languages)
            {
                foreach (MailTemplateKind kind in MailTemplateKind.All) all.Add(kind.Name, language);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndLanguages))]
    public void Every_mail_of_the_program_is_worded_in_every_language_it_has(string name, string language)
    {
        MailTemplateKind kind = MailTemplateKind.Find(name)!;
        Assert.NotNull(MailTemplateShelf.Shipped.Text(language, name));
        MailTemplates words = MailTemplates.Shipped.In(language);
        foreach (MailSample sample in kind.Samples)
        {
            MimeMessage read = Read(sample.Build(words));
            Assert.False(string.IsNullOrWhiteSpace(read.Subject), sample.Name);
            Assert.False(string.IsNullOrWhiteSpace(read.TextBody), sample.Name);
            Assert.DoesNotContain("EmailSms:", read.Subject, StringComparison.Ordinal); // the last resort
            MimeEntity said = read.Body is Multipart parts ? parts[0] : read.Body!;
            Assert.Equal(language == "en" ? null : language, said.Headers["Content-Language"]);
        }
    }

    [Fact]
    public void The_examples_reach_all_of_a_template()
    {
        // A branch that no example reaches is one that no check at start tries.
        foreach (MailTemplateKind kind in MailTemplateKind.All)
        {
            IEnumerable<string> texts = kind.Samples.Select(sample => Read(sample.Build(MailTemplates.Shipped)))
                .Select(mail => $"{mail.Subject}\n{mail.TextBody}");
            string all = string.Join('\n', texts).ReplaceLineEndings("\n");
            string source = MailTemplateShelf.Shipped.Source($"en/{kind.Name}.txt")!;
            foreach (string piece in System.Text.RegularExpressions.Regex.Split(source, @"\{\{.*?\}\}|\n"))
            {
                string words = piece.Trim();
                if (words.StartsWith("Subject:", StringComparison.Ordinal)) words = words["Subject:".Length..].Trim();
                Assert.True(all.Contains(words, StringComparison.Ordinal), $"{kind.Name}: no example has '{words}'.");
            }
        }
    }

    [Fact]
    public void The_page_of_templates_has_every_kind_and_variable()
    {
        DocPage page = DocPage.Read("docs/reference/mail-templates.md");
        foreach (MailTemplateKind kind in MailTemplateKind.All)
        {
            Assert.Contains(kind.About, page.Section(kind.Name), StringComparison.Ordinal);
            Assert.Equal(
                Rows(kind.Variables, "").Select(row => row.Replace("`", "", StringComparison.Ordinal)),
                page.RowsBelow(kind.Name).Select(row => string.Join(" | ", row)));
        }

        static IEnumerable<string> Rows(IEnumerable<TemplateVariable> variables, string before) =>
            variables.SelectMany(one => Rows(one.Items ?? [], $"{before}{one.Name}.")
                .Prepend($"{before}{one.Name} | {one.Kind.ToString().ToLowerInvariant()} | {one.About}"));
    }

    [Fact]
    public void Why_an_SMS_failed_is_said_in_every_language()
    {
        IEnumerable<FailureCode> own = typeof(FailureCode).GetProperties()
            .Where(one => one.PropertyType == typeof(FailureCode))
            .Select(one => (FailureCode)one.GetValue(null)!);
        string[] sentences =
        [
            .. own.Concat(Enum.GetValues<FailureClass>().Select(one => CarrierFailures.Of(one, "x")))
                .Concat(Enum.GetValues<CodeMeaning>().Select(one => CarrierFailures.Of(one, "x", null)))
                .Append(CarrierFailures.NotSent("x"))
                .Select(one => one.Sentence).Concat(OfCarriers()).Distinct(),
        ];
        Assert.True(sentences.Length > 10, "The test has lost its sentences.");
        foreach (string language in MailTemplateShelf.Shipped.Languages.Where(one => one != "en"))
        {
            Assert.All(sentences, one => Assert.True(
                MailTemplateShelf.Shipped.SentencesOf(language)!.Find(one) is not null,
                $"Write it into MailOut/Templates/{language}/{MailTemplateShelf.SentencesFile}: {one}"));
        }
    }

    // What the program knows of the errors of single carriers.
    private static IEnumerable<string> OfCarriers()
    {
        foreach (string name in DefinitionShelf.Names)
        {
            Assert.True(DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out _));
            foreach (ErrorSentence one in definition.Errors.Sentences.Values) yield return one.Text;
            foreach (ErrorSentence one in definition.Receipt?.Sentences.Values ?? []) yield return one.Text;
        }

        foreach ((string key, string value) in CarrierPresets.All.Values.SelectMany(one => one.Settings))
        {
            if (!key.StartsWith("ReceiptErrors:", StringComparison.Ordinal)) continue;
            Assert.True(ErrorSentence.TryRead(value, out ErrorSentence? read, out _));
            yield return read.Text;
        }
    }

    [Fact]
    public void A_mail_is_in_the_language_of_its_address_else_of_its_domain_else_of_the_settings()
    {
        MailTemplates words = Load(new MailTemplateOptions
        {
            Languages = { ["clinic.example"] = "de", ["ANN@clinic.example"] = "en" },
        });
        Assert.Equal("SMS from +44 7700 900123", SubjectTo(words, "ann@clinic.example"));
        Assert.Equal("SMS von +44 7700 900123", SubjectTo(words, "bob@Clinic.Example"));
        Assert.Equal("SMS from +44 7700 900123", SubjectTo(words, "eve@other.example"));

        MailTemplates ofRule = words.Preferring("de"); // a rule or a number says it
        Assert.Equal("SMS from +44 7700 900123", SubjectTo(ofRule, "ann@clinic.example"));
        Assert.Equal("SMS von +44 7700 900123", SubjectTo(ofRule, "eve@other.example"));
        Assert.Equal("SMS from +44 7700 900123", SubjectTo(words.Preferring("en"), "bob@clinic.example"));

        words = Load(new MailTemplateOptions { Language = "de-CH" });
        Assert.Equal("SMS von +44 7700 900123", SubjectTo(words, "eve@other.example"));
    }

    [Fact]
    public void A_file_of_the_folder_goes_before_that_of_the_program_and_the_rest_stays()
    {
        Write("de/reply.txt", "Subject: Antwort von {{ name ?? from }}\n\n{{ text }}\n");
        Write("fr/notice.txt", "Subject: SMS {{ fate }}\n\n{{ for one in messages }}{{ one.number }}{{ end }}");
        MailTemplates words = Load(new MailTemplateOptions { Folder = _folder.Path, Language = "fr" });
        Assert.Equal("Antwort von +44 7700 900123", SubjectOf("reply", words.In("de")));
        Assert.Equal("Gekürzt: SMS an +44 7700 900123", SubjectOf("cut", words.In("de")));
        Assert.Equal("SMS delivered", SubjectOf("notice", words));
        Assert.Equal("SMS from +44 7700 900123", SubjectOf("reply", words)); // there is none in French: English
        Assert.Equal(["de", "en", "fr"], words.Languages);
    }

    [Fact]
    public void A_mail_with_looks_has_its_text_beside_them_and_nothing_from_outside_is_markup()
    {
        Write(
            "en/reply.html",
            "<p title=\"{{ name }}\">{{ from }}</p>{{ capture kept }}<b>{{ text }}</b>{{ end }}{{ kept }}");
        Write("en/notice.html", "<p>{{ for one in messages }}{{ one.text | string.downcase }}{{ end }}</p>");
        MailTemplates words = Load(new MailTemplateOptions { Folder = _folder.Path });
        MimeMessage reply = Read(ReplyMail.Build(words, new Reply
        {
            Id = "1",
            Domain = "sms.example",
            Source = "+447700900123",
            Name = "\"><script>",
            To = EmailAddress.Parse("ann@clinic.example"),
            Text = "</b><img src=x onerror='a()'>",
            ReceivedAt = SampleValues.At,
        }));
        var both = Assert.IsType<MultipartAlternative>(reply.Body);
        Assert.Equal("</b><img src=x onerror='a()'>", ((TextPart)both[0]).Text);
        Assert.Equal(
            "<p title=\"&quot;&gt;&lt;script&gt;\">+44 7700 900123</p>"
            + "<b>&lt;/b&gt;&lt;img src=x onerror=&#39;a()&#39;&gt;</b>",
            ((TextPart)both[1]).Text);

        // RFC 6522 3: the first part of a report may be of any kind that a person reads.
        MimeMessage notice = Read(NoticeMail.Build(words, [NoticeMail.Sample(NoticeFate.Failed)]));
        var report = Assert.IsType<MultipartReport>(notice.Body);
        Assert.IsType<MessageDeliveryStatus>(report[1]);
        Assert.IsType<MultipartAlternative>(report[0]);
        Assert.Contains("card &amp; papers", notice.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_fails_on_a_mail_is_told_and_the_program_s_own_words_it()
    {
        // It fails only where there is a name, and no example has one so long.
        Write(
            "en/reply.txt",
            "Subject: x\n\n{{ if name && name.size > 90 }}{{ 'x' | string.pad_left 99999999 }}{{ end }}");
        var log = new RecordedLog<Outbox>();
        MailTemplates words = MailTemplates.Load(new MailTemplateOptions { Folder = _folder.Path }, log);
        Reply reply = new()
        {
            Id = "1",
            Domain = "sms.example",
            Source = "+447700900123",
            Name = new string('n', 100),
            To = EmailAddress.Parse("ann@clinic.example"),
            Text = "the secret text",
            ReceivedAt = SampleValues.At,
        };
        MimeMessage read = Read(ReplyMail.Build(words, reply));
        Assert.Equal("SMS from +44 7700 900123", read.Subject);
        Assert.Equal("the secret text", read.TextBody!.TrimEnd());
        (int id, _, string told) = Assert.Single(log.Lines);
        Assert.Equal(1509, id);
        Assert.Contains("reply.txt fails at line 3", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_translation_puts_what_differs_where_the_sentence_has_it()
    {
        List<FileMistake> mistakes = [];
        var sentences = Sentences.Read(
            "# remark\nNo. = Nein.\nThis takes the alarm to *: * = Alarm * übernommen (*)\n* a day = * am Tag", "x",
            mistakes);
        Assert.Empty(mistakes);
        Assert.Equal("Nein.", sentences.Find("No."));
        Assert.Equal("Alarm ops übernommen (all)", sentences.Find("This takes the alarm to ops: all"));
        Assert.Equal("5 EUR am Tag", sentences.Find("5 EUR a day"));
        Assert.Null(sentences.Find("This takes the alarm to"));
        Assert.Null(sentences.Find("no."));
    }

    public void Dispose() => _folder.Dispose();

    private static string? SubjectTo(MailTemplates words, string to) => Read(ReplyMail.Build(words, new Reply
    {
        Id = "1",
        Domain = "sms.example",
        Source = "+447700900123",
        To = EmailAddress.Parse(to),
        Text = "Yes",
        ReceivedAt = SampleValues.At,
    })).Subject;

    private static string? SubjectOf(string kind, MailTemplates words) =>
        Read(MailTemplateKind.Find(kind)!.Samples[0].Build(words)).Subject;

    private static MailTemplates Load(MailTemplateOptions options)
    {
        Assert.Empty(MailTemplates.MistakesOf(options));
        return MailTemplates.Load(options, NullLogger.Instance);
    }

    private static MimeMessage Read(OutgoingMail mail) =>
        MimeMessage.Load(new MemoryStream(mail.Content), TestContext.Current.CancellationToken);

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
