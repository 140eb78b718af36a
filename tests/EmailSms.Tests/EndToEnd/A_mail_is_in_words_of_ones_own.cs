using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What comes back is in the language and words that somebody chose, and is the same to programs.</summary>
public sealed class A_mail_is_in_words_of_ones_own : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_report_in_the_language_of_the_rule_is_still_a_report()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { MailLanguage = "de" },
            behaviour: new SmscBehaviour
            {
                Rules =
                [
                    new SmscRule
                    {
                        Destinations = "*123",
                        Receipts = new ReceiptPlan { States = [new WeightedState(MessageState.Undeliverable)] },
                    },
                ],
            });
        await test.SendAsync(TestGateway.Mail("Hello"));
        MimeMessage mail = (await test.NextMailAsync()).Mail;
        Assert.Equal("Nicht zugestellt: SMS an +44 7700 900123", mail.Subject);
        MultipartReport report = Assert.IsType<MultipartReport>(mail.Body);
        Assert.Contains(
            "Der Netzbetreiber meldet, dass sie diesem Telefon nicht zugestellt werden kann.",
            ((TextPart)report[0]).Text, StringComparison.Ordinal);
        Assert.Equal("failed", Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups[1]["Action"]);
    }

    [Fact]
    public async Task A_reply_has_the_looks_of_the_folder_in_the_language_of_the_number()
    {
        Directory.CreateDirectory(_folder.File("fr"));
        await File.WriteAllTextAsync(
            _folder.File("fr/reply.txt"), "Subject: Réponse de {{ from }}\n\n{{ text }}\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            _folder.File("fr/reply.html"), "<h1>{{ from }}</h1><p>{{ text }}</p>\n",
            TestContext.Current.CancellationToken);
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.MailTemplates.Folder = _folder.Path);
        await test.Store.WriteAsync(db => OwnNumbers.Put(
            db, new OwnNumber(PhoneNumber.FromE164(TestGateway.OwnNumber), null, true) { Language = "fr" }, 0));
        await test.SendAsync(TestGateway.Mail("When?"));
        await test.NextSmsAsync();
        await test.TextAsync("At <3> & not \"4\"");
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("Réponse de +44 7700 900123", caught.Mail.Subject);
        Assert.IsType<MultipartAlternative>(caught.Mail.Body);
        Assert.Equal("At <3> & not \"4\"", caught.Mail.TextBody!.TrimEnd());
        Assert.Equal(
            "<h1>+44 7700 900123</h1><p>At &lt;3&gt; &amp; not &quot;4&quot;</p>", caught.Mail.HtmlBody!.TrimEnd());
    }

    public void Dispose() => _folder.Dispose();
}
