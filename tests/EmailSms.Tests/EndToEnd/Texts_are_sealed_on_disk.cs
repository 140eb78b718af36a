using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailSms.Cli;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.EndToEnd;

/// <summary>With a key nobody reads a text out of the database, and everything works as before.</summary>
public sealed class Texts_are_sealed_on_disk : IDisposable
{
    private const string Anna = "+447700900201";
    private const string Boss = "boss@clinic.example";

    // Each is said somewhere below; none may be in the files.
    private static readonly string[] Said =
    [
        "tablets are ready", "Prescription 7", "dear people", "of which there is a second half", "HOST-3 down",
        "Cooling is broken",
    ];

    private readonly TestFolder _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task From_the_first_mail_on_through_restarts_and_another_key()
    {
        TextKeyOptions first = Key("first");
        await using TestGateway test = await StartAsync(settings => settings.Store.TextKeys = [first]);
        await TalkAsync(test);
        AssertNoneIsReadable(test);
        Assert.Contains("first", RawText(test), StringComparison.Ordinal);

        await test.StopGatewayAsync();
        test.Settings.Store.TextKeys = [Key("second"), first];
        await test.StartGatewayAsync();
        Assert.Contains(All(test), sms => sms.Body == "Your tablets are ready" && sms.Subject == "Prescription 7");
        (int code, string output) = await RekeyAsync(test);
        Assert.True(code == 0, output);
        Assert.Contains("Nothing is under the key first any longer.", output, StringComparison.Ordinal);
        Assert.Matches(@"\d+  sms.body", output);
        Assert.DoesNotContain("\u0002s:first", RawText(test), StringComparison.Ordinal);
        AssertNoneIsReadable(test);

        await test.StopGatewayAsync();
        test.Settings.Store.TextKeys.RemoveAt(1);
        await test.StartGatewayAsync();
        Assert.Contains(All(test), sms => sms.Body == "Your tablets are ready" && sms.Subject == "Prescription 7");
        await TalkAsync(test);
        AssertNoneIsReadable(test);
        Assert.Equal("0", await CountWrittenAsync(test));
    }

