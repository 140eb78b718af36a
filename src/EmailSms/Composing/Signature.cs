namespace EmailSms.Composing;

/// <summary>
/// The end of a mail that its program wrote: what follows <c>-- </c>, "Sent from my iPhone", and the block of title,
/// address and telephone under a name. The name stays: it says who texted.
/// </summary>
internal static class Signature
{
    /// <summary>RFC 3676 4.3.</summary>
    public const string Mark = "-- ";

    private const int SignatureLinesMax = 20;
    private const int SignOffCharsMax = 60;
    private const int ContactLineCharsMax = 80;
    private const int ContactLinesMin = 3; // fewer under a name may be the message: "Dr Ann / Bleep 4421"
    private const int ContactLinesMax = 14;

    // The device or program stands within four words: "Sent from ward 7 to theatre" is a message.
    private static readonly LinePattern SentFrom = new(
        @"^\W{0,3}(Sent (from|with|via|by)|Von mein(em|er)|Gesendet (von|mit|über)"
        + "|Diese Nachricht wurde von mein(em|er)|Envoyé (de|depuis|à partir de|avec)|Enviado (desde|do|de|con)"
        + "|Inviato da|Verzonden (vanaf|via|met)"
        + "|Verstuurd (vanaf|via)|Skickat från|Sendt fra|Wysłan[eo] z|Odesláno z)"
        + @"\s(\S+\s){0,3}(iPhone|iPad|iOS|Android|Outlook|Samsung|Galaxy|BlackBerry|Mail|Mobile|phone|smartphone|Handy"
        + "|Yahoo|Gmail|Proton|Huawei|Xiaomi|Pixel|tablet|Windows|Mobiltelefon|móvil|cellulare|telefoon|téléphone"
        + @"|teléfono|mobiel|mobiele)\b[^.!?]{0,14}(\(?<?https?://\S*>?\)?)?\.?\s*$");

    // Languages that put the device first or the verb last, and those without spaces.
    private static readonly LinePattern SentFromElsewhere = new(
        @"^\W{0,3}(Отправлено (с|из)|Надіслано з|Изпратено от|Στάλθηκε από|Trimis (de|din)|Lähetetty|Küldve"
        + @"|发自|發自|傳送自|从我的|נשלח מ|أُ?رسلت? من|Gửi từ|Dikirim dari)\W?.{0,24}"
        + "(iPhone|iPad|iOS|Android|Samsung|Galaxy|Outlook|Huawei|Xiaomi"
        + "|Mail|телефона|мобильного).{0,24}$"
        + "|^.{0,20}(iPhone|iPad|Android|Galaxy|Outlook|Samsung|Xperia).{0,24}"
        + @"(から送信|gönderildi|에서 보냄|küldve|lähetetty|发送|傳送)\W{0,2}$");

    private static readonly LinePattern Advertised = new(
        @"^\W{0,3}(Get|Download|Holen Sie sich|Obtenez|Téléchargez|Télécharger|Obtén|Obtener|Scarica|Ottieni|Hent"
        + @"|Hämta)?\s?(Outlook|Yahoo Mail|BlueMail|Gmail|TypeApp) (for|für|pour|para|per|voor|til|för) (iOS|Android"
        + @"|Windows|Mac|Desktop|Mobile|iPhone)\b\s?(\(?<?https?://\S*>?\)?)?( \w+)?\.?\s*$");

    private static readonly LinePattern SignOff = new(
        @"^\s*((with )?(kind|best|warm|warmest|many)( |est )?(regards|wishes|thanks)|regards|best|thanks( and regards)?"
        + "|many thanks|thank you|cheers|yours (sincerely|faithfully|truly)|sincerely|all the best|br|kr"
        + "|(mit )?(freundlichen|besten|vielen|lieben) grüßen|(mit )?(freundliche|beste|viele|liebe) grüße|gruß"
        + "|mfg|lg|vg|(bien )?cordialement|bien à vous|salutations|(un )?(cordial )?saludos?|atentamente|gracias"
        + @"|(cordiali|distinti) saluti|saluti|grazie|met vriendelijke groet(en)?"
        + "|(hartelijke )?groet(en)?|mvg|pozdrawiam|z poważaniem|(com os )?(melhores )?cumprimentos|atenciosamente"
        + "|obrigad[oa]|abraços?|(med )?(vänlig|vänliga) hälsning(ar)?|hälsningar|mvh|(med )?(venlig|vennlig) hilsen"
        + @"|tack)\s*[,.!]?\s*$");

    private static readonly LinePattern Contact = new(
        @"^\W{0,3}((t|m|e|w|f|tel|tél|phone|telephone|telefon|telefono|teléfono|telefoon|mobile|mobil|mob"
        + @"|móvil|direct|office|fax|e-?mail|web|www)\s?[:.]|\+?\(?\d[\d ()/.-]{7,}\s*$|https?://\S+\s*$|www\.\S+\s*$"
        + @"|\S+@\S+\.\S+\s*$)");

    public static List<string> CutFrom(List<string> lines)
    {
        List<string> kept = CutAtMark(lines);
        int count = kept.Count;
        while (count > 0 && (string.IsNullOrWhiteSpace(kept[count - 1]) || IsSentFrom(kept[count - 1]))) count--;
        return CutContactBlock(kept[..count]);
    }

    private static List<string> CutAtMark(List<string> lines)
    {
        int mark = lines.FindIndex(line => line.AsSpan().TrimEnd() is "--" or "—");
        if (mark < 0) return lines;
        int below = lines.Skip(mark + 1).Count(line => !string.IsNullOrWhiteSpace(line));
        return below <= SignatureLinesMax ? lines[..mark] : lines;
    }

    private static bool IsSentFrom(string line) => line.Length <= 200
        && (SentFrom.IsIn(line) || SentFromElsewhere.IsIn(line) || Advertised.IsIn(line));

    private static bool IsSignOff(string line) => line.Length <= SignOffCharsMax && SignOff.IsIn(line);

    private static bool IsPartOfBlock(string line) =>
        line.Length <= ContactLineCharsMax && line.TrimEnd()[^1] is not ('!' or '?');

    private static List<string> CutContactBlock(List<string> lines)
    {
        int signOff = lines.FindLastIndex(IsSignOff);
        if (signOff <= 0) return lines;
        int name = lines.FindIndex(signOff + 1, line => !string.IsNullOrWhiteSpace(line));
        if (name < 0) return lines;

        string[] below = [.. lines.Skip(name + 1).Where(line => !string.IsNullOrWhiteSpace(line))];
        bool isBlock = below.Length is >= ContactLinesMin and <= ContactLinesMax
            && Array.Exists(below, line => Contact.IsIn(line))
            && Array.TrueForAll(below, IsPartOfBlock);
        return isBlock ? lines[..(name + 1)] : lines;
    }
}
