using EmailSms.Messages;
using EmailSms.Replies;
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
        Assert.Equal([Bob], To(await _rig.TextAsync("2")));

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

    private static IEnumerable<string> To(IEnumerable<MimeMessage> mails) =>
        mails.Select(mail => Assert.Single(mail.To.Mailboxes).Address);

    private static string FirstLine(MimeMessage mail) => mail.TextBody!.ReplaceLineEndings("\n").Split('\n')[0];

    private async Task TwoWriteAsync()
    {
        await _rig.WriteAsync(Ann);
        await _rig.WriteAsync(Bob);
    }

    private Task<List<MimeMessage>> PartAsync(int number, string text) =>
        _rig.TextAsync(new InboundText("main", Phone, Own, text, new InboundPart(7, number, 2)));
}
