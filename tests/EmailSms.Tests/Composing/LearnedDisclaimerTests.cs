using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.Tests.Composing;

public sealed class LearnedDisclaimerTests
{
    private const string Notice =
        "Riverside Clinic Trust, 12 High Street. Not bound by anything that its staff write: see www.clinic.example";

    private static readonly IReadOnlyList<LearnedDisclaimer> Learned = [LearnedDisclaimer.From(1, Notice)!];

    [Theory]
    [InlineData("Bed 4.\n\n" + Notice)]
    [InlineData(Notice + "\n\nBed 4.")]
    [InlineData("Bed 4.\n\nRIVERSIDE CLINIC TRUST\n12 High Street\nNot bound by anything that its\nstaff write - see "
        + "www.clinic.example")]
    [InlineData("Bed 4.\n\n* Riverside Clinic Trust, 12 High Street. Not bound by anything that its staff write: see\n"
        + "www.clinic.example.")]
    [InlineData("Bed 4. " + Notice)]
    [InlineData(Notice + "\n\nBed 4.\n\n" + Notice)]
    public void A_notice_is_cut_wherever_it_stands_and_however_it_is_wrapped(string text) =>
        Assert.Equal("Bed 4.", OwnText.Of(text, TextRules.Default, default, Learned));

    [Theory]
    [InlineData("Riverside Clinic Trust, 12 High Street. Not bound by anything")]
    [InlineData("Riverside Clinic Trust")]
    public void Less_than_the_notice_is_text(string text) =>
        Assert.Equal(text, OwnText.Of(text, TextRules.Default, default, Learned));

    [Fact]
    public void What_was_cut_is_told_and_a_rule_may_keep_it()
    {
        List<Removal> removed = [];
        OwnText.Of($"Bed 4.\n\n{Notice}", TextRules.Default, default, Learned, removed);
        Assert.Equal([new Removal(RemovalKind.Disclaimer, Notice)], removed);
        Assert.Equal(
            $"Bed 4.\n\n{Notice}",
            OwnText.Of($"Bed 4.\n\n{Notice}", TextRules.Default with { StripDisclaimer = false }, default, Learned));
    }

    [Fact]
    public void A_sample_teaches_its_long_paragraphs_but_the_first()
    {
        const string text = "This is the text of the sample mail.\n\n" + Notice + "\n\nKind regards";
        Assert.Equal([Notice], LearnedDisclaimer.ParagraphsToLearn(text, hasOwnText: true));
        Assert.Equal(2, LearnedDisclaimer.ParagraphsToLearn(text, hasOwnText: false).Count);
        Assert.Null(LearnedDisclaimer.From(1, "Kind regards"));
        Assert.Null(LearnedDisclaimer.From(1, string.Join(' ', Enumerable.Repeat("word", 1001))));
    }
}
