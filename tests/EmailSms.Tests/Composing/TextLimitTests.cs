using CsCheck;
using EmailSms.Composing;
using EmailSms.Smpp.Text;

namespace EmailSms.Tests.Composing;

public sealed class TextLimitTests
{
    [Fact]
    public void What_fits_is_left_alone_to_the_last_character()
    {
        string full = new('x', 160);
        Assert.Equal(full, TextLimit.Cut(full, 1));
        string two = new('x', 306);
        Assert.Equal(two, TextLimit.Cut(two, 2));
    }

    [Fact]
    public void It_is_cut_at_the_end_of_a_word_where_one_is_near()
    {
        string text = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"word{i}"));
        string cut = TextLimit.Cut(text, 1);
        string kept = cut[..^3];
        Assert.EndsWith("...", cut, StringComparison.Ordinal);
        Assert.StartsWith(kept + " ", text, StringComparison.Ordinal);
        Assert.InRange(cut.Length, 150, 160);
    }

    [Fact]
    public void A_long_word_is_cut_where_the_part_is_full() =>
        Assert.Equal(new string('x', 157) + "...", TextLimit.Cut(new string('x', 500), 1));

    [Fact]
    public void A_word_that_ends_where_the_part_is_full_is_kept()
    {
        string kept = new string('x', 150) + " abcdef"; // 157 and the mark: full to the last character
        Assert.Equal(kept + "...", TextLimit.Cut(kept + " and more that does not fit", 1));
    }

    [Fact]
    public void Half_an_emoji_is_never_sent()
    {
        string cut = TextLimit.Cut(string.Concat(Enumerable.Repeat("👍", 100)), 1);
        Assert.Equal(string.Concat(Enumerable.Repeat("👍", 33)) + "...", cut);
    }

    [Fact]
    public void Any_text_fits_begins_as_it_did_and_says_that_it_was_cut()
    {
        Gen<string> word = Gen.Char["abcxyzé€{[^ÄΩ中\n "].Array[0, 60].Select(letters => new string(letters));
        Gen.Select(word.Array[0, 30].Select(words => string.Join(' ', words)), Gen.Int[1, 10]).Sample((text, parts) =>
        {
            string cut = TextLimit.Cut(text, parts);
            Assert.InRange(SmsSegmenter.CountParts(cut), 1, parts);
            if (cut == text) return;
            Assert.True(SmsSegmenter.CountParts(text) > parts, "It was cut and would have fit.");
            Assert.EndsWith("...", cut, StringComparison.Ordinal);
            Assert.StartsWith(cut[..^3], text, StringComparison.Ordinal);
        });
    }
}
