using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.Tests.Composing;

public sealed class MailCorpusTests
{
    public static TheoryData<string> Names => [.. MailCorpus.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mail_reads_as_the_owner_of_the_phone_would_want(string name)
    {
        using var stream = new MemoryStream(MailCorpus.Mail(name));
        MailReading reading = new MailComposer().Read(
            MailComposer.Load(stream, TestContext.Current.CancellationToken), TextRules.Default);

        string actual = reading switch
        {
            MailReading.Text text => text.Value,
            MailReading.Refused refused => $"(refused) {refused.Sentence}",
            _ => throw new InvalidOperationException("A reading is one of two."),
        };
        string expected = MailCorpus.Expected(name);
        Assert.True(actual == expected, $"{name}.eml reads:\n{actual}\nand should:\n{expected}");
    }

    [Fact]
    public void The_corpus_is_not_lost() => Assert.True(MailCorpus.Names.Count() >= 120);

    [Fact]
    public void A_mail_of_the_corpus_has_the_line_ends_of_mail() =>
        Assert.All(MailCorpus.Names, name =>
        {
            byte[] mail = MailCorpus.Mail(name);
            int bare = mail.Index().Count(at => at.Item == '\n' && (at.Index == 0 || mail[at.Index - 1] != '\r'));
            Assert.Equal(0, bare);
        });
}
