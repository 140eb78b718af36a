using System.Net;
using System.Net.Sockets;
using EmailSms.MailIn;
using EmailSms.Queue;

namespace EmailSms.Tests.EndToEnd;

/// <summary>The profiles Mx and Lmtp, and a proxy in front.</summary>
public sealed class A_mail_comes_by_another_way
{
    private const string Content = "Subject: x\r\n\r\nHello";

    [Fact]
    public async Task From_another_mail_server()
    {
        using var folder = new TestFolder();
        TestCertificate.Write(folder, "cert").Dispose();
        await using TestGateway test = await StartAsync(new ListenerOptions
        {
            Name = "mx",
            Profile = ListenerProfile.Mx,
            Listen = ["127.0.0.1:0"],
            Certificates = [TestCertificate.Setting(folder, "cert")],
            Limits = new ListenerLimits { HostName = "mx.sms.example", MailBytesMax = 2048 },
        });
        await using RawSmtp smtp = await RawSmtp.ConnectAsync(test.At("mx"));
        Assert.Equal("220 mx.sms.example ESMTP", await smtp.HearAsync());
        string hello = await smtp.AskAsync("EHLO relay.example");
        Assert.Contains("STARTTLS", hello, StringComparison.Ordinal);
        Assert.Contains("SIZE 2048", hello, StringComparison.Ordinal);
        Assert.Contains("DSN", hello, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTH", hello, StringComparison.Ordinal);
        Assert.StartsWith("250 ", await smtp.OfferAsync(Content), StringComparison.Ordinal);
        Assert.Equal("Hello", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task From_another_mail_server_that_must_use_TLS()
    {
        using var folder = new TestFolder();
        TestCertificate.Write(folder, "cert").Dispose();
        await using TestGateway test = await StartAsync(new ListenerOptions
        {
            Name = "mx",
            Profile = ListenerProfile.Mx,
            Listen = ["127.0.0.1:0"],
            Certificates = [TestCertificate.Setting(folder, "cert")],
            RequiresTls = true,
        });
        await using RawSmtp smtp = await RawSmtp.OpenAsync((IPEndPoint)test.At("mx"));
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "530 5.7.0 Must issue a STARTTLS command first");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task By_LMTP_with_a_reply_for_each_recipient(bool isUnix)
    {
        using var folder = new TestFolder();
        await using TestGateway test = await StartAsync(new ListenerOptions
        {
            Name = "lmtp",
            Profile = ListenerProfile.Lmtp,
            Listen = [isUnix ? $"unix:{folder.File("lmtp")}" : "127.0.0.1:0"],
        });
        Assert.Equal(isUnix, test.At("lmtp") is UnixDomainSocketEndPoint);
        if (isUnix && !OperatingSystem.IsWindows()) // the mode of the folder says who may open it
        {
            UnixFileMode mode = File.GetUnixFileMode(folder.File("lmtp"));
            Assert.Equal(UnixFileMode.OtherWrite | UnixFileMode.GroupWrite, mode & (UnixFileMode)0b010_010);
        }

        await using RawSmtp lmtp = await RawSmtp.ConnectAsync(test.At("lmtp"));
        Assert.EndsWith("LMTP", await lmtp.HearAsync(), StringComparison.Ordinal);
        await lmtp.AskAsync("EHLO postfix.example", "5");
        await lmtp.AskAsync("LHLO postfix.example", "250");
        await lmtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await lmtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250");
        await lmtp.AskAsync("RCPT TO:<nobody@elsewhere.example>", "550");
        await lmtp.AskAsync($"RCPT TO:<+447700900124@{TestGateway.Domain}>", "250");
        await lmtp.AskAsync("DATA", "354");
        await lmtp.SayAsync($"{Content}\r\n.\r\n");

        List<SmsRecord> sms = [];
        foreach (string to in new[] { TestGateway.Phone, "+447700900124" })
        {
            string reply = await lmtp.HearAsync();
            sms = test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()));
            Guid id = sms.Single(one => one.To.E164 == to).Id;
            Assert.StartsWith("250 2.0.0 1 SMS kept as ", reply, StringComparison.Ordinal);
            Assert.EndsWith(id.ToString(), reply, StringComparison.Ordinal);
        }

        Assert.Equal(2, sms.Count);
        await lmtp.AskAsync("QUIT", "221");
    }

    [Fact]
    public async Task Through_a_proxy_that_is_believed()
    {
        await using TestGateway test = await StartAsync(Proxied());
        await using RawSmtp smtp = await RawSmtp.ConnectAsync(test.At("proxied"), "127.0.0.7");
        await smtp.SayAsync("PROXY TCP4 192.0.2.77 203.0.113.1 40000 25\r\n");
        Assert.StartsWith("220 ", await smtp.HearAsync(), StringComparison.Ordinal);
        await smtp.AskAsync("EHLO client.example", "250");
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync(
            $"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>",
            "550 5.7.1 No rule lets ann@clinic.example send SMS from 192.0.2.77.");
    }

    [Fact]
    public async Task But_nobody_else_is_believed_who_names_an_address()
    {
        await using TestGateway test = await StartAsync(Proxied());
        await using RawSmtp smtp = await RawSmtp.ConnectAsync(test.At("proxied"), "127.0.0.8");
        Assert.StartsWith("220 ", await smtp.HearAsync(), StringComparison.Ordinal);
        await smtp.AskAsync("PROXY TCP4 127.0.0.1 203.0.113.1 40000 25", "5");
        await smtp.AskAsync("EHLO client.example", "250");
        Assert.StartsWith("250 ", await smtp.OfferAsync(Content), StringComparison.Ordinal);
        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Contains(
            "\"client\":\"127.0.0.8\"", test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail,
            StringComparison.Ordinal);
    }

    private static ListenerOptions Proxied() => new()
    {
        Name = "proxied",
        Profile = ListenerProfile.Mx,
        Listen = ["127.0.0.1:0"],
        ProxyNetworks = ["127.0.0.7"],
    };

    private static Task<TestGateway> StartAsync(ListenerOptions listener) =>
        TestGateway.StartAsync(settings => settings.Smtp.Listeners.Add(listener));
}
