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
        Assert.Single(Check(new SmartHostOptions { GiveUpAfter = TimeSpan.Zero }));
        Assert.Single(Check(new SmartHostOptions { GiveUpAfter = TimeSpan.FromDays(31) }));
    }

    private static List<string> Check(SmartHostOptions options)
    {
        ValidateOptionsResult limits = new SmartHostOptionsLimits().Validate(null, options);
        ValidateOptionsResult sense = new SmartHostOptionsSense().Validate(null, options);
        return [.. limits.Failures ?? [], .. sense.Failures ?? []];
    }
}
