using System.CommandLine;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary><c>emailsms contacts</c>: people under names.</summary>
internal static class ContactsCommand
{
    public static Command Build()
    {
        var parser = new Lazy<RecipientParser>(() => new RecipientParser());
        return BookCommands.Build(
            "contacts", "Manage the people that addresses can name.",
            new BookKind<Contact>(
                "contact", BookRows.ContactColumns, (row, wrong) => BookRows.ReadContact(row, parser.Value, wrong),
                BookRows.Write, AddressBook.Contacts, AddressBook.Put, AddressBook.RemoveContact),
            ["The phone, such as +447700900123.", "Whose contact it is.", "Where the person lives.", "What it is."]);
    }
}
