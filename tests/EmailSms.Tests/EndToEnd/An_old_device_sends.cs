using System.Net;
using System.Text.Json;
using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Queue;

namespace EmailSms.Tests.EndToEnd;

/// <summary>The profile LegacyDevice: what printers, UPS cards and PLCs do, octet by octet.</summary>
public sealed class An_old_device_sends
{
    private const string Number = $"{TestGateway.Phone}@{TestGateway.Domain}";

    [Fact]
    public async Task Without_EHLO_without_brackets_and_with_bare_LF()
    {
        await using TestGateway test = await StartAsync();
        await using RawSmtp device = await RawSmtp.ConnectAsync(test.At("plant"));
        Assert.StartsWith("220 ", await device.HearAsync(), StringComparison.Ordinal);
        await device.SayAsync("MAIL FROM:ups@plant.example\n");
        Assert.StartsWith("250 ", await device.HearAsync(), StringComparison.Ordinal);
        await device.SayAsync($"RCPT TO:{Number}\n");
        Assert.StartsWith("250 ", await device.HearAsync(), StringComparison.Ordinal);
        await device.SayAsync("DATA\n");
        Assert.StartsWith("354 ", await device.HearAsync(), StringComparison.Ordinal);
        await device.SayAsync("Subject: UPS\n\nOn battery\nin hall 2\n\r\n.\r\n");
        Assert.StartsWith("250 ", await device.HearAsync(), StringComparison.Ordinal);

        Assert.Equal("On battery\nin hall 2", (await test.NextSmsAsync()).Text);
        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        JsonElement accepted = JsonDocument.Parse(
            test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail).RootElement;
        Assert.Equal(
            ("plant", "ip"),
            (accepted.GetProperty("listener").GetString(), accepted.GetProperty("proof").GetString()));
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    public async Task And_a_bare_LF_never_ends_a_mail(string lone)
    {
        await using TestGateway test = await StartAsync();
        await using RawSmtp device = await RawSmtp.OpenAsync((IPEndPoint)test.At("plant"));
        string answer = await device.OfferAsync(
            $"Subject: x\r\n\r\none{lone}MAIL FROM:<evil@plant.example>", "a@plant.example");
        Assert.StartsWith("550 5.6.0", answer, StringComparison.Ordinal);
        Assert.Empty(test.Store.Read(SmsRecord.Count));
        await device.AskAsync("NOOP", "250"); // in step
    }

    [Fact]
    public async Task With_a_password_in_the_clear()
    {
        await using TestGateway test = await StartAsync(
            listener => listener.RequiresAuth = true, rule => rule with { Networks = null, User = "printer" });
        await test.AddUserAsync("printer", "letmein99");
        await using RawSmtp device = await RawSmtp.OpenAsync((IPEndPoint)test.At("plant"));
        await device.AskAsync("MAIL FROM:<scan@plant.example>", "530 5.7.0 Authentication required");
        await device.AskAsync("AUTH LOGIN", "334 VXNlcm5hbWU6");
        await device.AskAsync(Convert.ToBase64String("printer"u8), "334 UGFzc3dvcmQ6");
        await device.AskAsync(Convert.ToBase64String("letmein99"u8), "235 2.7.0");
        Assert.StartsWith(
            "250 ", await device.OfferAsync("Subject: x\r\n\r\nPaper is out", "scan@plant.example"),
            StringComparison.Ordinal);
        Assert.Equal("Paper is out", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task But_not_from_outside_of_its_networks()
    {
        await using TestGateway test = await StartAsync();
        await using RawSmtp stranger = await RawSmtp.ConnectAsync(test.At("plant"), "127.0.0.9");
        Assert.Equal(
            "554 5.7.1 This listener serves its own networks only, and yours is none of them",
            await stranger.HearAsync());
        Assert.True(await stranger.IsOverAsync());
    }

    [Fact]
    public async Task But_not_more_than_a_little()
    {
        await using TestGateway test = await StartAsync(
            listener => listener.Limits.MailsPerMinuteMax = 2,
            rule => rule with { RecipientsMax = SenderRuleDraft.RecipientsHardMax });
        await using RawSmtp device = await RawSmtp.OpenAsync((IPEndPoint)test.At("plant"));
        Assert.Contains("SIZE 1048576", await device.AskAsync("EHLO device.example"), StringComparison.Ordinal);
        await device.AskAsync("MAIL FROM:<ups@plant.example>", "250");
        for (int i = 0; i < 10; i++)
        {
            await device.AskAsync($"RCPT TO:<+4477009001{i:00}@{TestGateway.Domain}>", "250");
        }

        await device.AskAsync($"RCPT TO:<+447700900150@{TestGateway.Domain}>", "452 4.5.3");
        await device.AskAsync("RSET", "250");
        await device.AskAsync("MAIL FROM:<ups@plant.example>", "250");
        await device.AskAsync("RSET", "250");
        await device.AskAsync(
            "MAIL FROM:<ups@plant.example>", "451 4.7.1 Too many mails in a minute from your address, try again later");

        await using RawSmtp other = await RawSmtp.OpenAsync((IPEndPoint)test.At("plant"), "127.0.0.2");
        await other.AskAsync("MAIL FROM:<ups@plant.example>", "250");
    }

    [Fact]
    public async Task And_the_other_listeners_stay_strict()
    {
        await using TestGateway test = await StartAsync();
        await using RawSmtp client = await RawSmtp.ConnectAsync(test.Smtp);
        await client.HearAsync();
        await client.AskAsync("MAIL FROM:<ups@plant.example>", "503 5.5.1 Send EHLO first");
        await client.AskAsync("EHLO client.example", "250");
        await client.AskAsync("MAIL FROM:ups@plant.example", "501 5.1.7");
    }

    private static Task<TestGateway> StartAsync(
        Action<ListenerOptions>? change = null, Func<SenderRuleDraft, SenderRuleDraft>? rule = null) =>
        TestGateway.StartAsync(
            settings => AddListener(settings, change),
            draft => (rule ?? (same => same))(draft with { Sender = "@plant.example" }));

    private static void AddListener(GatewaySettings settings, Action<ListenerOptions>? change)
    {
        var listener = new ListenerOptions
        {
            Name = "plant",
            Profile = ListenerProfile.LegacyDevice,
            Listen = ["127.0.0.1:0"],
            Networks = ["127.0.0.0/29"],
        };
        change?.Invoke(listener);
        settings.Smtp.Listeners.Add(listener);
    }
}
