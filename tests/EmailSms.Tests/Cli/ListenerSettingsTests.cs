using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Cli;

public sealed class ListenerSettingsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string?> _valid;

    public ListenerSettingsTests()
    {
        TestCertificate.Write(_folder, "cert").Dispose();
        _valid = new()
        {
            ["Smtp:CertificateFile"] = _folder.File("cert.pem"),
            ["Smtp:CertificateKeyFile"] = _folder.File("cert.key"),
            ["Smtp:Listeners:0:Name"] = "mx",
            ["Smtp:Listeners:0:Profile"] = "mx",
            ["Smtp:Listeners:0:Listen:0"] = "0.0.0.0:25",
            ["Smtp:Listeners:1:Name"] = "office",
            ["Smtp:Listeners:1:Profile"] = "submission",
            ["Smtp:Listeners:1:Listen:0"] = "0.0.0.0:587",
            ["Smtp:Listeners:2:Name"] = "secure",
            ["Smtp:Listeners:2:Profile"] = "Submissions",
            ["Smtp:Listeners:2:Listen:0"] = "0.0.0.0:465",
            ["Smtp:Listeners:3:Name"] = "lmtp",
            ["Smtp:Listeners:3:Profile"] = "lmtp",
            ["Smtp:Listeners:3:Listen:0"] = "unix:/run/emailsms/lmtp",
            ["Smtp:Listeners:4:Name"] = "plant",
            ["Smtp:Listeners:4:Profile"] = "legacy-device",
            ["Smtp:Listeners:4:Listen:0"] = "10.20.0.5:25",
            ["Smtp:Listeners:4:Networks:0"] = "10.20.0.0/16",
            ["Smtp:Listeners:4:Limits:SilenceMax"] = "00:01:00",
            ["Addresses:Domains:0"] = "sms.example",
            ["Carriers:main:Kind"] = "sandbox",
            ["Replies:DefaultMailbox"] = "office@clinic.example",
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_of_each_profile_is_right_without_the_simple_form()
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read([]);
        Assert.Empty(errors);
        Assert.Equal(
            Enum.GetValues<ListenerProfile>(), settings!.Smtp.Listeners.Select(one => one.Profile!.Value));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Smtp.Listeners[4].Limits.SilenceMax);
    }

    [Theory]
    [InlineData("0:Name", "MX", "Smtp:Listeners:0:Name")]
    [InlineData("0:Name", "", "Smtp:Listeners:0:Name")]
    [InlineData("0:Name", "office", "Smtp:Listeners:1:Name")]
    [InlineData("0:Profile", "relay", "Smtp:Listeners:0:Profile")]
    [InlineData("0:Profile", null, "Smtp:Listeners:0:Profile")]
    [InlineData("0:Listen:0", "0.0.0.0", "Smtp:Listeners:0:Listen:0")]
    [InlineData("0:Listen:0", "unix:/run/x", "Smtp:Listeners:0:Listen:0")]
    [InlineData("0:Listen:0", "0.0.0.0:587", "Smtp:Listeners:1:Listen:0")]
    [InlineData("3:Listen:0", "127.0.0.1:25", "Smtp:Listeners:3:Listen:0")]
    [InlineData("3:Listen:0", "0.0.0.0:24", "Smtp:Listeners:3:Listen:0")]
    [InlineData("3:Listen:0", "unix:relative", "Smtp:Listeners:3:Listen:0")]
    [InlineData("4:Networks:0", null, "Smtp:Listeners:4:Networks")]
    [InlineData("4:Networks:0", "0.0.0.0/0", "Smtp:Listeners:4:Networks:0")]
    [InlineData("0:ProxyNetworks:0", "proxy.example", "Smtp:Listeners:0:ProxyNetworks:0")]
    [InlineData("1:RequiresTls", "true", "Smtp:Listeners:1:RequiresTls")]
    [InlineData("0:RequiresAuth", "true", "Smtp:Listeners:0:RequiresAuth")]
    [InlineData("0:AllowsOldTls", "true", "Smtp:Listeners:0:AllowsOldTls")]
    [InlineData("0:Certificates:0:File", "/nowhere.pem", "Smtp:Listeners:0:Certificates:0:File")]
    [InlineData("0:Certificates:0:KeyFile", "/nowhere.key", "Smtp:Listeners:0:Certificates:0:File")]
    [InlineData("0:Limits:RecipientsMax", "0", "Smtp:Listeners:0:Limits:RecipientsMax")]
    [InlineData("0:Limits:RecipientMax", "5", "Smtp:Listeners:0:Limits:RecipientMax")]
    [InlineData("0:Ports", "25", "Smtp:Listeners:0:Ports")]
    public void One_mistake_is_told_with_its_key(string key, string? value, string expected)
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) =
            Read(new() { [$"Smtp:Listeners:{key}"] = value });
        Assert.Null(settings);
        Assert.Contains(expected, errors.Select(error => error.Key));
        Assert.All(errors, error => Assert.StartsWith(
            expected.Split(":Listen:")[0].Split(":Certificates:")[0], error.Key, StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_of_several_listeners_are_told_at_once()
    {
        (_, IReadOnlyList<SettingError> errors) = Read(new()
        {
            ["Smtp:CertificateFile"] = "",
            ["Smtp:Listeners:0:Listen:0"] = "here",
            ["Smtp:Listeners:4:Networks:0"] = null,
            ["Smtp:Listeners:4:Limits:MailsPerMinuteMax"] = "0",
        });
        Assert.Equal(
            [
                "Smtp:Listeners:0:Listen:0", "Smtp:Listeners:1:Certificates", "Smtp:Listeners:2:Certificates",
                "Smtp:Listeners:4:Limits:MailsPerMinuteMax", "Smtp:Listeners:4:Networks",
            ],
            errors.Select(error => error.Key).Order());
    }

    [Fact]
    public void No_listener_at_all_is_a_mistake()
    {
        (_, IReadOnlyList<SettingError> errors) = SettingsReader.Read(Build(
            _valid.Where(pair => !pair.Key.StartsWith("Smtp:Listeners", StringComparison.Ordinal))));
        Assert.Equal("Smtp:Listen", Assert.Single(errors).Key);
    }

    private (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(Dictionary<string, string?> more) =>
        SettingsReader.Read(Build(
            _valid.Where(pair => !more.ContainsKey(pair.Key)).Concat(more).Where(pair => pair.Value is not null)));

    private static IConfigurationRoot Build(IEnumerable<KeyValuePair<string, string?>> pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs).Build();
}
