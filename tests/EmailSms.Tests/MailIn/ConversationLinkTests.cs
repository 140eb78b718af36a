using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailIn;

/// <summary>Which number of ours a phone shows.</summary>
public sealed class ConversationLinkTests : IAsyncDisposable
{
    private const string Ann = "ann@clinic.example";
    private const string Bob = "bob@clinic.example";

    private static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");
    private static readonly string[] Pool = ["+447700900901", "+447700900902"];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly ConversationLink _link;

    public ConversationLinkTests()
    {
        _disk = new TemporaryStore(_clock);
        _link = MailInParts.LinkOf(new RepliesOptions(), _clock);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task An_old_token_takes_no_number_of_the_pool_that_another_mailbox_uses_by_now()
    {
        Assert.Equal(Pool[0], await WriteAsync(Ann));
        string token = await TokenOfAsync(Ann);
        _clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(Pool[0], await WriteAsync(Bob));
        Assert.Equal(Pool[1], await WriteAsync(Ann, token));
    }

    [Fact]
    public async Task And_one_that_nobody_uses_is_kept_by_it()
    {
        await WriteAsync(Bob);
        Assert.Equal(Pool[1], await WriteAsync(Ann));
        string token = await TokenOfAsync(Ann);
        _clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(Pool[1], await WriteAsync(Ann, token));
    }

    [Fact]
    public async Task A_colleague_answers_from_the_number_of_the_conversation()
    {
        await WriteAsync(Ann);
        Assert.Equal(Pool[0], await WriteAsync(Bob, await TokenOfAsync(Ann)));
    }

    private Task<string> WriteAsync(string mailbox, string? token = null)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var draft = new SenderRuleDraft
        {
            Sender = "@clinic.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            Sending = new SendingRulesDraft { Pool = [.. Pool] },
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        return _disk.Store.WriteAsync(db =>
        {
            string own = _link.SenderIdOf(db, mailbox, new AcceptedRecipient(Phone, rule) { Conversation = token });
            _link.Note(db, own, Phone, mailbox, TimeOrderedId.Next(_clock), null);
            return own;
        });
    }

    private Task<string> TokenOfAsync(string mailbox) => _disk.Store.WriteAsync(db => Conversations.TokenOf(
        db, Conversations.Search(db, new ConversationSearch(Mailbox: mailbox)).Single()));
}
