using CsCheck;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class RegistrationTests
{
    private const string Id = "1107160000000000001";
    private static readonly PhoneNumber Indian = PhoneNumber.FromE164("+918123456789");
    private static readonly PhoneNumber American = PhoneNumber.FromE164("+12025550143");

    [Theory]
    [InlineData("Your code is {#var#}.", "Your code is 1234.", true)]
    [InlineData("Your code is {#var#}.", "  Your code is 1234. ", true)]
    [InlineData("Your code is {#var#}.", "Your code is .", true)]
    [InlineData("Your code is {#var#}.", "your code is 1234.", false)]
    [InlineData("Your code is {#var#}.", "Your code is 1234", false)]
    [InlineData("Your code is {#var#}.", "Hello. Your code is 1234.", false)]
    [InlineData("{#var#} is down", "Pump 7 is down", true)]
    [InlineData("{#var#}{#var#} x", "123456789012345678901234567890123456789012345678901234567890 x", true)]
    [InlineData("{#var#}{#var#} x", "1234567890123456789012345678901234567890123456789012345678901 x", false)]
    [InlineData("a {#var#} b {#var#} c", "a b b b c c", true)] // the first that fits is not always the one
    [InlineData("One\r\ntwo", "One\ntwo", true)]
    [InlineData("Plain", "Plain", true)]
    public void A_text_is_of_a_template_to_the_letter(string template, string text, bool isOne) =>
        Assert.Equal(isOne, new DltTemplate(Id, template).Matches(text));

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void A_variable_is_thirty_characters_at_most(int length, bool fits) =>
        Assert.Equal(fits, new DltTemplate(Id, "Hi {#var#}!").Matches($"Hi {new string('x', length)}!"));

    [Fact]
    public void Whatever_stands_for_the_variables_is_found_again() => Gen.Select(
        Gen.String[Gen.Char["ab {#}"], 0, 6].Array[1, 5], Gen.String[Gen.Char["ab c"], 0, 30].Array[4]).Sample(
            (literals, variables) =>
            {
                if (literals.Any(one => one.Contains("{#", StringComparison.Ordinal))) return;
                var template = new DltTemplate(Id, string.Join("{#var#}", literals));
                string text = literals[0];
                for (int i = 1; i < literals.Length; i++) text += variables[i - 1] + literals[i];
                bool hasSpaces = text.Trim() != text || template.Text.Trim() != template.Text; // they do not count
                Assert.True(hasSpaces || template.Matches(text), $"{template.Text} | {text}");
            },
            iter: 3_000);

    [Fact]
    public void A_country_is_told_what_it_asks_for_and_no_other()
    {
        var all = new Registration
        {
            Campaign = "C1ABCDE",
            DltEntity = Id,
            DltTemplates = [new DltTemplate("1107160000000000002", "Pump {#var#} is down")],
        };
        Assert.Equal(new SmsRegistration("C1ABCDE", null, null, null), all.For(American, "Anything", out string? no));
        Assert.Null(no);
        Assert.Equal(
            new SmsRegistration(null, Id, "1107160000000000002", null), all.For(Indian, "Pump 7 is down", out no));
        Assert.Null(no);
        Assert.Null(all.For(PhoneNumber.FromE164("+447700900123"), "Anything", out no));
        Assert.Null(no);
        all.For(Indian, "Anything", out no);
        Assert.Equal(
            "The text is of none of the templates registered for India: write it as one of them, "
            + "1107160000000000002 (\"Pump {#var#} is down\")", no);
    }

    [Fact]
    public void What_a_rule_does_not_say_its_number_does()
    {
        var rule = new Registration { DltEntity = Id };
        var number = new Registration
        {
            Campaign = "C1",
            DltEntity = "1101000000000000009",
            DltTemplates = [new DltTemplate(Id, "x")],
        };
        Registration both = rule.Or(number);
        Assert.Equal((Id, "C1", 1), (both.DltEntity, both.Campaign, both.DltTemplates!.Count));
        Assert.True(Registration.TryFromJson(both.ToJson(), out Registration? kept));
        Assert.Equal(both.ToJson(), kept.ToJson());
        Assert.Equal("{}", Registration.None.ToJson());
        Assert.False(Registration.TryFromJson("[]", out _));
    }

    [Fact]
    public void All_that_is_wrong_is_told()
    {
        var wrong = new Registration
        {
            Campaign = "C 1",
            DltEntity = "123",
            DltTemplates = [new DltTemplate("7", "x"), new DltTemplate(Id, "{#var#} {#var#}")],
            DltMismatch = "shrug",
        };
        Assert.Equal(
            [
                "'C 1' is no campaign: write the id of the registry, such as C1ABCDE.",
                "'123' is no id of DLT: it has 19 digits.",
                "'7' is no template id: the registry gives 19 digits.",
                $"Template {Id} is variables alone, and would fit anything.",
                "A text of no template is for one of refuse, warn.",
            ],
            wrong.Mistakes());
        var draft = new SenderRuleDraft
        {
            Sender = "*",
            Networks = "10.0.0.0/8",
            Destinations = "IN",
            Compliance = new ComplianceRules { Registration = wrong },
        };
        Assert.False(draft.TryBecomeRule(out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(5, mistakes.Count);
    }
}
