using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Replies;
using EmailSms.Store;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

public sealed class SendersCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_rule_is_added_listed_tested_and_removed()
    {
        (int code, string output, string errors) = await RunAsync(
            "add", "--from", "ups@plant.example", "--network", "10.1.0.0/16", "10.2.0.1", "--to", "GB", "!+4477009001",
            "--notices", "always", "--sender-id", "PLANT", "--region", "GB", "--parts", "2", "--recipients", "5",
            "--validity", "02:00:00", "--priority", "7", "--note", "the UPS", "--json");
        Assert.True(code == 0, errors);
        JsonElement rule = Json(output)[0];
        Assert.Equal(1, rule.GetProperty("id").GetInt64());
        Assert.Equal("ups@plant.example", rule.GetProperty("from").GetString());
        Assert.Equal("!+4477009001* GB", rule.GetProperty("to").GetString());
        Assert.Equal(("always", "PLANT", "02:00:00"), (
            rule.GetProperty("notices").GetString(), rule.GetProperty("senderId").GetString(),
            rule.GetProperty("validity").GetString()));
        Assert.Equal(0, (await RunAsync("add", "--from", "@office.example", "--to", "*")).Code);

        (_, string listed, _) = await RunAsync("list", "--json");
        Assert.Equal([1, 2], Json(listed).Select(one => one.GetProperty("id").GetInt32()));
        (_, string table, _) = await RunAsync("list");
        Assert.Contains("(the UPS)", table.Split('\n')[0], StringComparison.Ordinal);

        (int allowed, string why, _) = await RunAsync(
            "test", "--from", "UPS@plant.example", "--ip", "10.2.0.1", "--to", "07400 123456", "--json");
        Assert.Equal(0, allowed);
        Assert.Equal("+447400123456", Json(why)[^1].GetProperty("to").GetString());
        (int refused, string sentence, _) =
            await RunAsync("test", "--from", "ups@plant.example", "--ip", "10.3.0.1", "--to", "+447400123456");
        Assert.Equal(1, refused);
        Assert.Contains(
            "Refused: No rule lets ups@plant.example send SMS from 10.3.0.1.", sentence, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("remove", "1")).Code);
        (int gone, _, string none) = await RunAsync("remove", "1");
        Assert.Equal((1, "There is no rule 1."), (gone, none));
    }

    [Fact]
    public async Task A_name_is_tested_as_all_the_numbers_that_it_means()
    {
        await RunAsync("add", "--from", "ups@plant.example", "--network", "10.2.0.0/16", "--to", "GB");
        await LineProcess.RunAsync(
            ["contacts", "add", "anna", "--number", "+447400123456", "--data", _folder.Path]);
        await LineProcess.RunAsync(
            ["groups", "add", "night-shift", "--members", "anna +4915123456789", "--data", _folder.Path]);

        (int all, string told, _) = await RunAsync(
            "test", "--from", "ups@plant.example", "--ip", "10.2.0.1", "--to", "Night-Shift@sms.example");
        Assert.Equal(1, all); // one of the two may not be texted
        Assert.Contains("Allowed: an SMS to +447400123456.", told, StringComparison.Ordinal);
        Assert.Contains("\n+4915123456789: ", told, StringComparison.Ordinal);
        Assert.Equal(
            0, (await RunAsync("test", "--from", "ups@plant.example", "--ip", "10.2.0.1", "--to", "anna")).Code);
        (int nobody, string errors) = await CodeAndErrorsAsync(
            "test", "--from", "ups@plant.example", "--ip", "10.2.0.1", "--to", "ben");
        Assert.Equal((1, "Nobody is called ben, or nobody is on call there now."), (nobody, errors.Trim()));
    }

    [Fact]
    public async Task What_a_country_makes_of_a_sender_ID_is_said_and_stops_nothing()
    {
        (int code, _, string errors) = await RunAsync(
            "add", "--from", "@clinic.example", "--to", "US", "--sender-id", "CLINIC");
        Assert.Equal(0, code);
        Assert.Equal(
            "warning: US: a sender ID of letters (CLINIC) is replaced there or the SMS dropped; use a number.", errors);
        (code, string told, _) = await RunAsync("test", "--from", "ann@clinic.example", "--to", "+12025550143");
        Assert.Equal(0, code);
        Assert.Contains("warning    US: a sender ID of letters (CLINIC)", told, StringComparison.Ordinal);

        (code, _, errors) = await RunAsync("edit", "1", "--sender-id", "+12025550199", "--campaign", "C1ABCDE");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(
            "C1ABCDE", Json((await RunAsync("list", "--json")).Output)[0]
                .GetProperty("compliance").GetProperty("registration").GetProperty("campaign").GetString());
        (code, _, errors) = await RunAsync("edit", "1", "--dlt-template", "12=x");
        Assert.Equal((2, "'12' is no template id: the registry gives 19 digits."), (code, errors));
    }

    [Fact]
    public async Task Whom_a_sender_has_written_with_is_known_to_a_test()
    {
        (int code, string output, string errors) = await RunAsync(
            "add", "--from", "@clinic.example", "--to", "correspondents", "--json");
        Assert.True(code == 0, errors);
        Assert.Equal("correspondents", Json(output)[0].GetProperty("to").GetString());
        Assert.Contains(",correspondents,", (await RunAsync("export")).Output, StringComparison.Ordinal);
        string[] test = ["test", "--from", "ann@clinic.example", "--to", "+447400123456"];
        (int stranger, string why, _) = await RunAsync(test);
        Assert.Equal(1, stranger);
        Assert.Contains("the sender has not written with it before.", why, StringComparison.Ordinal);

        await using (var store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance))
        {
            await store.WriteAsync(db => Conversations.NoteSms(
                db, "", PhoneNumber.FromE164("+447400123456"), "Ann@clinic.example", Guid.NewGuid(), null, 1));
        }

        (int known, why, _) = await RunAsync(test);
        Assert.Equal(0, known);
        Assert.Contains("it allows whom the sender has written with.", why, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("test", "--from", "bob@clinic.example", "--to", "+447400123456")).Code);
    }

    [Fact]
    public async Task A_rule_asks_for_proof()
    {
        (int code, string output, string errors) = await RunAsync(
            "add", "--from", "@partner.example", "--proof", "dmarc", "token", "--token", "secret-token",
            "--dmarc-relaxed", "--to", "GB", "--json");
        Assert.True(code == 0, errors);
        JsonElement rule = Json(output)[0];
        Assert.Equal(("token, dmarc", true, false), (
            rule.GetProperty("proofs").GetString(), rule.GetProperty("dmarcRelaxed").GetBoolean(),
            rule.TryGetProperty("networks", out _)));
        Assert.Contains(
            "from anywhere  proven by token or dmarc (relaxed)", (await RunAsync("list")).Output,
            StringComparison.Ordinal);

        string[] test = ["test", "--from", "ann@partner.example", "--ip", "198.51.100.7", "--to", "+447400123456"];
        (int refused, string why, _) = await RunAsync(test);
        Assert.Equal(1, refused);
        Assert.Contains(
            "takes token, dmarc for proof, which the mail itself has to bring.", why, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([.. test, "--proof", "dmarc"])).Code);
        (int wrong, _, string unknown) = await RunAsync([.. test, "--proof", "letter"]);
        Assert.Equal((2, "--proof: letter proves nothing: there are ip, smtp-auth, token, spf, dkim, dmarc."), (
            wrong, unknown));

        Assert.Equal(2, (await RunAsync("edit", "1", "--proof", "spf")).Code); // relaxed is not for SPF
        (int edited, output, errors) = await RunAsync(
            "edit", "1", "--proof", "spf", "--dmarc-relaxed", "false", "--json");
        Assert.True(edited == 0, errors);
        Assert.Equal("spf", Json(output)[0].GetProperty("proofs").GetString());
        (int open, _, string mistake) = await RunAsync("edit", "1", "--proof", "");
        Assert.Equal(2, open);
        Assert.StartsWith("A rule must name the networks it believes", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_is_changed_in_what_is_given_and_in_nothing_else()
    {
        await RunAsync("add", "--from", "ups@plant.example", "--network", "10.1.0.0/16", "--to", "GB", "--note", "UPS");
        (int code, string output, string errors) = await RunAsync(
            "edit", "1", "--encoding", "fold", "--too-long", "split", "--attachments", "note", "--links", "drop",
            "--remove", "quotes", "disclaimer", "--end-mark", "none", "--parts", "2", "--note", "", "--json",
            "--template", "{{ found.host }}: {{ subject }}", "--capture", "host=Host: (\\S+)");
        Assert.True(code == 0, errors);
        JsonElement rule = Json(output)[0];
        Assert.Equal(("ups@plant.example", "10.1.0.0/16", 2, false), (
            rule.GetProperty("from").GetString(), rule.GetProperty("networks").GetString(),
            rule.GetProperty("parts").GetInt32(), rule.TryGetProperty("note", out _)));
        JsonElement text = rule.GetProperty("text");
        Assert.Equal(("template", "fold", "split", "note", "drop", 0), (
            text.GetProperty("text").GetString(), text.GetProperty("encoding").GetString(),
            text.GetProperty("tooLong").GetString(), text.GetProperty("attachments").GetString(),
            text.GetProperty("links").GetString(), text.GetProperty("endMarks").GetArrayLength()));

        (_, string again, _) = await RunAsync("edit", "1", "--text", "body", "--json");
        Assert.Equal("fold", Json(again)[0].GetProperty("text").GetProperty("encoding").GetString());
        (_, string listed, _) = await RunAsync("list");
        Assert.Contains("with text body, remove quotes disclaimer", listed, StringComparison.Ordinal);

        (int wrong, _, string mistakes) = await RunAsync("edit", "1", "--template", "{{ if }}");
        Assert.Equal(2, wrong);
        Assert.Contains("line 1, column 7", mistakes, StringComparison.Ordinal);
        Assert.Equal((1, "There is no rule 9."), await CodeAndErrorsAsync("edit", "9", "--parts", "1"));
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once_and_nothing_is_kept()
    {
        (int code, string output, string errors) = await RunAsync(
            "add", "--from", "@gmail.com", "--network", "10.0.0.0/33", "--to", "UK", "+0123", "--parts", "11",
            "--sender-id", "A NAME TOO LONG", "--validity", "00:00:10");
        Assert.Equal((2, ""), (code, output));
        string[] parts = ["gmail.com", "10.0.0.0/33", "UK is not a region", "+0123", "1 and 10 parts", "sender ID",
            "1 minute and 7 days"];
        Assert.All(parts, part => Assert.Contains(part, errors, StringComparison.Ordinal));
        Assert.Equal(parts.Length, errors.Split('\n').Length);

        Assert.Equal("", (await RunAsync("list")).Output);
    }

    [Theory]
    [InlineData("add", "--from", "a@b.example")]
    [InlineData("add", "--from", "a@b.example", "--to", "*", "--notices", "sometimes")]
    [InlineData("add", "--from", "a@b.example", "--to", "*", "--validity", "soon")]
    [InlineData("remove", "one")]
    [InlineData("test", "--from", "not an address", "--to", "+447400123456")]
    [InlineData("test", "--from", "a@b.example", "--to", "+447400123456", "--ip", "here")]
    [InlineData("frobnicate")]
    public async Task Wrong_words_are_2(params string[] words)
    {
        (int code, _, string errors) = await RunAsync(words);
        Assert.Equal(2, code);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal); // a sentence, never a stack
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_rules_go_into_a_file_and_come_back_as_they_were(bool json)
    {
        await RunAsync(
            "add", "--from", "@.plant.example", "--network", "10.1.0.0/16", "10.2.0.1", "--to", "GB", "!+4477009001",
            "--notices", "hourly", "--sender-pool", "+447700900901", "+447700900902", "--allow-sender-ids",
            "+447700900903", "--region", "GB", "--parts", "2", "--recipients", "5", "--validity", "02:00:00",
            "--priority", "7", "--note", "the \"UPS\", hall 2", "--match", "header", "--for", "alarm-*", "--answers",
            "always", "--class", "urgent", "--carriers", "main", "spare", "--hold-new-countries", "--limit",
            "10/minute 100/day",
            "--limit-per-destination", "5/hour", "--budget", "5/day 49.5/month", "--token", "s3cret-word", "--name",
            "ups", "--allow-options", "from", "at", "--number-types", "pager", "--time-zone", "Europe/Berlin",
            "--same-text-window", "00:05:00", "--storm-after", "3", "--template", "{{ found.host }}: {{ subject }}",
            "--capture", "host=Host: (\\S+)", "--urgent-despite-opt-out");
        (int also, _, string why) = await RunAsync(
            "add", "--from", "*", "--to", "*", "--network", "10.3.0.0/16", "--proof", "ip");
        Assert.True(also == 0, why);
        string[] form = json ? ["--json"] : [];
        (int code, string exported, _) = await RunAsync(["export", .. form]);
        Assert.Equal(0, code);
        Assert.DoesNotContain("s3cret-word", exported, StringComparison.Ordinal);

        string file = _folder.File("rules");
        File.WriteAllText(file, exported);
        string other = _folder.File("other");
        (code, string said, string errors) = await LineProcess.RunAsync("senders", "import", file, "--data", other);
        Assert.True(code == 0, errors);
        Assert.Equal("2 added, 0 replaced.", said);
        (_, string again, _) = await LineProcess.RunAsync(["senders", "export", .. form, "--data", other]);
        Assert.Equal(exported, again);
        (_, said, _) = await LineProcess.RunAsync("senders", "import", file, "--data", other);
        Assert.Equal("0 added, 2 replaced.", said);
        (_, string first, _) = await LineProcess.RunAsync("senders", "list", "--json", "--data", other);
        Assert.Equal((await RunAsync("list", "--json")).Output, first);
    }

    [Fact]
    public async Task All_mistakes_of_a_file_are_told_at_once_and_nothing_is_kept()
    {
        await RunAsync("add", "--from", "a@plant.example", "--to", "GB", "--name", "pump");
        string file = _folder.File("rules.csv");
        File.WriteAllLines(file,
        [
            "id,from,network,to,parts,validity,user,name,text,limit",
            ",@gmail.com,10.0.0.0/8,UK,2,,,,,",
            "1,b@plant.example,10.0.0.0/8,GB,many,soon,,,,",
            "x,c@plant.example,10.0.0.0/8,GB,2,,nobody,,,",
            "2,d@plant.example,10.0.0.0/8,GB,2,,nobody,pump,,",
            "2,e@plant.example,10.0.0.0/8,GB,2,,,,nothing,",
            "2,f@plant.example,10.0.0.0/8,GB,2,,,fan,,",
            ",g@plant.example,10.0.0.0/8,GB,2,,,fan,,10/year",
            ",h@plant.example,,GB,2,,,fan,,",
        ]);
        (int code, string output, string errors) = await RunAsync("import", file);
        Assert.Equal((1, ""), (code, output));
        string[] parts =
        [
            "Line 2: Anybody can have an address at gmail.com", "Line 2: UK is not a region",
            "Line 3: parts: 'many' is not a whole number", "Line 3: validity: 'soon' is not a time",
            "Line 4: id: 'x' is not the number of a rule", "Line 5: There is no user nobody",
            "Line 5: pump is the name of rule 1", "Line 6: text: 'nothing' is not JSON",
            "Line 7: rule 2 stands on line 5 already", "Line 8: 10/year is no limit",
            "Line 9: A rule must name the networks",
        ];
        Assert.All(parts, part => Assert.Contains(part, errors, StringComparison.Ordinal));
        Assert.Equal(parts.Length, errors.Split('\n').Length);
        Assert.Single((await RunAsync("list")).Output.Split('\n'));

        File.WriteAllText(file, """[{"from": "a@plant.example", "colour": 1}, 7, {"to": "GB",]""");
        (code, _, errors) = await RunAsync("import", file);
        Assert.Equal(1, code);
        Assert.Contains("there is no field colour", errors, StringComparison.Ordinal);
        Assert.Contains("a rule is an object", errors, StringComparison.Ordinal);
        Assert.Contains("it is not JSON", errors, StringComparison.Ordinal);
        Assert.Equal((1, true), ((await RunAsync("import", "no-such-file")).Code, true));
    }

    [Fact]
    public async Task Every_rule_says_what_it_makes_of_a_mail()
    {
        await RunAsync(
            "add", "--from", "@.plant.example", "--match", "header", "--to", "GB", "--for", "*@alarms.example");
        await RunAsync("add", "--from", "carl@plant.example", "--to", "US");
        await RunAsync("add", "--from", "*", "--to", "FR");
        string[] mail = ["test", "--from", "ann@host.example", "--header-from", "bob@sub.plant.example", "--json"];
        (int code, string output, _) = await RunAsync([.. mail, "--to", "+447400123456@alarms.example"]);
        Assert.Equal(0, code);
        Assert.Equal(
            ["2 otherSender", "1 allows", "3 notReached"],
            Json(output).SkipLast(1).Select(one => $"{one.GetProperty("rule")} {one.GetProperty("step")}"));
        Assert.Contains(
            "It is not asked: rule 1 has decided. It stops the SMS: it does not allow this number", output,
            StringComparison.Ordinal);

        (code, output, _) = await RunAsync([.. mail, "--to", "+447400123456@other.example"]);
        Assert.Equal(1, code);
        Assert.Equal(
            ["2 otherSender", "1 otherRecipient", "3 refuses"],
            Json(output).SkipLast(1).Select(one => $"{one.GetProperty("rule")} {one.GetProperty("step")}"));
    }

    public void Dispose() => _folder.Dispose();

    private static List<JsonElement> Json(string output) =>
        [.. output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    private async Task<(int Code, string Errors)> CodeAndErrorsAsync(params string[] words)
    {
        (int code, _, string errors) = await RunAsync(words);
        return (code, errors);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync(["senders", .. words, "--data", _folder.Path]);
}
