namespace EmailSms.Smtp.Tests;

public sealed class SmtpPathTests
{
    [Theory]
    [InlineData("<>", "", "", "")]
    [InlineData("<a@b>", "a@b", "a", "b")]
    [InlineData("  <a@b>", "a@b", "a", "b")]
    [InlineData("<A.b+c=d@B.example>", "A.b+c=d@B.example", "A.b+c=d", "B.example")]
    [InlineData("<\"\"\"@b>", null, null, null)]
    [InlineData("<\"a b\"@b>", "\"a b\"@b", "a b", "b")]
    [InlineData("<\"a\\>b\"@b>", "\"a\\>b\"@b", "a>b", "b")]
    [InlineData("<\"a@c\"@b>", "\"a@c\"@b", "a@c", "b")]
    [InlineData("<\"\"@b>", null, null, null)]
    [InlineData("<\"a@b>", null, null, null)]
    [InlineData("<\"a\\", null, null, null)]
    [InlineData("<@r.example:a@b>", "a@b", "a", "b")]
    [InlineData("<@r.example,@s.example:a@b>", "a@b", "a", "b")]
    [InlineData("<@r.example,a@b>", null, null, null)]
    [InlineData("<@r.example>", null, null, null)]
    [InlineData("<a@[192.0.2.1]>", "a@[192.0.2.1]", "a", "[192.0.2.1]")]
    [InlineData("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]")]
    [InlineData("<a@[192.0.2]>", null, null, null)]
    [InlineData("<a@[192.0.2.1>", null, null, null)]
    [InlineData("<a@[]>", null, null, null)]
    [InlineData("<a@>", null, null, null)]
    [InlineData("<@b>", null, null, null)]
    [InlineData("<a@b", null, null, null)]
    [InlineData("a@b", null, null, null)]
    [InlineData("<a@b>c", null, null, null)]
    [InlineData("<a@b@c>", null, null, null)]
    [InlineData("<a b@c>", null, null, null)]
    [InlineData("<.a@b>", null, null, null)]
    [InlineData("<a.@b>", null, null, null)]
    [InlineData("<a..a@b>", null, null, null)]
    [InlineData("<a@b..c>", null, null, null)]
    [InlineData("<a@.b>", null, null, null)]
    [InlineData("<a@b.>", null, null, null)]
    [InlineData("<a@-b>", null, null, null)]
    [InlineData("<a@b c>", null, null, null)]
    [InlineData("<a@b!c>", null, null, null)]
    [InlineData("<postmaster>", "postmaster", "postmaster", "")]
    [InlineData("<ann>", null, null, null)]
    public void A_path_is_taken_or_refused(string text, string? address, string? localPart, string? domain)
    {
        ReadOnlySpan<char> rest = text;
        bool isTaken = SmtpPath.TryTake(ref rest, isBareAllowed: false, out SmtpPath path);
        Assert.Equal(address is not null, isTaken);
        if (isTaken) Assert.Equal((address, localPart, domain), (path.Address, path.LocalPart, path.Domain));
    }

    [Theory]
    [InlineData("a@b SIZE=1", "a@b")]
    [InlineData("<a@b> SIZE=1", "a@b")]
    [InlineData("", null)]
    [InlineData("a", null)]
    [InlineData("a@b> SIZE=1", null)]
    public void A_bare_address_is_taken_where_it_is_allowed(string text, string? address)
    {
        ReadOnlySpan<char> rest = text;
        bool isTaken = SmtpPath.TryTake(ref rest, isBareAllowed: true, out SmtpPath path);
        Assert.Equal(address, isTaken ? path.Address : null);
        if (isTaken) Assert.Equal(" SIZE=1", rest.ToString());
    }

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void A_path_has_at_most_256_octets(int addressBytes, bool isTaken)
    {
        ReadOnlySpan<char> text = "<" + new string('a', addressBytes - 2) + "@b>";
        Assert.Equal(isTaken, SmtpPath.TryTake(ref text, isBareAllowed: false, out _));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_label_has_at_most_63_octets(int labelBytes, bool isTaken)
    {
        ReadOnlySpan<char> text = "<a@" + new string('b', labelBytes) + ".example>";
        Assert.Equal(isTaken, SmtpPath.TryTake(ref text, isBareAllowed: false, out _));
    }
}
