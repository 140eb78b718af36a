namespace EmailSms.Smtp;

// What those are told who take more than their share.
internal static partial class Replies
{
    public static SmtpReply TooManyNewConnections { get; } =
        HangUp("4.7.0", "Too many new connections from your network, try again in a minute");

    public static SmtpReply TooManyUnknownRecipients { get; } = HangUp("4.7.1", "Too many unknown recipients");

    public static SmtpReply AuthBarred { get; } =
        HangUp("4.7.0", "Too many failed authentications lately, try again later");

    public static SmtpReply CommandTooSlow { get; } = HangUp("4.4.2", "A command took too long to come, goodbye");

    public static SmtpReply DataTooSlow { get; } = HangUp("4.4.2", "The mail comes too slowly, goodbye");

    public static SmtpReply EarlyTalker { get; } =
        new(554, "5.5.1", "You spoke before the greeting") { HangUp = true };

    public static SmtpReply HeaderTooBig(int bytesMax) =>
        new(554, "5.6.0", $"The mail has a header larger than {bytesMax} bytes");

    public static SmtpReply TooManyParts(int partsMax) =>
        new(554, "5.6.0", $"The mail has more than {partsMax} parts");

    public static SmtpReply TooDeep(int depthMax) =>
        new(554, "5.6.0", $"The mail has parts within parts more than {depthMax} deep");

    public static SmtpReply Loop(int receivedMax) =>
        new(554, "5.4.6", $"This mail runs in a circle: it has passed more than {receivedMax} servers");
}
