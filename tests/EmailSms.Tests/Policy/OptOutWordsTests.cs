using CsCheck;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class OptOutWordsTests
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("stop")]
    [InlineData(" Stop. ")]
    [InlineData("\"STOP\"!!!")]
    [InlineData("S.T.O.P.")]
    [InlineData("s t o p")]
    [InlineData("STOP 🛑")]
    [InlineData("🛑stop🛑")]
    [InlineData("ＳＴＯＰ")]
    [InlineData("st\u200bop")] // a space of no width inside
    [InlineData("Stop stop STOP")]
    [InlineData("STOPALL")]
    [InlineData("stop all")]
    [InlineData("Stop please")]
    [InlineData("please stop")]
    [InlineData("Please stop texting me.")]
    [InlineData("stop sending me these messages")]
    [InlineData("stop, thanks")]
    [InlineData("Stop\r\nthank you")]
    [InlineData("unsubscribe")]
    [InlineData("UNSUBSCRIBE ME")]
    [InlineData("opt-out")]
    [InlineData("Opt Out")]
    [InlineData("OPTOUT")]
    [InlineData("please opt me out")]
    [InlineData("revoke")]
    [InlineData("Cancel")]
    [InlineData("end")]
    [InlineData("QUIT")]
    [InlineData("remove")]
    [InlineData("Remove me")]
    [InlineData("ARRET")]
    [InlineData("arrêt")]
    [InlineData("arre\u0302t")] // the circumflex as a mark of its own
    [InlineData("ARRÊTER svp")]
    [InlineData("arrêtez s'il vous plaît")]
    [InlineData("Désabonner")]
    [InlineData("ALTO")]
    [InlineData("Parar")]
    [InlineData("baja")]
    [InlineData("No más")]
    [InlineData("sair")]
    [InlineData("Stopp!")]
    [InlineData("Stopp bitte")]
    [InlineData("abmelden")]
    [InlineData("Cancella")]
    [InlineData("annulla")]
    [InlineData("Afmelden")]
    [InlineData("stoppen")]
    [InlineData("Rezygnuję")]
    [InlineData("WYPISZ")]
    [InlineData("avsluta")]
    [InlineData("DUR")]
    [InlineData("İPTAL")]
    [InlineData("IPTAL")]
    [InlineData("iptal")]
    [InlineData("ıptal")]
    [InlineData("Ret")]
    public void A_message_that_is_a_stop_word_stops(string text)
    {
        Assert.Equal(Keyword.Stop, OptOutWords.BuiltIn.Read(text).Keyword);
    }

    [Theory]
    [InlineData("don't stop")]
    [InlineData("DON’T STOP!")]
    [InlineData("do not stop")]
    [InlineData("Dont stop texting me")]
    [InlineData("never stop")]
    [InlineData("Shall I stop the tablets?")]
    [InlineData("I am at the bus stop")]
    [InlineData("the bus does not stop here please send a taxi")]
    [InlineData("stop please stop please stop please stop")] // longer than a request is
    [InlineData("How do I unsubscribe")]
    [InlineData("je veux arrêter le traitement")]
    public void A_longer_text_with_a_stop_word_is_for_a_person(string text)
    {
        Assert.Equal(Keyword.MentionsStop, OptOutWords.BuiltIn.Read(text).Keyword);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("🙏")]
    [InlineData("Yes")]
    [InlineData("ok thanks")]
    [InlineData("please")]
    [InlineData("nonstop")]
    [InlineData("stopped")]
    [InlineData("stopwatch")]
    [InlineData("Please cancel")] // the appointment, perhaps
    [InlineData("I want to cancel my appointment")]
    [InlineData("the end of my shift")]
    [InlineData("end of message")]
    [InlineData("quit smoking")]
    [InlineData("help me")] // a person in need, not a keyword
    [InlineData("help please")]
    [InlineData("Ja")]
    [InlineData("Sí")]
    [InlineData("стоп-кадр")]
    public void Other_texts_do_not_stop(string text)
    {
        Assert.Equal(Keyword.None, OptOutWords.BuiltIn.Read(text).Keyword);
    }

    [Theory]
    [InlineData("START")]
    [InlineData("unstop")]
    [InlineData("Subscribe.")]
    [InlineData("Début")]
    [InlineData("BAŞLA")]
    [InlineData("iniciar")]
    public void A_message_that_is_a_start_word_starts(string text)
    {
        Assert.Equal(Keyword.Start, OptOutWords.BuiltIn.Read(text).Keyword);
    }

    [Theory]
    [InlineData("HELP")]
    [InlineData("info?")]
    [InlineData("Aide")]
    [InlineData("AYUDA")]
    [InlineData("ajuda")]
    [InlineData("Hilfe!")]
    [InlineData("aiuto")]
    [InlineData("Pomoc")]
    [InlineData("HJÄLP")]
    [InlineData("hjelp")]
    [InlineData("Hjælp")]
    [InlineData("YARDIM")]
    [InlineData("yardım")]
    public void A_message_that_is_a_help_word_asks_for_help(string text)
    {
        Assert.Equal(Keyword.Help, OptOutWords.BuiltIn.Read(text).Keyword);
    }

    [Theory]
    [InlineData("Please STOP!", "stop")]
    [InlineData("Opt-Out", "opt out")]
    [InlineData("ARRÊT", "arret")]
    [InlineData("we opt out of this plan", "opt out")]
    [InlineData("hello", "")]
    public void The_word_is_told_as_it_was_understood(string text, string word)
    {
        Assert.Equal(word, OptOutWords.BuiltIn.Read(text).Word);
    }

    [Fact]
    public void Case_punctuation_and_emoji_around_a_text_change_nothing()
    {
        Gen<string> dirt = Gen.OneOf("", " ", ".", "!!", "\n", "🛑", "\"", "…", "👍🏽", "\u200d", " -- ");
        Gen<string> texts = Gen.OneOf(
            "stop", "please stop", "unsubscribe", "arrêt", "hjälp", "start", "don't stop", "hi");
        Gen.Select(texts, dirt, dirt, Gen.Bool)
            .Sample((text, before, after, upper) =>
            {
                string dirty = before + (upper ? text.ToUpperInvariant() : text) + after;
                Assert.Equal(OptOutWords.BuiltIn.Read(text), OptOutWords.BuiltIn.Read(dirty));
            });
    }

    [Fact]
    public void Any_text_is_read_without_an_exception()
    {
        Gen.String.Sample(text => Assert.True(Enum.IsDefined(OptOutWords.BuiltIn.Read(text).Keyword)));
    }
}