    [Fact]
    public async Task Also_what_was_plain_before_and_plain_again_where_that_is_wanted()
    {
        await using TestGateway test = await StartAsync(_ => { });
        await TalkAsync(test);
        Assert.Contains("tablets are ready", RawText(test), StringComparison.Ordinal);
        long plainHash = Hash(test);
        TextKeyOptions key = Key("new");
        test.Settings.Store.TextKeys = [key];
        (int code, string output) = await RekeyAsync(test);
        Assert.Equal(1, code);
        Assert.Contains("writes with the key none and would go on so", output, StringComparison.Ordinal);

        await test.StopGatewayAsync();
        (code, output) = await RekeyAsync(test); // and without a service it does not matter
        Assert.True(code == 0, output);
        AssertNoneIsReadable(test);
        (code, _, string errors) = await LineProcess.RunAsync("list", "--data", test.Settings.Store.Folder);
        Assert.Equal(1, code);
        Assert.Contains("sealed with the key new, and Store:TextKeys has none of that name", errors);
        await test.StartGatewayAsync();
        Assert.NotEqual(plainHash, Hash(test));
        Assert.Contains(All(test), sms => sms.Body == "Your tablets are ready");
        await TalkAsync(test);
        AssertNoneIsReadable(test);

        await test.StopGatewayAsync();
        test.Settings.Store.TextKeys = [new TextKeyOptions { Id = TextKeyOptions.None }, key];
        (code, output) = await RekeyAsync(test);
        Assert.True(code == 0, output);
        test.Settings.Store.TextKeys = [];
        await test.StartGatewayAsync();
        Assert.Equal(plainHash, Hash(test));
        Assert.Contains("tablets are ready", RawText(test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_a_person_is_still_found_and_forgotten()
    {
        await using TestGateway test = await StartAsync(settings => settings.Store.TextKeys = [Key("one")]);
        await TalkAsync(test);
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        using var config = new StoreConfig(test);
        (int code, string output, string errors) = await config.RunAsync("privacy", "export", TestGateway.Phone);
        Assert.True(code == 0, errors);
        Assert.Contains("Your tablets are ready", output, StringComparison.Ordinal);
        await TestGateway.UntilAsync(() => test.CountIn("queued") + test.CountIn("collected") == 0);
        (code, _, errors) = await config.RunAsync("privacy", "erase", TestGateway.Phone, "--yes");
        Assert.True(code == 0, errors);
        (_, output, _) = await config.RunAsync("privacy", "export", TestGateway.Phone);
        Assert.Equal("[]", JsonDocument.Parse(output).RootElement.GetProperty("rows").ToString());
        Assert.NotNull(new OptOuts(test.Store).Find(PhoneNumber.FromE164(TestGateway.Phone)));
    }

    [Fact]
    public async Task And_one_that_somebody_changed_holds_up_no_other()
    {
        await using TestGateway test = await StartAsync(settings => settings.Store.TextKeys = [Key("one")]);
        await test.Store.WriteAsync(db => Pauses.Put(db, new Pause(Pause.All, 0, "ann", null, Unbind: false)));
        await test.Gateway.Carriers.ApplyAsync(test.Store.Read(Pauses.List));
        await test.SendAsync(TestGateway.Mail("Changed"));
        await test.SendAsync(TestGateway.Mail("Whole", to: Anna));
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        await test.Store.WriteAsync(db => db.Execute(
            """
            update sms set body = (select body from sms where recipient = @other) where recipient = @phone
            """,
            ("@other", Anna), ("@phone", TestGateway.Phone)));
        await test.Store.WriteAsync(db => Pauses.Remove(db, Pause.All));
        await test.Gateway.Carriers.ApplyAsync(test.Store.Read(Pauses.List));
        Assert.Equal("Whole", (await test.NextSmsAsync()).Text);
        SmsRecord broken = await test.SmsInStateAsync(SmsState.Failed);
        Assert.Equal((SealedTexts.Broken, "broken"), (broken.Body, broken.Reason));
        Assert.Equal(1, test.Phones.Counts.Submits);
        test.Settings.Store.TextKeys.Insert(0, Key("two"));
        await test.StopGatewayAsync();
        (int code, string output) = await RekeyAsync(test);
        Assert.Equal(1, code);
        Assert.Contains("1 values were changed on disk", output, StringComparison.Ordinal);
        await test.StartGatewayAsync();
    }

    [Fact]
    public async Task Every_column_that_is_sealed_is_there_and_is_no_number()
    {
        await using var disk = new TemporaryStore(TimeProvider.System);
        Assert.All(StoreCommand.SealedColumns, column =>
        {
            string? type = disk.Store.Read(db => db.Scalar(
                "select lower(type) from pragma_table_info(@table) where name = @column",
                ("@table", column.Table), ("@column", column.Name))) as string;
            Assert.Contains(type, new[] { "text", "blob" });
            PersonalColumn? personal = PrivacyCommand.Tables.Single(table => table.Name == column.Table)
                .Columns.Single(one => one.Name == column.Name);
            Assert.True(personal.Use is PersonalUse.Nobody || personal.Sealed == column, column.ToString());
        });
    }

    private static Task<TestGateway> StartAsync(Action<GatewaySettings> change) => TestGateway.StartAsync(
        change,
        rule => rule with
        {
            Notices = NoticeSetting.Always,
            Repeats = new RepeatRules(TimeSpan.Zero, 1, TimeSpan.FromSeconds(6)),
        });

    // A mail and its notice, texts whole and in parts, a storm, an alarm.
    private static async Task TalkAsync(TestGateway test)
    {
        await test.SendAsync(TestGateway.Mail("Your tablets are ready", subject: "Prescription 7"));
        try
        {
            while ((await test.NextSmsAsync()).Text != "Your tablets are ready")
            {
                // Of an alarm before.
            }
        }
        catch (OperationCanceledException)
        {
            string states = string.Join(", ", test.Store.Read(SmsRecord.Count));
            string carriers = string.Join("; ", test.Gateway.Carriers.All.Select(carrier => carrier.Status));
            Assert.Fail($"It was not sent. SMS: {states}. {carriers}");
        }

        await test.TextAsync("Thanks, dear people");
        await test.TextAsync(new string('x', 150) + " and a long text of which there is a second half");
        List<string> heard = [];
        while (!heard.Exists(one => one.Contains("of which there is a second half", StringComparison.Ordinal)))
        {
            heard.Add((await test.NextMailAsync()).Mail.TextBody ?? "");
        }

        Assert.Contains(heard, one => one.Contains("dear people", StringComparison.Ordinal));
        string phone = $"+4477009007{test.Phones.Counts.Submits:00}"; // one that no storm was about
        for (int host = 1; host <= 3; host++) await test.SendAsync(TestGateway.Mail($"HOST-{host} down", phone));
        string last;
        do last = (await test.NextSmsAsync()).Text;
        while (!last.Contains("more in 6 s", StringComparison.Ordinal));
        Assert.Contains("HOST-3 down", last, StringComparison.Ordinal);
        await test.Store.WriteAsync(db =>
        {
            AddressBook.Put(db, new Contact("anna", PhoneNumber.FromE164(Anna), null, null, null), 0);
            Assert.True(OnCall.TryRead(
                new OnCallDraft { Name = "ops", Owner = Boss, Chain = "anna" }, out OnCall? ops, out _));
            AddressBook.Put(db, ops, 0);
        });
        await test.SendAsync(TestGateway.Mail("Cooling is broken", to: "ops"));
        Assert.Equal("Cooling is broken", (await test.NextSmsAsync()).Text);
        await TestGateway.UntilAsync(() => test.CountIn("queued") + test.CountIn("sent") == 0);
    }

    private static List<SmsRecord> All(TestGateway test) =>
        test.Store.Read(db => SmsRecord.Search(db, new SmsSearch(To: PhoneNumber.FromE164(TestGateway.Phone))));

    private static long Hash(TestGateway test)
    {
        Guid sms = All(test).Last(one => one.Body == "Your tablets are ready").Id;
        return (long)test.Store.Read(
            db => db.Scalar("select text_hash from sms where id = @id", ("@id", sms.ToString())))!;
    }

    private static void AssertNoneIsReadable(TestGateway test)
    {
        SpinWait.SpinUntil(test.Store.EmptyLog, TestGateway.Patience); // somebody may read at this moment
        string raw = RawText(test);
        Assert.All(Said, text => Assert.DoesNotContain(text, raw, StringComparison.Ordinal));
    }

    private static string RawText(TestGateway test) => string.Concat(
        Directory.GetFiles(test.Settings.Store.Folder, "emailsms.db*").Select(file =>
        {
            using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return reader.ReadToEnd();
        }));

    private static async Task<(int Code, string Output)> RekeyAsync(TestGateway test)
    {
        using var config = new StoreConfig(test);
        (int code, string output, string errors) = await config.RunAsync("store", "rekey");
        return (code, output + errors);
    }

    private static async Task<string> CountWrittenAsync(TestGateway test)
    {
        using var config = new StoreConfig(test);
        (_, string output, _) = await config.RunAsync("store", "rekey", "--json");
        return JsonDocument.Parse(output).RootElement.GetProperty("written").EnumerateObject().Count().ToString();
    }

    private TextKeyOptions Key(string id)
    {
        string file = _keys.File(id);
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(TextKeyOptions.KeyLength)));
        return new TextKeyOptions { Id = id, File = file };
    }

    /// <summary>The configuration of commands: the store and its keys.</summary>
    private sealed class StoreConfig : IDisposable
    {
        private readonly TestFolder _folder = new();

        public StoreConfig(TestGateway test) => File.WriteAllText(
            _folder.File("appsettings.json"),
            JsonSerializer.Serialize(new
            {
                Store = new { test.Settings.Store.Folder, DiskFreeBytesMin = 0, test.Settings.Store.TextKeys },
            }));

        public Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
            LineProcess.RunAsync([.. words, "--config", _folder.File("appsettings.json")]);

        public void Dispose() => _folder.Dispose();
    }
}
