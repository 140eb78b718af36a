using System.Text.Json;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

public sealed class TryCommandTests : IDisposable
{
    private const string Reply =
        "Subject: Bed\r\nContent-Type: text/plain\r\n\r\nYes, bed 4 please.\r\n\r\nSent from my iPhone\r\n";

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_mail_is_told_as_the_phones_would_show_it()
    {
        await AddRuleAsync("--parts", "1", "--name", "ward", "--sender-id", "PLANT");
        (int code, string output, string errors) = await RunAsync(
            Write(Reply), "--from", "ann@clinic.example",
            "--to", "07700900123@sms.example", "+447700900124@sms.example");
        Assert.True(code == 0, errors);
        string[] lines = output.Split('\n');
        Assert.StartsWith("RCPT 07700900123@sms.example: 250 2.1.5", lines[0], StringComparison.Ordinal);
        Assert.Contains("+447700900124  by rule 1 (ward)", lines);
        Assert.Contains("  proof     ip", lines);
        Assert.Contains("  shown as  PLANT", lines);
        Assert.Contains("  text      1 part, gsm7, 18 septets", lines);
        Assert.Contains("            Yes, bed 4 please.", lines);
        Assert.Contains("  removed   signature: Sent from my iPhone", lines);
        Assert.Equal(["  over      main", "  price     not known"], lines[^2..]);
        Assert.Equal("", (await LineProcess.RunAsync("list", "--config", Config())).Output);
    }

    [Fact]
    public async Task Json_has_the_units_of_each_part_and_what_was_left_out()
    {
        await AddRuleAsync("--parts", "2");
        (int code, string output, _) = await RunAsync(
            Write($"Subject: x\r\n\r\n{string.Concat(Enumerable.Repeat("ninety two degrees ", 30))}\r\n"),
            "--from", "ann@clinic.example", "--to", "+447700900123+class=urgent@sms.example", "--json");
        Assert.Equal(0, code);
        JsonElement sms = JsonDocument.Parse(output).RootElement.GetProperty("sms")[0];
        int[] units = [.. sms.GetProperty("texts")[0].GetProperty("units").EnumerateArray().Select(u => u.GetInt32())];
        Assert.Equal(2, units.Length);
        Assert.All(units, used => Assert.InRange(used, 100, 153));
        Assert.StartsWith("ninety", sms.GetProperty("leftOut").GetString()!.TrimStart(), StringComparison.Ordinal);
        Assert.Equal("urgent", sms.GetProperty("class").GetString());
    }

    [Fact]
    public async Task A_stranger_is_refused_with_the_words_of_the_listener()
    {
        (int code, string output, _) = await RunAsync(
            Write(Reply), "--from", "eve@evil.example", "--ip", "203.0.113.9", "--to", "+447700900123@sms.example");
        Assert.Equal(1, code);
        Assert.StartsWith("RCPT +447700900123@sms.example: 550 5.7.1 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from", "nobody", "--to", "+447700900123@sms.example")]
    [InlineData("--from", "ann@clinic.example", "--to", "+447700900123")]
    [InlineData("--from", "ann@clinic.example", "--to", "+447700900123@sms.example", "--ip", "here")]
    public async Task Wrong_words_are_2(params string[] words)
    {
        (int code, _, string errors) = await RunAsync([Write(Reply), .. words]);
        Assert.Equal(2, code);
        Assert.Contains("is not an address such as", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told()
    {
        (int code, _, string errors) = await RunAsync(
            _folder.File("no.eml"), "--from", "ann@clinic.example", "--to", "+447700900123@sms.example");
        Assert.Equal(1, code);
        Assert.Contains("no.eml", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Config()
    {
        string file = _folder.File("appsettings.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File("data") },
            Addresses = new { Domains = new[] { "sms.example" } },
            Smtp = new { Listen = new[] { "127.0.0.1:2525" } },
            Replies = new { DefaultMailbox = "desk@clinic.example" },
            Carriers = new { main = new { Kind = "Sandbox" } },
        }));
        return file;
    }

    private string Write(string mail)
    {
        string file = _folder.File("mail.eml");
        File.WriteAllText(file, mail);
        return file;
    }

    private async Task AddRuleAsync(params string[] more)
    {
        (int code, _, string errors) = await LineProcess.RunAsync(
        [
            "senders", "add", "--from", "@clinic.example", "--network", "127.0.0.1", "--to", "*", "--region", "GB",
            "--allow-options", "class", .. more, "--config", Config(),
        ]);
        Assert.True(code == 0, errors);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync(["try", .. words, "--config", Config()]);
}
