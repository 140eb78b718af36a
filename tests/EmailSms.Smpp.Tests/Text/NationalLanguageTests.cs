using CsCheck;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Text;

/// <summary>The tables of 3GPP TS 23.038 Annex A, held to letters looked up in the standard by hand.</summary>
public sealed class NationalLanguageTests
{
    private static readonly NationalLanguage[] All = Enum.GetValues<NationalLanguage>();

    private static readonly Gen<Gsm7Tables> AnyTables = Gen.Select(
        Gen.Int[0, 13], Gen.Int[0, 13], (locking, single) => new Gsm7Tables(All[locking], All[single]));

    [Theory]
    [InlineData(NationalLanguage.Turkish, "İğşçı€", "40 0C 1D 60 07 04")]
    [InlineData(NationalLanguage.Portuguese, "ãçÓ€`^", "7B 09 19 18 7D 16")]
    [InlineData(NationalLanguage.Bengali, "অরৎ", "03 44 60")]
    [InlineData(NationalLanguage.Gujarati, "ગુ", "17 53")]
    [InlineData(NationalLanguage.Hindi, "नमस्ते", "2F 42 4C 5F 27 59")]
    [InlineData(NationalLanguage.Kannada, "ಕ\u0CD5", "15 60")]
    [InlineData(NationalLanguage.Malayalam, "മ\u0D57", "42 60")]
    [InlineData(NationalLanguage.Oriya, "ଓ\u0B56", "13 60")]
    [InlineData(NationalLanguage.Punjabi, "\u0A33\u0A36ੴ", "47 4A 7F")]
    [InlineData(NationalLanguage.Tamil, "தமிழ்", "27 42 51 48 5F")]
    [InlineData(NationalLanguage.Telugu, "తెలుగు", "27 58 46 53 17 53")]
    [InlineData(NationalLanguage.Urdu, "اردو", "00 25 1A 53")]
    public void A_locking_table_writes_a_letter_as_one_septet(NationalLanguage language, string text, string septets)
    {
        var tables = new Gsm7Tables(language, NationalLanguage.Default);
        Assert.True(Gsm7.TryEncode(text, tables, out byte[]? written));
        Assert.Equal(Octets.Of(septets), written);
        Assert.Equal(text, Gsm7.Decode(written, tables));
    }

    [Theory]
    [InlineData(NationalLanguage.Turkish, "ğŞı€", "1B67 1B53 1B69 1B65")]
    [InlineData(NationalLanguage.Spanish, "áçú", "1B61 1B09 1B75")]
    [InlineData(NationalLanguage.Portuguese, "êçãâ", "1B05 1B09 1B7B 1B7F")]
    [InlineData(NationalLanguage.Bengali, "৭০\u09DF", "1B21 1B19 1B24")]
    [InlineData(NationalLanguage.Gujarati, "।૪", "1B19 1B20")]
    [InlineData(NationalLanguage.Hindi, "।४\u0958", "1B19 1B20 1B2C")]
    [InlineData(NationalLanguage.Kannada, "೪", "1B20")]
    [InlineData(NationalLanguage.Malayalam, "ൺൽ", "1B2E 1B32")]
    [InlineData(NationalLanguage.Oriya, "ୟ", "1B2A")]
    [InlineData(NationalLanguage.Punjabi, "ੵ", "1B2D")]
    [InlineData(NationalLanguage.Tamil, "௪", "1B20")]
    [InlineData(NationalLanguage.Telugu, "౦౿", "1B1C 1B32")]
    [InlineData(NationalLanguage.Urdu, "۴۔", "1B20 1B3F")]
    public void A_single_shift_table_writes_a_letter_behind_an_escape(
        NationalLanguage language, string text, string septets)
    {
        var tables = new Gsm7Tables(NationalLanguage.Default, language);
        Assert.True(Gsm7.TryEncode(text, tables, out byte[]? written));
        Assert.Equal(Octets.Of(septets), written);
        Assert.Equal(text, Gsm7.Decode(written, tables));
    }

    [Fact]
    public void Every_table_has_128_places_and_no_letter_reads_as_another()
    {
        foreach (NationalLanguage locking in All)
        {
            foreach (NationalLanguage single in All)
            {
                var tables = new Gsm7Tables(locking, single);
                for (int i = 0; i < 256; i++)
                {
                    byte[] septets = i < 128 ? [(byte)i] : [0x1B, (byte)(i - 128)];
                    string letter = Gsm7.Decode(septets, tables);
                    if (letter.Length == 0) continue; // an escape
                    Assert.True(Gsm7.TryEncode(letter, tables, out byte[]? written), $"{tables} {i:X}");
                    Assert.Equal(letter, Gsm7.Decode(written, tables));
                    Assert.True(written.Length <= septets.Length, $"{tables} {i:X}");
                }
            }
        }
    }

    [Fact]
    public void Any_septets_are_read_and_any_text_that_can_be_written_reads_the_same() =>
        Gen.Select(AnyTables, Gen.Byte.Array[0, 200], Gen.String[0, 50]).Sample((tables, septets, text) =>
        {
            string read = Gsm7.Decode(septets, tables);
            bool same = !Gsm7.TryEncode(text, tables, out byte[]? written) || Gsm7.Decode(written, tables) == text;
            return same && (!Gsm7.TryEncode(read, tables, out written) || Gsm7.Decode(written, tables) == read);
        }, iter: 3_000);

