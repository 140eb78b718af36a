using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailSms.Cli.Demo;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Once_it_goes_the_whole_way_and_tells_each_step()
    {
        using LineProcess demo = LineProcess.EmailSms("demo", "--once", "--json", "--smtp", "127.0.0.1:0");
        Assert.Equal(0, await demo.EndAsync());
        List<JsonElement> events = [.. demo.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        List<string> kinds = events.ConvertAll(Kind);
        Assert.Equal(
            ["ready", "accepted", "sent", "delivered", "reply", "mailed", "done"],
            kinds.Where(kind => kind is not ("step" or "phone" or "mailbox" or "carrier")).Distinct());

        JsonElement sms = events.First(one => Kind(one) == "delivered").GetProperty("sms");
        Assert.Equal(("delivered", "gsm7", 1), (
            sms.GetProperty("state").GetString(), sms.GetProperty("encoding").GetString(),
            sms.GetProperty("parts").GetInt32()));
        JsonElement[] phones = [.. events.Where(one => Kind(one) == "phone")];
        Assert.Equal(2, phones.Length); // the alarm, and the answer to its answer
        Assert.Equal(sms.GetProperty("text").GetString(), phones[0].GetProperty("text").GetString());
        Assert.Contains("cooling-2", phones[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("Thank you. The spare key is at the gate.", phones[1].GetProperty("text").GetString());
        JsonElement mail = events.First(one => Kind(one) == "mailbox");
        Assert.Equal("nagios@plant.example", mail.GetProperty("to")[0].GetString());
        string? data = events.First(one => Kind(one) == "ready").GetProperty("data").GetString();
        Assert.False(Directory.Exists(data)); // it leaves nothing behind
    }

    [Fact]
    public async Task With_an_SMSC_and_a_mail_server_of_ones_own_it_waits_for_them()
    {
        await using var phones = new SmscSimulator(
            new SmscSimulatorOptions { SystemId = "acme", Password = "pw" }, NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var mailbox = new CatchAllMailbox(NullLoggerFactory.Instance, TimeProvider.System);
        await mailbox.StartAsync(CancellationToken.None);
        using var folder = new TestFolder();
        using LineProcess demo = LineProcess.EmailSms(
            "demo", "--once", "--json", "--smtp", "127.0.0.1:0", "--smsc", Text(phones.Endpoint), "--system-id", "acme",
            "--password", "pw", "--smart-host", Text(mailbox.Endpoint), "--allow", "clinic.example",
            "--data", folder.Path);
        using var deadline = new CancellationTokenSource(TestGateway.Patience * 2);
        SimulatedSms alarm = await phones.NextAsync(deadline.Token);
        Assert.Equal(("447700900123", "447700900999"), (alarm.To, alarm.From));
        await phones.InjectAsync("+447700900123", "+447700900999", "On my way", deadline: deadline.Token);
        CaughtMail reply = await mailbox.Mails.ReadAsync(deadline.Token);
        Assert.Equal(["nagios@clinic.example"], reply.Recipients);
        Assert.StartsWith("On my way", reply.Mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("spare key", (await phones.NextAsync(deadline.Token)).Text, StringComparison.Ordinal);
        int code = await demo.EndAsync();
        Assert.True(code == 0, demo.Output + demo.Errors);

        (_, string listed, _) = await LineProcess.RunAsync("list", "--json", "--data", folder.Path);
        Assert.Equal(2, listed.Split('\n').Length);
    }

    [Fact]
    public async Task It_lets_in_whom_it_allows_tells_of_others_and_stops_when_asked()
    {
        using LineProcess demo = LineProcess.EmailSms(
            "demo", "--json", "--smtp", "127.0.0.1:0", "--allow", "clinic.example", "--allow", "ups@plant.example");
        JsonElement ready = await EventAsync(demo, "ready");
        IPEndPoint address = IPEndPoint.Parse(ready.GetProperty("smtp").GetString()!);
        await using RawSmtp smtp = await RawSmtp.OpenAsync(address);
        await smtp.AskAsync("MAIL FROM:<eve@evil.example>", "250");
        await smtp.AskAsync(
            "RCPT TO:<447700900150@sms.example>", "550 5.7.1 No rule lets eve@evil.example send SMS.");
        JsonElement refused = await EventAsync(demo, "refused");
        Assert.Contains("eve@evil.example", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        await smtp.AskAsync("RSET", "250");
        await EventAsync(demo, "done");

        string answer = await smtp.OfferAsync("Subject: x\r\n\r\nUPS on battery", "ups@plant.example", "447700900150");
        Assert.StartsWith("250 ", answer, StringComparison.Ordinal);
        JsonElement phone = await EventAsync(demo, "phone");
        Assert.Equal(("447700900150", "UPS on battery"), (
            phone.GetProperty("to").GetString(), phone.GetProperty("text").GetString()));
        demo.Terminate();
        Assert.Equal(0, await demo.EndAsync());
    }

    [Theory]
    [InlineData(2, "--smtp", "here")]
    [InlineData(2, "--smsc", "127.0.0.1")]
    [InlineData(2, "--smart-host", ":25")]
    [InlineData(1, "--allow", "not an address")]
    public async Task Wrong_words_are_told_with_the_option_that_has_them(int expected, string option, string value)
    {
        (int code, _, string errors) =
            await LineProcess.RunAsync("demo", "--once", "--smtp", "127.0.0.1:0", option, value);
        Assert.Equal(expected, code);
        Assert.Contains(option, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static string Kind(JsonElement one) => one.GetProperty("event").GetString()!;

    private static string Text(IPEndPoint point) =>
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{point.Port}");

    private static async Task<JsonElement> EventAsync(LineProcess demo, string kind)
    {
        while (true)
        {
            JsonElement one = JsonDocument.Parse(await demo.NextLineAsync()).RootElement;
            if (Kind(one) == kind) return one;
        }
    }
}
