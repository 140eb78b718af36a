using EmailSms.Carriers.Http;
using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>What a carrier's no means in the words of the product, however it was said (RFC 3463).</summary>
internal static class CarrierFailures
{
    // Where no other carrier takes it: one that does may be away for a moment.
    private const int ElsewhereAttemptsMax = 3;

    /// <summary>A class that a table gives to a code.</summary>
    public static FailureCode Of(FailureClass meaning, string code) => meaning switch
    {
        FailureClass.Throttled => new(meaning, code, "4.4.5", "The carrier wants fewer messages at a time."),
        FailureClass.Temporary => new(meaning, code, "4.3.0", "The carrier has trouble of its own."),
        FailureClass.OptedOut => new(meaning, code, "5.7.1", "The carrier knows that this person wants no SMS."),
        FailureClass.Authentication => new(meaning, code, "4.7.0", "The carrier does not accept our account."),
        FailureClass.Uncertain => new(
            meaning, code, "4.4.2", "The carrier did not answer; it may have been sent."),
        _ => new(FailureClass.Permanent, code, "5.0.0", "The carrier refuses this message for good."),
    };

    /// <summary>The same in the words of a definition, with its sentence where it has one.</summary>
    public static FailureCode Of(CodeMeaning meaning, string code, ErrorSentence? sentence)
    {
        FailureCode failure = meaning switch
        {
            CodeMeaning.Number => new(
                FailureClass.Permanent, code, "5.1.1", "The carrier does not accept the number."),
            CodeMeaning.Sender => new(
                FailureClass.Permanent, code, "5.1.7", "The carrier does not accept the sender ID."),
            CodeMeaning.Content => new(
                FailureClass.Permanent, code, "5.6.0", "The carrier does not accept the message."),
            CodeMeaning.Policy =>
                new(FailureClass.Permanent, code, "5.7.1", "The carrier does not allow this message."),
            CodeMeaning.OptedOut => Of(FailureClass.OptedOut, code),
            CodeMeaning.Authentication => Of(FailureClass.Authentication, code),
            CodeMeaning.Elsewhere => new(
                FailureClass.Temporary, code, "4.7.1",
                "The carrier does not let our account send there, or with this sender ID.")
            {
                AttemptsMax = ElsewhereAttemptsMax,
            },
            CodeMeaning.Throttled => Of(FailureClass.Throttled, code),
            CodeMeaning.SenderThrottled => Of(FailureClass.Throttled, code) with
            {
                Sentence = "The carrier wants fewer messages at a time from this sender ID.",
            },
            CodeMeaning.Temporary => Of(FailureClass.Temporary, code),
            CodeMeaning.Uncertain => Of(FailureClass.Uncertain, code),
            _ => Of(FailureClass.Permanent, code),
        };
        return sentence is null
            ? failure
            : failure with { Sentence = sentence.Text, EnhancedStatus = sentence.Status ?? failure.EnhancedStatus };
    }

    /// <summary>
    /// What a code of a receipt about an SMS that is lost means in the terms of mail; null: no more than that.
    /// </summary>
    public static string? StatusOfLoss(CodeMeaning? meaning) => meaning switch
    {
        CodeMeaning.Authentication => "5.3.5", // RFC 3463 3.4: configured wrongly
        CodeMeaning.Elsewhere => "5.7.1",
        CodeMeaning.Number or CodeMeaning.Sender or CodeMeaning.Content or CodeMeaning.Policy or CodeMeaning.OptedOut
            or CodeMeaning.Throttled or CodeMeaning.SenderThrottled or CodeMeaning.Temporary =>
            Of(meaning.Value, "", null).EnhancedStatus,
        _ => null,
    };

    /// <summary>It never left: no connection, or no room before the deadline.</summary>
    public static FailureCode NotSent(string reason) =>
        new(FailureClass.Temporary, $"not-sent:{reason}", "4.4.1", "The carrier could not be reached.");

    /// <summary>It left and no answer came.</summary>
    public static FailureCode Unknown(string reason) => Of(FailureClass.Uncertain, $"unknown:{reason}");
}
