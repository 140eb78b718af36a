using EmailSms.Messages;

namespace EmailSms.Tests.Messages;

public sealed class AddressTests
{
    [Theory]
    [InlineData("+447700900123", "+44…23")]
    [InlineData("+112", "…")]
    [InlineData("+123456789012345", "+12…45")]
    public void A_number_is_whole_only_where_that_is_asked_for(string text, string masked)
    {
        PhoneNumber number = PhoneNumber.FromE164(text);
        Assert.Equal((text, text[1..], masked), (number.E164, number.Digits, number.ToString()));
        Assert.Equal(masked, $"{number}");
        Assert.Equal(number, PhoneNumber.FromE164(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("+44")]
    [InlineData("447700900123")]
    [InlineData("+0447700900123")]
    [InlineData("+1234567890123456")]
    [InlineData("+44 7700 900123")]
    [InlineData("+44770090012a")]
    [InlineData("+４４7700900123")]
    [InlineData("++447700900123")]
    public void What_is_not_E164_is_no_number(string? text)
    {
        Assert.False(PhoneNumber.TryFromE164(text, out _));
        if (text is not null) Assert.Throws<FormatException>(() => PhoneNumber.FromE164(text));
    }

    [Fact]
    public void A_default_number_says_nothing_and_is_used_for_nothing()
    {
        Assert.Equal("", default(PhoneNumber).ToString());
        Assert.Throws<InvalidOperationException>(() => default(PhoneNumber).E164);
    }

    [Theory]
    [InlineData("Ann@Clinic.Example", "Ann", "clinic.example", "ann@clinic.example")]
    [InlineData("\"a@b\"@clinic.example", "\"a@b\"", "clinic.example", "\"a@b\"@clinic.example")]
    [InlineData("ups@[192.0.2.1]", "ups", "[192.0.2.1]", "ups@[192.0.2.1]")]
    [InlineData("josé@clinic.example", "josé", "clinic.example", "josé@clinic.example")]
    public void An_address_has_a_local_part_a_domain_and_a_key(string text, string local, string domain, string key)
    {
        Assert.True(EmailAddress.TryParse(text, out EmailAddress address));
        Assert.Equal((local, domain, key), (address.LocalPart, address.Domain, address.Key));
        Assert.Equal(EmailAddress.Parse(text.ToUpperInvariant()), address);
        Assert.Equal(EmailAddress.Parse(text.ToUpperInvariant()).GetHashCode(), address.GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("@clinic.example")]
    [InlineData("ann@")]
    [InlineData("ann@.example")]
    [InlineData("ann@clinic.")]
    [InlineData("ann@cli nic.example")]
    [InlineData("ann@clinic.example, bob")]
    [InlineData("<ann@clinic.example>")]
    [InlineData("ann@clinic.example\r\nBcc: eve@evil.example")]
    [InlineData("an\0n@clinic.example")]
    public void What_could_be_read_as_more_than_an_address_is_none(string? text)
    {
        Assert.False(EmailAddress.TryParse(text, out _));
        if (text is not null) Assert.Throws<FormatException>(() => EmailAddress.Parse(text));
    }

    [Fact]
    public void It_is_no_longer_than_the_standard_lets_it_be()
    {
        string domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4))[..189];
        Assert.True(EmailAddress.TryParse($"{new string('l', 64)}@{domain}", out _));
        Assert.False(EmailAddress.TryParse($"{new string('l', 65)}@{domain[1..]}", out _));
        Assert.False(EmailAddress.TryParse($"{new string('l', 64)}@{domain}d", out _));
    }
}
