using System.Text.Json;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

public sealed class BookCommandsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_book_is_made_changed_exported_and_imported()
    {
        Assert.Equal((0, "", ""), await RunAsync(
            "contacts", "add", "Anna", "--number", "+44 7700 900201", "--note", "ward, \"night\""));
        Assert.Equal((0, "", ""), await RunAsync("contacts", "add", "bob", "--number", "+447700900202"));
        Assert.Equal(0, (await RunAsync("groups", "add", "ward", "--members", "anna bob +447700900203")).Code);
        Assert.Equal(0, (await RunAsync(
            "oncall", "add", "ops", "--owner", "boss@x.example", "--time-zone", "Europe/Berlin", "--wait", "5m",
            "--shifts", "mon-sun 00:00-24:00 anna", "--chain", "bob")).Code);
        Assert.Equal(0, (await RunAsync("oncall", "edit", "ops", "--chain", "bob anna", "--note", "the ops")).Code);

        (_, string shown, _) = await RunAsync("oncall", "show", "ops", "--json");
        JsonElement list = JsonDocument.Parse(shown).RootElement;
        Assert.Equal(("5m", "bob anna", "ack"), (
            list.GetProperty("wait").GetString(), list.GetProperty("chain").GetString(),
            list.GetProperty("until").GetString()));
        (_, string text, _) = await RunAsync("oncall", "show", "ops");
        Assert.Contains("now        anna bob", text, StringComparison.Ordinal);

        (_, string contacts, _) = await RunAsync("contacts", "export");
        Assert.Equal(
            "name,number,mailbox,time_zone,note\r\nanna,+447700900201,,,\"ward, \"\"night\"\"\"\r\n"
            + "bob,+447700900202,,,", contacts.ReplaceLineEndings("\r\n"));
        string file = Path.Combine(_folder.Path, "contacts.csv");
        await File.WriteAllTextAsync(file, contacts, TestContext.Current.CancellationToken);
        Assert.Equal((0, "2 imported.", ""), await RunAsync("contacts", "import", file));
        Assert.Equal(contacts, (await RunAsync("contacts", "export")).Output);
        Assert.Equal(0, (await RunAsync("oncall", "remove", "ops")).Code);
        Assert.Equal(0, (await RunAsync("groups", "remove", "ward")).Code);
        Assert.Equal(0, (await RunAsync("contacts", "remove", "anna")).Code);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_nothing_is_kept()
    {
        Assert.Equal(0, (await RunAsync("contacts", "add", "anna", "--number", "+447700900201")).Code);
        Assert.Equal(0, (await RunAsync("groups", "add", "ward", "--members", "anna")).Code);
        Assert.Equal(
            (1, "ward: anna is no contact, group or number."), await ErrorAsync("contacts", "remove", "anna"));
        Assert.Equal((1, "There is a contact anna already."), await ErrorAsync("contacts", "add", "anna"));
        Assert.Equal((1, "There is no group day."), await ErrorAsync("groups", "edit", "day", "--note", "x"));
        Assert.Equal(
            (1, "ward is a member of itself."), await ErrorAsync("groups", "edit", "ward", "--members", "ward"));
        Assert.Equal(2, (await RunAsync("contacts", "add", "postmaster", "--number", "12")).Code);

        string file = Path.Combine(_folder.Path, "groups.csv");
        await File.WriteAllTextAsync(
            file, "name,members\nday,anna\n,anna\nnight,\nday,anna\nlate,zoe\n", TestContext.Current.CancellationToken);
        (int code, string errors) = await ErrorAsync("groups", "import", file);
        Assert.Equal(1, code);
        Assert.Equal(
            ["Line 3", "Line 4", "Line 5"], errors.Split('\n').Select(line => line.Split(':')[0]));
        await File.WriteAllTextAsync(
            file, "name,members\nday,anna\nlate,zoe\n", TestContext.Current.CancellationToken);
        Assert.Equal(
            (1, "Line 3: late: zoe is no contact, group or number."), await ErrorAsync("groups", "import", file));
        Assert.Equal("ward  anna", (await RunAsync("groups", "list")).Output);
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync([.. words, "--data", _folder.Path]);

    private async Task<(int Code, string Errors)> ErrorAsync(params string[] words)
    {
        (int code, string output, string errors) = await RunAsync(words);
        Assert.Equal("", output);
        return (code, errors);
    }
}
