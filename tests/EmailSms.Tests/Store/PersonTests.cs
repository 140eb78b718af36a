using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Tests.Store;

public sealed class PersonTests
{
    private static readonly Person Ann = OfNumber("+447700900123");

    [Theory]
    [InlineData("+447700900123")]
    [InlineData("447700900123@sms.example")]
    [InlineData("call +44 7700 900 123 now")]
    [InlineData("+44 (0) 7700 900123")]
    [InlineData("00 44 7700-900-123")]
    [InlineData("07700 900123")]
    [InlineData("7700900123")]
    [InlineData("""{"to":"\u002B447700900123"}""")] // as JSON has a plus sign
    [InlineData("rule:5 to:+447700900123")]
    public void A_number_is_found_however_it_is_written(string text)
    {
        Assert.True(Ann.IsIn(text));
        Assert.False(Ann.IsIn(Ann.Redact(text)));
        Assert.Contains(Person.Erased, Ann.Redact(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+4477009001234")]
    [InlineData("14477009001239")]
    [InlineData("+447700900124")]
    [InlineData("900123")]
    [InlineData("")]
    public void Another_number_is_not(string text)
    {
        Assert.False(Ann.IsIn(text));
        Assert.Equal(text, Ann.Redact(text));
    }

    [Fact]
    public void A_short_national_number_counts_with_its_trunk_prefix_alone()
    {
        Person one = OfNumber("+4367612345"); // 67612345 may be any amount
        Assert.True(one.IsIn("0676 12345"));
        Assert.False(one.IsIn("costs 67612345"));
        Assert.True(one.IsIn("+43 676 12345"));
    }

    [Fact]
    public void An_address_is_found_whole_and_in_any_case()
    {
        Person ann = Person.OfAddress("ann.lee@clinic.example");
        Assert.True(ann.IsIn("From: Ann <Ann.Lee@Clinic.EXAMPLE>, sent today"));
        Assert.True(ann.IsIn("sender:ann.lee@clinic.example"));
        Assert.True(ann.IsIn("write to ann.lee@clinic.example."));
        Assert.False(ann.IsIn("joann.lee@clinic.example"));
        Assert.False(ann.IsIn("x.ann.lee@clinic.example"));
        Assert.False(ann.IsIn("ann.lee@clinic.example.org"));
        Assert.Equal("by (erased): yes", ann.Redact("by ANN.LEE@clinic.example: yes"));
    }

    private static Person OfNumber(string number) =>
        Person.OfNumber(number, NumberRegion.NationalOf(PhoneNumber.FromE164(number)));
}
