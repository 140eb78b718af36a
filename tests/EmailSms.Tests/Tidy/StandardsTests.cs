namespace EmailSms.Tests.Tidy;

/// <summary>What the page of standards claims, a test shows.</summary>
public sealed class StandardsTests
{
    [Fact]
    public void Each_row_that_does_not_say_no_names_a_test()
    {
        string[][] rows = [.. DocPage.Read("docs/reference/standards.md").Rows];

        Assert.True(rows.Length > 100, "The test has lost its rows.");
        Assert.Empty(rows
            .Where(row => !row[2].StartsWith("no", StringComparison.Ordinal))
            .Where(row => !row[^1].Contains("/tests/", StringComparison.Ordinal))
            .Select(row => $"{row[0]} {row[1]}"));
    }
}
