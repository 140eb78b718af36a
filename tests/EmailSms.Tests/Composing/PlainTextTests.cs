using System.Text;
using CsCheck;
using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("a\r\nb\rc\nd\u2028e\u0085f\vg", "a\nb\nc\nd\ne\nf\ng")]
    [InlineData("a\0b\u001Bc\u0007d\u009Be\u007Ff", "abcdef")] // NUL and ESC mean something in the GSM alphabet
    [InlineData("a\tb\u00A0c\u2009d\u202Fe", "a b c d e")]
    [InlineData("\uFEFFa\u200Bb\u00ADc\u2060d\uFFFCe", "abcde")]
    [InlineData("a\u202Eb\u2066c\u200Fd", "abcd")]
    [InlineData("👨\u200D👩", "👨\u200D👩")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("a \u200C \u200D b\u200C", "a   b")]
    public void Only_what_a_phone_can_show_stays(string written, string expected) =>
        Assert.Equal(expected, PlainText.Clean(written));

    [Fact] // not a theory: an attribute cannot hold half a character
    public void Half_a_character_is_shown_as_a_missing_one()
    {
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFDd", PlainText.Clean("a\uD800b\uDC00c\uFFFFd"));
        Assert.Equal("😀\uFFFD", PlainText.Clean("😀\uD83D"));
        Assert.Equal("\uFFFD\uFFFD", PlainText.Clean("\uDE00\uD83D"));
    }

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("A\u030A\u212B", "ÅÅ")]
    [InlineData("\u2126", "Ω")]
    [InlineData("e\u0323\u0302", "ệ")]
    [InlineData("u\u0308\u0304", "ǖ")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("か\u3099は\u309A", "がぱ")]
    [InlineData("x\u0301", "x\u0301")]
    public void Letters_and_their_marks_become_one_character(string apart, string expected) =>
        Assert.Equal(expected, PlainText.Clean(apart));

    [Theory]
    [InlineData("“a” ‘b’ „c“ «d» ‹e›", "\"a\" 'b' \"c\" \"d\" 'e'")]
    [InlineData("a – b — c − d‑e", "a - b - c - d-e")]
    [InlineData("a… • b ▪ c", "a... - b - c")]
    [InlineData("`x´", "'x'")]
    [InlineData("½ × 3 ≤ 5 mm ±1", "1/2 x 3 <= 5 mm +/-1")]
    [InlineData("→ ← № ™ ©", "-> <- No (TM) (c)")]
    [InlineData("“31.5 °C”, 3 m², 5 µm", "“31.5 °C”, 3 m², 5 µm")]
    [InlineData("Łódź çà şîâ ß ÆØ Ελλάδα", "Łódź çà şîâ ß ÆØ Ελλάδα")]
    [InlineData("他说“好”…", "他说“好”…")]
    public void Signs_are_written_with_what_the_gsm_alphabet_has_and_letters_stay(string written, string expected) =>
        Assert.Equal(expected, Punctuation.ToPlain(written));

    [Fact]
    public void Blank_lines_are_one_and_spaces_at_the_ends_none() => Assert.Equal(
        "a b\n\nc\nd", PlainText.Tidy(["", "  a   b  ", "", " ", "c ", "d", "", ""]));

    [Fact]
    public void A_cut_never_goes_through_a_character()
    {
        Assert.Equal("a", PlainText.Cut("a😀b", 2));
        Assert.Equal("a😀", PlainText.Cut("a😀b", 3));
        Assert.Equal("a😀b", PlainText.Cut("a😀b", 4));
    }

    [Fact]
    public void Clean_text_is_clean_whatever_it_was() =>
        Gen.String.Sample(
            written =>
            {
                string clean = PlainText.Clean(written);
                Assert.DoesNotContain(clean, c => char.IsControl(c) && c != '\n');
                Assert.Equal(clean, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean))); // no lone surrogate
            },
            iter: 20_000);
}
