using CsCheck;
using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class WrittenAddressTests
{
    [Theory]
    [InlineData("+447700900123", "+447700900123", "")]
    [InlineData("+447700900123+class=urgent+parts=2", "+447700900123", "class=urgent parts=2")]
    [InlineData("447700900123+Class=urgent", "447700900123", "class=urgent")]
    [InlineData("\"+44 7700 900123 +at=18:30\"", "+44 7700 900123", "at=18:30")]
    [InlineData("SMS=+447700900123+in=5m", "SMS=+447700900123", "in=5m")]
    [InlineData("sms:447700900123+in=5m", "sms:447700900123", "in=5m")]
    [InlineData("+447700900123/TYPE=PLMN+in=5m", "+447700900123/TYPE=PLMN", "in=5m")]
    [InlineData("447700900123?maxmsgs=7", "447700900123", "parts=7")]
    [InlineData("+447700900123?maxmsgs=7&from=ACME", "+447700900123", "parts=7 from=ACME")]
    [InlineData("+447700900123+rule=a?b", "+447700900123", "rule=a?b")]
    [InlineData("/id=447700900123/maxpages=1/", "447700900123", "parts=1")]
    [InlineData("/id=447700900123/from=ACME/maxpages=1/", "447700900123", "from=ACME parts=1")]
    [InlineData("night-shift+class=urgent", "night-shift", "class=urgent")]
    public void An_address_is_taken_apart(string localPart, string target, string options)
    {
        Assert.True(WrittenAddress.TryTake(localPart, out WrittenAddress? address, out _));
        Assert.Equal(target, address.Target);
        Assert.Equal(options, string.Join(' ', address.Options.Select(one => $"{one.Key}={one.Value}")));
    }

    [Theory]
    [InlineData("+447700900123+")]
    [InlineData("+447700900123+tag")]
    [InlineData("+447700900123+=2")]
    [InlineData("+447700900123+parts=")]
    [InlineData("447700900123?")]
    [InlineData("/id=447700900123/maxpages/")]
    [InlineData("44+7700900123")]
    public void A_plus_without_an_option_is_refused(string localPart)
    {
        Assert.False(WrittenAddress.TryTake(localPart, out _, out string? wrong));
        Assert.Contains("no option behind it", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parts=2", "2")]
    [InlineData("class=FLASH", "Flash")]
    [InlineData("in=1h30m", "01:30:00")]
    [InlineData("valid=2d", "2.00:00:00")]
    [InlineData("from=447700900999", "+447700900999")]
    [InlineData("from=60123", "60123")]
    [InlineData("from=CLINIC", "CLINIC")]
    public void An_option_is_read(string text, string expected)
    {
        RecipientOptions read = Read(text, out _)!;
        Assert.Contains(
            expected, new[] { $"{read.Parts}", $"{read.Class}", $"{read.In}", $"{read.Valid}", read.From });
    }

    [Theory]
    [InlineData("parts=0", "parts")]
    [InlineData("parts=-1", "parts")]
    [InlineData("parts=many", "parts")]
    [InlineData("class=2", "class")]
    [InlineData("class=loud", "class")]
    [InlineData("at=25:00", "at")]
    [InlineData("at=20260230T1000", "at")]
    [InlineData("in=0m", "in")]
    [InlineData("in=soon", "in")]
    [InlineData("valid=30s", "valid")]
    [InlineData("parts=1 parts=2", "twice")]
    [InlineData("at=1800 in=5m", "two times")]
    [InlineData("colour=red", "no such option")]
    [InlineData("none=1", "no such option")]
    public void A_wrong_option_is_told_and_what_would_be_right(string text, string word)
    {
        Assert.Null(Read(text, out string? wrong));
        Assert.Contains(word, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1830", "2026-03-28T20:00Z", "2026-03-29T16:30:00Z")] // tomorrow, and in summer time by then
    [InlineData("2130", "2026-03-28T20:00Z", "2026-03-28T20:30:00Z")]
    [InlineData("1830Z", "2026-03-28T20:00Z", "2026-03-29T18:30:00Z")]
    [InlineData("20260329T0230", "2026-03-28T20:00Z", null)] // no clock in Berlin shows it
    [InlineData("20261025T0230", "2026-10-24T20:00Z", "2026-10-25T00:30:00Z")] // comes twice: the first
    [InlineData("2026-12-24T1800", "2026-10-24T20:00Z", "2026-12-24T17:00:00Z")]
    [InlineData("0001-01-01T0000", "2026-10-24T20:00Z", null)]
    public void A_time_is_that_of_the_clock_on_the_wall(string text, string now, string? expected)
    {
        Assert.True(WrittenTime.TryParse(text, out WrittenTime time));
        DateTimeOffset? moment = time.Resolve(
            DateTimeOffset.Parse(now, null), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, null), moment);
    }

    [Fact]
    public void Taking_any_address_apart_never_throws_and_a_refusal_holds_no_token()
    {
        Gen<string> near = Gen.String[Gen.Char["+0123456789 ()-./\"\\smsSM=:,?&atokenrulevidpfclg/TYPELN"], 0, 90];
        Gen.Select(Gen.OneOf<string>(near, Gen.String), Gen.Bool).Sample((text, hasToken) =>
        {
            string localPart = hasToken ? $"{text}+token=SECRET99" : text;
            if (!WrittenAddress.TryTake(localPart, out WrittenAddress? address, out string? malformed))
            {
                Assert.DoesNotContain("SECRET", malformed, StringComparison.Ordinal);
                return;
            }

            if (!RecipientOptions.TryRead(address.Options, out RecipientOptions? read, out string? wrong))
            {
                Assert.DoesNotContain("SECRET", wrong, StringComparison.Ordinal);
            }
            else if (read.At is { } at)
            {
                _ = at.Resolve(DateTimeOffset.MaxValue, TimeZoneInfo.Utc);
            }
        }, iter: 20_000);
    }

    private static RecipientOptions? Read(string text, out string? wrong)
    {
        List<(string, string)> words =
            [.. text.Split(' ').Select(word => word.Split('=')).Select(pair => (pair[0], pair[1]))];
        RecipientOptions.TryRead(words, out RecipientOptions? read, out wrong);
        return read;
    }
}
