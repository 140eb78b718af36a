using System.Net;
using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What a dry run says is what happens, and asking has made nothing happen.</summary>
public sealed class A_mail_is_tried_first
{
    [Theory]
    [InlineData("Boiler 3: 92 C")]
    [InlineData("Grüße aus Łódź 😀")]
    [InlineData("Yes, bed 4 please.\n\nSent from my iPhone\n\n> On Tue, Ann <ann@clinic.example> wrote:\n> Which bed?")]
    public async Task Its_answer_is_what_the_phone_shows(string body)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MimeMessage mail = TestGateway.Mail(body);
        DryRunAnswer answer = await AskAsync(gateway, mail, TestGateway.Phone);
        DryRunSms said = Assert.Single(answer.Sms);
        Assert.Equal(250, Assert.Single(answer.Recipients).Reply.Code);
        Assert.Empty(gateway.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));

        await gateway.SendAsync(mail);
        SimulatedSms sms = await gateway.NextSmsAsync();
        Assert.Equal(Assert.Single(said.Text.Fitted.All).Body, sms.Text);
        Assert.Equal(said.Text.Fitted.All[0].Parts.Parts.Count, sms.Parts);
        Assert.Equal(said.SenderId.TrimStart('+'), sms.From.TrimStart('+'));

        // Now the same mail is a repeat, and the dry run names the SMS that stands for it.
        SmsRecord kept = Assert.Single(gateway.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Equal(kept.Id, Assert.Single((await AskAsync(gateway, mail, TestGateway.Phone)).Sms).Repeat);
    }

    [Fact]
    public async Task What_came_too_often_and_what_is_collected_is_said()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            settings => settings.Addresses.SameTextPerHourMax = 2,
            rule => rule with { Repeats = new RepeatRules(TimeSpan.Zero, 3, TimeSpan.FromMinutes(5)) });
        for (int i = 0; i < 2; i++) await gateway.SendAsync(TestGateway.Mail("HOST-A down"));
        DryRunSms again = Assert.Single(
            (await AskAsync(gateway, TestGateway.Mail("HOST-A down"), TestGateway.Phone)).Sms);
        Assert.Equal((true, false), (again.IsLoop, again.IsCollected));
        await gateway.SendAsync(TestGateway.Mail("HOST-B down"));
        DryRunSms fourth = Assert.Single(
            (await AskAsync(gateway, TestGateway.Mail("HOST-C down"), TestGateway.Phone)).Sms);
        Assert.Equal((false, true), (fourth.IsLoop, fourth.IsCollected));
        Assert.Equal(3, gateway.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
    }

    [Fact]
    public async Task Refusals_are_those_of_the_listener()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        DryRunAnswer answer = await AskAsync(gateway, TestGateway.Mail("hello"), "anna", TestGateway.Phone);
        Assert.Equal([550, 250], answer.Recipients.Select(one => one.Reply.Code));
        Assert.Equal(
            answer.Recipients[0].Reply.Text,
            (await gateway.SendRefusedAsync(TestGateway.Mail("hello", to: "anna"))).Message.Split(' ', 2)[^1]);
        Assert.Single(answer.Sms);

        MimeMessage vacation = TestGateway.Mail("I am away");
        vacation.Headers.Add("Auto-Submitted", "auto-replied");
        DryRunAnswer refused = await AskAsync(gateway, vacation, TestGateway.Phone);
        Assert.Equal((550, 0), (refused.Refusal!.Code, refused.Sms.Count));
    }

    private static async Task<DryRunAnswer> AskAsync(TestGateway gateway, MimeMessage mail, params string[] to)
    {
        using var parts = MailInParts.Of(
            gateway.Settings, gateway.Store, NullLoggerFactory.Instance, TimeProvider.System);
        using var bytes = new MemoryStream();
        mail.WriteTo(bytes, TestContext.Current.CancellationToken);
        bytes.Position = 0;
        return await new DryRun(
            gateway.Store, parts.Recipients, parts.Origins, parts.Mails, parts.Repetition, parts.Conversations,
            TimeProvider.System)
            .AskAsync(
                bytes,
                new MailOrigin(TestGateway.Staff, IPAddress.Loopback),
                [.. to.Select(one => EmailAddress.Parse($"{one}@{TestGateway.Domain}"))],
                TestContext.Current.CancellationToken);
    }
}
