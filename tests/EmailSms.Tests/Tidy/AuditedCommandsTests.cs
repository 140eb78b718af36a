namespace EmailSms.Tests.Tidy;

/// <summary>
/// A command reads, or it changes something and leaves an entry in the audit trail: a new one is written into one of
/// the two lists here, and one that changes into the story of <c>AuditCommandTests</c>, too.
/// </summary>
public sealed class AuditedCommandsTests
{
    private static readonly string[] Reading =
    [
        "run", "demo", "check", "try", "route", "list", "show", "costs", "audit list", "audit verify", "audit export",
        "carriers list", "carriers status", "carriers presets", "carriers definitions", "carriers test",
        "carriers validate", "carriers hooks", "senders list", "senders test", "senders export",
        "users list", "contacts list", "contacts show", "contacts export", "groups list",
        "groups show", "groups export", "oncall list", "oncall show", "oncall export", "numbers list",
        "numbers network", "keywords list", "conversations list", "conversations show", "optouts list",
        "optouts words", "consent list", "consent export", "disclaimer list", "hooks list", "outbox list",
        "templates list", "templates show", "templates preview",
    ];

    internal static readonly string[] Changing =
    [
        "senders add", "senders edit", "senders remove", "senders import", "users add", "users password",
        "users disable", "users enable", "users remove", "contacts add", "contacts edit", "contacts import",
        "contacts remove", "groups add", "groups edit", "groups import", "groups remove", "oncall add", "oncall edit",
        "oncall import", "oncall remove", "numbers add", "numbers remove", "keywords add", "keywords remove",
        "conversations close", "optouts add", "optouts remove", "consent add", "consent withdraw", "consent import",
        "disclaimer learn", "disclaimer remove", "carriers pause", "carriers resume", "sms resend", "sms fail",
        "sms approve", "sms reject", "hooks retry", "outbox retry", "pause", "resume", "privacy export",
        "privacy erase", "store rekey",
    ];

    // What the service does at a command's word, and writes into the trail itself: Settings_are_read_anew.
    private static readonly string[] Asking = ["reload"];

    [Fact]
    public void Every_command_is_known_to_read_or_to_change()
    {
        string[] known = [.. Reading, .. Asking, .. Changing];
        string[] there = [.. CliTree.Leaves(CliTree.Root()).Select(leaf => leaf.Words)];
        Assert.True(
            there.Order().SequenceEqual(known.Order()),
            $"New: {string.Join(", ", there.Except(known))}. Gone: {string.Join(", ", known.Except(there))}.");
    }
}
