using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

/// <summary>What an admin asks of a gateway that is running on the same data.</summary>
public sealed class DataCommandsTests
{
    [Fact]
    public async Task An_SMS_is_found_and_shown_with_all_that_happened_to_it()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Can you come?", subject: "Shift"));
        await test.NextSmsAsync();
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("Yes, at 3");
        await test.NextMailAsync();
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        await test.SendAsync(TestGateway.Mail("Another", to: "+447700900124"));
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);

        JsonElement[] found = await test.RunJsonAsync(
            "list", "--to", TestGateway.Phone, "--from", "ANN@clinic.example", "--state", "delivered",
            "--since", "1h");
        JsonElement one = Assert.Single(found);
        Assert.Equal(sms.Id, one.GetProperty("id").GetGuid());
        Assert.Equal("Can you come?", one.GetProperty("text").GetString());
        Assert.Equal(2, (await test.RunJsonAsync("list")).Length);
        Assert.Single(await test.RunJsonAsync("list", "--limit", "1"));
        Assert.Empty(await test.RunJsonAsync("list", "--state", "failed"));
        Assert.Empty(await test.RunJsonAsync("list", "--until", "1h"));
        Assert.Equal(2, (await test.RunJsonAsync("list", "--since", "2147483647d")).Length);

        string fragment = sms.Id.ToString()[^8..];
        JsonElement shown = Assert.Single(await test.RunJsonAsync("show", fragment.ToUpperInvariant()));
        Assert.Equal("Shift", shown.GetProperty("sms").GetProperty("subject").GetString());
        JsonElement[] events = [.. shown.GetProperty("events").EnumerateArray()];
        Assert.Equal(
            ["accepted", "sent", "delivered", "reply", "mailed"],
            events.Select(line => line.GetProperty("kind").GetString()!));
        Assert.Equal("Yes, at 3", events[3].GetProperty("text").GetString());

        (int code, string text, _) = await test.RunAsync("show", sms.Id.ToString());
        Assert.False(events[2].GetProperty("detail").TryGetProperty("raw", out _));
        JsonElement receipt = Assert.Single(shown.GetProperty("receipts").EnumerateArray());
        Assert.Contains("stat:DELIVRD", receipt.GetProperty("raw").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains("\"Yes, at 3\"", text, StringComparison.Ordinal);
        (int many, _, string why) = await test.RunAsync("show", "-");
        Assert.Matches(@"(?m)^receipt  main: id:.* stat:DELIVRD", text);
        Assert.Equal((1, "More than one SMS has - in its id."), (many, why));
        (int none, _, string nothing) = await test.RunAsync("show", "ffffffffffff");
        Assert.Equal((1, "There is no SMS ffffffffffff."), (none, nothing));
    }

    [Fact]
    public async Task Conversations_are_listed_and_shown()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Can you come?"));
        await test.NextSmsAsync();
        await test.TextAsync("Yes, at 3");
        await test.NextMailAsync();
        JsonElement one = Assert.Single(await test.RunJsonAsync(
            "conversations", "list", "--with", TestGateway.Phone, "--mailbox", TestGateway.Staff));
        string id = one.GetProperty("id").GetString()!;
        Assert.Equal(TestGateway.OwnNumber, one.GetProperty("own").GetString());
        Assert.Empty(await test.RunJsonAsync("conversations", "list", "--with", "+447700900124"));

        JsonElement shown = Assert.Single(await test.RunJsonAsync("conversations", "show", id));
        Assert.Equal(
            [(TestGateway.Staff, "Can you come?"), (TestGateway.Phone, "Yes, at 3")],
            shown.GetProperty("messages").EnumerateArray().Select(line => (
                line.GetProperty("by").GetString()!, line.GetProperty("text").GetString()!)));
        (int code, string text, _) = await test.RunAsync("conversations", "show", id[^8..]);
        Assert.Equal(0, code);
        Assert.Contains("    Yes, at 3", text, StringComparison.Ordinal);
        (int none, _, string nothing) = await test.RunAsync("conversations", "show", "ffffffffffff");
        Assert.Equal((1, "There is no conversation ffffffffffff."), (none, nothing));
        (int wrong, _, _) = await test.RunAsync("conversations", "list", "--with", "07700");
        Assert.Equal(2, wrong);
    }

    [Fact]
    public async Task Own_numbers_and_opt_outs_count_for_the_next_mail()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        Assert.Equal(0, (await test.RunAsync(
            "numbers", "add", "+447700900998", "--owner", "lab@clinic.example", "--default")).Code);
        Assert.Equal(
            [("+447700900998", "lab@clinic.example", true), (TestGateway.OwnNumber, "desk@clinic.example", false)],
            (await test.RunJsonAsync("numbers", "list")).Select(one => (
                one.GetProperty("number").GetString()!, one.GetProperty("owner").GetString()!,
                one.GetProperty("isDefault").GetBoolean())));
        await test.SendAsync(TestGateway.Mail("Hello"));
        Assert.Equal("447700900998", (await test.NextSmsAsync()).From);
        await test.TextAsync("Results?", from: "+447700900777", to: "+447700900998");
        Assert.Equal(["lab@clinic.example"], (await test.NextMailAsync()).Recipients);
        Assert.Equal(0, (await test.RunAsync("numbers", "remove", "+447700900998")).Code);
        (int gone, _, string none) = await test.RunAsync("numbers", "remove", "+447700900998");
        Assert.Equal((1, "+447700900998 is none of our numbers."), (gone, none));

        PhoneNumber phone = PhoneNumber.FromE164(TestGateway.Phone);
        await test.Store.WriteAsync(
            db => Consents.Add(db, new Consent(phone, "marketing", 1, "paper", null, null, null)));
        Assert.Equal(0, (await test.RunAsync("optouts", "add", TestGateway.Phone)).Code);
        Assert.False(new Consents(test.Store).Holds(phone, "marketing"));
        Assert.Contains(
            "opted out", (await test.SendRefusedAsync(TestGateway.Mail("Hi"))).Message, StringComparison.Ordinal);
        JsonElement optOut = Assert.Single(await test.RunJsonAsync("optouts", "list"));
        Assert.Equal((TestGateway.Phone, "by hand"), (
            optOut.GetProperty("number").GetString(), optOut.GetProperty("word").GetString()));
        Assert.Equal(0, (await test.RunAsync("optouts", "remove", TestGateway.Phone)).Code);
        (int unknown, _, string never) = await test.RunAsync("optouts", "remove", TestGateway.Phone);
        Assert.Equal((1, $"{TestGateway.Phone} had not opted out."), (unknown, never));
        await test.SendAsync(TestGateway.Mail("Hi"));
    }

    [Theory]
    [InlineData("list", "--to", "07700900123")]
    [InlineData("list", "--since", "yesterday")]
    [InlineData("list", "--state", "lost")]
    [InlineData("show")]
    [InlineData("numbers", "add", "0800")]
    [InlineData("numbers", "add", "+447700900998", "--owner", "nobody")]
    [InlineData("optouts", "add", "ann@clinic.example")]
    [InlineData("consent", "list", "--number", "447700900123")]
    public async Task Wrong_words_are_2(params string[] words)
    {
        using var folder = new TestFolder();
        (int code, _, string errors) = await LineProcess.RunAsync([.. words, "--data", folder.Path]);
        Assert.Equal(2, code);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
