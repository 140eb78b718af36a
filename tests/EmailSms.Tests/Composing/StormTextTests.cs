using CsCheck;
using EmailSms.Composing;
using EmailSms.Smpp.Text;

namespace EmailSms.Tests.Composing;

public sealed class StormTextTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public void It_says_how_many_and_how_they_begin()
    {
        string text = StormText.Write(3, FiveMinutes, ["HOST-A down\nsince 10:00", "HOST-B down.", "HOST-C up"], 1);
        Assert.Equal("+3 more in 5 min: HOST-A down, HOST-B down, HOST-C up", text);
    }

    [Fact]
    public void The_same_beginning_is_told_once() =>
        Assert.Equal(
            "+4 more in 90 s: Link flap, Link up",
            StormText.Write(4, TimeSpan.FromSeconds(90), ["Link flap", "Link up", "Link flap", "Link flap"], 1));

    [Fact]
    public void What_is_not_told_is_dots()
    {
        Assert.Equal(
            "+14 more in 3 h: HOST-A down, HOST-B down, ...",
            StormText.Write(14, TimeSpan.FromHours(3), ["HOST-A down", "HOST-B down"], 1));
        string full = StormText.Write(
            99, FiveMinutes, [.. Enumerable.Range(0, 40).Select(i => $"Host {i} is down")], 1);
        Assert.StartsWith("+99 more in 5 min: Host 0 is down, Host 1 is down, ", full, StringComparison.Ordinal);
        Assert.EndsWith("...", full, StringComparison.Ordinal);
        Assert.Equal(1, SmsSegmenter.CountParts(full));
    }

    [Fact]
    public void It_never_has_more_parts_than_the_rule_allows() => Gen
        .Select(Gen.Int[1, 100_000], Gen.String.List[0, StormText.TextsMax], Gen.Int[1, 10])
        .Sample((count, texts, parts) =>
            SmsSegmenter.CountParts(StormText.Write(count, FiveMinutes, texts, parts)) <= parts);
}
