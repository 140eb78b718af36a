using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>What came of reading a local part: the number it names, or why it names none.</summary>
internal abstract record RecipientReading
{
    private RecipientReading() { } // closed: the two below are all there are

    /// <summary>The number, ready to be sent to as far as its form and kind go.</summary>
    internal sealed record Number(PhoneNumber Value) : RecipientReading;

    /// <summary>
    /// No number for an SMS. The sentence is ASCII on one line, made for an SMTP reply, and names what would be right.
    /// <paramref name="IsSyntax"/> tells what was never a number (5.1.3, and an alias may still bear that name) from a
    /// number that gets no SMS (5.1.1).
    /// </summary>
    internal sealed record Refused(string Sentence, bool IsSyntax) : RecipientReading;
}
