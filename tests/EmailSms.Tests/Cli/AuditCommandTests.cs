using System.Text.Json;
using EmailSms.Api;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.EndToEnd;
using EmailSms.Tests.Tidy;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

/// <summary>Every command that changes something leaves an entry in the audit trail.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Guid _held = Guid.CreateVersion7();
    private readonly Guid _heldToo = Guid.CreateVersion7();
    private readonly Guid _new = Guid.CreateVersion7();
    private readonly Guid _newToo = Guid.CreateVersion7();

    public void Dispose() => _folder.Dispose();

    // In an order in which each has something to change; the first words name the command.
    private string[][] Changing =>
    [
        ["senders add", "--from", "@x.example", "--to", "GB", "--token", "a-secret-token"],
        ["senders edit", "1", "--note", "ward"],
        ["senders remove", "1"],
        ["senders import", _folder.File("rules.csv")],
        ["users add", "ann", "--generate"],
        ["users password", "ann", "--generate"],
        ["users disable", "ann"],
        ["users enable", "ann"],
        ["users remove", "ann"],
        ["contacts add", "anna", "--number", "+447700900201"],
        ["contacts edit", "anna", "--note", "ward"],
        ["contacts import", _folder.File("contacts.csv")],
        ["groups add", "ward", "--members", "anna"],
        ["groups edit", "ward", "--note", "night"],
        ["groups import", _folder.File("groups.csv")],
        ["oncall add", "ops", "--owner", "boss@x.example", "--chain", "anna"],
        ["oncall edit", "ops", "--note", "ops"],
        ["oncall import", _folder.File("oncall.csv")],
        ["oncall remove", "ops"],
        ["groups remove", "ward"],
        ["contacts remove", "anna"],
        ["numbers add", "+447700900999", "--default"],
        ["numbers remove", "+447700900999"],
        ["keywords add", "lab", "--mailbox", "lab@x.example"],
        ["keywords remove", "lab"],
        ["conversations close", "conversation-1"],
        ["optouts add", "+447700900123"],
        ["optouts remove", "+447700900123"],
        ["consent add", "+447700900123", "--purpose", "marketing", "--method", "paper"],
        ["consent withdraw", "+447700900123"],
        ["consent import", _folder.File("consent.csv")],
        ["disclaimer learn", _folder.File("sample.eml")],
        ["disclaimer remove", "1"],
        ["carriers pause", "sandbox", "--reason", "invoice"],
        ["carriers resume", "sandbox"],
        ["sms resend", _held.ToString()],
        ["sms fail", _heldToo.ToString()],
        ["sms approve", _new.ToString()],
        ["sms reject", _newToo.ToString()],
        ["hooks retry", "1"],
        ["outbox retry"],
        ["pause", "sender", "ann@x.example"],
        ["resume", "sender", "ann@x.example"],
        ["privacy export", "nobody@x.example"],
        ["privacy erase", "nobody@x.example", "--yes"],
        ["store rekey"],
    ];

    [Fact]
    public async Task Every_command_that_changes_something_leaves_an_entry()
    {
        Assert.Equal(AuditedCommandsTests.Changing.Order(), Changing.Select(words => words[0]).Order());
        await WriteFilesAsync();
        Dictionary<string, int> entries = [];
        int known = 0;
        foreach (string[] words in Changing)
        {
            (int code, string output, string errors) = await RunAsync([.. words[0].Split(' '), .. words[1..]]);
            Assert.True(code == 0, $"{words[0]}: {output}{errors}");
            List<AuditEntry> all = await TrailAsync();
            entries[words[0]] = all.Count - known;
            known = all.Count;
            Assert.StartsWith("cli:", all[^1].Actor, StringComparison.Ordinal);
        }

        Assert.All(entries, one => Assert.True(one.Value == 1, $"{one.Key} left {one.Value} entries"));
        (_, string text, _) = await RunAsync("audit", "export");
        Assert.DoesNotContain("a-secret-token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM", text, StringComparison.Ordinal);
        (int good, string verified, string wrong) = await RunAsync("audit", "verify");
        Assert.Equal((0, ""), (good, wrong));
        Assert.Contains("The chain holds.", verified, StringComparison.Ordinal);
        (int gone, _, string told) = await RunAsync("audit", "verify", "--head", new string('a', 64));
        Assert.Equal(1, gone);
        Assert.Contains("No entry has the hash", told, StringComparison.Ordinal);
        (_, string listed, _) = await RunAsync("audit", "list", "--subject", "opt_out", "--action", "removed");
        Assert.Contains("opt_out +447700900123 *", listed, StringComparison.Ordinal);
        Assert.Single(listed.Split('\n'));
        Assert.Equal(2, (await RunAsync("audit", "list", "--since", "yesterday")).Code);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync([.. words, "--config", _folder.File("appsettings.json")]);

    private async Task<List<AuditEntry>> TrailAsync()
    {
        await using SqliteStore store = OpenStore();
        return [.. AuditTrail.All(store)];
    }

    private SqliteStore OpenStore() => SqliteStore.Open(
        new StoreOptions { Folder = _folder.Path }, TimeProvider.System, NullLogger<SqliteStore>.Instance);

    private async Task WriteFilesAsync()
    {
        File.WriteAllText(_folder.File("rules.csv"), "from,network,to\n@x.example,10.0.0.0/8,GB\n");
        Dictionary<string, string> files = new()
        {
            ["contacts.csv"] = "name,number\nanna,+447700900202\n",
            ["groups.csv"] = "name,members\nward,anna +447700900203\n",
            ["oncall.csv"] = "name,owner,chain\nops,chief@x.example,anna\n",
            ["consent.csv"] = "number,purpose,given,method\n+447700900124,marketing,2026-11-24T10:00Z,import\n",
            ["sample.eml"] = "From: a@x.example\r\nSubject: s\r\n\r\nHello\r\n\r\n"
                + "This message is confidential and may be read by nobody but the person it is addressed to, "
                + "as the law of this country says.\r\n",
            ["appsettings.json"] = JsonSerializer.Serialize(new
            {
                Store = new { Folder = _folder.Path, DiskFreeBytesMin = 0 },
                Smtp = new { Listen = new[] { "127.0.0.1:0" } },
                Addresses = new { Domains = new[] { "sms.example" } },
                Replies = new { DefaultMailbox = "office@x.example" },
                Carriers = new { sandbox = new { Kind = "Sandbox" } },
            }),
        };
        foreach ((string name, string text) in files) await File.WriteAllTextAsync(_folder.File(name), text);
        await using SqliteStore store = OpenStore();
        var queue = new SmsQueue(store, new QueueOptions(), TimeProvider.System);
        long later = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        await store.WriteAsync(db =>
        {
            foreach (Guid id in new[] { _held, _heldToo, _new, _newToo })
            {
                queue.Enqueue(
                    db,
                    new NewSms(
                        id, null, PhoneNumber.FromE164("+447700900123"), "", "", "Hi", "gsm7", 1, null,
                        NoticeSetting.Never, later),
                    new { });
            }

            db.Execute(
                """
                insert into conversation (id, own, their, mailbox, created_ms, last_ms, message_ids)
                values ('conversation-1', '', '+447700900123', 'a@x.example', 1, 1, '')
                """);
            db.Execute(
                "insert into webhook (carrier, received_ms, item, due_ms) values ('main', 0, '{}', @never)",
                ("@never", Webhooks.Never));
            db.Execute(
                """
                insert into outbox (id, kind, state, created_ms, due_ms, expires_ms, mail_from, rcpt_to, content)
                values ('a', 'notice', 'failed', 0, 0, 1, '', 'ann@x.example', x'')
                """);
            db.Execute("update sms set state = 'held', leased_by = null");
            db.Execute(
                "update sms set reason = @reason where id in (@one, @other)",
                ("@reason", FailureCode.NeverApproved.Code), ("@one", _new.ToString()), ("@other", _newToo.ToString()));
        });
    }
}
