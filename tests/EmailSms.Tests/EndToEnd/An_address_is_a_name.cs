using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Contacts and groups in place of numbers.</summary>
public sealed class An_address_is_a_name
{
    private const string Anna = "+447700900201";
    private const string Bob = "+447700900202";
    private const string Carol = "+447700900203";

    [Fact]
    public async Task A_group_gets_one_SMS_for_each_number_whatever_names_it_twice()
    {
        await using TestGateway test = await StartAsync();
        MimeKit.MimeMessage mail = TestGateway.Mail("Fire drill", to: "Night-Shift");
        mail.To.Add(new MimeKit.MailboxAddress("", $"anna@{TestGateway.Domain}"));
        mail.To.Add(new MimeKit.MailboxAddress("", $"{Bob}@{TestGateway.Domain}"));
        await test.SendAsync(mail);

        List<string> phones = [];
        for (int i = 0; i < 3; i++) phones.Add((await test.NextSmsAsync()).To);
        Assert.Equal([Anna[1..], Bob[1..], Carol[1..]], phones.Order());
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 3);
        Assert.Equal(3, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task Each_member_has_a_verdict_of_its_own()
    {
        await using TestGateway test = await StartAsync(draft => draft with { RecipientsMax = 3 });
        await test.Store.WriteAsync(db => OptOuts.Record(
            db, PhoneNumber.FromE164(Bob), OptOuts.Everything, "stop", null, 0));
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync(
            "RCPT TO:<night-shift@sms.example>",
            "250 2.1.5 Recipient OK: 2 of 3 numbers; of the others the first: This person has opted out");
        await smtp.AskAsync("RCPT TO:<bob@sms.example>", "550 5.7.1 This person has opted out");
        await smtp.AskAsync("RCPT TO:<+447700900210@sms.example>", "250 2.1.5");
        await smtp.AskAsync("RCPT TO:<+447700900211@sms.example>", "452 4.5.3 Sender rule 1 allows 3 numbers");
        await smtp.AskAsync("RCPT TO:<nobody@sms.example>", "550 5.1.1 Nobody here is called nobody");
        await smtp.AskAsync("RCPT TO:<root@sms.example>", "550 5.1.1 Nobody here is called root");
    }

    [Fact]
    public async Task A_group_larger_than_the_rule_allows_is_refused_whole()
    {
        await using TestGateway test = await StartAsync(draft => draft with { RecipientsMax = 2 });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync(
            "RCPT TO:<night-shift@sms.example>",
            "550 5.7.1 Sender rule 1 allows 2 numbers in a mail, and night-shift is 3");
    }

    [Theory]
    [InlineData("contacts", "anna 250", "+447700900201 250", "+447700900299 550", "night-shift 250")]
    [InlineData("contact:anna", "anna 250", "bob 550", "+447700900201 250", "night-shift 250")] // of whom anna alone
    [InlineData("group:day", "day 250", "night-shift 250", "bob 550", "+447700900202 550")]
    [InlineData("* !contact:anna", "anna 550", "+447700900201 550", "bob 250", "+447700900299 250")]
    public async Task A_rule_may_name_contacts_and_groups(string to, params string[] answers)
    {
        await using TestGateway test = await StartAsync(draft => draft with { Destinations = to });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        foreach (string[] answer in answers.Select(answer => answer.Split(' ')))
        {
            await smtp.AskAsync($"RCPT TO:<{answer[0]}@{TestGateway.Domain}>", answer[1]);
        }
    }

    [Theory]
    [InlineData("a", "b", "b", "a", "is a member of itself")]
    [InlineData("a", "zoe", "b", "anna", "zoe is no contact")]
    [InlineData("anna", "bob", "b", "bob", "anna is the name of two things")]
    public async Task A_book_that_does_not_hold_together_is_not_kept(
        string one, string ofOne, string other, string ofOther, string sentence)
    {
        await using TestGateway test = await StartAsync();
        IReadOnlyList<(string Name, string Sentence)> mistakes = await AddressBook.ChangeAsync(test.Store, db =>
        {
            AddressBook.Put(db, new ContactGroup(one, [ofOne], null), 0);
            AddressBook.Put(db, new ContactGroup(other, [ofOther], null), 0);
        });
        Assert.Contains(mistakes, mistake => mistake.Sentence.Contains(sentence, StringComparison.Ordinal));
        Assert.Equal(["day", "night-shift"], test.Store.Read(AddressBook.Groups).Select(group => group.Name));
    }

    internal static async Task<TestGateway> StartAsync(
        Func<SenderRuleDraft, SenderRuleDraft>? rule = null)
    {
        TestGateway test = await TestGateway.StartAsync(rule: rule);
        IReadOnlyList<(string, string)> mistakes = await AddressBook.ChangeAsync(test.Store, db =>
        {
            AddressBook.Put(db, new Contact("anna", PhoneNumber.FromE164(Anna), null, null, null), 0);
            AddressBook.Put(db, new Contact("bob", PhoneNumber.FromE164(Bob), null, null, null), 0);
            AddressBook.Put(db, new ContactGroup("day", ["bob", Carol], null), 0);
            AddressBook.Put(db, new ContactGroup("night-shift", ["anna", "day", "bob"], null), 0);
        });
        Assert.Empty(mistakes);
        return test;
    }
}
