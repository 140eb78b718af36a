using System.Buffers;

namespace EmailSms.Composing;

/// <summary>
/// What a company's mail server adds: the confidentiality notice below, the warning about strangers above. A notice is
/// known by its words taken together, never by one alone: "This message is confidential" may be the message. Text
/// after a notice stays unless it is more of the same.
/// </summary>
internal static class Disclaimer
{
    private const int NoticeCharsMin = 60;
    private const int BannerLinesMax = 8; // a warning about strangers stands at the top

    /// <summary>
    /// A word of each pattern below by which one is cut, for <see cref="MayBeIn"/>. In lower case as it is held against
    /// text of any.
    /// </summary>
    private static readonly SearchValues<string> Signs = SearchValues.Create(
        [
            "confidential", "privileged", "vertraulich", "confidentiel", "confidencial", "riservat", "vertrouwelijk",
            "intended", "addressee", "recipient", "bestimmt", "adressat", "empfänger", "destinat", "geadresseerde",
            "bestemd", "dirigid", "environment", "environnement", "umwelt", "virus", "scanned", "checked", "outside",
            "external", "originated", "extern", "click", "open", "content is safe", "often get",
            "poufn", "adresat", "przeznaczon", "konfident", "sekretess", "avsedd", "mottagare", "meio ambiente",
            "miljö", "fortrolig",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly LinePattern Start = new(
        @"^\W*((this|the|these|any|all)\b|confidential|disclaimer|notice|privileged|legal|important|if you|diese"
        + "|der inhalt|die information|vertraulich|hinweis|ce |cet |le contenu|les information|este|esta|el contenido"
        + "|la información|aviso|questo|questa|il contenuto|le informazioni|avviso|informativa|dit |deze|de inhoud"
        + "|de informatie|avertissement|avis|a informação|esta mensagem|o conteúdo|niniejsz|treść|wiadomość|informacje"
        + "|detta|denna|innehållet|meddelandet)");

    private static readonly LinePattern Mail = new(
        @"e-?mail|message|communication|transmission|nachricht|courriel|mensaje|correo|messaggio|bericht"
        + "|mensagem|wiadomoś|korespondencj|meddelande|informa"
        + "|information|attachment");

    private static readonly LinePattern Secret = new(
        "confidential|privileged|vertraulich|confidentiel|confidencial|riservat|vertrouwelijk|poufn"
        + "|konfidentiell|sekretess");

    private static readonly LinePattern Addressee = new(
        "intended|addressee|recipient|bestimmt|adressat|empfänger|destinat|geadresseerde|bestemd|dirigid"
        + "|adresat|przeznaczon|avsedd|mottagare");

    private static readonly LinePattern Warning = new(
        "in error|by mistake|mistakenly|irrtümlich|par erreur|por error|per errore|vergissing|ten onrechte|abusivamente"
        + "|unauthori[sz]ed|prohibited|unlawful|nicht gestattet|untersagt|interdit|prohibid|vietat|verboden|disclosure"
        + "|delete|löschen|vernichten|supprim|détrui|elimin|verwijder|por engano|apag|omyłkowo|przez pomyłkę|usunąć"
        + "|usuni|zabronion|av misstag|radera|otillåten");

    private static readonly LinePattern MoreOfTheSame = new(
        "virus|liabilit|liable|opinion|registered (office|in|number)|company (number|no|registration)|handelsregister"
        + "|geschäftsführ|amtsgericht|haftung|responsab|aansprakelijk|monitored|recorded|printing|intercept|warrant");

    private static readonly LinePattern Footer = new(
        @"^\W*(P )?(please )?(consider|think (of|about)) the environment before printing"
        + @"|^\W*virus[- ]free\.?\s|^\W*bitte denken Sie an die umwelt|^\W*pensez à l'environnement|^\W*this (e-?mail"
        + @"|message) (has been|was) (scanned|checked)\b"
        + @"|^\W*scanned by\b.*\b(virus|mail)");

    private static readonly LinePattern Banner = new(
        @"^\W*(caution|external|warning|achtung|attention)\b.*(outside|external|originated|extern)"
        + "|^\\W*(do not|don't) (click|open)\\b.*(links|attachments)|know the content is safe"
        + "|^\\W*external (e-?mail|sender)\\W*$"
        + "|^\\W*you don't often get e-?mail from");

    /// <summary>False for most texts, which then need no pattern: cheaper of all lines at once than of each.</summary>
    public static bool MayBeIn(string text) => text.AsSpan().ContainsAny(Signs);

    public static List<string> CutFrom(List<string> lines)
    {
        var kept = new List<string>(lines.Count);
        bool hasNotice = false;
        for (int i = 0; i < lines.Count;)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                kept.Add(lines[i++]);
                continue;
            }

            int end = lines.FindIndex(i, string.IsNullOrWhiteSpace);
            if (end < 0) end = lines.Count;
            int notice = NoticeIn(lines, i, end);
            if (notice < 0 && hasNotice && MoreOfTheSame.IsIn(Join(lines, i, end))) notice = i;
            hasNotice |= notice >= 0;
            for (int line = i; line < (notice >= 0 ? notice : end); line++)
            {
                if (!IsAddedByItself(lines[line], line)) kept.Add(lines[line]);
            }

            i = end;
        }

        return kept;
    }

    /// <summary>The line of this paragraph at which a notice starts, or -1.</summary>
    private static int NoticeIn(List<string> lines, int start, int end)
    {
        int notice = lines.FindIndex(start, end - start, Start.IsIn);
        return notice >= 0 && IsNotice(Join(lines, notice, end)) ? notice : -1;
    }

    private static bool IsNotice(string paragraph)
    {
        if (paragraph.Length < NoticeCharsMin || !Mail.IsIn(paragraph)) return false;
        LinePattern[] signs = [Secret, Addressee, Warning];
        return signs.Count(sign => sign.IsIn(paragraph)) >= 2;
    }

    private static bool IsAddedByItself(string line, int at) =>
        Footer.IsIn(line) || (at < BannerLinesMax && Banner.IsIn(line));

    private static string Join(List<string> lines, int start, int end) => string.Join(' ', lines[start..end]);
}