    [Theory]
    [InlineData('\0')]
    [InlineData('\u001B')]
    public void Neither_a_NUL_nor_an_escape_of_the_text_becomes_a_septet(char character)
    {
        foreach (NationalLanguage locking in All)
        {
            Assert.False(Gsm7.TryEncode([character], new Gsm7Tables(locking, locking), out _), locking.ToString());
        }
    }

    [Theory]
    [InlineData("03 24 01 01 'a' 1B67", "ağ")] // Turkish, single shift
    [InlineData("03 25 01 01 0C 'a'", "ğa")] // locking
    [InlineData("06 25 01 06 24 01 06 2F 1B20", "न४")] // both
    [InlineData("03 25 01 63 'a' 00", "a@")] // a language of the future
    [InlineData("08 00 03 07 01 01 24 01 02 'a' 1B61", "aá")] // beside a concatenation
    public void A_text_from_a_phone_is_read_by_the_languages_its_header_names(string octets, string text) =>
        Assert.Equal(text, MessageText.Read(
            new DeliverSm { EsmClass = EsmClass.UserDataHeader, ShortMessage = Octets.Of(octets) },
            DefaultAlphabet.Latin1)); // the header goes before what data_coding 0 means otherwise

    [Fact]
    public void A_language_is_used_only_where_it_was_allowed_and_is_needed()
    {
        Assert.Equal(SmsEncoding.Ucs2, SmsSegmenter.Split("ığ").Encoding);
        SegmentedText turkish = Split("ığ", NationalLanguage.Turkish);
        Assert.Equal((SmsEncoding.Gsm7, NationalLanguage.Turkish), (turkish.Encoding, turkish.Tables.SingleShift));
        Assert.Equal(default, Split("plain € text", NationalLanguage.Turkish).Tables);
        Assert.Equal(SmsEncoding.Ucs2, Split("ığ Ж", NationalLanguage.Turkish).Encoding);
    }

    [Theory]
    [InlineData(155, 1)] // 3GPP TS 23.040: one element takes 4 octets of a single message, 9 of a part
    [InlineData(156, 2)]
    [InlineData(149 * 2, 2)]
    [InlineData((149 * 2) + 1, 3)]
    public void The_header_of_a_language_is_counted(int letters, int parts)
    {
        SegmentedText text = Split(new string('न', letters), NationalLanguage.Hindi);
        Assert.Equal((parts, NationalLanguage.Hindi), (text.Parts.Count, text.Tables.LockingShift));
    }

    [Fact]
    public void The_header_of_a_part_names_its_language_behind_its_number()
    {
        SegmentedText text = Split(new string('न', 200), NationalLanguage.Hindi);
        SubmitSm part = SmsSegmenter.ToSubmits(new SubmitSm(), text, 0x1234)[1];
        Assert.Equal(Octets.Of("08 00 03 34 02 02 25 01 06 2F"), part.ShortMessage.ToArray()[..10]);
        SubmitSm single = SmsSegmenter.ToSubmits(new SubmitSm(), Split("न", NationalLanguage.Hindi), 0x1234)[0];
        Assert.Equal(Octets.Of("03 25 01 06 2F"), single.ShortMessage.ToArray());
        Assert.Equal(EsmClass.UserDataHeader, single.EsmClass);
    }

    [Fact]
    public void Every_part_fits_into_140_octets_with_its_header_and_together_they_are_the_text()
    {
        string[] letters = ["a", "€", "ğ", "Ş", "ç", "न", "४", "।", "த", "ê", "ã", "[", "\n", "@", "ا"];
        Gen<string> text = Gen.Select(Gen.Int[0, letters.Length - 1], Gen.Int[0, letters.Length - 1])
            .SelectMany((one, other) => Gen.Bool.Array[0, 700]
                .Select(which => string.Concat(which.Select(first => first ? letters[one] : letters[other]))));
        Gen<NationalLanguage[]> languages =
            Gen.Int[1, 13].Array[0, 4].Select(ids => Array.ConvertAll(ids, i => All[i]));
        Gen.Select(text, languages, Gen.Enum<Segmentation>(), Gen.Enum<DefaultAlphabet>(), Gen.UShort)
            .Sample((body, allowed, segmentation, alphabet, reference) =>
            {
                var options = new SegmentOptions
                {
                    Segmentation = segmentation,
                    Languages = allowed,
                    Alphabet = alphabet,
                };
                SegmentedText split = SmsSegmenter.Split(body, options);
                List<SubmitSm> read = [.. SmsSegmenter.ToSubmits(new SubmitSm(), split, reference, segmentation)
                    .Select(s => (SubmitSm)Octets.Read(Octets.Of(s)).Pdu)];
                return string.Concat(read.Select(s => MessageText.Read(s, alphabet))) == body
                    && (segmentation is Segmentation.Payload || read.TrueForAll(part => AirOctets(part) <= 140));
            }, iter: 2_000);
    }

    // What the part takes on the radio: septets are packed there, from the next boundary behind the header.
    private static int AirOctets(SubmitSm part)
    {
        int header = UserDataHeader.Read(part).Octets;
        int letters = part.ShortMessage.Length - header;
        if (part.DataCoding == DataCoding.Ucs2) return header + letters;
        int headerBits = ((header * 8) + 6) / 7 * 7;
        return (headerBits + (letters * 7) + 7) / 8;
    }

    private static SegmentedText Split(string text, params NationalLanguage[] languages) =>
        SmsSegmenter.Split(text, new SegmentOptions { Languages = languages });
}
