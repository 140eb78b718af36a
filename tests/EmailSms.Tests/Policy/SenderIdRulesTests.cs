using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class SenderIdRulesTests
{
    [Theory]
    [InlineData(
        "+12025550143", "ACME",
        "US: a sender ID of letters (ACME) is replaced there or the SMS dropped; use a number.")]
    [InlineData("+6581234567", "ACME", "SG: a sender ID of letters (ACME) has to be registered there.")]
    [InlineData("+447700900123", "ACME", null)]
    [InlineData("+447700900123", "", null)]
    [InlineData("+12025550143", "+18005550199", null)] // toll-free numbers are verified otherwise
    [InlineData(
        "+12025550143", "+12025550199",
        "US: carriers refuse numbers without a registered campaign (10DLC); give it with --campaign.")]
    [InlineData(
        "+918123456789", "+447700900999",
        "IN: carriers want the ids of DLT; give them with --dlt-entity and --dlt-template.")]
    public void A_country_has_something_to_say_of_a_sender(string to, string senderId, string? warning) => Assert.Equal(
        warning is null ? [] : [warning],
        SenderIdRules.WarningsFor(PhoneNumber.FromE164(to), senderId, Registration.None));

    [Fact]
    public void What_is_registered_is_not_warned_of()
    {
        var registration = new Registration
        {
            Campaign = "C1",
            DltEntity = "1101000000000000009",
            DltTemplates = [new DltTemplate("1107160000000000001", "x")],
        };
        Assert.Empty(SenderIdRules.WarningsFor(
            PhoneNumber.FromE164("+12025550143"), "+12025550199", registration));
        Assert.Empty(SenderIdRules.WarningsFor(PhoneNumber.FromE164("+918123456789"), "+12025550199", registration));
    }

    [Theory]
    [InlineData("US GB", "US: a sender ID of letters (ACME) is replaced there or the SMS dropped; use a number.")]
    [InlineData("+1*", "CA, US: a sender ID of letters (ACME) is replaced there or the SMS dropped; use a number.")]
    [InlineData("+1* !US !CA", null)]
    [InlineData("US", "US: a sender ID of letters (ACME) is replaced there or the SMS dropped; use a number.")]
    [InlineData("+447700900123", null)]
    [InlineData("GB DE contacts", null)]
    public void A_rule_is_warned_of_for_the_countries_that_it_opens(string to, string? warning) => Assert.Equal(
        warning is null ? [] : [warning], SenderIdRules.WarningsFor(Rule(to, "ACME")));

    [Fact]
    public void A_rule_that_opens_everything_names_a_few_of_them()
    {
        string[] told = [.. SenderIdRules.WarningsFor(Rule("*", "ACME"))];
        Assert.Equal(3, told.Length); // letters refused, letters registered, and India
        Assert.Matches("^AR, BE, BR, CA, CL, CN and [0-9]+ more: ", told[0]);
        Assert.Equal("US", SenderIdRules.All.First(one => one.Key == "US").Key);
        Assert.All(SenderIdRules.All.Keys, region => Assert.True(RegionCode.IsOne(region), region));
    }

    private static SenderRule Rule(string to, string senderId)
    {
        var draft = new SenderRuleDraft
        {
            Sender = "*",
            Networks = "10.0.0.0/8",
            Destinations = to,
            SenderId = senderId,
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> no), string.Join(' ', no));
        return rule;
    }
}
