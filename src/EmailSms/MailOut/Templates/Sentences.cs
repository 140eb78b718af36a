using System.Diagnostics.CodeAnalysis;

namespace EmailSms.MailOut.Templates;

/// <summary>
/// The sentences that the program itself puts into mails, such as why an SMS failed, in another language. One a line,
/// the English and its translation with <c> = </c> between them; a star stands for what differs from mail to mail.
/// </summary>
internal sealed class Sentences
{
    private const string Between = " = ";
    private const int StarsMax = 4;

    private readonly Dictionary<string, string> _whole = [];
    private readonly List<(string[] English, string[] Own)> _withStars = [];

    /// <summary>A line that begins with <c>#</c> is a remark. What is wrong is left out.</summary>
    public static Sentences Read(string text, string file, List<FileMistake> mistakes)
    {
        var sentences = new Sentences();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split(Between, 2) is not [var english, var own] || english.Length == 0 || own.Length == 0)
            {
                mistakes.Add(new FileMistake(
                    file, i + 1, 1, "needs the English sentence, \" = \" and the sentence in this language."));
                continue;
            }

            string[] pieces = english.Split('*');
            if (pieces.Length != own.Split('*').Length || pieces.Length - 1 > StarsMax)
            {
                mistakes.Add(new FileMistake(
                    file, i + 1, 1, $"needs as many stars on both sides, and at most {StarsMax}."));
            }
            else if (pieces.Length == 1)
            {
                sentences._whole[english] = own;
            }
            else
            {
                sentences._withStars.Add((pieces, own.Split('*')));
            }
        }

        return sentences;
    }

    /// <summary>Null where the sentence is not among these.</summary>
    public string? Find(string english)
    {
        if (_whole.TryGetValue(english, out string? found)) return found;
        foreach ((string[] pieces, string[] own) in _withStars)
        {
            if (TryMatch(english, pieces, out List<string>? stars))
            {
                return string.Concat(own.Select((piece, i) => i < stars.Count ? piece + stars[i] : piece));
            }
        }

        return null;
    }

    // The first place for each piece, and the last piece at the end: no going back, so no sentence is slow.
    private static bool TryMatch(string text, string[] pieces, [NotNullWhen(true)] out List<string>? stars)
    {
        stars = null;
        if (text.Length < pieces.Sum(piece => piece.Length)) return false;
        if (!text.StartsWith(pieces[0], StringComparison.Ordinal)) return false;
        if (!text.EndsWith(pieces[^1], StringComparison.Ordinal)) return false;
        List<string> found = [];
        int at = pieces[0].Length;
        int end = text.Length - pieces[^1].Length;
        foreach (string piece in pieces[1..^1])
        {
            int next = text.IndexOf(piece, at, StringComparison.Ordinal);
            if (next < 0 || next + piece.Length > end) return false;
            found.Add(text[at..next]);
            at = next + piece.Length;
        }

        if (at > end) return false;
        found.Add(text[at..end]);
        stars = found;
        return true;
    }
}
