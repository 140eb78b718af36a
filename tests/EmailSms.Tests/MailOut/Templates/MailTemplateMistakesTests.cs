using EmailSms.MailOut.Templates;

namespace EmailSms.Tests.MailOut.Templates;

public sealed class MailTemplateMistakesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("Hello", "line 1, column 1: begins with a line \"Subject:\" and the subject, then an empty line")]
    [InlineData("Subject: x\ntext", "line 1, column 1: begins with a line \"Subject:\"")]
    [InlineData("Subject: {{ sender }}\n\nx", "line 1, column 13: there is no variable sender; known here are from,")]
    [InlineData("Subject: x\n\nyes\n{{ if false }}{{ nam }}{{ end }}", "line 4, column 18: there is no variable nam;")]
    [InlineData("Subject: x\n y\n\n{{ nam }}", "line 4, column 4: there is no variable nam;")]
    [InlineData("Subject: x\n\n{{ for one in history }}{{ one.who }}{{ end }}", "one has no who; it has at, by, text.")]
    [InlineData("Subject: x\n\n{{ history.at }}", "history is a list and has only size: go through it with for.")]
    [InlineData("Subject: x\n\n{{ text.html }}", "text has no parts, and so no html.")]
    [InlineData("Subject: x\n\n{{ text | string.shout }}", "there is no function string.shout.")]
    [InlineData("Subject: x\n\n{{ include 'file' }}", "there is no variable include;")]
    [InlineData("Subject: x\n\n{{ for one in history }}{{ for.place }}{{ end }}", "line 3, column")]
    [InlineData("Subject: x\n\n{{ if name }}", "line 3, column")]
    [InlineData("Subject: x\n\n{{ 'x' | string.pad_left 99999999 }}", "line 3, column")]
    public void A_mistake_in_a_template_is_told_with_its_place_and_what_would_be_right(string text, string told)
    {
        Write("de/reply.txt", text);
        (string key, string sentence) = Assert.Single(Mistakes());
        Assert.Equal("MailTemplates:Folder", key);
        Assert.StartsWith(_folder.File("de/reply.txt"), sentence, StringComparison.Ordinal);
        Assert.Contains(told, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ whole = text + '!' }}{{ whole }}")]
    [InlineData("{{ capture kept }}{{ text }}{{ end }}{{ kept }}{{ $here = 1 }}{{ $here }}")]
    [InlineData("{{ func twice(it) }}{{ it }}{{ it }}{{ end }}{{ twice text }}")]
    [InlineData("{{ for one in history }}{{ for.index }} {{ one.text | string.upcase }}{{ one.by.size }}{{ end }}")]
    [InlineData("{{ history[0].text }}{{ history.size }}{{ text.size }}{{ history | array.size }}")]
    [InlineData("{{ case marker }}{{ when 'STOP' }}x{{ else }}y{{ end }}{{ name ?? 'nobody' }}")]
    public void What_is_right_is_no_mistake(string text)
    {
        Write("de/reply.txt", $"Subject: x\n\n{text}\n");
        Assert.Empty(Mistakes());
    }

    [Fact]
    public void All_mistakes_of_all_files_are_told_at_once()
    {
        Write("README.md", "What is here.");
        Write("de/reply.txt~", "an editor's copy");
        Write("de/reply.txt", "Subject: {{ one }}{{ two }}\n\n{{ three }}");
        Write("de/replay.txt", "Subject: x\n\nx");
        Write("de/notice.htm", "x");
        Write("de/sentences.txt", "No.\nIt was for * = Es war für * und *");
        Write("fr/reply.html", "<p></p>");
        Write("stray.txt", "x");
        Write("Deutsch/reply.txt", "Subject: x\n\nx");
        string[] told = [.. Mistakes().Select(one => one.Sentence)];
        Assert.Equal(10, told.Length);
        foreach (string piece in new[]
        {
            "no variable one", "no variable two", "no variable three", "replay.txt: is no file of templates",
            "notice.htm: is no file of templates", "line 1, column 1: needs the English sentence",
            "line 2, column 1: needs as many stars", "needs fr/reply.txt beside it", "stray.txt: files lie in a folder",
            "Deutsch: is no language",
        })
        {
            Assert.Single(told, one => one.Contains(piece, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_folder_a_language_or_an_address_that_is_none_is_told()
    {
        var options = new MailTemplateOptions
        {
            Folder = _folder.File("nowhere"),
            Language = "xx",
            Languages = { ["clinic.example"] = "yy", ["a b"] = "de", ["ann@clinic.example"] = "de" },
        };
        Assert.Equal(
            [
                ("MailTemplates:Folder", $"there is no folder {_folder.File("nowhere")}."),
                ("MailTemplates:Language", "there is nothing in that language; known are de, en."),
                ("MailTemplates:Languages:clinic.example", "there is nothing in that language; known are de, en."),
                ("MailTemplates:Languages:a b", "is neither an address nor a domain."),
            ],
            MailTemplates.MistakesOf(options));
    }

    public void Dispose() => _folder.Dispose();

    private List<(string Key, string Sentence)> Mistakes() =>
        [.. MailTemplates.MistakesOf(new MailTemplateOptions { Folder = _folder.Path })];

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
        File.WriteAllText(_folder.File(file), text);
    }
}
