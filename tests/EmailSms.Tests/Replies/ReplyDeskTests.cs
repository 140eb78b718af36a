using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Tests.EndToEnd;
using MimeKit;
using static EmailSms.Tests.Replies.ReplyRig;

namespace EmailSms.Tests.Replies;

/// <summary>What becomes of a text, with the time that passes between one and the next.</summary>
public sealed class ReplyDeskTests : IAsyncDisposable
{
    private readonly ReplyRig _rig = new(options => options.Conflict = ConflictChoice.Ask);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_choice_holds_until_another_mailbox_writes()
    {
        await TwoWriteAsync();
        Assert.Empty(await _rig.TextAsync("I am late"));
        Assert.Equal([Bob], To(await _rig.TextAsync("1")));
        _rig.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal([Bob], To(await _rig.TextAsync("By an hour")));

        await _rig.WriteAsync(Bob);
        Assert.Equal([Bob], To(await _rig.TextAsync("As you like"))); // whom they chose may write

        await _rig.WriteAsync(Ann);
        Assert.Equal([Ann], To(await _rig.TextAsync("Yes, at 3")));
        Assert.Equal("latest of several conversations", _rig.ReasonOf("Yes, at 3"));

        _rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await _rig.TextAsync("Where is it?")); // asked about anew
        Assert.Equal("Who is your message for? Answer with the number: 1 ann, 2 bob", _rig.Question());
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_wait_is_one()
    {
        await TwoWriteAsync();
        await _rig.TextAsync("I am late");
        await _rig.TextAsync("By an hour");
        Assert.Equal([Bob, Bob], To(await _rig.PassAsync(TimeSpan.FromMinutes(10))));
        Assert.Equal([Bob], To(await _rig.TextAsync("Sorry")));
        _rig.Clock.Advance(TimeSpan.FromMinutes(2));

        List<MimeMessage> mails = await _rig.TextAsync("2");
        Assert.Equal([Ann, Ann, Ann], To(mails));
        Assert.Equal(["I am late", "By an hour", "Sorry"], mails.Select(FirstLine));
        Assert.All(mails, mail => Assert.Contains(
            $"It went to {Bob} before", mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal));
        Assert.Equal(mails[1].MessageId, mails[2].InReplyTo);
        Assert.Equal(_rig.Mails.Count, _rig.Mails.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal("answer to our question", _rig.ReasonOf("2"));
        Assert.Equal([Ann], To(await _rig.TextAsync("On my way"))); // it holds
    }

    [Fact]
    public async Task A_late_answer_that_names_who_had_the_texts_mails_them_to_nobody()
    {
        await TwoWriteAsync();
        await _rig.TextAsync("I am late");
        await _rig.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(await _rig.TextAsync("1"));
        Assert.Equal("answer to our question", _rig.ReasonOf("1"));
    }

    [Fact]
    public async Task A_number_is_a_text_once_the_question_is_answered_or_old_or_somebody_wrote_since()
    {
        await TwoWriteAsync();
        await _rig.TextAsync("I am late");
        await _rig.TextAsync("2");
        Assert.Equal([Ann], To(await _rig.TextAsync("1"))); // to whom they chose

        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await _rig.TextAsync("Anybody?");
        await _rig.PassAsync(TimeSpan.FromMinutes(10));
        await _rig.WriteAsync(Bob, "How many of you?");
        MimeMessage many = Assert.Single(await _rig.TextAsync("2"));
        Assert.Equal((Bob, "2"), (To([many]).Single(), FirstLine(many)));

        _rig.Clock.Advance(TimeSpan.FromHours(2));
        await _rig.TextAsync("Hello?");
        await _rig.PassAsync(TimeSpan.FromMinutes(10));
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await _rig.TextAsync("2")); // old: they are asked anew
        Assert.NotEqual("answer to our question", _rig.ReasonOf("2"));
    }

