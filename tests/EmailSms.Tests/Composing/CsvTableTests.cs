using CsCheck;
using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class CsvTableTests
{
    private static readonly string[] Columns = ["name", "number", "note"];

    [Fact]
    public void Rows_are_read_as_RFC_4180_has_them()
    {
        IReadOnlyList<CsvRow> rows = CsvTable.Read(
            "\uFEFFName,NUMBER,note\r\nanna,+44,\"a, \"\"b\"\"\r\nc\"\n\nbob,+45,\n", Columns,
            out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(["anna", "bob"], rows.Select(row => row["name"]));
        Assert.Equal("a, \"b\"\r\nc", rows[0]["note"]);
        Assert.Null(rows[1]["note"]);
        Assert.Equal([2, 5], rows.Select(row => row.Line));
    }

    [Theory]
    [InlineData("", "Line 1: there is no header")]
    [InlineData("name,colour\nanna,red\n", "Line 1: there is no column colour")]
    [InlineData("name,name\nanna,bob\n", "Line 1: a column is there twice")]
    [InlineData("name,number\nanna\n", "Line 2: it has 1 fields")]
    [InlineData("name,number\n\"anna,+44\n", "Line 2: a quote")]
    [InlineData("name,number\nan\"na,+44\n", "Line 2: a quote")]
    [InlineData("name,number\n\"an\"na,+44\n", "Line 2: a quote")]
    public void A_mistake_has_its_line(string text, string mistake)
    {
        CsvTable.Read(text, Columns, out IReadOnlyList<string> mistakes);
        Assert.Contains(mistakes, one => one.StartsWith(mistake, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_written_is_read_again_and_nothing_throws()
    {
        Gen<string> fields = Gen.String[Gen.Char["ab ,\"\r\nü;"], 0, 12];
        Gen.Select(fields, fields, fields).Sample((one, two, three) =>
        {
            string text = CsvTable.Row(Columns) + CsvTable.Row(one, two, three);
            CsvTable.Read(one + text + two, Columns, out _); // anything at all
            IReadOnlyList<CsvRow> rows = CsvTable.Read(text, Columns, out IReadOnlyList<string> mistakes);
            Assert.Empty(mistakes);
            CsvRow row = Assert.Single(rows);
            Assert.Equal(
                [one.Trim(), two.Trim(), three.Trim()], Columns.Select(column => row[column] ?? ""));
        }, iter: 5_000);
    }
}
