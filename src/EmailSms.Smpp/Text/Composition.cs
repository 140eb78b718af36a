using System.Collections.Frozen;
using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>
/// Puts accents on their letters (Unicode normal form C), so that a text typed on a Mac does not double in price.
/// <see cref="string.Normalize()"/> does nothing in a program with invariant globalization, which servers mostly are;
/// this needs no culture data. A mark that follows one that could not be composed stays where it is: the text is then
/// not in normal form, but still the same text.
/// </summary>
internal static class Composition
{
    private const char HangulBase = '\uAC00';

    // The key is the mark; the value are pairs of a letter and that letter with the mark. UnicodeData.txt 15, the
    // characters of two code points in the basic plane that are not excluded from composition.
    private static readonly FrozenDictionary<char, string> Groups =
        new Dictionary<char, string>
        {
            ['\0'] = // singletons: a character that is only another name of one
                "\u0340\u0300\u0341\u0301\u0343\u0313\u0374\u02B9\u037E;\u0387\u00B7άάέέήήίίόόύύώώΆ\u0386ιιΈΈΉΉΐΐ"
                + "ΊΊΰΰΎΎ΅\u0385``ΌΌΏΏ´\u00B4\u2000\u2002\u2001\u2003\u2126Ω\u212AK\u212BÅ\u2329\u3008\u232A\u3009",
            ['\u0300'] =
                "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣ"
                + "ἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ\u00A8῭ΟῸΩῺ",
            ['\u0301'] =
                "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ\u00A8\u0385Α\u0386ΕΈΗΉΙΊΟΌ"
                + "ΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứ"
                + "ἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞",
            ['\u0302'] =
                "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ",
            ['\u0303'] =
                "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ",
            ['\u0304'] =
                "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ",
            ['\u0306'] =
                "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ",
            ['\u0307'] =
                "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ",
            ['\u0308'] =
                "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺ"
                + "ūṻWẄwẅXẌxẍtẗ",
            ['\u0309'] =
                "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ",
            ['\u030A'] =
                "AÅaåUŮuůwẘyẙ",
            ['\u030B'] =
                "OŐoőUŰuűУӲуӳ",
            ['\u030C'] =
                "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮ\u0292ǯjǰHȞhȟ",
            ['\u030F'] =
                "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ",
            ['\u0311'] =
                "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ",
            ['\u0313'] =
                "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ",
            ['\u0314'] =
                "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ",
            ['\u031B'] =
                "OƠoơUƯuư",
            ['\u0323'] =
                "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ",
            ['\u0324'] =
                "UṲuṳ",
            ['\u0325'] =
                "AḀaḁ",
            ['\u0326'] =
                "SȘsșTȚtț",
            ['\u0327'] =
                "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ",
            ['\u0328'] =
                "AĄaąEĘeęIĮiįUŲuųOǪoǫ",
            ['\u032D'] =
                "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ",
            ['\u032E'] =
                "HḪhḫ",
            ['\u0330'] =
                "EḚeḛIḬiḭUṴuṵ",
            ['\u0331'] =
                "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ",
            ['\u0338'] =
                "\u2190\u219A\u2192\u219B\u2194\u21AE\u21D0\u21CD\u21D4\u21CE\u21D2\u21CF\u2203\u2204\u2208\u2209"
                + "\u220B\u220C\u2223\u2224\u2225\u2226\u223C\u2241\u2243\u2244\u2245\u2247\u2248\u2249=\u2260"
                + "\u2261\u2262\u224D\u226D<\u226E>\u226F\u2264\u2270\u2265\u2271\u2272\u2274\u2273\u2275"
                + "\u2276\u2278\u2277\u2279\u227A\u2280\u227B\u2281\u2282\u2284\u2283\u2285\u2286\u2288\u2287\u2289"
                + "\u22A2\u22AC\u22A8\u22AD\u22A9\u22AE\u22AB\u22AF\u227C\u22E0\u227D\u22E1\u2291\u22E2\u2292\u22E3"
                + "\u22B2\u22EA\u22B3\u22EB\u22B4\u22EC\u22B5\u22ED",
            ['\u0342'] =
                "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ\u00A8῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ",
            ['\u0345'] =
                "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯ"
                + "ὰᾲαᾳάᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ",
            ['\u0653'] =
                "\u0627\u0622",
            ['\u0654'] =
                "\u0627\u0623\u0648\u0624\u064A\u0626\u06D5\u06C0\u06C1\u06C2\u06D2\u06D3",
            ['\u0655'] =
                "\u0627\u0625",
            ['\u093C'] =
                "\u0928\u0929\u0930\u0931\u0933\u0934",
            ['\u09BE'] =
                "\u09C7\u09CB",
            ['\u09D7'] =
                "\u09C7\u09CC",
            ['\u0B3E'] =
                "\u0B47\u0B4B",
            ['\u0B56'] =
                "\u0B47\u0B48",
            ['\u0B57'] =
                "\u0B47\u0B4C",
            ['\u0BBE'] =
                "\u0BC6\u0BCA\u0BC7\u0BCB",
            ['\u0BD7'] =
                "\u0B92\u0B94\u0BC6\u0BCC",
            ['\u0C56'] =
                "\u0C46\u0C48",
            ['\u0CC2'] =
                "\u0CC6\u0CCA",
            ['\u0CD5'] =
                "\u0CBF\u0CC0\u0CC6\u0CC7\u0CCA\u0CCB",
            ['\u0CD6'] =
                "\u0CC6\u0CC8",
            ['\u0D3E'] =
                "\u0D46\u0D4A\u0D47\u0D4B",
            ['\u0D57'] =
                "\u0D46\u0D4C",
            ['\u0DCA'] =
                "\u0DD9\u0DDA\u0DDC\u0DDD",
            ['\u0DCF'] =
                "\u0DD9\u0DDC",
            ['\u0DDF'] =
                "\u0DD9\u0DDE",
            ['\u102E'] =
                "\u1025\u1026",
            ['\u1B35'] =
                "\u1B05\u1B06\u1B07\u1B08\u1B09\u1B0A\u1B0B\u1B0C\u1B0D\u1B0E\u1B11\u1B12\u1B3A\u1B3B\u1B3C\u1B3D"
                + "\u1B3E\u1B40\u1B3F\u1B41\u1B42\u1B43",
            ['\u3099'] =
                "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ",
            ['\u309A'] =
                "はぱひぴふぷへぺほぽハパヒピフプヘペホポ",
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(char, char), char> Pairs = Groups
        .SelectMany(g => g.Value.Chunk(2).Select(p => KeyValuePair.Create((p[0], g.Key), p[1])))
        .ToFrozenDictionary();

    public static string Compose(string text)
    {
        int first = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF'); // below, nothing composes
        if (first < 0) return text;

        var composed = new StringBuilder(text.Length);
        foreach (char raw in text)
        {
            char character = Pairs.TryGetValue((raw, '\0'), out char other) ? other : raw;
            if (composed.Length > 0 && TryCompose(composed[^1], character, out char one)) composed[^1] = one;
            else composed.Append(character);
        }

        return composed.ToString();
    }

    private static bool TryCompose(char letter, char mark, out char one) =>
        Pairs.TryGetValue((letter, mark), out one) || TryComposeHangul(letter, mark, out one);

    /// <summary>Korean syllables are computed (Unicode 3.12).</summary>
    private static bool TryComposeHangul(char first, char second, out char syllable)
    {
        const int vowels = 21;
        const int tails = 28;
        if (first is >= '\u1100' and <= '\u1112' && second is >= '\u1161' and <= '\u1175')
        {
            syllable = (char)(HangulBase + ((((first - 0x1100) * vowels) + second - 0x1161) * tails));
            return true;
        }

        bool open = first is >= HangulBase and <= '\uD7A3' && (first - HangulBase) % tails == 0;
        syllable = open && second is >= '\u11A8' and <= '\u11C2' ? (char)(first + second - 0x11A7) : default;
        return syllable != default;
    }
}
