using CsCheck;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Tests.Composing;

public sealed class LettersTests
{
    [Theory]
    [InlineData("“Bed 4” – it’s late…", "\"Bed 4\" - it's late...")]
    [InlineData("Łódź “x”", "Łódź “x”")] // UCS-2 anyway: a curly quote costs what a straight one does
    [InlineData("façade", "façade")]
    [InlineData("Привет", "Привет")]
    public void By_default_signs_become_plain_and_letters_stay(string text, string expected) =>
        Assert.Equal((expected, null), Letters.Write(text, LetterMode.Transliterate));

    [Theory]
    [InlineData("Zażółć gęślą jaźń „ok”", "Zazolc gesla jazn \"ok\"")]
    [InlineData("Příliš žluťoučký kůň", "Prilis zlutoucky kun")]
    [InlineData("café àéèìòùñöüäåæøßÇ", "café àéèìòùñöüäåæøßÇ")] // all of it is in the alphabet
    [InlineData("façade Œuvre", "facade OEuvre")]
    [InlineData("İstanbul ışık ğüş", "Istanbul isik güs")]
    [InlineData("Þórður", "Thordur")]
    [InlineData("Συναγερμός στο κτίριο", "ΣYNAΓEPMOΣ ΣTO KTIPIO")]
    [InlineData("СТОП", "СТОП")] // П looks like no Latin letter, so all of it stays
    [InlineData("МОТОР", "MOTOP")]
    [InlineData("Водa 1 > 2", "Водa 1 > 2")]
    [InlineData("łódź 👍", "łódź 👍")]
    [InlineData("中文 é", "中文 é")]
    public void Folding_changes_letters_only_where_GSM_7_comes_of_it(string text, string expected) =>
        Assert.Equal((expected, null), Letters.Write(text, LetterMode.Fold));

    [Theory]
    [InlineData("It’s at 4 °C", "U+00B0 at position 11")]
    [InlineData("Łódź", "U+0141 at position 1")]
    [InlineData("ok 👍", "U+1F44D at position 4")]
    public void A_strict_rule_names_the_first_letter_that_it_does_not_take(string text, string named)
    {
        string? refusal = Letters.Write(text, LetterMode.Gsm7Strict).Refusal;
        Assert.Contains(named, refusal, StringComparison.Ordinal);
        Assert.All(refusal!, c => Assert.InRange(c, ' ', '~'));
        Assert.Null(Letters.Write("It’s “ok”", LetterMode.Gsm7Strict).Refusal);
    }

    [Theory]
    [InlineData("auto", "İstanbul’da ışık", "İstanbul’da ışık")]
    [InlineData("transliterate", "“İstanbul’da ışık”", "\"İstanbul'da ışık\"")]
    [InlineData("fold", "“ışık”", "\"ışık\"")] // nothing is to be gained by folding it
    [InlineData("fold", "ışık łódź", "isik lodz")]
    [InlineData("gsm7-strict", "ışık–", "ışık-")]
    [InlineData("transliterate", "“Łódź ışık”", "“Łódź ışık”")]
    public void Letters_of_a_language_whose_tables_are_allowed_are_in_the_alphabet(
        string encoding, string text, string expected)
    {
        Assert.True(Words<LetterMode>.TryParse(encoding, out LetterMode mode));
        Assert.Equal((expected, null), Letters.Write(text, mode, Turkish));
    }

    [Fact]
    public void A_letter_that_is_in_no_table_of_the_rule_is_named() => Assert.StartsWith(
        "The mail has the character U+0142 at position 6 of its text, which is not in the GSM alphabet or its "
        + "languages",
        Letters.Write("ışık łódź", LetterMode.Gsm7Strict, Turkish).Refusal, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_written_a_mode_keeps_its_promise() =>
        Gen.String[Gen.Char["aéłñżА中β’–…“ \n\uD83D\uDC4D\u0301"], 0, 60].Sample(text =>
        {
            text = PlainText.Clean(text);
            Assert.Equal(text, Letters.Write(text, LetterMode.Auto).Text);
            string plain = Letters.Write(text, LetterMode.Transliterate).Text;
            Assert.Equal(LettersOf(text), LettersOf(plain));
            string folded = Letters.Write(text, LetterMode.Fold).Text;
            Assert.True(Gsm7.IsEncodable(folded) || folded == plain, folded);
            (string strict, string? refusal) = Letters.Write(text, LetterMode.Gsm7Strict);
            Assert.Equal(refusal is null, Gsm7.IsEncodable(strict));
        });

    private static readonly SegmentOptions Turkish = new() { Languages = [NationalLanguage.Turkish] };

    private static string LettersOf(string text) => string.Concat(text.Where(char.IsLetter));
}
