using System.Text.Json;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

public sealed class UsersCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_user_is_added_listed_disabled_enabled_and_removed()
    {
        (int code, string output, string errors) = await SayAsync(
            "a long secret", "add", "Ann", "--send-as", "ann@x.example", "@y.example", "--note", "Ward 3",
            "--password-stdin", "--json");
        Assert.True(code == 0, errors);
        JsonElement added = JsonDocument.Parse(output).RootElement;
        Assert.Equal("ann", added.GetProperty("name").GetString());
        Assert.True(added.GetProperty("isEnabled").GetBoolean());
        Assert.False(added.TryGetProperty("password", out _)); // only one that was made up has to be told
        Assert.DoesNotContain("a long secret", output + errors, StringComparison.Ordinal);

        (int again, _, string taken) = await SayAsync("a long secret", "add", "ann", "--password-stdin");
        Assert.Equal((1, "There is a user ann already."), (again, taken));
        Assert.Equal(0, (await RunAsync("disable", "ann")).Code);
        (_, string listed, _) = await RunAsync("list");
        Assert.Equal("ann               disabled  writes as ann@x.example @y.example  (Ward 3)", listed);
        Assert.Equal(0, (await RunAsync("enable", "ann")).Code);

        Assert.Equal(0, (await LineProcess.RunAsync(
            "senders", "add", "--from", "@x.example", "--user", "ANN", "--to", "GB", "--data", _folder.Path)).Code);
        (int refused, _, string why) = await RunAsync("remove", "ann");
        Assert.Equal((1, "Rules name this user, remove them first: 1."), (refused, why));
        Assert.Equal(0, (await LineProcess.RunAsync("senders", "remove", "1", "--data", _folder.Path)).Code);
        Assert.Equal(0, (await RunAsync("remove", "ann")).Code);
        (int gone, _, string none) = await RunAsync("remove", "ann");
        Assert.Equal((1, "There is no user ann."), (gone, none));
    }

    [Fact]
    public async Task An_option_that_does_not_exist_is_no_value_of_the_one_before()
    {
        (int code, _, string why) = await RunAsync("add", "ann", "--send-as", "ann@x.example", "--password", "secret");
        Assert.Equal((2, "There is no option --password here; --help tells those that there are."), (code, why));
        Assert.Equal("", (await RunAsync("list")).Output);

        (int again, _, string other) = await RunAsync("add", "ann", "--generate", "--note", "-- as it is --");
        Assert.True(again == 0, other);
    }

    [Fact]
    public async Task A_password_is_stored_so_that_it_can_be_checked_and_not_read()
    {
        await SayAsync("correct horse", "add", "ann", "--password-stdin");
        string stored = await CredentialAsync("ann");
        Assert.StartsWith($"SCRAM-SHA-256${SmtpCredential.IterationsDefault}:", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", stored, StringComparison.Ordinal);

        (int code, string output, string errors) = await RunAsync("password", "ann", "--generate", "--json");
        Assert.True(code == 0, errors);
        string? password = JsonDocument.Parse(output).RootElement.GetProperty("password").GetString();
        Assert.Matches("^[a-km-np-z2-9]{20}$", password);
        Assert.NotEqual(stored, await CredentialAsync("ann"));
        Assert.Equal(1, (await RunAsync("password", "bob", "--generate")).Code);
    }

    [Theory]
    [InlineData("seven77", "A password has 8 to 128 characters.")]
    [InlineData("pässword", "A password has ASCII letters, digits, punctuation and spaces only.")]
    public async Task A_password_that_will_not_do_is_refused(string password, string sentence)
    {
        (int code, _, string errors) = await SayAsync(password, "add", "ann", "--password-stdin");
        Assert.Equal((2, sentence), (code, errors));
        Assert.Equal("", (await RunAsync("list")).Output);
    }

    [Theory]
    [InlineData("There is no terminal to ask for the password: use --password-stdin or --generate.", "add", "ann")]
    [InlineData(
        "Give --password-stdin or --generate, not both.", "add", "ann", "--password-stdin", "--generate")]
    [InlineData(
        "A user's name has 1 to 64 letters, digits and . - _ @ +, and no spaces.", "add", "a b", "--generate")]
    public async Task Wrong_words_are_2(string sentence, params string[] words)
    {
        (int code, _, string errors) = await RunAsync(words);
        Assert.Equal((2, sentence), (code, errors));
    }

    [Fact]
    public async Task A_rule_names_a_user_that_is_there_and_says_what_it_makes_of_a_mail()
    {
        (int missing, _, string none) = await SendersAsync("add", "--from", "*", "--user", "ann", "--to", "GB");
        Assert.Equal((1, "There is no user ann: add it first with emailsms users add ann."), (missing, none));

        await RunAsync("add", "ann", "--generate", "--send-as", "ann@x.example");
        (int code, string output, string errors) =
            await SendersAsync("add", "--from", "*", "--user", "ann", "--listener", "office", "--to", "GB", "--json");
        Assert.True(code == 0, errors);
        JsonElement rule = JsonDocument.Parse(output).RootElement;
        Assert.False(rule.TryGetProperty("networks", out _)); // the user is proof enough
        Assert.Equal("ann", rule.GetProperty("user").GetString());
        Assert.Equal("office", rule.GetProperty("listener").GetString());
        await SendersAsync("add", "--from", "*", "--user", "ann", "--network", "10.1.0.0/16", "--to", "US");
        string[] listed = (await SendersAsync("list")).Output.Split('\n');
        Assert.StartsWith("   1  *  from anywhere  as user ann  by office  to GB", listed[0], StringComparison.Ordinal);
        Assert.StartsWith("   2  *  from 10.1.0.0/16  as user ann  to US", listed[1], StringComparison.Ordinal);

        string[] mail = ["test", "--from", "ann@x.example", "--to", "+447400123456", "--listener", "office"];
        Assert.Equal(0, (await SendersAsync([.. mail, "--user", "Ann"])).Code);
        (int nobody, string explained, _) = await SendersAsync(mail);
        Assert.Equal(1, nobody);
        Assert.Contains("OtherUser    It is for user ann, and nobody has auth", explained, StringComparison.Ordinal);
        (_, string other, _) =
            await SendersAsync("test", "--from", "bob@x.example", "--to", "+447400123456", "--user", "ann");
        Assert.Contains("Refused: The user ann may not write as bob@x.example.", other, StringComparison.Ordinal);
        await RunAsync("disable", "ann");
        (_, string disabled, _) = await SendersAsync([.. mail, "--user", "ann"]);
        Assert.Contains("Refused: The user ann is disabled.", disabled, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> CredentialAsync(string name)
    {
        await using SqliteStore store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance);
        return new SmtpUsers(store, TimeProvider.System).FindCredential(name)!;
    }

    private async Task<(int Code, string Output, string Errors)> SayAsync(string line, params string[] words)
    {
        using LineProcess run = LineProcess.EmailSms(["users", .. words, "--data", _folder.Path]);
        await run.SayAsync(line);
        return (await run.EndAsync(), run.Output, run.Errors);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync(["users", .. words, "--data", _folder.Path]);

    private Task<(int Code, string Output, string Errors)> SendersAsync(params string[] words) =>
        LineProcess.RunAsync(["senders", .. words, "--data", _folder.Path]);
}
