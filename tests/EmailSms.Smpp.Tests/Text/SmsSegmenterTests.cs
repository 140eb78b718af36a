using System.Globalization;
using CsCheck;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Text;

public sealed class SmsSegmenterTests
{
    private static readonly string[] Pieces =
        ["a", "€", "[", "é", "e\u0301", "👩‍⚕️", "🇬🇧", "😀", "\r\n", "Ж", "ệ"];

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 500],
        Gen.Int[0, Pieces.Length - 1].Array[0, 300].Select(which => string.Concat(which.Select(i => Pieces[i]))),
        Gen.String[0, 300].Select(WithoutLoneSurrogates));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(160, 1)]
    [InlineData(161, 2)]
    [InlineData(306, 2)]
    [InlineData(307, 3)]
    [InlineData(153 * 255, 255)]
    [InlineData((153 * 255) + 1, 256)]
    public void Plain_letters_are_160_alone_and_153_to_a_part(int letters, int parts)
    {
        Assert.Equal(parts, SmsSegmenter.CountParts(new string('x', letters)));
        Assert.Equal(SmsEncoding.Gsm7, SmsSegmenter.Split(new string('x', letters)).Encoding);
    }

    [Theory]
    [InlineData(70, 1)]
    [InlineData(71, 2)]
    [InlineData(134, 2)]
    [InlineData(135, 3)]
    public void Other_letters_are_70_alone_and_67_to_a_part(int letters, int parts)
    {
        Assert.Equal(parts, SmsSegmenter.CountParts(new string('Ж', letters)));
        Assert.Equal(SmsEncoding.Ucs2, SmsSegmenter.Split(new string('Ж', letters)).Encoding);
    }

    [Theory]
    [InlineData(80, 1)]
    [InlineData(81, 2)]
    public void The_euro_costs_two(int euros, int parts) =>
        Assert.Equal(parts, SmsSegmenter.CountParts(new string('€', euros)));

    [Fact]
    public void An_escape_is_not_cut_from_its_letter()
    {
        // 152 letters leave one septet, and the euro needs two.
        SegmentedText text = SmsSegmenter.Split(new string('x', 152) + "€" + new string('y', 20));
        Assert.Equal([152, 21], text.Parts.Select(p => p.Length));
    }

    [Fact]
    public void A_surrogate_pair_is_not_cut()
    {
        SegmentedText text = SmsSegmenter.Split(new string('Ж', 66) + "😀" + new string('Ж', 20));
        Assert.Equal([66, 22], text.Parts.Select(p => p.Length));
    }

    [Fact]
    public void What_a_reader_sees_as_one_character_is_not_cut()
    {
        const string family = "👨‍👩‍👧‍👦"; // 11 units
        SegmentedText text = SmsSegmenter.Split(new string('Ж', 60) + family + new string('Ж', 5));
        Assert.Equal([60, 16], text.Parts.Select(p => p.Length));
    }

    [Fact]
    public void A_tower_of_marks_that_is_longer_than_a_part_is_cut_all_the_same()
    {
        string tower = "Ж" + new string('\u0335', 300);
        SegmentedText text = SmsSegmenter.Split(tower);
        Assert.Equal(tower, string.Concat(text.Parts));
        Assert.All(text.Parts, p => Assert.InRange(p.Length, 1, 67));
    }

    [Theory]
    [InlineData("e\u0301", "é", SmsEncoding.Gsm7)]
    [InlineData("A\u030A", "Å", SmsEncoding.Gsm7)]
    [InlineData("\u2126", "Ω", SmsEncoding.Gsm7)] // the sign of the ohm
    [InlineData("e\u0323\u0302", "ệ", SmsEncoding.Ucs2)]
    [InlineData("\u1112\u1161\u11AB", "한", SmsEncoding.Ucs2)]
    [InlineData("x\u0301", "x\u0301", SmsEncoding.Ucs2)] // there is no such letter
    public void Accents_are_composed_first(string text, string composed, SmsEncoding encoding)
    {
        SegmentedText split = SmsSegmenter.Split(text);
        Assert.Equal((composed, encoding), (Assert.Single(split.Parts), split.Encoding));
    }

    [Fact]
    public void Every_part_fits_and_together_they_are_the_text() =>
        Gen.Select(AnyText, Gen.Enum<Segmentation>()).Sample((text, segmentation) =>
        {
            SegmentedText split = SmsSegmenter.Split(text, segmentation);
            (int single, int part) = SmsSegmenter.Room(split.Encoding, segmentation);
            int room = split.Parts.Count == 1 ? single : part;
            return string.Concat(split.Parts) == Composition.Compose(text)
                && split.Parts.All(p => Cost(p, split.Encoding) <= room)
                && split.Parts.All(p => p.Length > 0 || split.Parts.Count == 1)
                && split.Parts.All(p => !char.IsLowSurrogate(p.FirstOrDefault()));
        }, iter: 3_000);

    [Fact]
    public void A_cut_lies_between_two_characters_as_a_reader_sees_them() =>
        AnyText.Sample(text =>
        {
            SegmentedText split = SmsSegmenter.Split(text);
            var starts = StringInfo.ParseCombiningCharacters(string.Concat(split.Parts)).ToHashSet();
            int at = 0;
            foreach (string part in split.Parts.SkipLast(1))
            {
                at += part.Length;
                if (!starts.Contains(at)) return false;
            }

            return true;
        }, iter: 2_000);

    [Fact]
    public void What_is_submitted_reads_as_the_text_on_the_other_side() =>
        Gen.Select(AnyText, Gen.Enum<Segmentation>(), Gen.UShort).Sample((text, segmentation, reference) =>
        {
            SegmentedText split = SmsSegmenter.Split(text, segmentation);
            IReadOnlyList<SubmitSm> submits = SmsSegmenter.ToSubmits(new SubmitSm(), split, reference, segmentation);
            List<SubmitSm> read = [.. submits.Select(s => (SubmitSm)Octets.Read(Octets.Of(s)).Pdu)];
            string together = string.Concat(read.Select(s => MessageText.Read(s)));
            bool numbered = submits.Count == 1 || read.Select(Concatenation.TryRead).SequenceEqual(
                Enumerable.Range(1, submits.Count).Select(i => new Concatenation(
                    segmentation is Segmentation.Udh8 ? reference & 0xFF : reference,
                    submits.Count, i, segmentation is not Segmentation.Udh8)));
            return together == string.Concat(split.Parts) && numbered;
        }, iter: 2_000);

    [Fact]
    public void The_header_of_a_part_is_octet_by_octet_as_TS_23_040_says()
    {
        var text = new SegmentedText(SmsEncoding.Gsm7, ["a", "b"]);
        var template = new SubmitSm { EsmClass = 3 };

        SubmitSm udh8 = SmsSegmenter.ToSubmits(template, text, 0x1234)[1];
        SubmitSm udh16 = SmsSegmenter.ToSubmits(template, text, 0x1234, Segmentation.Udh16)[1];

        Assert.Equal(Octets.Of("05 00 03 34 02 02 'b'"), udh8.ShortMessage.ToArray());
        Assert.Equal(Octets.Of("06 08 04 1234 02 02 'b'"), udh16.ShortMessage.ToArray());
        Assert.Equal(0x43, udh8.EsmClass);
    }

    [Theory]
    [InlineData(0x00, "Ж", 0x08)]
    [InlineData(0x10, "Ж", 0x18)]
    [InlineData(0x10, "x", 0x10)]
    [InlineData(0x00, "x", 0x00)]
    public void Flash_stays_flash(byte wanted, string text, byte sent) =>
        Assert.Equal(
            sent,
            SmsSegmenter.ToSubmits(new SubmitSm { DataCoding = wanted }, SmsSegmenter.Split(text), 1)[0].DataCoding);

    [Fact]
    public void More_than_255_parts_cannot_be_numbered_and_are_refused()
    {
        SegmentedText text = SmsSegmenter.Split(new string('x', (153 * 255) + 1));
        Assert.Throws<ArgumentException>(() => SmsSegmenter.ToSubmits(new SubmitSm(), text, 1));
    }

    [Theory]
    [InlineData(DefaultAlphabet.Latin1, "£5 à Zürich", SmsEncoding.Latin1, "A3 '5 ' E0 ' Z' FC 'rich'")]
    [InlineData(DefaultAlphabet.Latin1, "[x]", SmsEncoding.Latin1, "'[x]'")]
    [InlineData(DefaultAlphabet.Latin1, "5 €", SmsEncoding.Ucs2, "0035 0020 20AC")] // not in Latin-1
    [InlineData(DefaultAlphabet.Latin1, "ç", SmsEncoding.Ucs2, "00E7")] // not on the phone
    [InlineData(DefaultAlphabet.Ascii, "a@b", SmsEncoding.Ascii, "'a@b'")]
    [InlineData(DefaultAlphabet.Ascii, "£", SmsEncoding.Ucs2, "00A3")]
    public void The_default_of_the_SMSC_may_be_another_alphabet(
        DefaultAlphabet alphabet, string text, SmsEncoding encoding, string octets)
    {
        SegmentedText split = SmsSegmenter.Split(text, new SegmentOptions { Alphabet = alphabet });
        SubmitSm submit = SmsSegmenter.ToSubmits(new SubmitSm(), split, 1)[0];
        Assert.Equal(encoding, split.Encoding);
        Assert.Equal(Octets.Of(octets), submit.ShortMessage.ToArray());
        Assert.Equal(text, MessageText.Read(submit, alphabet));
    }

    [Fact]
    public void A_letter_of_the_extension_costs_two_in_Latin_1_as_well_for_the_phone_gets_it_so() =>
        Assert.Equal(2, SmsSegmenter.CountParts(
            new string('[', 81), new SegmentOptions { Alphabet = DefaultAlphabet.Latin1 }));

    private static int Cost(string part, SmsEncoding encoding) =>
        encoding is SmsEncoding.Ucs2 ? part.Length : Gsm7.CountSeptets(part)!.Value;

    private static string WithoutLoneSurrogates(string text) =>
        string.Concat(text.EnumerateRunes().Select(r => r.ToString()));
}
