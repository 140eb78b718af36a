using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.MailIn.Mailboxes;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.MailIn;

public sealed class MailboxOptionsTests
{
    [Fact]
    public void What_the_guide_shows_is_valid() => Assert.Empty(ErrorsOf());

    [Theory]
    [InlineData("Tls", "None", "Mailboxes:0:Tls: is None, and the password would travel in the clear")]
    [InlineData("Name", "My Office", "Mailboxes:0:Name: 'My Office' is not a name of small letters")]
    [InlineData("Name", "plant", "Mailboxes:0:Name: plant is the name of another mailbox or listener.")]
    [InlineData("Address", "", "Mailboxes:0:Address: must be set")]
    [InlineData("Address", "sms+x@example.com", "Mailboxes:0:Address: 'sms+x@example.com' is not an address")]
    [InlineData("Password", "", "Mailboxes:0:Password: needs one of Password, PasswordFile and OAuth:TokenUrl")]
    [InlineData("PasswordFile", "/nowhere/at/all", "Mailboxes:0:PasswordFile: There is no file")]
    [InlineData("Protocol", "Pop3", "Mailboxes:0:After: is Seen, and POP3 can do Keep and Delete alone.")]
    [InlineData("After", "Move", "Mailboxes:0:MoveTo: must name another folder")]
    [InlineData("IdleMax", "00:29:00", "Mailboxes:0:IdleMax: ")]
    [InlineData("OAuth:TokenUrl", "http://login.example/", "Mailboxes:0:OAuth:TokenUrl: 'http://login.example/' is")]
    [InlineData("OAuth:TokenUrl", "https://login.example/", "Mailboxes:0:OAuth:RefreshToken: must be set, or")]
    [InlineData("OAuth:TokenUrl", "https://login.example/", "Mailboxes:0:OAuth:ClientId: must be set.")]
    public void What_cannot_work_is_said_with_its_key(string key, string value, string sentence) =>
        Assert.Contains(
            ErrorsOf((key, value)), error => error.ToString().StartsWith(sentence, StringComparison.Ordinal));

    [Fact]
    public void A_mail_that_is_known_for_a_shorter_time_than_it_counts_is_warned_of()
    {
        var mailbox = new MailboxOptions { AgeMax = TimeSpan.FromDays(2) };
        Assert.Contains(
            MailboxWarnings.Of([mailbox], new AddressOptions()), one => one.Key == "Mailboxes:0:AgeMax");
        mailbox.AgeMax = TimeSpan.FromDays(1);
        Assert.Empty(MailboxWarnings.Of([mailbox], new AddressOptions()));
    }

    [Theory]
    [InlineData("INBOX", false)]
    [InlineData("Alarms", true)]
    public void A_folder_that_two_entries_read_is_a_mistake(string folder, bool isFine)
    {
        MailboxOptions[] both =
        [
            new() { Name = "office", Host = "imap.example.com", UserName = "sms@example.com" },
            new() { Name = "plant", Host = "imap.example.com", UserName = "sms@example.com", Folder = folder },
        ];
        string[] keys = [.. MailboxWarnings.MistakesOf(both, new MailInOptions()).Select(one => one.Key)];
        Assert.Equal(isFine ? [] : ["Mailboxes:1:UserName"], keys);
    }

    [Theory]
    [InlineData("SMS@example.com", nameof(MailboxRecipients.PlusAddress), true)]
    [InlineData("sms@example.com", nameof(MailboxRecipients.Header), true)]
    [InlineData("sms@example.com", nameof(MailboxRecipients.Subject), false)]
    [InlineData("other@example.com", nameof(MailboxRecipients.PlusAddress), false)]
    public void Answers_need_a_mailbox_that_reads_them(string answers, string recipients, bool isFine)
    {
        var mailbox = new MailboxOptions
        {
            Name = "office",
            Address = "sms@example.com",
            Recipients = Enum.Parse<MailboxRecipients>(recipients),
        };
        string[] keys = [.. MailboxWarnings.MistakesOf([mailbox], new MailInOptions(), answers).Select(one => one.Key)];
        Assert.Equal(isFine ? [] : ["Replies:AnswerAddress"], keys);
    }

    private static IReadOnlyList<SettingError> ErrorsOf(params (string Key, string Value)[] more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Addresses:Domains:0"] = "sms.example.com",
            ["Carriers:sandbox:Kind"] = "Sandbox",
            ["Replies:DefaultMailbox"] = "office@example.com",
            ["Smtp:Listeners:0:Name"] = "plant",
            ["Smtp:Listeners:0:Profile"] = "Mx",
            ["Smtp:Listeners:0:Listen:0"] = "127.0.0.1:0",
            ["Mailboxes:0:Name"] = "office",
            ["Mailboxes:0:Host"] = "imap.example.com",
            ["Mailboxes:0:UserName"] = "sms@example.com",
            ["Mailboxes:0:Password"] = "secret",
            ["Mailboxes:0:Address"] = "sms@example.com",
        };
        foreach ((string key, string value) in more) settings[$"Mailboxes:0:{key}"] = value;
        return SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Errors;
    }
}
