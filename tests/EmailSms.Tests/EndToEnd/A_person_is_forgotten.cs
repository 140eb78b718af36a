using System.Text;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Cli;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using MailKit.Net.Smtp;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Export and erasure of one person, from a command line beside the service that sends.</summary>
public sealed class A_person_is_forgotten
{
    private const string Other = "+447700900555";
    private const string OtherAsTyped = "07700 900123";

    [Fact]
    public async Task Everywhere_but_for_a_hash_that_keeps_their_STOP()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Limits.PerDestination = "100/day",
            rule => rule with { Notices = NoticeSetting.Always });
        await LiveAsync(test);
        JsonElement before = await ExportAsync(test, TestGateway.Phone);
        string all = before.GetProperty("rows").ToString();
        Assert.Contains("Your tablets are ready", all, StringComparison.Ordinal);
        Assert.Contains("Thanks, dear people", all, StringComparison.Ordinal);
        Assert.Contains("192.0.2.77", all, StringComparison.Ordinal);
        string[] tables =
        [
            "audit", "consent", "contact", "contact_group", "conversation", "event", "inbound", "keyword_answer",
            "mail", "opt_out", "quota", "sms", "submission",
        ];
        Assert.Empty(tables.Except(before.GetProperty("counts").EnumerateObject().Select(one => one.Name)));
        Assert.Contains("Your tablets are ready", RawText(test), StringComparison.Ordinal);

        (int asked, string output, string errors) = await RunAsync(test, "erase", TestGateway.Phone);
        Assert.Equal(1, asked);
        Assert.Contains("say it with --yes", errors, StringComparison.Ordinal);
        Assert.Matches(@"\d+  sms", output);
        Assert.Contains("Your tablets are ready", RawText(test), StringComparison.Ordinal);

        (int done, output, errors) = await RunAsync(test, "erase", TestGateway.Phone, "--yes");
        Assert.True(done == 0, output + errors);
        Assert.Contains("Carrier main has had", errors, StringComparison.Ordinal);
        AssertGone(test);
        JsonElement after = await ExportAsync(test, TestGateway.Phone);
        Assert.Equal("[]", after.GetProperty("rows").ToString());
        Assert.StartsWith("hmac:", after.GetProperty("hash").GetString(), StringComparison.Ordinal);
        AuditCheck chain = AuditCheck.Of(AuditTrail.All(test.Store));
        Assert.True(chain.Mistakes.Count == 0, string.Join("\n", chain.Mistakes));
        Assert.True(chain.Erased > 0);
        List<AuditEntry> told = test.Store.Read(
            db => AuditTrail.List(db, new AuditSearch(Subject: "person hmac:"), 10));
        Assert.Equal(["exported", "exported", "erased", "exported", "exported"], told.Select(one => one.Action));

        // Others have lost nothing, and the wish still holds until it is taken back.
        Assert.Contains(
            test.Store.Read(db => SmsRecord.Search(db, new SmsSearch(To: PhoneNumber.FromE164(Other)))),
            sms => sms.Body == $"Ring {Person.Erased} please");
        Assert.Equal([Other], test.Store.Read(db => AddressBook.FindGroup(db, "ward"))!.Members);
        SmtpCommandException refused = await test.SendRefusedAsync(TestGateway.Mail("More tablets"));
        Assert.Contains("opted out", refused.Message, StringComparison.Ordinal);
        Assert.Contains("hmac:", (await LineProcess.RunAsync(
            "optouts", "list", "--data", test.Settings.Store.Folder)).Output, StringComparison.Ordinal);
        await test.TextAsync("START");
        await TestGateway.UntilAsync(() => new OptOuts(test.Store).List().Count == 0);
        await test.SendAsync(TestGateway.Mail("Welcome back"));
        while ((await test.NextSmsAsync()).Text != "Welcome back")
        {
            // What was said before.
        }
    }

    [Fact]
    public async Task Together_with_what_waits_for_them_which_ends_on_its_timeline()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.Store.WriteAsync(db => Pauses.Put(db, new Pause(Pause.All, 0, "ann", null, Unbind: false)));
        await test.Gateway.Carriers.ApplyAsync(test.Store.Read(Pauses.List));
        await test.SendAsync(TestGateway.Mail("Never to be sent"));
        await test.SendAsync(TestGateway.Mail($"Ring {OtherAsTyped} please", to: Other));
        await TestGateway.UntilAsync(() => test.Leased() == 0);
        (int code, _, string errors) = await RunAsync(test, "erase", TestGateway.Phone);
        Assert.Equal(1, code);
        Assert.Contains("2 SMS of theirs or naming them wait to be sent", errors, StringComparison.Ordinal);
        Assert.Equal(2, test.CountIn("queued"));

        // The other one is somebody else's, and is not changed before it is sent.
        (code, _, errors) = await RunAsync(test, "erase", TestGateway.Phone, "--yes", "--wait", "0");
        Assert.True(code == 1, errors);
        Assert.Contains("1 of sms wait", errors, StringComparison.Ordinal);
        Assert.Equal((1, 1), (test.CountIn("queued"), test.CountIn("failed")));
        SmsRecord ended = await test.SmsInStateAsync(SmsState.Failed);
        Assert.Equal((Person.Nobody, ""), (ended.To.E164, ended.Body));
        Assert.Contains(
            test.Store.Read(db => Timeline.Of(db, ended.Id)),
            line => line.Kind == "failed" && line.Detail.Contains("\"code\":\"erased\"", StringComparison.Ordinal));

        await test.Store.WriteAsync(db => Pauses.Remove(db, Pause.All));
        await test.Gateway.Carriers.ApplyAsync(test.Store.Read(Pauses.List));
        Assert.Equal($"Ring {OtherAsTyped} please", (await test.NextSmsAsync()).Text);
        await test.SmsInStateAsync(SmsState.Delivered);
        (code, _, errors) = await RunAsync(test, "erase", TestGateway.Phone, "--yes");
        Assert.True(code == 0, errors);
        Assert.Equal(1, test.Phones.Counts.Submits);
    }

    [Fact]
    public async Task After_what_the_carrier_has_in_hand_was_waited_for()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { SubmitDelay = Delay.Fixed(TimeSpan.FromSeconds(2)) });
        await test.SendAsync(TestGateway.Mail("In the window"));
        await TestGateway.UntilAsync(() => test.Phones.Counts.Submits == 1);
        (int code, string output, string errors) = await RunAsync(test, "erase", TestGateway.Phone, "--yes");
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain("were ended", errors, StringComparison.Ordinal);
        Assert.Equal("In the window", (await test.NextSmsAsync()).Text);
        AssertGone(test, "In the window");
    }

    [Fact]
    public async Task By_their_address_with_what_they_wrote()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.SendAsync(TestGateway.Mail("Ann says hello", subject: "Of Ann"));
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.TextAsync("Hello Ann");
        await test.NextMailAsync();
        (int code, string output, string errors) = await RunAsync(test, "erase", "ANN@clinic.example", "--yes");
        Assert.True(code == 0, output + errors);
        string raw = RawText(test);
        foreach (string gone in new[] { TestGateway.Staff, "Ann says hello", "Of Ann", "Hello Ann" })
        {
            Assert.DoesNotContain(gone, raw, StringComparison.OrdinalIgnoreCase);
        }

        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        // The phone is another's.
        Assert.Equal((TestGateway.Phone, "", ""), (sms.To.E164, sms.Mailbox, sms.Body));
    }

    [Fact]
    public async Task But_not_where_others_rely_on_them()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await test.Store.WriteAsync(db =>
        {
            AddressBook.Put(db, new Contact("anna", PhoneNumber.FromE164(TestGateway.Phone), null, null, null), 0);
            AddressBook.Put(db, new ContactGroup("alone", ["anna"], null), 0);
            Assert.True(OnCall.TryRead(
                new OnCallDraft { Name = "ops", Owner = "boss@clinic.example", Chain = "anna" }, out OnCall? ops,
                out _));
            AddressBook.Put(db, ops, 0);
            Pauses.Put(db, new Pause(Pause.OfSender("boss@clinic.example"), 0, "root", null, false));
        });
        (int code, _, string errors) = await RunAsync(test, "erase", TestGateway.Phone, "--yes");
        Assert.Equal(1, code);
        Assert.Contains("on_call ops has anna on its chain", errors, StringComparison.Ordinal);
        Assert.Contains("contact_group alone has them as its only member", errors, StringComparison.Ordinal);
        Assert.Contains("Nothing was erased", errors, StringComparison.Ordinal);
        Assert.NotNull(test.Store.Read(db => AddressBook.FindContact(db, "anna")));
        (code, _, errors) = await RunAsync(test, "erase", "boss@clinic.example", "--yes");
        Assert.Equal(1, code);
        Assert.Contains("on_call ops names them in owner", errors, StringComparison.Ordinal);
        Assert.Contains("pause sender:boss@clinic.example names them in scope", errors, StringComparison.Ordinal);
        Assert.Contains("a number of ours", (await RunAsync(
            test, "erase", TestGateway.OwnNumber, "--yes")).Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(test, "erase", "anna")).Code);
    }

    [Fact]
    public async Task And_what_was_cut_off_in_the_middle_is_finished_by_doing_it_again()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Notices = NoticeSetting.Always });
        await LiveAsync(test);
        Person person = Person.OfNumber(TestGateway.Phone, "7700900123");
        using var cut = new CancellationTokenSource();
        int writes = 0;
        test.Store.Committed = () =>
        {
            if (Interlocked.Increment(ref writes) == 3) cut.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Desk(test, person).EraseAsync(
            TestGateway.Patience, cut.Token));
        Assert.NotEmpty(Desk(test, person).Look().Counts);
        Assert.Empty(AuditCheck.Of(AuditTrail.All(test.Store)).Mistakes);

        await Desk(test, person).EraseAsync(TestGateway.Patience, TestContext.Current.CancellationToken);
        Assert.Empty(Desk(test, person).Look().Counts);
        Assert.Empty(AuditCheck.Of(AuditTrail.All(test.Store)).Mistakes);
        Assert.NotNull(new OptOuts(test.Store).Find(PhoneNumber.FromE164(TestGateway.Phone)));
    }

    // A person of whom nearly every table knows something.
    private static async Task LiveAsync(TestGateway test)
    {
        PhoneNumber number = PhoneNumber.FromE164(TestGateway.Phone);
        await test.Store.WriteAsync(db =>
        {
            AddressBook.Put(db, new Contact("anna", number, null, null, "ring 07700 900123"), 0);
            AddressBook.Put(db, new ContactGroup("ward", ["anna", TestGateway.Phone, Other], null), 0);
            Consents.Add(db, new Consent(number, "news", 0, "web-form", null, "I agree", "192.0.2.77"));
        });
        await test.SendAsync(TestGateway.Mail("Your tablets are ready", subject: "Tablets"));
        await test.SmsInStateAsync(SmsState.Delivered);
        await test.NextMailAsync(); // the notice
        await test.TextAsync("Thanks, dear people");
        await test.NextMailAsync();
        await test.SendAsync(TestGateway.Mail($"Ring {OtherAsTyped} please", to: Other));
        await test.SmsInStateAsync(SmsState.Delivered, Other);
        await test.NextMailAsync();
        await test.TextAsync("STOP");
        await test.NextMailAsync();
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 3); // with the confirmation
    }

    private static PrivacyDesk Desk(TestGateway test, Person person) =>
        new(test.Store, PrivacyCommand.Tables, person, TimeProvider.System);

    private static void AssertGone(TestGateway test, params string[] more)
    {
        string raw = RawText(test);
        foreach (string gone in (string[])["7700900123", "07700 900123", "tablets are ready", "dear people", .. more])
        {
            Assert.DoesNotContain(gone, raw, StringComparison.Ordinal);
        }
    }

    private static string RawText(TestGateway test)
    {
        var raw = new StringBuilder();
        foreach (string file in Directory.GetFiles(test.Settings.Store.Folder, "emailsms.db*"))
        {
            using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            raw.Append(reader.ReadToEnd());
        }

        return raw.ToString();
    }

    private static async Task<JsonElement> ExportAsync(TestGateway test, string who)
    {
        using var folder = new TestFolder();
        string file = folder.File("report.json");
        (int code, string output, string errors) = await RunAsync(test, "export", who, "--out", file);
        Assert.True(code == 0 && output.Length == 0, output + errors);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        (_, output, _) = await RunAsync(test, "export", who);
        Assert.Equal(
            JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("counts").ToString(),
            JsonDocument.Parse(output).RootElement.GetProperty("counts").ToString());
        return JsonDocument.Parse(output).RootElement;
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(TestGateway test, params string[] words) =>
        LineProcess.RunAsync(["privacy", .. words, "--data", test.Settings.Store.Folder]);
}
