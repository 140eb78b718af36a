using System.ComponentModel.DataAnnotations;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class OptOutOptionsTests
{
    [Fact]
    public void The_words_inside_the_program_are_of_ten_languages_and_more()
    {
        IReadOnlyDictionary<string, KeywordLanguage> languages = KeywordTable.Read(KeywordTable.BuiltIn());
        Assert.True(languages.Count >= 10, string.Join(", ", languages.Keys));
        Assert.All(languages, one => Assert.NotEmpty(one.Value.Stop.Concat(one.Value.StopAlone)));
    }

    [Theory]
    [InlineData("", "no table of keywords")]
    [InlineData("null", "there is no language")]
    [InlineData("[]", "no table of keywords")]
    [InlineData("""{ "en": null }""", "the language en has no words")]
    [InlineData("""{ "en": { "stop": ["stop", "!"] } }""", "has '!', in which there is no word")]
    [InlineData("""{ "en": { "stop": ["stop", null] } }""", "has '', in which there is no word")]
    [InlineData("""{ "en": { "halt": ["stop"] } }""", "no table of keywords")]
    [InlineData("""{ "de": { "stop": ["stopp"] } }""", "no language has 'stop'")]
    [InlineData("{}", "no language has 'stop'")]
    public void A_file_of_words_that_is_not_good_is_told_why(string json, string why)
    {
        FormatException wrong = Assert.Throws<FormatException>(() => KeywordTable.Read(json));
        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_the_section_is_told_at_once()
    {
        var options = new OptOutOptions
        {
            WordsFile = "/nowhere/words.json",
            Scope = OptOutScope.Pool,
            Pools = { ["not a sender ID at all"] = "shop", ["+447700900999"] = "my shop" },
        };
        string[] wrong = [.. options.Validate(new ValidationContext(options)).Select(one => one.ErrorMessage!)];
        Assert.Collection(
            wrong,
            one => Assert.StartsWith("/nowhere/words.json cannot be read", one, StringComparison.Ordinal),
            one => Assert.Contains("neither a number such as", one, StringComparison.Ordinal),
            one => Assert.Contains("'my shop' is no name of a pool", one, StringComparison.Ordinal));
        var empty = new OptOutOptions { Scope = OptOutScope.Pool };
        Assert.Single(empty.Validate(new ValidationContext(empty)));
        Assert.Empty(new OptOutOptions().Validate(new ValidationContext(empty)));
    }

    [Theory]
    [InlineData(nameof(OptOutScope.Everything), "+447700900999", "*")]
    [InlineData(nameof(OptOutScope.OwnNumber), "+447700900999", "+447700900999")]
    [InlineData(nameof(OptOutScope.OwnNumber), "447700900999", "+447700900999")] // as some carriers write it
    [InlineData(nameof(OptOutScope.OwnNumber), "00447700900999", "+447700900999")]
    [InlineData(nameof(OptOutScope.OwnNumber), "60123", "60123")]
    [InlineData(nameof(OptOutScope.OwnNumber), "", "*")] // nobody knows which number was meant
    [InlineData(nameof(OptOutScope.Pool), "447700900999", "pool:shop")]
    [InlineData(nameof(OptOutScope.Pool), "60123", "*")] // in no pool
    public void A_STOP_to_a_number_of_ours_has_a_scope(string scope, string to, string expected)
    {
        Assert.Equal(expected, Scopes(Enum.Parse<OptOutScope>(scope)).Of(to));
    }

    [Theory]
    [InlineData("*", "+447700900999", true)]
    [InlineData("*", "ACME", true)]
    [InlineData("+447700900999", "447700900999", true)]
    [InlineData("+447700900999", "+447700900998", false)]
    [InlineData("+447700900999", "", true)] // the carrier chooses: it may be that one
    [InlineData("pool:shop", "+447700900999", true)]
    [InlineData("pool:shop", "acme", true)]
    [InlineData("pool:shop", "+447700900998", false)]
    [InlineData("ACME", "acme", true)]
    public void An_opt_out_keeps_the_sender_IDs_of_its_scope(string scope, string senderId, bool holds)
    {
        Assert.Equal(holds, Scopes(OptOutScope.Pool).Holds(scope, senderId));
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData("pool:Shop", "pool:shop")] // as the settings have it
    [InlineData("POOL:shop", "pool:shop")]
    [InlineData("ACME", "ACME")]
    [InlineData("+447700900999", "+447700900999")]
    [InlineData("shop of ours and others", null)]
    public void A_scope_is_kept_as_it_is_looked_for(string written, string? kept) =>
        Assert.Equal(kept, OptOutScopes.Read(written));

    private static OptOutScopes Scopes(OptOutScope scope) => new(new OptOutOptions
    {
        Scope = scope,
        Pools = { ["+447700900999"] = "Shop", ["ACME"] = "shop" },
    });
}
