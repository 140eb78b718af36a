using System.ComponentModel.DataAnnotations;
using EmailSms.MailOut;
using Microsoft.Extensions.Options;

namespace EmailSms.Tests.MailOut;

public sealed class SmartHostOptionsTests
{
    [Fact]
    public void The_defaults_are_good()
    {
        Assert.Empty(Check(new SmartHostOptions()));
        Assert.Empty(Check(new SmartHostOptions { Host = "mail.example", UserName = "gw", Password = "secret" }));
    }

    [Fact]
    public void A_password_never_travels_in_the_clear()
    {
        const string sentence =
            "SmartHost:Tls is None and SmartHost:Password would travel in the clear: use StartTls or Implicit.";
        SmartHostOptions options = new()
        {
            Host = "mail.example",
            UserName = "gw",
            Password = "secret",
            Tls = SmartHostTls.None,
        };
        Assert.Equal(sentence, Assert.Single(Check(options)));
        options.Host = "192.0.2.7";
        Assert.Equal(sentence, Assert.Single(Check(options)));
        foreach (string here in new[] { "localhost", "127.0.0.1", "::1" })
        {
            options.Host = here;
            Assert.Empty(Check(options));
        }
    }

    [Fact]
    public void The_authorities_to_trust_are_in_a_file_that_is_there()
    {
        using var folder = new TestFolder();
        string file = folder.File("ca.pem");
        SmartHostOptions options = new() { Host = "mail.example", CaFile = file };
        Assert.Equal($"SmartHost:CaFile: There is no file {file}.", Assert.Single(Check(options)));
        File.WriteAllText(file, "");
        Assert.Empty(Check(options));
    }

    [Fact]
    public void What_goes_together_is_set_together()
    {
        Assert.Equal(
            "SmartHost:UserName and SmartHost:Password go together: one of them is missing.",
            Assert.Single(Check(new SmartHostOptions { Host = "mail.example", UserName = "gw" })));
        Assert.Equal(
            "SmartHost:UserName is set and SmartHost:Host names no host.",
            Assert.Single(Check(new SmartHostOptions { UserName = "gw", Password = "secret" })));
        Assert.Equal(
            "SmartHost:RetryFirst is longer than SmartHost:RetryMax.",
            Assert.Single(Check(new SmartHostOptions { RetryMax = TimeSpan.FromSeconds(10) })));
    }

    [Fact]
    public void Every_limit_is_kept()
    {
        Assert.Single(Check(new SmartHostOptions { Port = 0 }));
        Assert.Single(Check(new SmartHostOptions { Port = 65536 }));
        Assert.Single(Check(new SmartHostOptions { Tls = (SmartHostTls)9 }));
        Assert.Single(Check(new SmartHostOptions { TimeoutSeconds = 0 }));
        Assert.Single(Check(new SmartHostOptions { TimeoutSeconds = 601 }));
        Assert.Single(Check(new SmartHostOptions { Host = "" }));
        Assert.Single(Check(new SmartHostOptions { Auth = (SmartHostAuth)99 }));
        Assert.Single(Check(new SmartHostOptions { GiveUpAfter = TimeSpan.Zero }));
        Assert.Single(Check(new SmartHostOptions { GiveUpAfter = TimeSpan.FromDays(31) }));
    }

    [Fact]
    public void A_token_needs_its_endpoint_its_client_and_its_mailbox()
    {
        SmartHostOptions options = new() { Host = "mail.example", Auth = SmartHostAuth.XOAuth2 };
        Assert.Equal(
            "SmartHost:Auth is XOAuth2, which needs SmartHost:OAuth:TokenUrl.", Assert.Single(Check(options)));
        options.OAuth.TokenUrl = "http://login.example/token";
        Assert.Equal(
            [
                "SmartHost:OAuth:TokenUrl is not the https address of a token endpoint.",
                "SmartHost:OAuth needs SmartHost:UserName, the mailbox that is meant.",
                "SmartHost:OAuth:ClientId is not set.",
                "SmartHost:OAuth needs RefreshToken or ClientSecret, or a file of it.",
            ],
            Check(options));
        (options.OAuth.TokenUrl, options.OAuth.ClientId) = ("https://login.example/token", "app");
        (options.UserName, options.OAuth.RefreshToken) = ("gw@example.com", "r");
        Assert.Empty(Check(options));
        (options.Password, options.Auth) = ("secret", SmartHostAuth.Plain);
        Assert.Equal(
            [
                "SmartHost:Password and SmartHost:OAuth are both set: take one.",
                "SmartHost:Auth is Plain, which takes no token: use XOAuth2.",
            ],
            Check(options));
    }

    [Fact]
    public void A_fallback_is_looked_at_as_the_first_is()
    {
        Assert.Equal(
            [
                "SmartHost:Fallbacks:0:Host is not set.",
                "SmartHost:Fallbacks:1:UserName and SmartHost:Fallbacks:1:Password go together: "
                    + "one of them is missing.",
            ],
            Check(new SmartHostOptions
            {
                Host = "a.example",
                Fallbacks = [new SmartHostAddress(), new SmartHostAddress { Host = "b.example", UserName = "gw" }],
            }));
        Assert.Equal(
            "SmartHost:Fallbacks are set and SmartHost:Host names no host.",
            Assert.Single(Check(new SmartHostOptions { Fallbacks = [new SmartHostAddress { Host = "b.example" }] })));
    }

    private static List<string> Check(SmartHostOptions options)
    {
        List<ValidationResult> limits = [];
        Validator.TryValidateObject(options, new ValidationContext(options), limits, validateAllProperties: true);
        ValidateOptionsResult sense = new SmartHostOptionsSense().Validate(null, options);
        return [.. limits.Select(one => one.ErrorMessage!), .. sense.Failures ?? []];
    }
}
