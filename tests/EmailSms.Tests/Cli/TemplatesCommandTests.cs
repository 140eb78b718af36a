using System.Text.Json;
using EmailSms.Tests.EndToEnd;
using MimeKit;

namespace EmailSms.Tests.Cli;

public sealed class TemplatesCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task The_kinds_are_listed_with_their_languages_and_one_is_shown_as_it_is_in_force()
    {
        Write("fr/cut.txt", "Subject: Coupé\n\n{{ shown }}\n");
        (int code, string output, string errors) = await RunAsync("templates", "list");
        Assert.True(code == 0, errors);
        Assert.Matches("(?m)^reply +To a mailbox: an SMS from a person. \\(de, en\\)$", output);
        Assert.Matches("(?m)^cut .*\\(de, en; your own: fr\\)$", output);

        Assert.Equal(
            "Subject: Coupé\n\n{{ shown }}",
            (await RunAsync("templates", "show", "cut", "--language", "fr")).Output);
        Assert.StartsWith(
            "Subject: Gekürzt:", (await RunAsync("templates", "show", "cut", "--language", "de")).Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "The gateway = Das Gateway\n",
            (await RunAsync("templates", "show", "sentences", "--language", "de")).Output, StringComparison.Ordinal);
        (code, _, errors) = await RunAsync("templates", "show", "cut", "--html");
        Assert.Equal((1, "There is no en/cut.html."), (code, errors.Trim()));
    }

    [Fact]
    public async Task A_mail_is_previewed_with_sample_values_and_written_whole()
    {
        Write("de/notice.html", "<p>{{ number }}</p>\n");
        string file = _folder.File("notice.eml");
        (int code, string output, string errors) = await RunAsync(
            "templates", "preview", "notice", "--language", "de", "--sample", "failed", "--eml", file);
        Assert.True(code == 0, errors);
        Assert.StartsWith(
            "Subject: Nicht zugestellt: SMS an +44 7700 900123\n\nIhre SMS", output, StringComparison.Ordinal);
        Assert.EndsWith("<p>+44 7700 900123</p>\n", output.TrimEnd() + "\n", StringComparison.Ordinal);
        using MimeMessage mail = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
        Assert.IsType<MultipartReport>(mail.Body);

        (code, output, _) = await RunAsync("templates", "preview", "reply", "--json");
        Assert.Equal(
            (0, "SMS from +44 7700 900123"),
            (code, JsonDocument.Parse(output).RootElement.GetProperty("subject").GetString()));
        (code, _, errors) = await RunAsync("templates", "preview", "notice", "--sample", "x");
        Assert.Equal(2, code);
        Assert.Contains("notice has delivered, failed,", errors, StringComparison.Ordinal);
        (code, _, errors) = await RunAsync("templates", "preview", "letter");
        Assert.Equal(2, code);
        Assert.Contains("'letter' is no kind of mail; known are reply, notice,", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_told_by_check_and_here()
    {
        Write("de/reply.txt", "Subject: x\n\n{{ txt }}\n");
        foreach (string[] words in new[] { new[] { "check" }, ["templates", "list"] })
        {
            (int code, _, string errors) = await RunAsync(words);
            Assert.Equal(2, code);
            Assert.Contains(
                "reply.txt, line 3, column 4: there is no variable txt; known here are from, name, text,", errors,
                StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        string settings = _folder.File("settings.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            Carriers = new { main = new { Kind = "Sandbox" } },
            Addresses = new { Domains = new[] { "sms.example" } },
            Replies = new { DefaultMailbox = "office@clinic.example" },
            MailTemplates = new { Folder = _folder.File("mails") },
        }));
        return LineProcess.RunAsync([.. words, "--config", settings]);
    }

    private void Write(string file, string text)
    {
        string path = _folder.File($"mails/{file}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
