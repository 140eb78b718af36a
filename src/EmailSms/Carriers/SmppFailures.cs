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
        string code = Code(status);
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
            CommandStatusClass.Bind when IsAccount(status) => Meaning(FailureClass.Authentication, status),
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

    /// <summary>The same at a carrier that means something of its own with some of them.</summary>
    public static FailureCode Of(CommandStatus status, IReadOnlyDictionary<CommandStatus, FailureClass> meanings) =>
        meanings.TryGetValue(status, out FailureClass meaning) && meaning != Of(status).Class
            ? Meaning(meaning, status)
            : meanings.ContainsKey(status) ? Of(status) with { AttemptsMax = null } : Of(status);

    /// <summary>
    /// A status that no number or text explains: the carrier says that our settings are wrong, and every SMS will meet
    /// it.
    /// </summary>
    public static bool IsOfSettings(CommandStatus status) => status
        is CommandStatus.InvalidEsmClass or CommandStatus.InvalidDataCoding or CommandStatus.InvalidTlvStream
        or CommandStatus.TlvNotAllowed or CommandStatus.InvalidTlvLength or CommandStatus.MissingTlv
        or CommandStatus.InvalidTlvValue;

    /// <summary>It never left: no bind, or no room before the deadline.</summary>
    public static FailureCode NotSent(string reason) => CarrierFailures.NotSent(reason) with { IsOurOwn = true };

    /// <summary>It left and no answer came.</summary>
    public static FailureCode Unknown(string reason) => CarrierFailures.Unknown(reason);

    /// <summary>Never to be sent over SMPP as it stands.</summary>
    public static FailureCode Unsendable(string reason) =>
        new(FailureClass.Permanent, "smpp:unsendable", "5.6.0", reason);

    private static FailureCode Meaning(FailureClass meaning, CommandStatus status) =>
        CarrierFailures.Of(meaning, Code(status));

    private static string Code(CommandStatus status) => $"smpp:{status.Name()}";

    private static bool IsAccount(CommandStatus status) => status
        is CommandStatus.InvalidPassword or CommandStatus.InvalidSystemId or CommandStatus.InvalidSystemType;

    private static bool IsSource(CommandStatus status) => status
        is CommandStatus.InvalidSourceAddress or CommandStatus.InvalidSourceTon or CommandStatus.InvalidSourceNpi
        or CommandStatus.InvalidSourceSubunit;
}
