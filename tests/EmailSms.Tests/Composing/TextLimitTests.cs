using System.Globalization;
using CsCheck;
using EmailSms.Composing;
using EmailSms.Messages;
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
        Assert.Equal(string.Concat(Enumerable.Repeat("👍", 34)) + "…", cut);
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
            string mark = Gsm7.IsEncodable(cut) ? "..." : "…";
            Assert.EndsWith(mark, cut, StringComparison.Ordinal);
            Assert.StartsWith(cut[..^mark.Length].TrimEnd(), text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("Pump 2 has stopped. ", "The pressure in the boiler room has been falling for an hour now")]
    [InlineData("水位が上がっています。", "ポンプ室を確認してください。至急お願いします")]
    public void It_is_cut_at_the_end_of_a_sentence_where_one_is_near(string sentence, string rest)
    {
        string start = string.Concat(Enumerable.Repeat(sentence, Gsm7.IsEncodable(sentence) ? 7 : 6));
        string cut = TextLimit.Cut(start + rest, 1);
        string mark = Gsm7.IsEncodable(sentence) ? "..." : "…";
        Assert.Equal($"{start.TrimEnd()} {mark}", cut);
    }

    [Theory]
    [InlineData("https://status.example.com/incidents/2026/11/24/boiler-room-pressure-low?lang=en&view=full")]
    [InlineData("+44 7700 900123")]
    [InlineData("07700 900 123")]
    [InlineData("2026-11-24")]
    [InlineData("duty.manager@hospital.example.com")]
    public void It_is_never_cut_within_an_address_or_a_number(string whole)
    {
        for (int before = 70; before < 165; before++)
        {
            string start = $"{new string('x', 60)} {new string('y', before - 61)} ";
            string cut = TextLimit.Cut($"{start}{whole} {new string('z', 100)}", 1);
            int at = cut.IndexOf(whole[..4], StringComparison.Ordinal);
            Assert.True(at < 0 || cut[at..].StartsWith(whole, StringComparison.Ordinal), cut);
        }
    }

    [Fact]
    public void Latin_letters_before_the_first_emoji_are_not_lost_to_it()
    {
        string text = $"{new string('x', 150)} 👍 {new string('y', 100)}";
        Assert.Equal(new string('x', 150) + "...", TextLimit.Cut(text, 1));
    }

    [Fact]
    public void The_note_of_files_stays_however_much_is_cut()
    {
        var text = new MailReading.Text(new string('x', 500)) { Tail = "[+2 files]" };
        var fitted = (Fitting.Texts)TextLimit.Fit(text, LongTextMode.Cut, 1);
        Assert.Equal(158, fitted.All[0].Body.Length); // a square bracket is two septets
        Assert.EndsWith("x... [+2 files]", fitted.All[0].Body, StringComparison.Ordinal);
        Assert.Equal(500 - 158 + "... [+2 files]".Length, fitted.LeftOut.Length);
    }

    [Fact]
    public void Several_SMS_say_which_they_are_and_lose_nothing() =>
        Gen.Select(Gen.Char["abcdefgh. 中\n"].Array[0, 900].Select(c => new string(c)), Gen.Int[1, 3])
            .Sample((text, parts) =>
            {
                text = PlainText.Tidy(text.Split('\n'));
                if (TextLimit.Fit(new MailReading.Text(text), LongTextMode.Split, parts) is not Fitting.Texts fitted)
                {
                    Assert.True(SmsSegmenter.CountParts(text) > TextLimit.SmsMax * (parts - 1), "It would have fit.");
                    return;
                }

                Assert.Equal("", fitted.LeftOut);
                Assert.All(fitted.All, sms => Assert.InRange(sms.Parts.Parts.Count, 1, parts));
                int count = fitted.All.Count;
                string joined = string.Concat(fitted.All.Index().Select(
                    sms => count == 1 ? sms.Item.Body : sms.Item.Body[$"({sms.Index + 1}/{count}) ".Length..]));
                Assert.Equal(Written(text), Written(joined));
            });

    [Fact]
    public void What_may_not_be_cut_is_refused_with_what_it_would_need()
    {
        var refused = (Fitting.TooLong)TextLimit.Fit(
            new MailReading.Text(new string('x', 700)), LongTextMode.Refuse, 2);
        Assert.Equal("The text needs 5 parts of an SMS and your rule allows 2: shorten it", refused.Sentence);
        Assert.IsType<Fitting.TooLong>(
            TextLimit.Fit(new MailReading.Text(new string('x', 5000)), LongTextMode.Split, 1));
    }

    [Fact]
    public void With_the_tables_of_a_language_more_fits_and_the_mark_is_of_the_alphabet()
    {
        string text = string.Concat(Enumerable.Repeat("ışık yok ", 40));
        var turkish = new SegmentOptions { Languages = [NationalLanguage.Turkish] };
        string narrow = TextLimit.Cut(text, 1, turkish), wide = TextLimit.Cut(text, 1);
        Assert.EndsWith("yok...", narrow, StringComparison.Ordinal);
        Assert.EndsWith("…", wide, StringComparison.Ordinal);
        Assert.InRange(narrow.Length, 2 * wide.Length, 155);
        Assert.Equal(SmsEncoding.Gsm7, SmsSegmenter.Split(narrow, turkish).Encoding);
    }

    [Fact]
    public void Whatever_the_languages_no_text_has_more_parts_than_it_may()
    {
        var languages = new SegmentOptions
        {
            Languages = [NationalLanguage.Turkish, NationalLanguage.Portuguese, NationalLanguage.Hindi],
        };
        Gen<string> texts = Gen.OneOf<string>("ab ışçğ{€ ", "ab ãõáÊ. ", "नमस्ते ab ", "ab ş ã 中 ")
            .SelectMany(letters => Gen.Char[letters].Array[0, 900].Select(chars => new string(chars)));
        Gen.Select(texts, Gen.Int[1, 4]).Sample((text, parts) =>
        {
            string cut = TextLimit.Cut(text, parts, languages);
            Assert.InRange(SmsSegmenter.CountParts(cut, languages), 1, parts);
            if (TextLimit.Fit(new MailReading.Text(text), LongTextMode.Split, parts, languages) is Fitting.Texts all)
            {
                Assert.All(all.All, sms => Assert.InRange(sms.Parts.Parts.Count, 1, parts));
                Assert.All(all.All, sms => Assert.Equal(sms.Body, string.Concat(sms.Parts.Parts)));
            }
        });
    }

    [Fact]
    public void No_cut_goes_through_what_a_reader_sees_as_one_character()
    {
        string[] characters =
            ["a", "é", "e\u0323\u0302", "👍", "👨‍👩‍👧", "🇩🇪", "नि", "กำ", " ", ". ", "{", "中", "\n"];
        Gen.Select(Gen.OneOf<string>(characters).Array[0, 500], Gen.Int[1, 3]).Sample((written, parts) =>
        {
            string text = PlainText.Tidy(PlainText.Clean(string.Concat(written)));
            HashSet<int> ends = [.. StringInfo.ParseCombiningCharacters(text), text.Length];
            var cut = (Fitting.Texts)TextLimit.Fit(new MailReading.Text(text), LongTextMode.Cut, parts);
            Assert.Contains(text.Length - cut.LeftOut.Length, ends);
            Fitting split = TextLimit.Fit(new MailReading.Text(text), LongTextMode.Split, parts);
            if (split is not Fitting.Texts several) return;
            int at = 0;
            foreach (FittedText sms in several.All)
            {
                string piece = several.All.Count == 1 ? sms.Body : sms.Body[(sms.Body.IndexOf(')') + 2)..];
                at = text.IndexOf(piece, at, StringComparison.Ordinal) + piece.Length;
                Assert.Contains(at, ends);
            }
        });
    }

    private static string Written(string text) => string.Concat(text.Where(c => c > ' '));
}
