namespace EmailSms.Policy;

/// <summary>
/// Tells whether a text takes an alarm: "ack" or a word like it comes first, whatever follows ("ack, on my way").
/// </summary>
internal static class AckWords
{
    private static readonly HashSet<string> Words = ["ack", "acknowledge", "acknowledged", "ok"];

    public static bool Read(string text) => FoldedText.Words(text) is [var first, ..] && Words.Contains(first);
}
