using EmailSms.Cli;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Cli;

/// <summary>No table and no column that may name a person is left out by <c>emailsms privacy</c>.</summary>
public sealed class PersonalTablesTests : IAsyncDisposable
{
    private readonly TemporaryStore _disk = new(TimeProvider.System);

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public void Every_text_of_every_table_is_searched_or_known_to_name_nobody()
    {
        List<string> wrong = [];
        List<string> real = _disk.Store.Read(db => db.Query(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
            row => row.GetString(0)));
        Assert.Contains("sms", real); // or it looks at nothing
        foreach (string table in real.Where(name => name != "schema_version"))
        {
            PersonalTable? said = PrivacyCommand.Tables.SingleOrDefault(one => one.Name == table);
            if (said is null)
            {
                wrong.Add($"{table}: what of it is about people? Say it in the PersonalData of its room.");
                continue;
            }

            List<(string Name, string Type, long Key)> columns = _disk.Store.Read(db => db.Query(
                $"select name, type, pk from pragma_table_info('{table}') order by pk, cid",
                row => (row.GetString(0), row.GetString(1).ToLowerInvariant(), row.GetInt64(2))));
            string[] texts = [.. columns.Where(one => one.Type is "text" or "blob").Select(one => one.Name)];
            string[] known = [.. said.Columns.Select(one => one.Name)];
            wrong.AddRange(texts.Except(known).Select(name => $"{table}.{name}: may it name a person?"));
            wrong.AddRange(known.Except(texts).Select(name => $"{table}.{name}: there is no such text."));
            wrong.AddRange(known.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));
            string[] key = [.. columns.Where(one => one.Key > 0).Select(one => one.Name)];
            if (key.Length == 0 || key.SequenceEqual(said.Key)) continue;
            wrong.Add($"{table}: its key is {string.Join(',', key)}.");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Empty(PrivacyCommand.Tables.Select(one => one.Name).Except(real));
    }

    [Fact]
    public void Whatever_names_nobody_has_a_reason_and_what_others_rely_on_a_way_out() => Assert.All(
        PrivacyCommand.Tables.SelectMany(table => table.Columns).Where(
            column => column.Use is PersonalUse.Nobody or PersonalUse.Relies),
        column => Assert.False(string.IsNullOrWhiteSpace(column.Why), column.Name));
}
