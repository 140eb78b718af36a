using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>What a command_status means in the words of the product (facts: SMPP 3.4 5.1.3, RFC 3463).</summary>
internal static class SmppFailures
{
    // Vendors' own codes and ESME_RSUBMITFAIL may mean "later" or "never": three tries, then the sender is told.
    private const int AmbiguousAttemptsMax = 3;

    /// <summary>A submit was answered with this status.</summary>
    public static FailureCode Of(CommandStatus status)
    {
        string code = $"smpp:{status.Name()}";
        return status.Class() switch
        {
            CommandStatusClass.Throttled => new(
                FailureClass.Throttled, code, "4.4.5", "The carrier wants fewer messages at a time."),
            CommandStatusClass.PermanentAddress when IsSource(status) => new(
                FailureClass.Permanent, code, "5.1.7", "The carrier does not accept the sender ID."),
            CommandStatusClass.PermanentAddress => new(
                FailureClass.Permanent, code, "5.1.1", "The carrier does not accept the number."),
            CommandStatusClass.PermanentContent => new(
                FailureClass.Permanent, code, "5.6.0", "The carrier does not accept the message."),
            CommandStatusClass.PermanentPolicy => new(
                FailureClass.Permanent, code, "5.7.1", "The carrier does not allow this message."),
            CommandStatusClass.Bind => new(
                FailureClass.Authentication, code, "4.7.0", "The carrier does not accept our account."),
            CommandStatusClass.Other => new(
                FailureClass.Temporary, code, "4.3.0", "The carrier gave a code of its own.")
            {
                AttemptsMax = AmbiguousAttemptsMax,
            },
            _ => new(FailureClass.Temporary, code, "4.3.0", "The carrier has trouble of its own.")
            {
                AttemptsMax = status is CommandStatus.SubmitFailed ? AmbiguousAttemptsMax : null,
            },
        };
    }

    /// <summary>It never left: no bind, or no room before the deadline.</summary>
    public static FailureCode NotSent(string reason) =>
        new(FailureClass.Temporary, $"not-sent:{reason}", "4.4.1", "The carrier could not be reached.");

    /// <summary>It left and no answer came.</summary>
    public static FailureCode Unknown(string reason) =>
        new(FailureClass.Uncertain, $"unknown:{reason}", "4.4.2", "The carrier did not answer; it may have been sent.");

    /// <summary>Never to be sent over SMPP as it stands.</summary>
    public static FailureCode Unsendable(string reason) =>
        new(FailureClass.Permanent, "smpp:unsendable", "5.6.0", reason);

    private static bool IsSource(CommandStatus status) => status
        is CommandStatus.InvalidSourceAddress or CommandStatus.InvalidSourceTon or CommandStatus.InvalidSourceNpi
        or CommandStatus.InvalidSourceSubunit;
}
