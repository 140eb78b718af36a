using System.Text.RegularExpressions;

namespace EmailSms.Tests.Tidy;

/// <summary>Each complaint of docs/reference/smpp-complaints.md has tests, and they are there.</summary>
public sealed partial class SmppComplaintsTests
{
    [Fact]
    public void Each_of_the_eighteen_complaints_has_tests_that_are_there()
    {
        HashSet<string> tests = [.. Source.Files("tests")
            .SelectMany(file => TestNames().Matches(file.Text).Select(match => match.Groups[1].Value))];
        string[][] rows = [.. DocPage.Read("docs/reference/smpp-complaints.md").Rows];

        Assert.Equal(Enumerable.Range(1, 18).Select(number => $"{number}"), rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.All(
            row[2].Split(", "), name => Assert.True(tests.Contains(name), $"{row[0]}: there is no test {name}")));
    }

    [GeneratedRegex(@"public (?:async Task|void) (\w+_\w+)\(")]
    private static partial Regex TestNames();
}
