using System.Text.RegularExpressions;
using EmailSms.Store;

namespace EmailSms.Tests.Tidy;

/// <summary>
/// The house of DESIGN and docs/develop/architecture.md: who may use whom, and how large a thing may grow.
/// </summary>
public sealed partial class HouseRulesTests
{
    private const int FileLinesMax = 400;
    private const int MethodLinesMax = 70;
    private const int LineMax = 120;

    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Messages"] = 1,
        ["Store"] = 1,
        ["Policy"] = 2,
        ["Composing"] = 2,
        ["Queue"] = 2,
        ["Carriers"] = 2,
        ["MailOut"] = 2,
        ["MailIn"] = 3,
        ["Delivery"] = 3,
        ["Replies"] = 3,
        ["Api"] = 3,
        ["Console"] = 3,
        ["Cli"] = 4,
        [""] = 4,
    };

    private static readonly Dictionary<string, string> TableOwners = new()
    {
        ["mail"] = "Queue",
        ["sms"] = "Queue",
        ["submission"] = "Queue",
        ["event"] = "Queue",
        ["pause"] = "Queue",
        ["escalation"] = "Queue",
        ["escalation_sms"] = "Queue",
        ["fetched_mail"] = "MailIn",
        ["sender_rule"] = "Policy",
        ["sender_rule_version"] = "Policy",
        ["smtp_user"] = "Policy",
        ["quota"] = "Policy",
        ["country"] = "Policy",
        ["number_block"] = "Policy",
        ["opt_out"] = "Policy",
        ["consent"] = "Policy",
        ["person_key"] = "Policy",
        ["keyword_answer"] = "Policy",
        ["conversation"] = "Replies",
        ["inbound"] = "Replies",
        ["own_number"] = "Replies",
        ["own_keyword"] = "Replies",
        ["inbound_conversation"] = "Replies",
        ["reply_question"] = "Replies",
        ["reply_mail"] = "Replies",
        ["outbox"] = "MailOut",
        ["mail_token"] = "MailOut",
        ["phone_network"] = "Carriers",
        ["contact"] = "Composing",
        ["contact_group"] = "Composing",
        ["on_call"] = "Composing",
        ["disclaimer"] = "Composing",
        ["webhook"] = "Api",
        ["webhook_key"] = "Api",
        ["api_key"] = "Api",
        ["audit"] = "Api",
        ["schema_version"] = "Store",
        ["text_key"] = "Store",
        ["text_secret"] = "Store",
    };

    // Longer than the rule for a reason that stands beside the name.
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["src/EmailSms.Smpp/Text/Composition.cs"] = "one table of letters and their compositions",
        ["tests/EmailSms.Smpp.Tests/Codec/GoldenPduTests.cs"] = "one table of PDUs and their octets",
    };

    [Fact]
    public void A_room_uses_only_rooms_on_lower_floors()
    {
        // The rooms are sister namespaces, so a file cannot name a type of another without naming its room.
        List<string> wrong =
        [
            .. from file in Source.Files("src/EmailSms")
               where file.Room.Length > 0
               from Match match in RoomNames().Matches(Source.WithoutComments(file.Text))
               let room = match.Groups[1].Value
               where room != file.Room && Floors[room] >= Floors[file.Room]
               select $"{file.Path} (floor {Floors[file.Room]}) names {room} (floor {Floors[room]})",
        ];

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void The_rule_of_floors_sees_a_name_of_a_room() =>
        Assert.Equal(
            ["Policy", "Queue", "Store"],
            RoomNames().Matches("using EmailSms.Policy;\n var x = Queue.Timeline.Of(y); using static EmailSms.Store.S;")
                .Select(match => match.Groups[1].Value));

    [Fact]
    public void Every_folder_of_the_product_is_a_room_with_a_floor() =>
        Assert.All(Source.Files("src/EmailSms"), file => Assert.Contains(file.Room, Floors.Keys));

    [Fact]
    public void A_table_is_named_in_the_SQL_of_one_room()
    {
        List<string> wrong = [];
        HashSet<string> seen = [];
        foreach (SourceFile file in Source.Files("src"))
        {
            foreach (Match text in Strings().Matches(Source.WithoutComments(file.Text)))
            {
                if (!Sql().IsMatch(text.Value)) continue;
                foreach (string table in Tables().Matches(text.Value).Select(match => match.Groups[1].Value))
                {
                    if (!TableOwners.TryGetValue(table, out string? owner)) continue;
                    seen.Add(table);
                    if (owner != file.Room) wrong.Add($"{file.Path} names {table}, which is {owner}'s");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Contains("sms", seen); // or the test looks at nothing
        Assert.Contains("outbox", seen);
    }

    [Fact]
    public void Every_table_is_audited_or_is_known_not_to_be()
    {
        string[] messages =
        [
            "mail", "sms", "submission", "event", "escalation", "escalation_sms", "conversation", "inbound",
            "inbound_conversation", "reply_question", "reply_mail", "outbox", "mail_token",
            "quota", "country", "number_block", "keyword_answer", "sender_rule_version", "audit", "schema_version",
            "webhook", "webhook_key", "fetched_mail", "person_key",
            "text_key", "text_secret", "phone_network",
        ];

        // What people and carriers send is on timelines; what somebody decided is in the audit trail.
        Assert.Empty(Audit.Tables.Intersect(messages));
        Assert.Equal(TableOwners.Keys.Order(), Audit.Tables.Concat(messages).Order());
    }

    [Fact]
    public void Every_store_of_the_product_is_audited()
    {
        List<string> opens =
        [
            .. from file in Source.Files("src/EmailSms")
               from Match match in Opens().Matches(file.Text)
               select match.Value,
        ];
        Assert.True(opens.Count >= 2, "The test has lost its stores.");
        Assert.All(opens, open => Assert.Contains("AuditTrail.SinkOf", open, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_methods_and_lines_keep_to_their_lengths()
    {
        List<string> wrong = [];
        foreach (SourceFile file in Source.Files("src", "tests", "samples"))
        {
            string[] lines = file.Lines;
            if (lines.Length > FileLinesMax + 1 && !Excused.ContainsKey(file.Path))
            {
                wrong.Add($"{file.Path} has {lines.Length} lines");
            }

            wrong.AddRange(lines.Index().Where(line => line.Item.Length > LineMax)
                .Select(line => $"{file.Path}:{line.Index + 1} has {line.Item.Length} columns"));
            if (!Excused.ContainsKey(file.Path)) wrong.AddRange(LongMethods(file.Path, lines));
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.All(Excused.Keys, path => Assert.True(File.Exists(Path.Combine(Source.Root, path)), path));
    }

    [Fact]
    public void Nothing_is_called_by_a_drawer_s_name() => Assert.Empty(
        from file in Source.Files("src", "samples")
        from Match match in Declarations().Matches(Source.WithoutComments(file.Text))
        let name = match.Groups[1].Value
        where Drawers().IsMatch(name)
        select $"{file.Path}: {name}");

    [Fact]
    public void Nothing_unfinished_lands() => Assert.Empty(
        from file in Source.Files("src", "tests", "samples")
        where !file.Path.EndsWith("HouseRulesTests.cs", StringComparison.Ordinal)
        from line in file.Lines.Index()
        where Unfinished().IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}");

    [Fact]
    public void Log_event_ids_are_unique_and_lie_in_the_block_of_their_room()
    {
        List<(string Path, int Id)> ids =
        [
            .. from file in Source.Files("src")
               from Match match in LogEvents().Matches(file.Text)
               select (file.Path, int.Parse(match.Groups[1].Value)),
        ];

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(one => one.Id).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(ids.GroupBy(one => one.Path), file => Assert.Single(file.Select(one => one.Id / 100).Distinct()));
    }

    // A block at the indent of a member whose head is not that of a type: a method, a constructor, a property.
    private static IEnumerable<string> LongMethods(string path, string[] lines)
    {
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd() is not ("    {" or "        {")) continue;
            string indent = lines[i][..lines[i].IndexOf('{')];
            int head = i - 1;
            while (head > 0 && lines[head].StartsWith(indent + " ", StringComparison.Ordinal)) head--;
            if (TypeHead().IsMatch(lines[head]) || !lines[head].StartsWith(indent, StringComparison.Ordinal)) continue;
            int end = Array.FindIndex(lines, i, line => line.StartsWith(indent + "}", StringComparison.Ordinal));
            int length = end - head + 1;
            if (length > MethodLinesMax) yield return $"{path}:{head + 1} is a method of {length} lines";
        }
    }

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"(?:using (?:static )?(?:\w+ = )?EmailSms\.|(?<![\w.])(?:EmailSms\.)?)"
        + @"\b(Messages|Store|Policy|Composing|Queue|Carriers|MailOut|MailIn|Delivery|Replies|Api|Console|Cli)\b"
        + @"(?=;|\.[A-Z])(?!\.(?:Out|Error|In)\b)")]
    private static partial Regex RoomNames();

    [GeneratedRegex("\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"", RegexOptions.Singleline)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:select|insert|update|delete)\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(?:from|into|update|join)\s+([a-z_]+)\b")]
    private static partial Regex Tables();

    [GeneratedRegex(@"SqliteStore\.Open\([^;]*;")]
    private static partial Regex Opens();

    [GeneratedRegex("(?:Manager|Helper|Helpers|Utils|Util|Utilities|Service|Base|Impl)$")]
    private static partial Regex Drawers();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX|NotImplementedException)\b|#region")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(\d+)")]
    private static partial Regex LogEvents();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum|namespace)\b")]
    private static partial Regex TypeHead();
}
