using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>A word by which a text finds its mailbox.</summary>
/// <param name="Number">The number of ours it must come to; null: any.</param>
/// <param name="Word">The first word of the text, folded as <see cref="FoldedText"/> does.</param>
/// <param name="Mailbox">Whom it is for.</param>
internal sealed record OwnKeyword(PhoneNumber? Number, string Word, string Mailbox);

/// <summary>The words of our numbers, on disk.</summary>
internal static class OwnKeywords
{
    private const string AnyNumber = "*";

    /// <summary>Reads a word as a text's first word is read. False: it is none, or it is more than one.</summary>
    public static bool TryRead(string text, out string word)
    {
        List<string> words = FoldedText.Words(text);
        word = words.Count == 1 ? words[0] : "";
        return words.Count == 1;
    }

    /// <summary>All of them.</summary>
    public static List<OwnKeyword> List(StoreSession db) => db.Query(
        "select number, word, mailbox from own_keyword order by number, word",
        row => new OwnKeyword(
            row.GetString(0) is AnyNumber ? null : PhoneNumber.FromE164(row.GetString(0)), row.GetString(1),
            row.GetString(2)));

    /// <summary>The mailbox of a text by its first word: the number's own words before those of all.</summary>
    public static string? MailboxOf(StoreSession db, string own, string text)
    {
        string? word = FoldedText.Words(text).FirstOrDefault();
        return word is null
            ? null
            : db.Scalar(
                """
                select mailbox from own_keyword where word = @word and number in (@own, '*')
                 order by number = '*' limit 1
                """,
                ("@word", word), ("@own", "+" + own.TrimStart('+', '0'))) as string;
    }

    /// <summary>Adds a word, or changes its mailbox.</summary>
    public static void Put(StoreSession db, OwnKeyword keyword, long nowMs) => db.Change(
        "own_keyword", [("number", Key(keyword.Number)), ("word", keyword.Word)], () => db.Execute(
            """
            insert into own_keyword (number, word, mailbox, created_ms) values (@number, @word, @mailbox, @now)
            on conflict (number, word) do update set mailbox = excluded.mailbox
            """,
            ("@number", Key(keyword.Number)), ("@word", keyword.Word), ("@mailbox", keyword.Mailbox), ("@now", nowMs)));

    /// <summary>Removes a word. False: there was none.</summary>
    public static bool Remove(StoreSession db, PhoneNumber? number, string word) => db.Change(
        "own_keyword", [("number", Key(number)), ("word", word)], () => db.Execute(
            "delete from own_keyword where number = @number and word = @word",
            ("@number", Key(number)), ("@word", word)) > 0);

    private static string Key(PhoneNumber? number) => number?.E164 ?? AnyNumber;
}
