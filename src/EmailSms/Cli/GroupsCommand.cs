using System.CommandLine;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary><c>emailsms groups</c>: several people under one name.</summary>
internal static class GroupsCommand
{
    public static Command Build() => BookCommands.Build(
        "groups", "Manage the groups that addresses can name.",
        new BookKind<ContactGroup>(
            "group", BookRows.GroupColumns, BookRows.ReadGroup, BookRows.Write, AddressBook.Groups, AddressBook.Put,
            AddressBook.RemoveGroup),
        ["Contacts, groups and numbers, parted by spaces, in quotes.", "What it is."]);
}
