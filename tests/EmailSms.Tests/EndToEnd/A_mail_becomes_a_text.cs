using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Text;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_mail_becomes_a_text
{
    [Fact]
    public async Task With_the_right_number_sender_text_and_receipt()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        string answer = await test.SendAsync(TestGateway.Mail("The freezer is at -4 °C.\n-- \nSent by the lab"));
        SimulatedSms sms = await test.NextSmsAsync();

        Assert.Equal("447700900123", sms.To);
        Assert.Equal("447700900999", sms.From);
        Assert.Equal("The freezer is at -4 °C.", sms.Text);
        SmsRecord record = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Contains(record.Id.ToString(), answer, StringComparison.Ordinal);
        Assert.Equal([Timeline.Accepted, Timeline.Sent, Timeline.Delivered], test.Kinds(record.Id));
    }

    [Theory]
    [InlineData("447700900123")]
    [InlineData("00447700900123")]
    [InlineData("07700900123")]
    [InlineData("\"07700 900 123\"")]
    public async Task However_the_number_is_written(string local)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Hello", to: local));
        Assert.Equal("447700900123", (await test.NextSmsAsync()).To);
    }

    [Fact]
    public async Task In_as_many_parts_as_it_needs_and_never_more_than_its_rule_allows()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with { PartsMax = 3 });
        string text = string.Join(' ', Enumerable.Range(0, 50).Select(i => $"word{i}"));
        await test.SendAsync(TestGateway.Mail(text));
        SimulatedSms three = await test.NextSmsAsync();
        Assert.Equal((3, SmsEncoding.Gsm7, text), (three.Parts, three.Encoding, three.Text));

        await test.SendAsync(TestGateway.Mail(string.Join(' ', Enumerable.Range(0, 500).Select(i => $"word{i}"))));
        SimulatedSms cut = await test.NextSmsAsync();
        Assert.Equal(3, cut.Parts);
        Assert.EndsWith("...", cut.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_every_letter_that_was_written()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Zażółć gęślą jaźń 👍 中文"));
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal(("Zażółć gęślą jaźń 👍 中文", SmsEncoding.Ucs2), (sms.Text, sms.Encoding));
    }

    [Fact]
    public async Task Once_for_each_recipient_and_once_for_the_same_number_written_twice()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage mail = TestGateway.Mail("Drill at noon");
        mail.To.Add(new MailboxAddress("", $"07700900123@{TestGateway.Domain}"));
        mail.To.Add(new MailboxAddress("", $"+447700900124@{TestGateway.Domain}"));
        await test.SendAsync(mail);

        string[] phones = [(await test.NextSmsAsync()).To, (await test.NextSmsAsync()).To];
        Assert.Equal(["447700900123", "447700900124"], phones.Order());
        Assert.Equal(2, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
    }

    [Fact]
    public async Task Once_even_if_the_client_repeats_it()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage mail = TestGateway.Mail("Only once");
        string first = await test.SendAsync(mail);
        string second = await test.SendAsync(mail);
        SmsRecord only = await test.SmsInStateAsync(SmsState.Delivered);

        Assert.Contains(only.Id.ToString(), first, StringComparison.Ordinal);
        Assert.Contains(only.Id.ToString(), second, StringComparison.Ordinal);
        Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Contains(Timeline.Repeat, test.Kinds(only.Id));
    }

    [Fact]
    public async Task Every_one_of_many_at_once()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => test.SendAsync(TestGateway.Mail($"Number {i}"))));
        HashSet<string> texts = [];
        for (int i = 0; i < 100; i++) texts.Add((await test.NextSmsAsync()).Text);

        Assert.Equal(100, texts.Count);
        await TestGateway.UntilAsync(() =>
            test.Store.Read(SmsRecord.Count).GetValueOrDefault("delivered") == 100);
    }
}
