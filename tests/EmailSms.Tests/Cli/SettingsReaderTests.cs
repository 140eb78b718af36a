using EmailSms.Cli;
using EmailSms.Delivery;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Cli;

public sealed class SettingsReaderTests
{
    private static readonly Dictionary<string, string?> Valid = new()
    {
        ["Smtp:Listen:0"] = "127.0.0.1:2525",
        ["Addresses:Domains:0"] = "sms.example",
        ["Carriers:main:Kind"] = "sandbox",
        ["Replies:DefaultMailbox"] = "office@clinic.example",
        ["SmartHost:RetryMax"] = "00:30:00",
    };

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read([]);
        Assert.Empty(errors);
        Assert.Equal(new DeliveryOptions().RetryMax, settings!.Delivery.RetryMax);
        Assert.Equal(["127.0.0.1:2525"], settings.Smtp.Listen);
    }

    [Theory]
    [InlineData("Delivery:RetryFrist", "00:00:05", "Delivery:RetryFrist")]
    [InlineData("Nonsense", "x", "Nonsense")]
    [InlineData("Carriers:main:Pasword", "x", "Carriers:main:Pasword")]
    [InlineData("Carriers:main:Kind", "Pigeon", "Carriers:main:Kind")]
    [InlineData("Carriers:main:Window", "0", "Carriers:main:Window")]
    [InlineData("Carriers:main:Window", "many", "Carriers:main:Window")]
    [InlineData("Carriers:main:AnswerMax", "5 s", "Carriers:main:AnswerMax")]
    [InlineData("Delivery", "now", "Delivery")]
    [InlineData("Delivery:RetryFirst:Seconds", "5", "Delivery:RetryFirst")]
    [InlineData("Delivery:RetryFirst", "-00:00:05", "Delivery:RetryFirst")]
    [InlineData("Queue:ReadyMax", "4000000000", "Queue:ReadyMax")]
    [InlineData("Addresses:Domains:1", "no domain", "Addresses:Domains:1")]
    [InlineData("Addresses:DefaultRegion", "gb", "Addresses:DefaultRegion")]
    [InlineData("Addresses:DefaultRegion", "UK", "Addresses:DefaultRegion")] // looks like one, and is none
    [InlineData("Addresses:AllowFictitious", "maybe", "Addresses:AllowFictitious")]
    [InlineData("Replies:DefaultMailbox", "office", "Replies:DefaultMailbox")]
    [InlineData("Smtp:Listen:1", "0.0.0.0", "Smtp:Listen:1")]
    [InlineData("Smtp:Limits:ErrorsMax", "0", "Smtp:Limits:ErrorsMax")]
    [InlineData("SmartHost:RetryFirst", "01:00:00", "SmartHost")]
    [InlineData("QuietHours:Open:0:Classes:0", "bulk", "QuietHours:Open:0:Classes")]
    [InlineData("Limits:BudgetPerSender", "5/day", "Limits:BudgetPerSender")] // without prices
    [InlineData("Limits:CountryBudgets:GB", "5/day", "Limits:CountryBudgets:GB")]
    [InlineData("Throttles:0:Countries:0", "USA", "Throttles:0:Countries")]
    [InlineData("Throttles:0:Carriers:0", "other", "Throttles:0:Carriers")]
    [InlineData("Throttles:0:PartsPerMinute", "0", "Throttles:0:PartsPerMinute")]
    public void One_mistake_is_one_error_with_its_key(string key, string value, string expected)
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read(new() { [key] = value });
        Assert.Null(settings);
        SettingError error = Assert.Single(errors);
        Assert.Equal(expected, error.Key);
        Assert.NotEmpty(error.Sentence);
    }

    [Fact]
    public void A_value_that_cannot_be_read_hides_no_other_mistake()
    {
        (_, IReadOnlyList<SettingError> errors) = Read(new()
        {
            ["Carriers:main:Window"] = "many",
            ["Carriers:main:AnswerMax"] = "01:00:00",
            ["Addresses:Domain"] = "x",
            ["Replies:DefaultMailbox"] = "",
        });
        Assert.Equal(
            ["Addresses:Domain", "Carriers:main:AnswerMax", "Carriers:main:Window", "Replies:DefaultMailbox"],
            errors.Select(error => error.Key).Order());
    }

    [Fact]
    public void A_carrier_needs_what_its_kind_needs()
    {
        (_, IReadOnlyList<SettingError> errors) = Read(new() { ["Carriers:main:Kind"] = "Smpp" });
        Assert.Equal(["Carriers:main:Host", "Carriers:main:SystemId"], errors.Select(error => error.Key).Order());
    }

    [Theory]
    [InlineData("SmartHost:PasswordFile", "SmartHost:Password")]
    [InlineData("SmartHost:OAuth:ClientSecretFile", "SmartHost:OAuth:ClientSecret")]
    [InlineData("Carriers:main:PasswordFile", "Carriers:main:Password")]
    [InlineData("Carriers:main:Tls:CertificatePasswordFile", "Carriers:main:Tls:CertificatePassword")]
    [InlineData("Http:CertificatePasswordFile", "Http:CertificatePassword")]
    [InlineData("Smtp:CertificatePasswordFile", "Smtp:CertificatePassword")]
    public void A_secret_is_in_the_settings_or_in_a_file_that_has_it(string inFile, string inPlace)
    {
        using var folder = new TestFolder();
        string file = folder.File("secret");
        Assert.Contains(new SettingError(inFile, $"There is no file {file}."), Read(new() { [inFile] = file }).Errors);

        File.WriteAllText(file, "\nsecond line\n");
        Assert.Contains(
            new SettingError(inFile, $"{file} has no secret in its first line."),
            Read(new() { [inFile] = file }).Errors);

        File.WriteAllText(file, "secret\n");
        Assert.DoesNotContain(Read(new() { [inFile] = file }).Errors, error => error.Key == inFile);
        Assert.Contains(
            new SettingError(inFile, $"and {inPlace.Split(':')[^1]} are both set: take one."),
            Read(new() { [inFile] = file, [inPlace] = "x" }).Errors);
    }

    [Fact]
    public void Without_a_carrier_there_is_no_way_out()
    {
        (_, IReadOnlyList<SettingError> errors) = SettingsReader.Read(Build(
            Valid.Where(pair => !pair.Key.StartsWith("Carriers", StringComparison.Ordinal))));
        Assert.Equal("Carriers", Assert.Single(errors).Key);
    }

    private static (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(
        Dictionary<string, string?> more) =>
        SettingsReader.Read(Build(Valid.Where(pair => !more.ContainsKey(pair.Key)).Concat(more)));

    private static IConfigurationRoot Build(IEnumerable<KeyValuePair<string, string?>> pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs).Build();
}
