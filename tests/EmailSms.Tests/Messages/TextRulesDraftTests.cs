using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Tests.Messages;

public sealed class TextRulesDraftTests
{
    [Fact]
    public void What_is_not_said_is_the_default_and_is_kept_as_nothing()
    {
        Assert.True(new TextRulesDraft().TryBecomeRules(out TextRules? rules, out IReadOnlyList<string> mistakes));
        Assert.Empty(mistakes);
        Assert.Equal("", rules.ToString());
        Assert.Equal("{}", TextRulesDraft.Of(rules).ToJson());
        Assert.Equal("{}", TextRulesDraft.Of(TextRules.Default).ToJson());
    }

    [Fact]
    public void What_is_kept_is_read_again()
    {
        var draft = new TextRulesDraft
        {
            Text = "template",
            Remove = ["quotes"],
            EndMarks = ["$$"],
            Attachments = "note",
            Encoding = "fold",
            Languages = ["Turkish", "urdu"],
            Links = "drop",
            TooLong = "split",
            Template = "{{ found.host }}: {{ subject }}",
            Captures = ["host=Host: (\\S+)"],
        };
        Assert.True(draft.TryBecomeRules(out TextRules? rules, out _));
        string json = TextRulesDraft.Of(rules).ToJson();
        Assert.True(TextRulesDraft.TryFromJson(json, out TextRulesDraft? read));
        Assert.True(read.TryBecomeRules(out TextRules? again, out _));

        Assert.Equal(json, TextRulesDraft.Of(again).ToJson());
        Assert.Equal(
            (SubjectMode.Template, false, true, AttachmentMode.Note, LetterMode.Fold, false, LongTextMode.Split),
            (again.Subject, again.StripSignature, again.StripQuote, again.Attachments, again.Letters, again.KeepLinks,
                again.LongText));
        Assert.Equal([NationalLanguage.Turkish, NationalLanguage.Urdu], again.Segments.Languages);
        Assert.Equal("cooling-2", again.Captures[0].FindIn("x\nHost: cooling-2 is down"));
        Assert.Equal(
            "text template, remove quotes, end marks $$, attachments note, encoding fold, "
            + "languages turkish urdu, links drop, too long split",
            rules.ToString());
    }

    [Fact]
    public void The_longer_of_two_end_marks_is_looked_for_first_and_none_is_none()
    {
        Assert.True((new TextRulesDraft { EndMarks = ["##", "####"], Remove = ["none"] }).TryBecomeRules(
            out TextRules? rules, out _));
        Assert.Equal(["####", "##"], rules.Terminators);
        Assert.False(rules.StripDisclaimer || rules.StripQuote || rules.StripSignature);
        Assert.True((new TextRulesDraft { EndMarks = ["none"] }).TryBecomeRules(out rules, out _));
        Assert.Empty(rules.Terminators);
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "text", "The text is one of subject-if-body-empty, subject, body, subject+body, template." },
        { "remove", "greeting is nothing to remove: signature, quotes, disclaimer or none." },
        { "mark", "An end mark has between 2 and 20 characters and no space, and there are at most 8." },
        { "attachments", "What becomes of attachments is one of ignore, note, refuse." },
        { "encoding", "The encoding is one of auto, transliterate, fold, gsm7-strict." },
        {
            "language", "latin has no tables: turkish, spanish, portuguese, bengali, gujarati, hindi, kannada, "
                + "malayalam, oriya, punjabi, tamil, telugu, urdu or none."
        },
        { "links", "Links are one of keep, drop." },
        { "long", "What becomes of a text that is too long is one of cut, split, refuse." },
        { "no template", "A text by template needs a template." },
        { "template", "The template is wrong at line 2, column 9: " },
        { "function", "The template fails at line 1, column 14: " },
        { "capture", "A capture is written name=pattern: " },
        { "twice", "Two captures: host." },
        { "around", "The capture host looks around or back, which could take a mail for ever: " },
        { "pattern", "The capture host is no regular expression: " },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mistake_is_told(string what, string sentence)
    {
        TextRulesDraft good = new();
        TextRulesDraft draft = what switch
        {
            "text" => good with { Text = "all" },
            "remove" => good with { Remove = ["quotes", "greeting"] },
            "mark" => good with { EndMarks = ["a b"] },
            "attachments" => good with { Attachments = "send" },
            "encoding" => good with { Encoding = "utf-8" },
            "language" => good with { Languages = ["latin"] },
            "links" => good with { Links = "some" },
            "long" => good with { TooLong = "mms" },
            "no template" => good with { Text = "template" },
            "template" => good with { Template = "Alarm:\n{{ if x }" },
            "function" => good with { Template = "{{ subject | upper }}" },
            "capture" => good with { Captures = ["Host=x"] },
            "twice" => good with { Captures = ["host=x", "host=y"] },
            "around" => good with { Captures = ["host=(?<=Host: )x"] },
            _ => good with { Captures = ["host=(x"] },
        };
        Assert.False(draft.TryBecomeRules(out _, out IReadOnlyList<string> mistakes));
        Assert.StartsWith(sentence, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"remove\":1}")]
    public void What_this_program_did_not_write_is_not_read(string json) =>
        Assert.False(TextRulesDraft.TryFromJson(json, out _));
}
