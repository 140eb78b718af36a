using System.Net;
using CsCheck;
using EmailSms.Cli;
using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailIn;

public sealed class RecipientDeskTests : IAsyncLifetime
{
    private static readonly MailOrigin Origin = new("ann@clinic.example", IPAddress.Loopback);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly SqliteStore _store;
    private readonly RecipientDesk _desk;

    public RecipientDeskTests()
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance);
        _desk = new RecipientDesk(
            new SenderRules(_store, _time), new SubmissionAccounts(new SmtpUsers(_store, _time)),
            new RecipientDuties(
                new OptOuts(_store), new Consents(_store), new QuietHours(new QuietHoursOptions()), _ => null,
                (one, _) => one.SenderId ?? one.Rule.SenderId ?? "", _time),
            new RecipientParser(), new NameResolver(_store, _time), new Colleagues(_ => null),
            new Correspondents(_store, MailInParts.LinkOf(new RepliesOptions(), _time)),
            new AddressOptions { Domains = ["sms.example"], TimeZone = "Europe/Berlin" }, takesFictitious: true,
            new LimitDesk(
                _store, new Quotas(new LimitOptions(), PriceTable.Empty, TimeZoneInfo.Utc), TimeSpan.FromHours(1),
                _time),
            _time);
    }

    public async ValueTask InitializeAsync()
    {
        var draft = new SenderRuleDraft
        {
            Sender = "@clinic.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            DefaultRegion = "GB",
            Options = "from, parts, class, at, in, valid, rule",
            Name = "ward",
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        await _store.WriteAsync(db => new SenderRules(_store, _time).Add(db, rule));
        await _store.WriteAsync(db => AddressBook.Put(
            db, new Contact("anna", PhoneNumber.FromE164("+447700900201"), null, null, null), 0));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void What_an_address_asks_for_is_in_the_answer()
    {
        RecipientAnswer answer = _desk.Decide(
            Origin, "anna+class=urgent+at=1830+valid=2h+parts=1+from=WARD+rule=ward", "SMS.example");
        AcceptedRecipient one = Assert.Single(answer.Recipients);
        Assert.Equal(("+447700900201", SmsClass.Urgent, 1, "WARD", TimeSpan.FromHours(2)),
            (one.Number.E164, one.Class, one.PartsMax, one.SenderId, one.Validity));
        Assert.Equal(
            new DateTimeOffset(2026, 11, 25, 17, 30, 0, TimeSpan.Zero),
            DateTimeOffset.FromUnixTimeMilliseconds(one.DueMs!.Value));
    }

    [Theory]
    [InlineData("4792345678")] // in the US an area code and a number
    [InlineData("+4792345678")]
    [InlineData("\"4792345678\"")]
    public async Task The_number_of_a_Reply_To_is_that_of_its_conversation(string written)
    {
        SenderRule rule = await RuleOfAsync("eve@ward.example", "US");
        var eve = new MailOrigin("eve@ward.example", IPAddress.Loopback);
        string token = await TokenOfAsync("+4792345678", "eve@ward.example");
        string quote = written[0] == '"' ? "\"" : "";
        string local = $"{quote}{written.Trim('"')}+c={token}{quote}";
        Assert.Equal("+4792345678", Assert.Single(_desk.Decide(eve, local, "sms.example").Recipients).Number.E164);
        Assert.Equal("US", rule.DefaultRegion);
    }

    [Fact]
    public async Task A_token_of_a_conversation_with_another_number_is_refused_and_one_of_none_is_no_matter()
    {
        string token = await TokenOfAsync("+447700900202", "ann@clinic.example");
        RecipientAnswer answer = _desk.Decide(Origin, $"447700900201+c={token}", "sms.example");
        Assert.Empty(answer.Recipients);
        Assert.Equal((550, "5.1.1"), (answer.Reply.Code, answer.Reply.EnhancedCode));
        Assert.Contains("conversation with another number", answer.Reply.Text, StringComparison.Ordinal);

        answer = _desk.Decide(Origin, $"447700900201+c={token}x", "sms.example");
        Assert.Equal("+447700900201", Assert.Single(answer.Recipients).Number.E164);
    }

    [Fact]
    public void Any_address_has_an_answer()
    {
        Gen<string> near = Gen.String[Gen.Char["+0123456789 ()-./\"\\=:,?&anatomkenrulevidpfcglswZT@٠９＋"], 0, 80];
        string[] pieces =
            ["+447700900123", "anna", "+at=", "+in=", "+class=urgent", "+parts=", "9", "T", "Z", "?maxmsgs=", "/id="];
        Gen<string> words = Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]);
        Gen.OneOf<string>(near, Gen.String, words.Array[0, 8].Select(string.Concat)).Sample(
            localPart =>
            {
                RecipientAnswer answer = _desk.Decide(Origin, localPart, "sms.example");
                Assert.Equal(answer.Recipients.Count == 0, answer.Reply.Code >= 400);
                Assert.Equal(2, answer.Reply.EnhancedCode.Count(c => c == '.'));
            },
            iter: 5_000);
    }

    private async Task<SenderRule> RuleOfAsync(string sender, string region)
    {
        var draft = new SenderRuleDraft
        {
            Sender = sender,
            Networks = "127.0.0.0/8",
            Destinations = "*",
            DefaultRegion = region,
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out _));
        return await _store.WriteAsync(db => new SenderRules(_store, _time).Add(db, rule));
    }

    private Task<string> TokenOfAsync(string their, string mailbox) => _store.WriteAsync(db =>
    {
        Conversations.NoteSms(
            db, "+447700900999", PhoneNumber.FromE164(their), mailbox, TimeOrderedId.Next(_time), null,
            _time.GetUtcNow().ToUnixTimeMilliseconds());
        return Conversations.TokenOf(
            db, Conversations.Search(db, new ConversationSearch(Their: their, Mailbox: mailbox)).Single());
    });
}
