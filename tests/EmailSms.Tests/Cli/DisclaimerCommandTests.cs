using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

public sealed class DisclaimerCommandTests : IDisposable
{
    private const string Notice = "Riverside Clinic Trust is not bound by anything that its staff write in a mail.";

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_notice_is_learned_from_a_sample_listed_and_forgotten()
    {
        string sample = Write("sample.eml", $"Subject: test\r\n\r\nA test.\r\n\r\n{Notice}\r\n\r\nRegards\r\n");
        (int code, string output, string errors) = await RunAsync("learn", sample);
        Assert.True(code == 0, errors);
        Assert.Equal($"1  {Notice}", output.Trim());

        (_, string listed, _) = await RunAsync("list", "--json");
        Assert.Contains(Notice, listed, StringComparison.Ordinal);
        (int again, _, string known) = await RunAsync("learn", sample);
        Assert.Equal(0, again);
        Assert.StartsWith("Known already", known, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("remove", "1")).Code);
        (int gone, _, string none) = await RunAsync("remove", "1");
        Assert.Equal((1, "There is no notice 1."), (gone, none));
        Assert.Equal("", (await RunAsync("list")).Output);
    }

    [Fact]
    public async Task A_sample_without_a_notice_and_a_file_that_is_not_there_are_told()
    {
        (int code, _, string errors) = await RunAsync("learn", Write("short.eml", "Subject: test\r\n\r\nA test.\r\n"));
        Assert.Equal(1, code);
        Assert.Contains("nothing to learn", errors, StringComparison.Ordinal);
        (int missing, _, string why) = await RunAsync("learn", Path.Combine(_folder.Path, "no.eml"));
        Assert.Equal(1, missing);
        Assert.Contains("no.eml", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_all_notice_is_learned_whole()
    {
        string sample = Write("all.eml", $"Subject: test\r\n\r\n{Notice}\r\n");
        Assert.Equal(1, (await RunAsync("learn", sample)).Code);
        Assert.Equal(0, (await RunAsync("learn", sample, "--all")).Code);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string mail)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, mail);
        return path;
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync(["disclaimer", .. words, "--data", _folder.Path]);
}
