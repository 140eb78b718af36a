using EmailSms.Store;
using Microsoft.Data.Sqlite;

namespace EmailSms.Tests.Store;

public sealed class StoreSessionTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StoreSession _session;

    public StoreSessionTests()
    {
        _session = new StoreSession(Path.Combine(_folder.Path, "one.db"), readOnly: false);
        _session.Execute("create table thing (id integer primary key, value)");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<object?> Values =>
    [
        null!, "", "plain", "Grüße, 你好", new string('ü', 3000), 0L, long.MinValue, 1.5, new byte[] { 0, 1, 255 },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void What_is_bound_is_read_back_as_it_was(object? value)
    {
        Assert.Equal(1, _session.Execute("insert into thing (value) values (@value)", ("@value", value)));

        Assert.Equal(value, _session.Scalar("select value from thing"));
        Assert.Equal(value is null ? 0L : 1L, _session.Scalar("select count(*) from thing where value is not null"));
    }

    [Fact]
    public void One_statement_is_run_again_with_other_values()
    {
        for (int i = 1; i <= 3; i++) Add(i, $"value {i}");

        Assert.Equal("value 2", _session.Scalar("select value from thing where id = @id", ("@id", 2)));
        Assert.Null(_session.Scalar("select value from thing where id = @id", ("@id", 4)));
        Assert.Equal(3, _session.Execute("update thing set value = @value", ("@value", true)));
        Assert.Equal(0, _session.Execute("update thing set value = @value where id = @id", ("@value", 1), ("@id", 4)));
    }

    [Fact]
    public void The_order_of_the_parameters_is_that_of_the_caller()
    {
        Add(1, "one");

        const string sql = "select value from thing where id = @id and value = @value";
        Assert.Equal("one", _session.Scalar(sql, ("@id", 1), ("@value", "one")));
        Assert.Equal("one", _session.Scalar(sql, ("@value", "one"), ("@id", 1)));
    }

    [Fact]
    public void A_change_that_returns_is_made_whole()
    {
        for (int i = 1; i <= 3; i++) Add(i, "old");

        Assert.Equal(1L, _session.Scalar("update thing set value = 'new' returning id"));
        Assert.Equal(3L, _session.Scalar("select count(*) from thing where value = 'new'"));
    }

    [Fact]
    public void A_parameter_that_is_missing_is_named_as_a_fault()
    {
        ArgumentException missing = Assert.Throws<ArgumentException>(
            () => _session.Execute("insert into thing (id, value) values (@id, @value)", ("@id", 1)));
        Assert.Contains("@id", missing.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => _session.Scalar("select value from thing where id = @id", ("@id", TimeSpan.Zero)));
    }

    [Fact]
    public void A_fault_is_SQLites_own_and_the_statement_can_be_run_again()
    {
        Add(1, "one");

        Assert.Equal(19, Assert.Throws<SqliteException>(() => Add(1, "two")).SqliteErrorCode); // SQLITE_CONSTRAINT
        Add(2, "two");
        Assert.Equal(1, Assert.Throws<SqliteException>(() => _session.Execute("no words of SQL")).SqliteErrorCode);
    }

    [Fact]
    public void A_text_of_several_statements_is_run_whole()
    {
        _session.Execute("insert into thing (id) values (7); insert into thing (id) values (8);");

        Assert.Equal(2L, _session.Scalar("select count(*) from thing"));
    }

    private void Add(int id, string value) =>
        _session.Execute("insert into thing (id, value) values (@id, @value)", ("@id", id), ("@value", value));
}
