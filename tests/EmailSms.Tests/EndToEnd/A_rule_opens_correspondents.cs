using EmailSms.Policy;
using EmailSms.Replies;
using MailKit.Net.Smtp;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_rule_opens_correspondents
{
    private const string Bob = "bob@clinic.example";
    private const string Stranger = "+447700900177";

    [Fact]
    public async Task Who_wrote_first_may_be_answered_and_strangers_may_not()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Destinations = "correspondents" });
        SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("Hello", from: TestGateway.Staff));
        Assert.Equal(
            "5.7.1 Sender rule 1 does not let you text this number: it does not allow this number, which is in region "
            + "GB, and the sender has not written with it before.", no.Message);
        await test.TextAsync("When do you open?"); // to the number of desk@clinic.example
        Assert.Equal(["desk@clinic.example"], (await test.NextMailAsync()).Recipients);

        await test.SendAsync(TestGateway.Mail("At nine", from: "Desk@clinic.example"));
        Assert.Equal("At nine", (await test.NextSmsAsync()).Text);
        no = await test.SendRefusedAsync(TestGateway.Mail("At nine", from: "Desk@clinic.example", to: Stranger));
        Assert.EndsWith("the sender has not written with it before.", no.Message, StringComparison.Ordinal);
        await test.SendRefusedAsync(TestGateway.Mail("At nine", from: Bob)); // it was not written to
    }

    [Fact]
    public async Task Whom_a_colleague_writes_with_where_that_is_set_and_no_other_domain()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Destinations = "correspondents:domain" });
        await AddAsync(test, TestGateway.Staff, "*");
        await AddAsync(test, "@elsewhere.example", "correspondents:domain");
        await test.SendRefusedAsync(TestGateway.Mail("Hello", from: Bob));
        await test.SendAsync(TestGateway.Mail("Hello"));
        await test.NextSmsAsync();
        await test.SendAsync(TestGateway.Mail("Hello from me", from: Bob));
        Assert.Equal("Hello from me", (await test.NextSmsAsync()).Text);
        await test.SendRefusedAsync(TestGateway.Mail("Hello", from: "bob@elsewhere.example"));
    }

    [Fact]
    public async Task And_a_closed_conversation_is_an_earlier_one()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Destinations = "correspondents" });
        SenderRule open = await AddAsync(test, TestGateway.Staff, "*");
        await test.SendAsync(TestGateway.Mail("One"));
        await test.NextSmsAsync();
        await test.Store.WriteAsync(db =>
        {
            Conversation one = Assert.Single(Conversations.Search(db, new ConversationSearch()));
            Conversations.Close(db, one.Id, 1);
        });
        Assert.True(await test.Store.WriteAsync(db => SenderRules.Remove(db, open.Id)));
        await test.SendAsync(TestGateway.Mail("Two"));
        Assert.Equal("Two", (await test.NextSmsAsync()).Text);
        await test.SendRefusedAsync(TestGateway.Mail("Three", to: Stranger));
    }

    private static Task<SenderRule> AddAsync(TestGateway test, string sender, string to) =>
        test.AddRuleAsync(new SenderRuleDraft
        {
            Priority = 50,
            Sender = sender,
            Networks = "127.0.0.0/8",
            Destinations = to,
        });
}
