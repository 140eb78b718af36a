using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Tests.Peers;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// What a message costs does not grow with what lies in the store: nothing on its way out or back reads a whole table.
/// The figures are those of <c>tests/EmailSms.Load -- way-back</c>.
/// </summary>
public sealed class The_store_is_large
{
    // Those that grow with the messages.
    private static readonly HashSet<string> Tables =
    [
        "mail", "sms", "submission", "event", "inbound", "inbound_conversation", "conversation", "outbox", "reply_mail",
        "notice", "webhook", "fetched_mail", "contact", "opt_out", "consent", "keyword_answer", "quota", "number_block",
        "escalation", "escalation_sms", "reply_question", "audit",
    ];

    [Fact]
    public async Task And_no_statement_of_a_messages_way_reads_a_whole_table()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Replies.Conflict = ConflictChoice.Ask;
                settings.Replies.History = 3;
            },
            rule => rule with { Notices = NoticeSetting.Always });

        var plans = new QueryPlans();
        await plans.ListenAsync(test.Store);

        // Out, with its receipt and notice; the same mail again; a receipt that nobody waits for.
        MimeMessage first = TestGateway.Mail("Can you come?");
        await test.SendAsync(first);
        await test.SendAsync(first);
        await test.NextMailAsync();
        await test.TextAsync(new string('x', 400));
        MimeMessage reply = (await test.NextMailAsync()).Mail; // of three parts
        await test.SendAsync(MailProgram.AnswerTo(reply, "bob@clinic.example", "Gate 4"));
        await test.NextMailAsync();
        await test.TextAsync("Which one?"); // a question: Ann's or Bob's?
        await test.TextAsync("1");
        await test.NextMailAsync();
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        await test.SendRefusedAsync(TestGateway.Mail("Hello?"));
        await test.TextAsync("START");
        await test.NextMailAsync();
        await test.TextAsync("Hello", from: "+447700900555"); // a stranger
        await test.NextMailAsync();
        await test.Store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt("main", "unknown", TestGateway.Phone, ReceiptState.Delivered, null, ""), 0));

        // What a month cost, by all that it is summed up by.
        foreach (CostsBy by in Enum.GetValues<CostsBy>()) test.Store.Read(db => Costs.Between(db, 1, 2, by));
        test.Store.Read(db => Costs.Total(db, 1, 2));

        List<string> whole = plans.WholeTablesOf(test.Store, Tables);
        Assert.True(whole.Count == 0, string.Join("\n\n", whole));

        // One that does is seen.
        test.Store.Read(db => db.Scalar("select count(*) from submission s where s.raw = 'x'"));
        Assert.StartsWith(
            "SCAN s: select", Assert.Single(plans.WholeTablesOf(test.Store, Tables)), StringComparison.Ordinal);
    }
}