    [Fact]
    public async Task Two_mailboxes_of_one_name_are_shown_whole()
    {
        await _rig.WriteAsync("front@one.example");
        await _rig.WriteAsync("front@two.example");
        await _rig.WriteAsync(Bob);
        await _rig.TextAsync("I am late");
        Assert.EndsWith(": 1 bob, 2 front@two.example, 3 front@one.example", _rig.Question(), StringComparison.Ordinal);
        Assert.Empty(await _rig.TextAsync("front")); // which?
        Assert.Equal(["front@one.example", "front@one.example"], To(await _rig.TextAsync("Front@one.example")));
    }

    [Fact]
    public async Task Texts_that_waited_are_in_one_thread()
    {
        await TwoWriteAsync();
        await _rig.TextAsync("I am late");
        await _rig.TextAsync("By an hour");
        List<MimeMessage> held = await _rig.TextAsync("2");
        Assert.Equal(held[0].MessageId, held[1].InReplyTo);
        MimeMessage next = Assert.Single(await _rig.TextAsync("Sorry"));
        Assert.Equal(held[1].MessageId, next.InReplyTo);
        Assert.Contains(held[0].MessageId!, next.References);
    }

    [Fact]
    public async Task A_reference_that_is_used_again_too_early_mixes_no_texts()
    {
        Assert.Empty(await PartAsync(1, "Boiler 3 is "));
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        MimeMessage half = Assert.Single(await PartAsync(1, "The keys are "));
        Assert.Equal("Boiler 3 is  […part 2 of 2 is missing…] ", half.TextBody!.TrimEnd('\r', '\n'));
        MimeMessage whole = Assert.Single(await PartAsync(2, "at the gate"));
        Assert.Equal("The keys are at the gate", FirstLine(whole));

        Assert.Empty(await PartAsync(1, "Ring "));
        Assert.Empty(await PartAsync(1, "The keys are ")); // the carrier says it once more
        Assert.Equal("Ring twice", FirstLine(Assert.Single(await PartAsync(2, "twice"))));
        Assert.Empty(await _rig.PassAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_part_that_is_sent_again_within_an_hour_begins_no_other_text()
    {
        await PartAsync(1, "The keys are ");
        Assert.Single(await PartAsync(2, "at the gate"));
        _rig.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Empty(await PartAsync(2, "at the gate"));
        Assert.Empty(await _rig.PassAsync(TimeSpan.FromMinutes(5)));

        _rig.Clock.Advance(TimeSpan.FromMinutes(6)); // by now it is another
        Assert.Empty(await PartAsync(2, "at the gate"));
        Assert.Single(await _rig.PassAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Who_texts_first_is_one_thread_and_can_be_answered_by_token()
    {
        await OwnsAsync(Desk);
        MimeMessage first = Assert.Single(await _rig.TextAsync("Are you open?"));
        MimeMessage second = Assert.Single(await _rig.TextAsync("Hello?"));
        _rig.Clock.Advance(TimeSpan.FromDays(20)); // long after the window
        MimeMessage third = Assert.Single(await _rig.TextAsync("Still there?"));
        Assert.Equal([Desk, Desk, Desk], To([first, second, third]));
        Assert.Equal("owner of the number", _rig.ReasonOf("Still there?"));
        Assert.Single(MailThreads.Of([first, second, third]));
        string address = Assert.Single(third.ReplyTo.Mailboxes).LocalPart;
        Assert.Equal(address, Assert.Single(first.ReplyTo.Mailboxes).LocalPart);
        string token = address[(address.IndexOf("+c=", StringComparison.Ordinal) + 3)..];
        Conversation named = _rig.Store.Read(db => Conversations.FindByToken(db, token))!;
        Assert.Equal((Own, Phone, Desk), (named.OwnText, named.Their, named.Mailbox));
    }

    [Fact]
    public async Task What_a_person_began_alone_binds_nobody()
    {
        await OwnsAsync(Desk);
        await _rig.TextAsync("Are you open?");

        // Whoever owns the contact or the number from then on gets the next one.
        await _rig.Store.WriteAsync(db => AddressBook.Put(
            db, new Contact("anna", PhoneNumber.FromE164(Phone), Bob, null, null), 0));
        MimeMessage toBob = Assert.Single(await _rig.TextAsync("Hello?"));
        Assert.Equal([Bob], To([toBob]));
        Assert.Equal("owner of the contact", _rig.ReasonOf("Hello?"));

        // A mailbox that wrote comes first, and is the only one that is asked about.
        await _rig.WriteAsync(Ann);
        Assert.Equal([Ann], To(await _rig.TextAsync("At 3?")));

        // An answer of the desk makes it a conversation, in the same thread.
        await _rig.WriteAsync(Desk);
        Assert.Empty(await _rig.TextAsync("Which of you?"));
        MimeMessage toDesk = Assert.Single(await _rig.TextAsync("desk"));
        Assert.Contains(_rig.Mails[0].MessageId!, toDesk.References);
    }

    [Fact]
    public async Task A_conversation_that_was_closed_stays_so_when_its_mailbox_gets_a_text_as_the_owner()
    {
        await OwnsAsync(Ann);
        await _rig.WriteAsync(Ann);
        Conversation open = Assert.Single(
            _rig.Store.Read(db => Conversations.Search(db, new ConversationSearch())));
        await _rig.Store.WriteAsync(db => Conversations.Close(db, open.Id, 1));
        Assert.Equal([Ann], To(await _rig.TextAsync("Hello?")));
        Assert.Equal("owner of the number", _rig.ReasonOf("Hello?"));
        await OwnsAsync(Bob);
        Assert.Equal([Bob], To(await _rig.TextAsync("Anybody?")));
    }

    [Fact]
    public async Task A_text_that_comes_to_the_next_in_line_is_in_a_thread_too()
    {
        await OwnsAsync(Desk);
        await _rig.WriteAsync(Ann);
        await _rig.TextAsync("I am outside");
        string token = (string)_rig.Store.Read(db => db.Scalar("select token from reply_mail"))!;
        await _rig.Dead.TakeBounceAsync(token, "550 5.1.1 no such user");
        MimeMessage again = Assert.Single(await _rig.NewMailsAsync());
        Assert.Equal([Desk], To([again]));
        Assert.Contains("+c=", Assert.Single(again.ReplyTo.Mailboxes).LocalPart, StringComparison.Ordinal);

        await _rig.Store.WriteAsync(db =>
            Conversations.Close(db, Conversations.Search(db, new ConversationSearch(Mailbox: Ann))[0].Id, 1));
        Assert.Equal(again.MessageId, Assert.Single(await _rig.TextAsync("Hello?")).InReplyTo);
    }

    [Fact]
    public async Task Below_a_reply_stands_only_what_was_said()
    {
        await using var rig = new ReplyRig(options => options.History = 2);
        foreach ((string text, string state) in new[]
        {
            ("On disk", "queued"), ("Sent", "sent"), ("Arrived", "delivered"), ("Lost", "failed"), ("Late", "expired"),
            ("In doubt", "held"),
        })
        {
            Guid sms = await rig.WriteAsync(Ann, text);
            await rig.Store.WriteAsync(db => db.Execute(
                "update sms set state = @state where id = @id", ("@state", state), ("@id", sms.ToString())));
        }

        string history = Assert.Single(await rig.TextAsync("Yes")).TextBody!.Split("the latest first:")[1];
        string[] lines = history.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["Arrived", "Sent"], lines.Where(line => !line.Contains("UTC", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> To(IEnumerable<MimeMessage> mails) =>
        mails.Select(mail => Assert.Single(mail.To.Mailboxes).Address);

    private static string FirstLine(MimeMessage mail) => mail.TextBody!.ReplaceLineEndings("\n").Split('\n')[0];

    private async Task TwoWriteAsync()
    {
        await _rig.WriteAsync(Ann);
        await _rig.WriteAsync(Bob);
    }

    private Task OwnsAsync(string owner) => _rig.Store.WriteAsync(db =>
        OwnNumbers.Put(db, new OwnNumber(PhoneNumber.FromE164(Own), owner, IsDefault: true), 0));

    private Task<List<MimeMessage>> PartAsync(int number, string text) =>
        _rig.TextAsync(new InboundText("main", Phone, Own, text, new InboundPart(7, number, 2)));
}
