using System.CommandLine;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary><c>emailsms oncall</c>: whose turn it is.</summary>
internal static class OnCallCommand
{
    public static Command Build() => BookCommands.Build(
        "oncall", "Manage who is on call, and who is texted when nobody answers.",
        new BookKind<OnCall>(
            "on-call list", BookRows.OnCallColumns, BookRows.ReadOnCall, BookRows.Write, AddressBook.OnCalls,
            AddressBook.Put, AddressBook.RemoveOnCall),
        [
            "The mailbox that hears of an alarm nobody took.",
            "The zone of the calendar, such as Europe/Berlin. Without it: UTC.",
            "How long each person has, such as 10m, which it is without it.",
            "What counts as taken: ack, which it is without it, or receipt.",
            "The week, such as 'mon-fri 08:00-18:00 anna; sat,sun 00:00-24:00 bob'.",
            "Who takes over for a while, such as '2026-12-24..2026-12-26 carol'.",
            "Who is texted then, in this order, parted by spaces, in quotes.",
            "What it is.",
        ]);
}
