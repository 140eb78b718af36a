using EmailSms.Cli;
using EmailSms.Policy.Proof;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>The sections <c>Dns</c> and <c>Policy</c>: what is wrong has a sentence, at the start.</summary>
public sealed class ProofSettingsTests
{
    private static readonly Dictionary<string, string?> Valid = new()
    {
        ["Smtp:Listen:0"] = "127.0.0.1:2525",
        ["Addresses:Domains:0"] = "sms.example",
        ["Carriers:main:Kind"] = "sandbox",
        ["Replies:DefaultMailbox"] = "office@clinic.example",
        ["Policy:TrustedUpstreams:0:AuthservId"] = "mx.front.example",
        ["Policy:TrustedUpstreams:0:Networks:0"] = "192.0.2.0/24",
        ["Policy:TrustedSealers:0"] = "lists.example",
        ["Dns:Servers:0"] = "127.0.0.1",
        ["Dns:Servers:1"] = "[::1]:5353",
    };

    [Fact]
    public void What_is_right_is_taken()
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read([]);
        Assert.Empty(errors);
        Assert.Equal(["127.0.0.1:53", "[::1]:5353"], settings!.Dns.EndPoints.Select(point => point.ToString()));
        Assert.Equal("192.0.2.0/24", settings.Policy.TrustedUpstreams[0].List.ToString());
    }

    [Theory]
    [InlineData("Dns:Servers:0", "dns.example", "is not the address of a resolver")]
    [InlineData("Dns:Timeout", "00:00:00", "must be between")]
    [InlineData("Dns:Retries", "9", "must be between")]
    [InlineData("Dns:MailTimeMax", "00:10:00", "must be between")]
    [InlineData("Policy:TrustedUpstreams:0:AuthservId", "", "is required")]
    [InlineData("Policy:TrustedUpstreams:0:Networks:0", "0.0.0.0/0", "is too wide to prove anything")]
    [InlineData("Policy:TrustedUpstreams:0:Networks:0", "everybody", "is not a network")]
    [InlineData("Policy:TrustedUpstreams:0:ReceivedAboveMax", "11", "must be between")]
    [InlineData("Policy:TrustedSealers:0", "not a domain", "is not a domain such as lists.example.org")]
    [InlineData("Policy:PublicSuffixFile", "/nowhere/list.dat", "There is no file /nowhere/list.dat.")]
    public void What_is_wrong_is_said_under_its_key(string key, string value, string says)
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read(new() { [key] = value });
        Assert.Null(settings);
        SettingError error = Assert.Single(errors);
        Assert.Equal(key, error.Key);
        Assert.Contains(says, error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trusted_server_must_say_where_it_is()
    {
        (_, IReadOnlyList<SettingError> errors) =
            Read(new() { ["Policy:TrustedUpstreams:1:AuthservId"] = "mx2.front.example" });
        Assert.Equal("Policy:TrustedUpstreams:1:Networks", Assert.Single(errors).Key);
    }

    [Fact]
    public void The_defaults_are_those_of_the_standard() => Assert.Equal(
        (TimeSpan.FromSeconds(20), 10, 2),
        (new DnsOptions().MailTimeMax, SpfCheck.TermsMax, SpfCheck.VoidsMax)); // RFC 7208 4.6.4

    private static (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(
        Dictionary<string, string?> changed) => SettingsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(Valid).AddInMemoryCollection(changed).Build());
}
