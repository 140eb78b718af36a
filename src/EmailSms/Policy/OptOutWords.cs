using System.Collections.Frozen;

namespace EmailSms.Policy;

/// <summary>
/// Tells STOP, START and HELP from other texts. Only a message that is nothing but such a word counts, give or take a
/// "please": a word of stopping inside a sentence ("don't stop the infusion") is for a person to read.
/// </summary>
internal static class OptOutWords
{
    /// <summary>A request with fillers is short; what is longer has more to say.</summary>
    private const int WordsMax = 6;

    private const int PhraseWordsMax = 3;

    // The words of 47 CFR 64.1200(a)(10), the CTIA handbook and the carriers' defaults, and their like in the languages
    // served. Those of "alone" also mean other things to people who have appointments ("please cancel", "fin", "baja"),
    // so with fillers or in a sentence they are nothing. Yes, ja, oui and si are left out of "start" altogether: they
    // answer questions.
    private static readonly (string Language, Keyword Means, bool Alone, string[] Phrases)[] Table =
    [
        ("en", Keyword.Stop, false, ["stop", "stopall", "unsubscribe", "opt out", "optout", "opt me out", "revoke"]),
        ("en", Keyword.Stop, true, ["cancel", "end", "quit", "remove", "remove me"]),
        ("en", Keyword.Start, true, ["start", "unstop", "opt in", "optin", "subscribe", "resubscribe"]),
        ("en", Keyword.Help, true, ["help", "info"]),
        ("fr", Keyword.Stop, false, ["arrêt", "arrêter", "arrêtez", "désabonner", "désabonnement", "désinscrire"]),
        ("fr", Keyword.Start, true, ["début", "commencer"]),
        ("fr", Keyword.Help, true, ["aide"]),
        ("es", Keyword.Stop, false, ["darme de baja", "no más mensajes"]),
        ("es", Keyword.Stop, true, ["alto", "parar", "baja", "cancelar", "no más"]),
        ("es", Keyword.Start, true, ["iniciar", "alta"]),
        ("es", Keyword.Help, true, ["ayuda"]),
        ("pt", Keyword.Stop, true, ["parar", "sair", "cancelar"]),
        ("pt", Keyword.Start, true, ["iniciar"]),
        ("pt", Keyword.Help, true, ["ajuda"]),
        ("de", Keyword.Stop, false, ["stopp", "abmelden", "abbestellen", "abmeldung"]),
        ("de", Keyword.Start, true, ["anmelden"]),
        ("de", Keyword.Help, true, ["hilfe"]),
        ("it", Keyword.Stop, false, ["disiscrivimi"]),
        ("it", Keyword.Stop, true, ["cancella", "annulla", "ferma"]),
        ("it", Keyword.Start, true, ["inizia"]),
        ("it", Keyword.Help, true, ["aiuto"]),
        ("nl", Keyword.Stop, false, ["afmelden", "uitschrijven"]),
        ("nl", Keyword.Stop, true, ["stoppen"]),
        ("nl", Keyword.Start, true, ["aanmelden"]),
        ("pl", Keyword.Stop, true, ["rezygnuję", "wypisz", "koniec"]),
        ("pl", Keyword.Help, true, ["pomoc"]),
        ("sv/no/da", Keyword.Stop, false, ["avmeld", "afmeld", "avregistrera"]),
        ("sv/no/da", Keyword.Stop, true, ["avsluta", "avslutt", "afslut"]),
        ("sv/no/da", Keyword.Help, true, ["hjälp", "hjelp", "hjælp"]),
        ("tr", Keyword.Stop, true, ["dur", "iptal", "ret"]),
        ("tr", Keyword.Start, true, ["başla", "başlat"]),
        ("tr", Keyword.Help, true, ["yardım"]),
    ];

    private static readonly FrozenSet<string> Fillers = FoldedText.Words(
        """
        please pls plz now all any more anymore texting texts text txt messaging messages message msg msgs sms sending
        me this these the it thanks thank you
        svp sil vous te plait merci maintenant messages por favor gracias mensajes ya obrigado obrigada mensagens
        bitte danke nachrichten jetzt per favore grazie messaggi alstublieft aub bedankt berichten
        proszę dziękuję tack takk tak venligst vennligst snälla lütfen teşekkürler mesaj
        """).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (Keyword Means, bool Alone)> Phrases = Table
        .SelectMany(row => row.Phrases, (row, phrase) => (Key: Fold(phrase), row.Means, row.Alone))
        .DistinctBy(row => row.Key) // neighbours share words: parar, cancelar
        .ToFrozenDictionary(row => row.Key, row => (row.Means, row.Alone), StringComparer.Ordinal);

    /// <summary>What the text asks for.</summary>
    public static KeywordMatch Read(string text)
    {
        List<string> words = FoldedText.Words(text);
        string whole = string.Join(' ', words);
        if (words.Count > 1 && words.TrueForAll(word => word.Length == 1)) whole = string.Concat(words); // S.T.O.P.
        if (Phrases.TryGetValue(whole, out (Keyword Means, bool Alone) row)) return new KeywordMatch(row.Means, whole);

        string? stop = null;
        int others = 0;
        for (int i = 0; i < words.Count; i++)
        {
            if (StopAt(words, i) is { } phrase)
            {
                stop ??= phrase;
                i += phrase.AsSpan().Count(' ');
            }
            else if (!Fillers.Contains(words[i]))
            {
                others++;
            }
        }

        if (stop is null) return new KeywordMatch(Keyword.None, "");
        bool asks = others == 0 && words.Count <= WordsMax;
        return new KeywordMatch(asks ? Keyword.Stop : Keyword.MentionsStop, stop);
    }

    private static string? StopAt(List<string> words, int start)
    {
        for (int count = Math.Min(PhraseWordsMax, words.Count - start); count > 0; count--)
        {
            string phrase = string.Join(' ', words.GetRange(start, count));
            if (Phrases.TryGetValue(phrase, out (Keyword Means, bool Alone) row)
                && row is { Means: Keyword.Stop, Alone: false })
            {
                return phrase;
            }
        }

        return null;
    }

    private static string Fold(string phrase) => string.Join(' ', FoldedText.Words(phrase));
}
